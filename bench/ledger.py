"""Figures of the ledger: beside django-hordak, and of batches beside single entries."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from bench.clients import Clients, run_module
from bench.report import Figure

CLIENTS = 8


def measure(*, environment: Mapping[str, str], rounds: int, seconds: float) -> Iterator[Figure]:
    """All contestants take turns in every round, so that whatever slows the machine slows all."""
    ours = {**environment, "DJANGO_SETTINGS_MODULE": "bench.our_settings", "DEBUG": "True"}
    hordak = {
        "DJANGO_SETTINGS_MODULE": "bench.hordak_settings",
        "DATABASE_URL": _create_database(environment["DATABASE_URL"]),
    }
    for jobs, settings in (("ledger", ours), ("hordak", hordak)):
        run_module(settings, "django", "migrate", "--verbosity=0")
        run_module(settings, "bench.client", jobs, "setup")
    with (
        Clients("ledger", count=CLIENTS, environment=ours) as our_clients,
        Clients("hordak", count=CLIENTS, environment=hordak) as hordak_clients,
    ):
        measured = [_measure_round(our_clients, hordak_clients, seconds) for _ in range(rounds)]
    yield from _beside_hordak(measured)
    yield from _batches(measured)
    yield Figure(
        name="ledger_round_trips",
        value=float(run_module(ours, "bench.client", "ledger", "count_round_trips")),
        unit="per posting",
        ratio=None,
        beside="",
        target="3",
    )


Round = Mapping[str, float]


def _measure_round(ours: Clients, hordak: Clients, seconds: float) -> Round:
    return {
        "our random": ours.rate("post_random", seconds=seconds),
        "hordak random": hordak.rate("post_random", seconds=seconds),
        "our hot": ours.rate("post_hot", seconds=seconds),
        "hordak hot": hordak.rate("post_hot", seconds=seconds),
        "single": ours.rate("debit_single", seconds=seconds, count=1),
        "batch": ours.rate("debit_batch", seconds=seconds, count=1),
        "batch, all clients": ours.rate("debit_batch", seconds=seconds),
    }


def _beside_hordak(measured: Sequence[Round]) -> Iterator[Figure]:
    for name in ("random", "hot"):
        yield Figure(
            name=f"ledger_{name}",
            value=_median(measured, f"our {name}"),
            unit="entries/s",
            ratio=_median_ratio(measured, f"our {name}", f"hordak {name}"),
            beside="hordak",
            target="2.0 × hordak",
        )
    hot_over_random = _median_ratio(measured, "our hot", "our random")
    yield Figure(
        name="ledger_hot_over_random",
        value=hot_over_random,
        unit="× random",
        ratio=hot_over_random,
        beside="random",
        target="0.95",
    )


def _batches(measured: Sequence[Round]) -> Iterator[Figure]:
    """The rate of all clients together; the ratio at one client, where no one waits for anyone."""
    yield Figure(
        name="ledger_batch",
        value=_median(measured, "batch, all clients"),
        unit="debits/s",
        ratio=_median_ratio(measured, "batch", "single"),
        beside="single, 1 client",
        target="10,000 debits/s and 6 × single",
    )


def _median(measured: Sequence[Round], name: str) -> float:
    return median(one_round[name] for one_round in measured)


def _median_ratio(measured: Sequence[Round], name: str, beside: str) -> float:
    return median(one_round[name] / one_round[beside] for one_round in measured)


def _create_database(url: str) -> str:
    """A database for hordak beside ours, on the same server; returns its address."""
    settings = {"DJANGO_SETTINGS_MODULE": "bench.hordak_settings", "DATABASE_URL": url}
    run_module(settings, "bench.client", "hordak", "create_database")
    return f"{url.rpartition('/')[0]}/hordak"
