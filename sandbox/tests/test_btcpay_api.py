"""The BTCPay stand-in's API: who may ask, what an invoice becomes, what goes wrong (B7, B9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import requests

from sandbox.faults import FaultKind
from sandbox.testing import Sandbox
from sandbox.tests.btcpay import DESCRIPTION, TIMEOUT_SECONDS, BTCPayCaller, Json, invoice_request
from sandbox.tests.paypal import problems

STATUS = ("status", "additionalStatus")


@pytest.fixture
def btcpay(sandbox: Sandbox) -> BTCPayCaller:
    return BTCPayCaller(sandbox)


def after(btcpay: BTCPayCaller, *actions: str) -> tuple[str, ...]:
    """Status and additional status of an invoice of 50.00 after these actions."""
    invoice_id = btcpay.create()["id"]
    for action in actions:
        btcpay.sandbox.btcpay_act(invoice_id, action)
    invoice = btcpay.invoice(invoice_id)
    return tuple(invoice[name] for name in STATUS)


# --- as BTCPay's own description says -------------------------------------------------------


def test_canary_wrong_requests_and_answers_are_refused(btcpay: BTCPayCaller) -> None:
    number = invoice_request(amount=50)
    assert problems(DESCRIPTION, "CreateInvoiceRequest", number) == [
        "amount: 50 is not of type 'string'"
    ]
    assert problems(DESCRIPTION, "MarkInvoiceStatusRequest", {"status": "Paid"}) != []
    assert problems(DESCRIPTION, "MarkInvoiceStatusRequest", {"state": "Invalid"}) != []
    assert problems(DESCRIPTION, "InvoiceData", btcpay.create() | {"status": "Paid"}) != []


@pytest.mark.parametrize(
    "actions",
    [(), ("pay_under",), ("pay",), ("pay", "confirm_all"), ("pay", "invalidate"), ("pay_late",)],
)
def test_invoices_and_their_payments_are_as_described(
    btcpay: BTCPayCaller, actions: tuple[str, ...]
) -> None:
    assert problems(DESCRIPTION, "CreateInvoiceRequest", invoice_request()) == []
    invoice_id = btcpay.create()["id"]
    for action in actions:
        btcpay.sandbox.btcpay_act(invoice_id, action)
    [method] = btcpay.methods(invoice_id, "?onlyAccountedPayments=false")
    assert problems(DESCRIPTION, "InvoiceData", btcpay.invoice(invoice_id)) == []
    assert problems(DESCRIPTION, "InvoiceDataList", btcpay.get(btcpay.store).json()) == []
    assert problems(DESCRIPTION, "InvoicePaymentMethodDataModel", method) == []
    assert len(method["payments"]) == sum(action.startswith("pay") for action in actions)


@pytest.mark.parametrize(
    ("path", "body", "status", "schema"),
    [
        ("{store}", invoice_request(amount="0.00"), 422, "ValidationProblemDetails"),
        ("{store}", {"amount": "50.00", "currency": "usd"}, 422, "ValidationProblemDetails"),
        ("{store}", {"price": "50.00"}, 422, "ValidationProblemDetails"),
        ("/api/v1/invoices/X/status", {"status": "Invalid"}, 404, "ProblemDetails"),
        ("/api/v1/stores/OTHER/invoices", invoice_request(), 403, "ProblemDetails"),
    ],
)
def test_refusals_are_as_described(
    btcpay: BTCPayCaller, path: str, body: Json, status: int, schema: str
) -> None:
    refusal = btcpay.post(path.format(store=btcpay.store), body)
    assert refusal.status_code == status
    assert problems(DESCRIPTION, schema, refusal.json()) == []


def test_a_stranger_is_refused(sandbox: Sandbox) -> None:
    refusal = BTCPayCaller(sandbox, key="wrong").get("/api/v1/invoices/X")
    assert (refusal.status_code, refusal.json()["code"]) == (401, "unauthenticated")


# --- what an invoice becomes ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("actions", "status"),
    [
        ((), ("New", "None")),
        (("pay",), ("Processing", "None")),
        (("pay", "confirm"), ("Processing", "None")),
        (("pay", "confirm", "confirm"), ("Settled", "None")),
        (("pay_under",), ("New", "PaidPartial")),
        (("pay_under", "pay", "confirm_all"), ("Settled", "None")),
        (("pay_under", "expire", "confirm_all"), ("Expired", "PaidPartial")),
        (("pay_over", "confirm_all"), ("Settled", "PaidOver")),
        (("pay", "pay_again", "confirm_all"), ("Settled", "PaidOver")),
        (("expire",), ("Expired", "None")),
        (("pay_late", "confirm_all"), ("Expired", "PaidLate")),
        (("pay", "invalidate"), ("Processing", "None")),
        (("pay", "invalidate", "stop_monitoring"), ("Invalid", "None")),
        (("mark_invalid",), ("Invalid", "Marked")),
        (("mark_settled",), ("Settled", "Marked")),
    ],
)
def test_b7_what_an_invoice_becomes(
    btcpay: BTCPayCaller, actions: tuple[str, ...], status: tuple[str, str]
) -> None:
    assert after(btcpay, *actions) == status


def test_the_rest_of_a_part_costs_what_a_second_part_costs(btcpay: BTCPayCaller) -> None:
    invoice_id = btcpay.create()["id"]
    btcpay.sandbox.btcpay_act(invoice_id, "pay_under")
    btcpay.sandbox.btcpay_act(invoice_id, "pay")
    [method] = btcpay.methods(invoice_id)
    first, second = method["payments"]
    price = sum(Decimal(one["value"]) - Decimal(one["fee"]) for one in (first, second))
    assert (first["fee"], second["fee"]) == ("0", "0.00000150")
    assert price == Decimal("0.00077650")
    assert btcpay.invoice(invoice_id)["paidAmount"] == "50.00"


def test_a_payment_that_is_spent_elsewhere_is_listed_when_asked_for(btcpay: BTCPayCaller) -> None:
    invoice_id = btcpay.create()["id"]
    btcpay.sandbox.btcpay_act(invoice_id, "pay")
    btcpay.sandbox.btcpay_act(invoice_id, "invalidate")
    [method] = btcpay.methods(invoice_id)
    [everything] = btcpay.methods(invoice_id, "?onlyAccountedPayments=false")
    assert method["payments"] == []
    assert [payment["status"] for payment in everything["payments"]] == ["Invalid"]


def test_the_wallet_counts_confirmations(btcpay: BTCPayCaller) -> None:
    invoice_id = btcpay.create()["id"]
    payment = btcpay.sandbox.btcpay_act(invoice_id, "pay")["payments"][0]
    btcpay.sandbox.btcpay_act(invoice_id, "confirm")
    store = f"/api/v1/stores/{btcpay.sandbox.btcpay_store_id}"
    transaction = payment["id"].partition("-")[0]
    path = f"{store}/payment-methods/BTC-CHAIN/wallet/transactions/{transaction}"
    assert btcpay.get(path).json()["confirmations"] == "1"


def test_invoices_are_found_by_order_and_by_time(btcpay: BTCPayCaller) -> None:
    first, second = btcpay.create(order="T-1"), btcpay.create(order="T-2")
    created = first["createdTime"]

    def ids(query: str) -> list[str]:
        return [invoice["id"] for invoice in btcpay.get(f"{btcpay.store}?{query}").json()]

    assert ids("orderId=T-1") == [first["id"]]
    assert ids(f"startDate={created}") == [second["id"], first["id"]]
    assert ids(f"startDate={created + 3600}") == []
    assert ids("take=1&skip=1") == [first["id"]]


# --- faults ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (FaultKind.WRONG_AMOUNT, "amount", "1.00"),
        (FaultKind.WRONG_CURRENCY, "currency", "EUR"),
        (FaultKind.WRONG_MERCHANT, "storeId", "SOMEBODY-ELSES-STORE"),
        (FaultKind.WRONG_REFERENCE, "metadata", {"orderId": "SOMEBODY-ELSE"}),
    ],
)
def test_w6_w7_an_invoice_is_shown_wrongly(
    btcpay: BTCPayCaller, kind: FaultKind, field: str, value: Any
) -> None:
    btcpay.sandbox.set_fault(kind, match="T-1")
    invoice = btcpay.create()
    assert invoice[field] == value
    btcpay.sandbox.clear_faults()
    assert btcpay.invoice(invoice["id"])[field] != value


@pytest.mark.parametrize(
    ("kind", "status", "count"),
    [
        (FaultKind.ERROR_BEFORE, 500, 0),
        (FaultKind.ERROR_AFTER, 500, 1),
        (FaultKind.RATE_LIMITED, 429, 0),
    ],
)
def test_b9_a_request_fails(btcpay: BTCPayCaller, kind: FaultKind, status: int, count: int) -> None:
    btcpay.sandbox.set_fault(kind, match="T-1", operation="invoices.create")
    assert btcpay.post(btcpay.store, invoice_request()).status_code == status
    assert len(btcpay.sandbox.btcpay_invoices()) == count


def test_b1_an_answer_is_lost_and_a_second_request_makes_a_second_invoice(
    btcpay: BTCPayCaller,
) -> None:
    btcpay.sandbox.set_fault(FaultKind.ANSWER_LOST, match="T-1")
    with pytest.raises(requests.ConnectionError):
        btcpay.create()
    btcpay.create()
    assert len(btcpay.sandbox.btcpay_invoices()) == 2


# --- the checkout ---------------------------------------------------------------------------


def test_the_checkout_lets_one_pay_and_confirm(btcpay: BTCPayCaller) -> None:
    link = btcpay.create()["checkoutLink"]
    before = requests.get(link, timeout=TIMEOUT_SECONDS).text
    pages = [
        requests.post(link, data={"action": action}, timeout=TIMEOUT_SECONDS).text
        for action in ("pay", "confirm", "confirm")
    ]
    assert "Send 0.00077650 BTC" in before
    assert "Another coin or network cannot be sent" in before
    assert ["processing</strong>" in page for page in pages] == [True, True, False]
    assert "settled, 2 of 2 confirmations" in pages[2]


def test_the_control_page_shows_invoices_and_acts_on_them(btcpay: BTCPayCaller) -> None:
    invoice_id = btcpay.create()["id"]
    page = requests.post(
        f"{btcpay.sandbox.base_url}/sandbox/invoices/{invoice_id}/act",
        data={"action": "pay"},
        timeout=TIMEOUT_SECONDS,
    )
    assert invoice_id in page.text
    assert "<td>Processing</td>" in page.text
