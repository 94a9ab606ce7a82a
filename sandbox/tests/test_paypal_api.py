"""PayPal's API: orders, captures, refunds, disputes; refused in PayPal's words (B6)."""

from __future__ import annotations

import pytest
import requests

from sandbox.faults import FaultKind
from sandbox.testing import Sandbox
from sandbox.tests.paypal import TIMEOUT_SECONDS, Json, PayPalCaller, capture_of, order_request

ORDERS = "/v2/checkout/orders"


@pytest.fixture
def paypal(sandbox: Sandbox) -> PayPalCaller:
    caller = PayPalCaller(sandbox)
    caller.log_in()
    return caller


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Status and the issue (or the name when there is none)."""
    body = answer.json()
    assert body["debug_id"] == answer.headers["PayPal-Debug-Id"]
    return answer.status_code, body.get("details", [{"issue": body["name"]}])[0]["issue"]


def link(order: Json, rel: str) -> str:
    return next(str(one["href"]) for one in order["links"] if one["rel"] == rel)


def test_an_order_waits_for_its_payer_is_approved_and_captured(paypal: PayPalCaller) -> None:
    order = paypal.create()
    paypal.sandbox.paypal_approve("T-1", "ann@example.com")
    approved = paypal.get(f"{ORDERS}/{order['id']}").json()
    captured = paypal.capture(order["id"])

    assert order["status"] == "PAYER_ACTION_REQUIRED"
    assert link(order, "payer-action").endswith(f"/paypal/checkoutnow?token={order['id']}")
    assert approved["status"] == "APPROVED"
    assert approved["payer"]["email_address"] == "ann@example.com"
    assert (captured.status_code, captured.json()["status"]) == (201, "COMPLETED")
    capture = capture_of(captured.json())
    assert (capture["status"], capture["custom_id"]) == ("COMPLETED", "T-1-1")
    assert capture["amount"] == {"currency_code": "USD", "value": "50.00"}
    assert paypal.get(f"/v2/payments/captures/{capture['id']}").json() == capture


def test_an_answer_is_short_unless_all_of_it_is_asked_for(paypal: PayPalCaller) -> None:
    answer = paypal.post(ORDERS, order_request(), prefer=False)

    assert sorted(answer.json()) == ["id", "links", "status"]


def test_the_same_request_id_makes_one_order_and_tells_its_latest_state(
    paypal: PayPalCaller,
) -> None:
    first = paypal.post(ORDERS, order_request(), key="k1")
    paypal.sandbox.paypal_approve("T-1")
    second = paypal.post(ORDERS, order_request(), key="k1")

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["status"] == "APPROVED"
    assert len(paypal.sandbox.paypal_orders()) == 1


def test_a_request_id_is_not_used_for_another_order(paypal: PayPalCaller) -> None:
    paypal.post(ORDERS, order_request("50.00"), key="k1")

    answer = paypal.post(ORDERS, order_request("60.00"), key="k1")

    assert refusal(answer) == (422, "DUPLICATE_REQUEST_ID")


def test_b6_an_order_is_captured_once(paypal: PayPalCaller) -> None:
    order_id = paypal.create()["id"]
    early = paypal.capture(order_id)
    paypal.sandbox.paypal_approve(order_id)
    first, replay = paypal.capture(order_id, key="c1"), paypal.capture(order_id, key="c1")
    again = paypal.capture(order_id, key="c2")

    assert refusal(early) == (422, "ORDER_NOT_APPROVED")
    assert (first.status_code, replay.status_code) == (201, 200)
    assert capture_of(replay.json()) == capture_of(first.json())
    assert refusal(again) == (422, "ORDER_ALREADY_CAPTURED")
    assert paypal.sandbox.paypal_order(order_id)["capture_statuses"] == ["COMPLETED"]


def test_b6_two_orders_for_one_invoice_are_paid_once(paypal: PayPalCaller) -> None:
    paypal.pay()
    second = paypal.create()["id"]
    paypal.sandbox.paypal_approve(second)

    assert refusal(paypal.capture(second)) == (422, "DUPLICATE_INVOICE_ID")


def test_a_payer_without_funds_leaves_the_order_approved(paypal: PayPalCaller) -> None:
    order_id = paypal.create()["id"]
    paypal.sandbox.paypal_approve(order_id)
    paypal.sandbox.set_fault(FaultKind.DECLINED, match="T-1")

    assert refusal(paypal.capture(order_id, key="c1")) == (422, "INSTRUMENT_DECLINED")
    assert paypal.get(f"{ORDERS}/{order_id}").json()["status"] == "APPROVED"
    assert paypal.capture(order_id, key="c1").status_code == 201


@pytest.mark.parametrize(
    ("action", "status", "left"),
    [("complete", "COMPLETED", None), ("deny", "DECLINED", None)],
)
def test_a_pending_capture_says_why_and_is_decided_later(
    paypal: PayPalCaller, action: str, status: str, left: str | None
) -> None:
    paypal.sandbox.set_fault(FaultKind.PROCESSING, match="T-1", code="ECHECK")
    capture = capture_of(paypal.pay())
    decided = paypal.sandbox.paypal_act("T-1", action)["captures"][0]

    assert (capture["status"], capture["status_details"]) == ("PENDING", {"reason": "ECHECK"})
    assert (decided["status"], decided.get("status_details")) == (status, left)


def test_refunds_add_up_to_the_capture_at_most(paypal: PayPalCaller) -> None:
    capture_id = capture_of(paypal.pay())["id"]
    path = f"/v2/payments/captures/{capture_id}"

    def refund(value: str, currency: str = "USD") -> requests.Response:
        money = {"currency_code": currency, "value": value}
        return paypal.post(f"{path}/refund", {"amount": money})

    first = refund("20.00")
    assert (first.status_code, first.json()["status"]) == (201, "COMPLETED")
    assert paypal.get(path).json()["status"] == "PARTIALLY_REFUNDED"
    assert refusal(refund("30.01")) == (422, "REFUND_AMOUNT_EXCEEDED")
    assert refusal(refund("1.00", "EUR")) == (422, "REFUND_CAPTURE_CURRENCY_MISMATCH")
    rest = paypal.post(f"{path}/refund")
    assert rest.json()["amount"]["value"] == "30.00"
    assert paypal.get(path).json()["status"] == "REFUNDED"
    assert refusal(refund("0.01")) == (422, "CAPTURE_FULLY_REFUNDED")
    assert paypal.get(f"/v2/payments/refunds/{rest.json()['id']}").json() == rest.json()


def test_a_dispute_is_listed_for_its_capture_and_decided(paypal: PayPalCaller) -> None:
    capture_id = capture_of(paypal.pay())["id"]
    paypal.sandbox.paypal_act("T-1", "dispute")
    listed = paypal.get(f"/v1/customer/disputes?disputed_transaction_id={capture_id}").json()
    refund = paypal.post(f"/v2/payments/captures/{capture_id}/refund")
    paypal.sandbox.paypal_act("T-1", "lose_dispute")

    [summary] = listed["items"]
    dispute = paypal.get(f"/v1/customer/disputes/{summary['dispute_id']}").json()
    assert refusal(refund) == (422, "TRANSACTION_DISPUTED")
    assert summary["status"] == "WAITING_FOR_SELLER_RESPONSE"
    assert dispute["dispute_outcome"] == {"outcome_code": "RESOLVED_BUYER_FAVOUR"}
    assert dispute["disputed_transactions"][0]["seller_transaction_id"] == capture_id


@pytest.mark.parametrize(
    ("value", "currency", "issue"),
    [
        ("50.5", "HUF", "DECIMALS_NOT_SUPPORTED"),
        ("50.00", "JPY", "DECIMALS_NOT_SUPPORTED"),
        ("50.00", "TWD", "DECIMALS_NOT_SUPPORTED"),
        ("50.001", "USD", "DECIMAL_PRECISION"),
        ("0.00", "USD", "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ("-1", "USD", "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ("50.00", "KWD", "INVALID_CURRENCY_CODE"),
    ],
)
def test_m8_amounts_that_paypal_does_not_take(
    paypal: PayPalCaller, value: str, currency: str, issue: str
) -> None:
    answer = paypal.post(ORDERS, order_request(value, currency))

    assert refusal(answer) == (422, issue)


@pytest.mark.parametrize("currency", ["HUF", "JPY", "TWD"])
def test_m8_currencies_without_decimals_take_whole_amounts(
    paypal: PayPalCaller, currency: str
) -> None:
    amount = capture_of(paypal.pay(value="5000", currency=currency))["amount"]

    assert amount == {"currency_code": currency, "value": "5000"}


def test_what_cannot_be_understood_is_a_400(paypal: PayPalCaller) -> None:
    unknown_field = order_request() | {"colour": "red"}
    without_units = {"intent": "CAPTURE"}

    assert refusal(paypal.post(ORDERS, b"{")) == (400, "MALFORMED_REQUEST_JSON")
    assert refusal(paypal.post(ORDERS, unknown_field)) == (400, "INVALID_PARAMETER_SYNTAX")
    assert refusal(paypal.post(ORDERS, without_units)) == (400, "MISSING_REQUIRED_PARAMETER")
    assert refusal(paypal.get(f"{ORDERS}/NOBODYS")) == (404, "INVALID_RESOURCE_ID")
    assert refusal(paypal.get("/v2/nothing")) == (404, "INVALID_RESOURCE_ID")


def test_a_wrong_secret_gets_no_token_and_no_token_gets_nothing(sandbox: Sandbox) -> None:
    refused = requests.post(
        f"{sandbox.paypal_url}/v1/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(sandbox.paypal_client_id, "wrong"),
        timeout=TIMEOUT_SECONDS,
    )
    stranger = PayPalCaller(sandbox)

    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refusal(stranger.get(f"{ORDERS}/X")) == (401, "AUTHENTICATION_FAILURE")


def test_an_expired_token_is_a_401(paypal: PayPalCaller) -> None:
    paypal.sandbox.paypal_expire_tokens()

    assert refusal(paypal.get(f"{ORDERS}/X")) == (401, "AUTHENTICATION_FAILURE")


def test_an_order_that_nobody_captured_in_time_is_gone(paypal: PayPalCaller) -> None:
    order_id = paypal.create()["id"]
    paypal.sandbox.paypal_act(order_id, "forget")

    assert refusal(paypal.get(f"{ORDERS}/{order_id}")) == (404, "INVALID_RESOURCE_ID")


# --- faults ---------------------------------------------------------------------------------


def test_b1_a_lost_answer_leaves_the_money_to_be_found(paypal: PayPalCaller) -> None:
    order_id = paypal.create()["id"]
    paypal.sandbox.paypal_approve(order_id)
    paypal.sandbox.set_fault(FaultKind.ANSWER_LOST, match="T-1", operation="orders.capture")

    with pytest.raises(requests.ConnectionError):
        paypal.capture(order_id, key="c1")

    assert paypal.capture(order_id, key="c1").json()["status"] == "COMPLETED"
    assert paypal.sandbox.paypal_order("T-1")["capture_statuses"] == ["COMPLETED"]


@pytest.mark.parametrize(
    ("kind", "status", "captures"),
    [
        (FaultKind.ERROR_BEFORE, 500, []),
        (FaultKind.ERROR_AFTER, 500, ["COMPLETED"]),
        (FaultKind.RATE_LIMITED, 429, []),
    ],
)
def test_b3_b9_errors_strike_before_or_after_the_money_moved(
    paypal: PayPalCaller, kind: FaultKind, status: int, captures: list[str]
) -> None:
    order_id = paypal.create()["id"]
    paypal.sandbox.paypal_approve(order_id)
    paypal.sandbox.set_fault(kind, match="T-1", operation="orders.capture")

    assert paypal.capture(order_id).status_code == status
    assert paypal.sandbox.paypal_order(order_id)["capture_statuses"] == captures


@pytest.mark.parametrize(
    ("kind", "how", "name", "value"),
    [
        (FaultKind.WRONG_AMOUNT, {"amount": 100}, "amount", ("USD", "1.00")),
        (FaultKind.WRONG_CURRENCY, {"currency": "eur"}, "amount", ("EUR", "50.00")),
        (FaultKind.WRONG_MERCHANT, {}, "payee", ("somebody@example.com", "2222SMEBDY222")),
        (FaultKind.WRONG_REFERENCE, {"code": "T-2"}, "custom_id", "T-2"),
    ],
)
def test_w6_w7_an_order_can_be_shown_wrongly(
    paypal: PayPalCaller, kind: FaultKind, how: Json, name: str, value: object
) -> None:
    order_id = paypal.pay()["id"]
    paypal.sandbox.set_fault(kind, match="T-1", **how)

    unit = paypal.get(f"{ORDERS}/{order_id}").json()["purchase_units"][0]

    shown = unit[name]
    assert (tuple(shown[key] for key in sorted(shown)) if isinstance(shown, dict) else shown) == (
        value
    )
