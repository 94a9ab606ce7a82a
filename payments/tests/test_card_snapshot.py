"""What Stripe's objects prove, read from dictionaries as its API gives them."""

import pytest

from payments.gateways.card.snapshot import read_payment_intent
from payments.states import FactKind

CREATED = 1_772_452_800  # 2026-03-02 12:00 UTC


def paid_intent(**card) -> dict[str, object]:
    charge = {
        "id": "ch_1",
        "status": "succeeded",
        "amount_captured": 5000,
        "currency": "usd",
        "created": CREATED,
        "payment_method_details": {"card": {"brand": "visa", "last4": "4242"} | card},
    }
    return {"id": "pi_1", "status": "succeeded", "livemode": False, "latest_charge": charge}


def kinds_of(dispute_status: str) -> list[FactKind]:
    dispute = {
        "id": "dp_1",
        "status": dispute_status,
        "amount": 2000,
        "currency": "usd",
        "created": CREATED,
    }
    snapshot = read_payment_intent(paid_intent(), disputes=[dispute])
    return [fact.kind for fact in snapshot.facts]


@pytest.mark.parametrize(
    ("card", "instrument"),
    [({}, "Visa 4242"), ({"brand": None}, "Card 4242"), ({"last4": None}, "")],
)
def test_money_counts_also_when_stripe_does_not_name_the_card(card, instrument):
    """Both parts of the name may be null in Stripe's answers."""
    snapshot = read_payment_intent(paid_intent(**card))
    assert [fact.object_id for fact in snapshot.facts] == ["ch_1"]
    assert snapshot.instrument == instrument


@pytest.mark.parametrize(
    "status", ["warning_needs_response", "warning_under_review", "warning_closed", "prevented"]
)
def test_inquiries_and_prevented_disputes_take_no_money(status):
    assert kinds_of(status) == [FactKind.CAPTURE]


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        ("needs_response", [FactKind.DISPUTE]),
        ("under_review", [FactKind.DISPUTE]),
        ("won", [FactKind.DISPUTE, FactKind.DISPUTE_WON]),
        ("lost", [FactKind.DISPUTE, FactKind.DISPUTE_LOST]),
    ],
)
def test_disputes_take_their_amount_and_give_it_back_when_won(status, kinds):
    assert kinds_of(status) == [FactKind.CAPTURE, *kinds]
