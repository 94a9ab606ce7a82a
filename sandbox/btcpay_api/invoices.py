"""Invoices: from what is asked for to what came.

    New ─→ Processing ─→ Settled           paid in full, then confirmed
     └──→ Expired (late payments count)    Processing ─→ Invalid: it never confirmed

A late payment changes no status, only the additional one, and is never followed by
InvoiceSettled. Source: the description of InvoiceStatus and of the webhooks, and BTCPay's
InvoiceWatcher.
"""

from __future__ import annotations

import functools
import secrets
from decimal import Decimal

from sandbox.btcpay_api.account import (
    FEE_OF_A_FURTHER_PART,
    INVOICES_MAX,
    METHOD,
    BTCPayStore,
    Invoice,
    Payment,
    new_id,
    now,
)
from sandbox.btcpay_api.errors import invalid, problem
from sandbox.btcpay_api.requests import InvoiceRequest
from sandbox.btcpay_api.shown import markable_as, shown_payment


def create_invoice(store: BTCPayStore, asked: InvoiceRequest) -> Invoice:
    """A new invoice that waits for a payer until its rate expires."""
    if Decimal(asked.amount) <= 0:
        raise invalid("amount", "The amount should be more than 0.")
    if len(store.invoices) >= INVOICES_MAX:
        raise problem(500, "sandbox-is-full", "The sandbox is full")
    created, checkout = now(), asked.checkout
    expires = created + 60 * checkout.expirationMinutes
    invoice = Invoice(
        id=new_id(),
        amount=Decimal(asked.amount),
        currency=asked.currency,
        created=created,
        expires=expires,
        monitored_until=expires + 60 * checkout.monitoringMinutes,
        metadata=asked.metadata,
        checkout=checkout.model_dump(),
        destination=f"bcrt1q{secrets.token_hex(19)}",
    )
    store.invoices[invoice.id] = invoice
    store.emit("InvoiceCreated", invoice)
    expire_later = functools.partial(_expire_by_itself, store, invoice)
    store.scheduler.call_later(60 * checkout.expirationMinutes, expire_later)
    return invoice


def expire(store: BTCPayStore, invoice: Invoice) -> None:
    """The guaranteed rate is over. One that is paid, or expired already, stays as it is."""
    if invoice.status != "New":
        return
    invoice.status, invoice.expires = "Expired", min(invoice.expires, now())
    store.emit("InvoiceExpired", invoice, partiallyPaid=bool(invoice.live_payments))


def receive(store: BTCPayStore, invoice: Invoice, value: Decimal, wallet: str) -> Payment:
    """A transaction that pays `value` Bitcoin is seen, unconfirmed."""
    payment = Payment(
        id=f"{secrets.token_hex(32)}-{len(invoice.payments)}",
        wallet=wallet,
        received=now(),
        value=value,
        fee=FEE_OF_A_FURTHER_PART if invoice.payments else Decimal(0),
        is_late=invoice.status == "Expired",
    )
    invoice.payments.append(payment)
    _tell(store, "InvoiceReceivedPayment", invoice, payment)
    if invoice.paid < invoice.price:
        invoice.additional = "PaidPartial"
    elif invoice.status == "Expired":
        invoice.additional = "PaidLate"
    else:
        _paid_in_full(store, invoice)
    return payment


def confirm(store: BTCPayStore, invoice: Invoice, blocks: int = 1) -> None:
    """So many blocks are mined on top of each live payment."""
    for payment in invoice.live_payments:
        payment.confirmations += blocks
        enough = payment.confirmations >= max(invoice.confirmations_needed, 1)
        if enough and payment.status == "Processing":
            payment.status = "Settled"
            _tell(store, "InvoicePaymentSettled", invoice, payment)
    if invoice.status == "Processing" and invoice.settled >= invoice.price:
        invoice.status = "Settled"
        over = invoice.additional == "PaidOver"
        store.emit("InvoiceSettled", invoice, manuallyMarked=False, overPaid=over)


def invalidate(store: BTCPayStore, invoice: Invoice) -> None:
    """The newest live payment is spent elsewhere, or its block is gone. BTCPay tells nobody."""
    if not invoice.live_payments:
        raise KeyError("the invoice has no payment that counts")
    payment = invoice.live_payments[-1]
    payment.status, payment.confirmations = "Invalid", 0


def stop_monitoring(store: BTCPayStore, invoice: Invoice) -> None:
    """What has not confirmed by the end of the monitoring never will."""
    invoice.monitored_until = min(invoice.monitored_until, now())
    if invoice.status == "Processing":
        invoice.status, invoice.additional = "Invalid", "None"
        store.emit("InvoiceInvalid", invoice, manuallyMarked=False)


def mark(store: BTCPayStore, invoice: Invoice, status: str) -> None:
    """By hand. Raises BTCPayError when that is not possible now."""
    if status not in markable_as(invoice):
        raise invalid("status", "Status can only be marked within certain conditions.")
    invoice.status, invoice.additional = status, "Marked"
    if status == "Invalid":
        store.emit("InvoiceInvalid", invoice, manuallyMarked=True)
    else:
        store.emit("InvoiceSettled", invoice, manuallyMarked=True, overPaid=False)


def _paid_in_full(store: BTCPayStore, invoice: Invoice) -> None:
    over = invoice.paid > invoice.price
    if invoice.status in {"New", "Processing"}:
        invoice.additional = "PaidOver" if over else "None"
    if invoice.status == "New":
        invoice.status = "Processing"
        store.emit("InvoiceProcessing", invoice, overPaid=over)


def _tell(store: BTCPayStore, event_type: str, invoice: Invoice, payment: Payment) -> None:
    store.emit(
        event_type,
        invoice,
        afterExpiration=payment.is_late,
        paymentMethodId=METHOD,
        payment=shown_payment(invoice, payment),
    )


def _expire_by_itself(store: BTCPayStore, invoice: Invoice) -> None:
    with store.lock:
        if invoice.id in store.invoices:
            expire(store, invoice)
