"""Our orders as invoices of a BTCPay Server.

Source: docs.btcpayserver.org/API/Greenfield/v1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from commpeak.lib.currencies import places
from payments.gateways.base import (
    GatewayError,
    LocalDefaults,
    Notification,
    ObservedFact,
    Order,
    Snapshot,
)
from payments.gateways.crypto import events
from payments.gateways.crypto.client import BTCPayRefusal, Json, ask
from payments.gateways.crypto.profile import PROFILE
from payments.gateways.crypto.snapshot import (
    CONFIRMATIONS,
    LAST_CONFIRMATIONS,
    pending_parts,
    read_invoice,
)
from payments.states import State

INVOICES = "/api/v1/invoices"
INVOICES_PER_PAGE = 100
PAGES_MAX = 1_000  # a list that never ends is a fault there, not work for us
MARK_INVALID = {"status": "Invalid"}
POLICIES = {count: policy for policy, count in CONFIRMATIONS.items()}


class CryptoGateway(LocalDefaults):
    code = "crypto"
    profile = PROFILE

    def is_configured(self) -> bool:
        return bool(
            settings.BTCPAY_URL
            and settings.BTCPAY_API_KEY
            and settings.BTCPAY_STORE_ID
            and settings.BTCPAY_WEBHOOK_SECRETS
        )

    def start(self, order: Order) -> Snapshot:
        """BTCPay knows no idempotency key, so what an earlier start made is searched first.

        Two starts at the same moment may both find nothing and make an invoice each. Both then
        look again and choose the older one; the other, which nobody has seen, is ended.
        """
        with _nonsense_is_unknown():
            if not _made_for(order.key):
                ask("POST", _store_path("/invoices"), body=request_of(order))
            kept, *others = _made_for(order.key)
            for other in others:
                _end(other)
        return self.fetch(kept["id"])

    def fetch(self, gateway_id: str) -> Snapshot:
        with _nonsense_is_unknown():
            invoice, methods = _get(gateway_id)
            return read_invoice(invoice, methods, _confirmations(invoice, methods))

    def cancel(self, gateway_id: str, *, by_customer: bool) -> Snapshot:
        """Marks the invoice invalid. What is paid into it all the same is credited when it is
        confirmed: BTCPay goes on watching."""
        snapshot = self.fetch(gateway_id)
        if snapshot.dead or snapshot.facts or snapshot.waiting:
            return snapshot
        with _nonsense_is_unknown():
            _end(ask("GET", _path_of(gateway_id)))
        snapshot = self.fetch(gateway_id)
        if snapshot.dead is State.CANCELED and not by_customer:
            return replace(snapshot, dead=State.EXPIRED)
        return snapshot

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:
        events.check_signature(headers.get(events.HEADER, ""), body)
        return events.read_event(body)

    def remote_updates(self, since: datetime) -> Iterator[str]:
        """BTCPay lists by the time of making only, so all that may still change are listed;
        those for which nothing has ever come are left out."""
        with _nonsense_is_unknown():
            for invoice in _listed(since - _life()):
                if _has_news(invoice):
                    yield invoice["id"]

    def movements(self, since: datetime, until: datetime) -> Iterator[ObservedFact]:
        with _nonsense_is_unknown():
            for listed in _listed(since - _life()):
                if not Decimal(listed["paidAmount"]):
                    continue
                facts = read_invoice(*_get(listed["id"])).facts
                yield from (fact for fact in facts if since <= fact.occurred_at < until)


def request_of(order: Order) -> Json:
    """`asked` comes back with the invoice, to be compared with what it is about."""
    currency = order.money.currency
    if not order.money.is_payable:
        raise GatewayError(
            f"finer than can be paid: {order.money}",
            permanent=True,
            user_text=_("This amount cannot be paid exactly."),
        )
    return {
        "amount": f"{order.money.amount:.{places(currency)}f}",
        "currency": currency,
        "metadata": {
            "orderId": order.key,
            "asked": str(order.money),
            "itemDesc": order.description,
        },
        "checkout": {
            "speedPolicy": POLICIES[settings.BTCPAY_CONFIRMATIONS],
            "expirationMinutes": settings.BTCPAY_RATE_MINUTES,
            "monitoringMinutes": settings.BTCPAY_LATE_DAYS * 24 * 60,
            "paymentTolerance": 0,
            "redirectURL": settings.SITE_URL + reverse("topup-return", args=[order.reference]),
            "redirectAutomatically": True,
        },
    }


def _store_path(rest: str) -> str:
    return f"/api/v1/stores/{quote(settings.BTCPAY_STORE_ID, safe='')}{rest}"


def _path_of(gateway_id: str) -> str:
    return f"{INVOICES}/{quote(gateway_id, safe='')}"


def _get(gateway_id: str) -> tuple[Json, list[Json]]:
    """The invoice, and its payment methods with the payments that do not count too."""
    path = _path_of(gateway_id)
    every = {"onlyAccountedPayments": "false"}
    return ask("GET", path), ask("GET", f"{path}/payment-methods", query=every)


def _made_for(key: str) -> list[Json]:
    """Invoices that carry our id, the oldest first; those that were ended come last.

    BTCPay lists the newest first, by a finer clock than it shows: whoever looks finds the same
    oldest one.
    """
    found = ask("GET", _store_path("/invoices"), query={"orderId": key})
    ours = [invoice for invoice in found if invoice["metadata"].get("orderId") == key]
    oldest_first = ours[::-1]
    return sorted(oldest_first, key=lambda invoice: invoice["status"] == "Invalid")


def _end(invoice: Json) -> None:
    """One that is paid meanwhile, or over, stays as it is."""
    if invoice["status"] != "New" or "Invalid" not in invoice["availableStatusesForManualMarking"]:
        return
    try:
        ask("POST", f"{_path_of(invoice['id'])}/status", body=MARK_INVALID)
    except BTCPayRefusal as refusal:
        if not refusal.permanent:
            raise  # otherwise somebody was faster, and the next fetch tells


def _confirmations(invoice: Json, methods: Sequence[Json]) -> dict[str, int]:
    """Of the newest payment, the last one to be confirmed.

    Invoices do not tell it, the store's wallet does, to a key that may view wallets. Nothing
    depends on it but a line on the status page, so no answer is an answer.
    """
    pending = pending_parts(invoice, methods)
    if not pending or not pending[-1].method.endswith("-CHAIN"):
        return {}
    newest = pending[-1]
    transaction = newest.id.rpartition("-")[0]
    path = f"/payment-methods/{newest.method}/wallet/transactions/{quote(transaction, safe='')}"
    try:
        return {newest.id: int(ask("GET", _store_path(path))["confirmations"])}
    except (GatewayError, LookupError, TypeError, ValueError):
        return {}


def _life() -> timedelta:
    """How long an invoice may change after it was made."""
    rate = timedelta(minutes=settings.BTCPAY_RATE_MINUTES)
    return rate + timedelta(days=settings.BTCPAY_LATE_DAYS) + LAST_CONFIRMATIONS


def _listed(since: datetime) -> Iterator[Json]:
    """Newest first; one that is made meanwhile moves the rest down, and some come twice."""
    for page in range(PAGES_MAX):
        query = {
            "startDate": int(since.timestamp()),
            "skip": page * INVOICES_PER_PAGE,
            "take": INVOICES_PER_PAGE,
        }
        invoices = ask("GET", _store_path("/invoices"), query=query)
        yield from invoices
        if len(invoices) < INVOICES_PER_PAGE:
            return
    raise GatewayError("BTCPay's list of invoices does not end", permanent=False)


def _has_news(invoice: Json) -> bool:
    is_untouched = invoice["status"] in {"New", "Expired"} and not Decimal(invoice["paidAmount"])
    return not is_untouched


@contextmanager
def _nonsense_is_unknown() -> Iterator[None]:
    """An answer that cannot be read says nothing about the money."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        log_text = f"BTCPay answered nonsense: {type(error).__name__} {error}"
        raise GatewayError(log_text[:200], permanent=False) from error
