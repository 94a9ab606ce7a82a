"""Reads BTCPay's invoices into a Snapshot. Pure: dictionaries in, dataclass out.

Money is certain when a payment is Settled: it has the confirmations that we asked for. One that
is Processing may still be spent elsewhere, and an Invalid one was. The status of the invoice
says what the payer may still do; it decides nothing about money, since a late payment leaves
it Expired for ever.

Source: docs.btcpayserver.org/API/Greenfield/v1, Invoices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.conf import settings

from commpeak.lib.money import Money
from payments.gateways.base import ObservedFact, Redirect, Snapshot, Waiting
from payments.gateways.crypto.client import Json
from payments.gateways.crypto.parts import Part, read_parts
from payments.states import FactKind, State

NAME = "BTCPay"
# A block of Bitcoin takes ten minutes on average and seldom twice as long over several.
LONGEST_USUAL_BLOCK = timedelta(minutes=20)
# What comes at the very end of BTCPay's monitoring has a day to be confirmed.
LAST_CONFIRMATIONS = timedelta(days=1)
CONFIRMATIONS = {"HighSpeed": 0, "MediumSpeed": 1, "LowMediumSpeed": 2, "LowSpeed": 6}
INSTRUMENT_LENGTH_MAX = 60


def read_invoice(
    invoice: Json, methods: Sequence[Json], confirmations: Mapping[str, int] | None = None
) -> Snapshot:
    """`methods` with all their payments; `confirmations` by payment id, as far as known.

    Raises KeyError, TypeError, ValueError or ArithmeticError for nonsense.
    """
    parts = read_parts(methods, invoice["currency"])
    settled = [part for part in parts if part.is_settled]
    pending = [part for part in parts if part.is_pending]
    may_pay = invoice["status"] == "New"
    return Snapshot(
        gateway_id=invoice["id"],
        key=str(invoice["metadata"].get("orderId", "")),
        facts=tuple(_fact(part) for part in settled if part.worth),
        is_processing=bool(pending) and not may_pay,
        waiting=_waiting(invoice, methods, parts, confirmations or {}),
        next_step=Redirect(invoice["checkoutLink"], NAME) if may_pay else None,
        dead=None if settled or pending else _dead(invoice, parts),
        may_change_until=_time(invoice["monitoringExpiration"]) + LAST_CONFIRMATIONS,
        instrument=_instrument(settled + pending),
        review_reason=_odd(invoice, parts),
    )


def pending_parts(invoice: Json, methods: Sequence[Json]) -> list[Part]:
    """Those that wait for confirmations, in the order of receipt."""
    return [part for part in read_parts(methods, invoice["currency"]) if part.is_pending]


def _fact(part: Part) -> ObservedFact:
    return ObservedFact(FactKind.CAPTURE, part.id, part.worth, part.received_at)


def _dead(invoice: Json, parts: Sequence[Part]) -> State | None:
    """Of an invoice for which nothing came that counts.

    One that was paid by what is Invalid now stays Processing at BTCPay until the end of its
    monitoring; the payer need not wait for that.
    """
    match invoice["status"], invoice["additionalStatus"]:
        case "Expired", _:
            return State.EXPIRED
        case "Invalid", "Marked":  # by us, on the customer's wish
            return State.CANCELED
        case "Invalid", _:
            return State.FAILED
        case "Processing", _ if parts:
            return State.FAILED
    return None


def _waiting(
    invoice: Json, methods: Sequence[Json], parts: Sequence[Part], confirmations: Mapping[str, int]
) -> Waiting | None:
    pending = [part for part in parts if part.is_pending]
    if not pending:
        is_undone = bool(parts) and all(part.status == "Invalid" for part in parts)
        return Waiting(reason="undone") if is_undone else None
    newest = pending[-1]
    needed = CONFIRMATIONS.get((invoice.get("checkout") or {}).get("speedPolicy", ""))
    return Waiting(
        reason=_reason(invoice),
        expected_by=newest.received_at + LONGEST_USUAL_BLOCK * needed if needed else None,
        received=_coins(sum(_live_coins(parts, newest.coin), Decimal(0)), newest.coin),
        required=_coins(_price(methods, newest.method), newest.coin),
        confirmations=confirmations.get(newest.id),
        confirmations_needed=needed,
        ids=tuple(part.id for part in pending),
    )


def _reason(invoice: Json) -> str:
    """Our own word: `part` while the rest may be sent, `late` after that, else `confirming`."""
    return {"New": "part", "Expired": "late"}.get(invoice["status"], "confirming")


def _live_coins(parts: Sequence[Part], coin: str) -> list[Decimal]:
    return [part.coins for part in parts if part.coin == coin and part.status != "Invalid"]


def _price(methods: Sequence[Json], method_id: str) -> Decimal:
    return next(Decimal(one["amount"]) for one in methods if one["paymentMethodId"] == method_id)


def _coins(amount: Decimal, coin: str) -> str:
    return f"{amount:f} {coin}"


def _instrument(parts: Sequence[Part]) -> str:
    """ "BTC": what was sent, not from where."""
    return ", ".join(dict.fromkeys(part.coin for part in parts))[:INSTRUMENT_LENGTH_MAX]


def _odd(invoice: Json, parts: Sequence[Part]) -> str:
    """Why this is not an invoice as we make them, or was settled without money."""
    if invoice["storeId"] != settings.BTCPAY_STORE_ID:
        return f"an invoice of another store: {invoice['storeId']}"[:300]
    made_for = Money(Decimal(invoice["amount"]), invoice["currency"])
    asked = str(invoice["metadata"].get("asked", ""))
    if str(made_for) != asked:
        return f"an invoice about {made_for}, not about {asked}"[:300]
    if invoice["status"] == "Settled" and not any(part.status != "Invalid" for part in parts):
        return "settled at BTCPay without a payment that counts"
    return ""


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
