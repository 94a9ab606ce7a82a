"""Wires: how long a statement takes to read, match and post, and what its pages cost."""

import json
from collections.abc import Iterator, Mapping

from bench.clients import run_module
from bench.report import Figure


def measure(*, environment: Mapping[str, str], rounds: int, seconds: float) -> Iterator[Figure]:
    """Each once, in a process of its own: a statement comes once a day."""
    beside = {**environment, "DJANGO_SETTINGS_MODULE": "bench.our_settings", "DEBUG": "True"}
    name = run_module(beside, "bench.client", "wires", "create_database").strip()
    ours = {**beside, "DATABASE_URL": f"{environment['DATABASE_URL'].rpartition('/')[0]}/{name}"}
    run_module(ours, "django", "migrate", "--verbosity=0")
    run_module(ours, "bench.client", "wires", "setup")
    yield _dry_run(_job(ours, "dry_run"))
    yield from _long_import(_job(ours, "long_import"))
    yield from _lists(_job(ours, "lists"))


def _job(environment: Mapping[str, str], job: str) -> dict:
    return json.loads(run_module(environment, "bench.client", "wires", job))


def _dry_run(found: dict) -> Figure:
    print(f"wires: {found['sure']} of {found['lines']} lines are sure")
    return Figure(
        name="wire_dry_run",
        value=found["seconds"],
        unit="s",
        ratio=None,
        beside="",
        target="5 s for 1,000 lines with matches, 1,000 open top-ups",
    )


def _long_import(found: dict) -> Iterator[Figure]:
    print(f"wires: {found['posted']} lines posted, {found['read']:.1f} s of it to read them")
    target = "60 s for 10,000 lines, read and posted"
    yield Figure("wire_import", found["seconds"], "s", None, "", target)
    target = "300 MB at most while it does"
    yield Figure("wire_import_memory", found["megabytes"], "MB", None, "", target)


def _lists(pages: dict) -> Iterator[Figure]:
    for name, (milliseconds, queries) in pages.items():
        print(f"wires: {name}: {milliseconds:.0f} ms, {queries} queries")
    slowest = max(milliseconds for milliseconds, _queries in pages.values())
    target = "300 ms: the slowest list among 100,000 lines"
    yield Figure("wire_lists", slowest, "ms", None, "", target)
    most = max(queries for _milliseconds, queries in pages.values())
    yield Figure("wire_list_queries", most, "queries", None, "", "20 at most")
