"""Traffic as a small business makes it: calls by day, few long ones, bursts of messages.

Everything is drawn from one seeded source, so the same seed makes the same traffic.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

MICRO = Decimal("0.000001")
# share of the busiest hour's traffic, by the customer's hour; lunch is a pause
_BY_HOUR = (
    *(0.3,) * 6,
    *(0.35, 0.5, 0.8, 1.0, 1.0, 0.9),
    *(0.6, 0.9, 1.0, 1.0, 0.9, 0.7),
    *(0.55, 0.5, 0.45, 0.4, 0.35, 0.3),
)
_WEEKEND = 0.5
_SATURDAY = 5
_CALL_SECONDS_MEDIAN, _CALL_SPREAD, _CALL_SECONDS_MAX = 75, 0.9, 3600
_MESSAGES = 0.2  # of all events; one in eight of these is a burst
_BURST, _BURST_SIZES = 0.125, (5, 20)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where calls go: the beginning of the number, a minute's price and a message's."""

    prefix: str
    minute: Decimal
    message: Decimal


DESTINATIONS = [
    Destination("+1 212 555", Decimal("0.0040"), Decimal("0.0060")),
    Destination("+44 20 7946", Decimal("0.0060"), Decimal("0.0080")),
    Destination("+49 30 23125", Decimal("0.0055"), Decimal("0.0090")),
    Destination("+380 44 555", Decimal("0.0120"), Decimal("0.0100")),
]


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer as far as traffic is concerned; `currencies` by purse."""

    account_number: str
    time_zone: str
    currencies: dict[str, str]


class Traffic:
    """Makes rated events, as the API takes them."""

    def __init__(self, *, callers: Sequence[Caller], per_minute: float, seed: int) -> None:
        """`per_minute`: events of all callers together in the busiest hour."""
        self._callers = callers
        self._per_second = per_minute / 60
        self._random = Random(seed)  # noqa: S311 - traffic, not secrets
        self._name = f"sim-{self._random.getrandbits(64):016x}"
        self._number = 0

    def between(self, start: datetime, end: datetime) -> list[dict[str, Any]]:
        """What ended in that time; often nothing, when it is short."""
        seconds = (end - start).total_seconds()
        count = self._poisson(self._per_second * seconds)
        moments = sorted(self._random.uniform(0, seconds) for _ in range(count))
        return [event for moment in moments for event in self.at(start + timedelta(seconds=moment))]

    def at(self, moment: datetime) -> Iterator[dict[str, Any]]:
        """One call, one message or a burst of them; nothing in the quiet hours of the caller
        whose turn it is."""
        caller = self._random.choice(self._callers)
        if self._random.random() > busyness(moment.astimezone(ZoneInfo(caller.time_zone))):
            return
        where = self._random.choice(DESTINATIONS)
        if self._random.random() >= _MESSAGES:
            yield self._call(caller, where, moment)
            return
        is_burst = self._random.random() < _BURST
        for _ in range(self._random.randint(*_BURST_SIZES) if is_burst else 1):
            yield self._event(
                caller, "sms", where.message, moment, f"SMS to {self._phone_number(where)}"
            )

    def _call(self, caller: Caller, where: Destination, moment: datetime) -> dict[str, Any]:
        seconds = self._random.lognormvariate(math.log(_CALL_SECONDS_MEDIAN), _CALL_SPREAD)
        seconds = max(1, min(_CALL_SECONDS_MAX, round(seconds)))
        price = (where.minute * seconds / 60).quantize(MICRO, rounding=ROUND_UP)
        length = f"{seconds // 60}:{seconds % 60:02}"
        text = f"Call to {self._phone_number(where)}, {length}"
        return self._event(caller, "voice", price, moment, text)

    def _event(
        self, caller: Caller, purse: str, price: Decimal, moment: datetime, text: str
    ) -> dict[str, Any]:
        self._number += 1
        return {
            "id": f"{self._name}-{self._number}",
            "account_number": caller.account_number,
            "purse": purse,
            "amount": f"{price:f}",
            "currency": caller.currencies[purse],
            "occurred_at": moment.isoformat(),
            "description": text,
        }

    def _phone_number(self, where: Destination) -> str:
        return f"{where.prefix} 0{self._random.randrange(1000):03}"

    def _poisson(self, mean: float) -> int:
        """How many when `mean` are usual: Knuth's method, and its limit where that is slow."""
        if mean > 50:
            return max(0, round(self._random.gauss(mean, math.sqrt(mean))))
        count, product, floor = 0, self._random.random(), math.exp(-mean)
        while product > floor:
            count += 1
            product *= self._random.random()
        return count


def busyness(local: datetime) -> float:
    """The share of the busiest hour's traffic, from 0 to 1."""
    return _BY_HOUR[local.hour] * (_WEEKEND if local.weekday() >= _SATURDAY else 1)
