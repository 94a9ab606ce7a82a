"""How fast and how well wires are matched: the labelled set among 100,000 customers."""

from collections.abc import Iterator, Mapping
from statistics import median

from bench.clients import Clients, run_module
from bench.report import Figure


def measure(*, environment: Mapping[str, str], rounds: int, seconds: float) -> Iterator[Figure]:
    """Whole statements of 1,000 wires, the index built anew for each; nothing is stored."""
    ours = {**environment, "DJANGO_SETTINGS_MODULE": "bench.our_settings", "DEBUG": "True"}
    print(run_module(ours, "bench.client", "matching", "report"), end="")
    with Clients("matching", count=1, environment=ours) as clients:
        rates = [clients.rate("match_statement", seconds=seconds) for _ in range(rounds)]
    yield Figure(
        name="wire_matching",
        value=median(rates),
        unit="wires/s",
        ratio=None,
        beside="",
        target="500 wires/s: 1,000 in 2 s, among 100,000 customers",
    )
