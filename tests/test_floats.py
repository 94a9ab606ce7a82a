"""M8: the check that keeps floats away from money can fail."""

import pytest

from tests.floats import complaints, floats_in, sources


@pytest.mark.parametrize(
    "source",
    [
        "fee = 0.1",
        "fee = 1e3",
        "total = float(amount)",
        "def pay(amount: float): ...",
        "amount = models.FloatField()",
    ],
)
def test_a_float_is_found(source: str):
    assert list(floats_in(f"\n{source}\n")) == [2]


@pytest.mark.parametrize("source", ["fee = Decimal('0.1')", "count = 10", "text = 'float 0.1'"])
def test_exact_amounts_are_left_alone(source: str):
    assert list(floats_in(source)) == []


def test_nothing_near_money_is_a_float():
    assert len(list(sources())) > 300
    assert list(complaints()) == []
