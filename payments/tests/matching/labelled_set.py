"""Wires whose payer's intention is known: the set that the matcher is judged by.

Every line begins with who was meant to be paid and for what; only then is it written down, in
the way of people and banks. No label is computed by anything that matches.
"""

from collections import Counter
from dataclasses import dataclass, field

from payments.matching.base import Candidate
from payments.matching.matcher import Matcher
from payments.tests.matching.labelled_line import Line
from payments.tests.matching.labelled_numbers import numbered, unnamed
from payments.tests.matching.labelled_references import referenced
from payments.tests.matching.labelled_traps import traps
from payments.tests.matching.labelled_world import World

SEED = 20260503


def labelled_set(seed: int = SEED, crowd: int = 1_500) -> tuple[World, list[Line]]:
    """The same for the same seed; `crowd`: customers who have nothing to do with any line."""
    world = World(seed)
    world.crowd(crowd)
    lines = [*referenced(world), *numbered(world), *unnamed(world), *traps(world)]
    world.rng.shuffle(lines)
    return world, lines


@dataclass
class Tally:
    """Of one category: lines that are somebody's, those with the right candidate first, ticks."""

    lines: int = 0
    payable: int = 0
    right_first: int = 0
    ticks: int = 0
    wrong_ticks: int = 0

    @property
    def recall(self) -> float:
        """Of the payable lines, how many have the right candidate first, in percent."""
        return 100 * self.right_first / self.payable if self.payable else 100.0

    @property
    def precision(self) -> float:
        """Of the ticks, how many are right, in percent."""
        return 100 * (self.ticks - self.wrong_ticks) / self.ticks if self.ticks else 100.0

    def add(self, line: Line, first: Candidate | None) -> None:
        is_right = first is not None and line.target == _target(first)
        is_ticked = first is not None and first.is_sure
        self.lines += 1
        self.payable += line.target is not None
        self.right_first += is_right
        self.ticks += is_ticked
        self.wrong_ticks += is_ticked and not (is_right and line.may_be_ticked)


@dataclass
class Report:
    """`missed` are the lines whose first candidate is wrong, with what came instead."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    missed: list[tuple[Line, list[Candidate]]] = field(default_factory=list)

    @property
    def all(self) -> Tally:
        counts: Counter[str] = Counter()
        for tally in self.tallies.values():
            counts.update(vars(tally))
        return Tally(**counts)

    def __str__(self) -> str:
        heads = f"{'':32}{'lines':>6}{'payable':>9}{'right first':>13}{'ticked':>8}{'rightly':>16}"
        rows = [*sorted(self.tallies.items()), ("all", self.all)]
        return "\n".join([heads, *(_row(name, tally) for name, tally in rows)])


def judge(matcher: Matcher, lines: list[Line]) -> Report:
    report = Report()
    for line in lines:
        found = matcher.candidates(line.wire)
        first = found[0] if found else None
        report.tallies.setdefault(line.category, Tally()).add(line, first)
        is_wrong_tick = first is not None and first.is_sure and not line.may_be_ticked
        if is_wrong_tick or (line.target and (not first or _target(first) != line.target)):
            report.missed.append((line, found))
    return report


def _target(candidate: Candidate) -> tuple[str, str, int | None]:
    return (candidate.account_number, candidate.purse, candidate.payment_id)


def _row(name: str, tally: Tally) -> str:
    precision = f"{tally.precision:.1f} %" if tally.ticks else ""
    return (
        f"{name:32}{tally.lines:6}{tally.payable:9}{tally.recall:11.1f} %{tally.ticks:8}"
        f"{precision:>16}"
    )
