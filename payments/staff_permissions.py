"""Which roles may see payments and act on them."""

from accounts.staff_roles import (
    EVERYBODY,
    FINANCE,
    SECOND_PERSON,
    SUPPORT_AND_FINANCE,
    WIRES,
    Grants,
)

STAFF_PERMISSIONS: Grants = {
    "payments.view_topup": EVERYBODY,
    "payments.view_payment": EVERYBODY,
    "payments.view_paymentfact": EVERYBODY,
    "payments.view_paymentevent": EVERYBODY,
    "payments.view_decline": EVERYBODY,
    "payments.view_payercheck": EVERYBODY,
    "payments.view_confirmedpayer": EVERYBODY,
    "payments.view_refund": EVERYBODY,
    "payments.view_refundevent": EVERYBODY,
    "payments.view_bankaccount": EVERYBODY,
    "payments.view_wireannouncement": EVERYBODY,
    "payments.view_gatewayday": EVERYBODY,
    "payments.view_gatewaydifference": EVERYBODY,
    "payments.view_autorefillrule": SUPPORT_AND_FINANCE,
    "payments.view_refillattempt": SUPPORT_AND_FINANCE,
    "payments.view_refillnote": SUPPORT_AND_FINANCE,
    "payments.view_savedcard": SUPPORT_AND_FINANCE,
    "payments.view_webhookevent": SUPPORT_AND_FINANCE,
    "payments.view_customerview": FINANCE,  # who looked as which customer
    "payments.view_as_customer": SUPPORT_AND_FINANCE,
    "payments.view_statementupload": EVERYBODY,
    "payments.view_statement": EVERYBODY,
    "payments.view_statementline": EVERYBODY,
    "payments.view_receipt": EVERYBODY,
    "payments.view_receiptnote": EVERYBODY,
    "payments.view_allocation": EVERYBODY,
    "payments.upload_statement": WIRES,
    "payments.match_receipt": WIRES,
    "payments.return_receipt": WIRES,
    "payments.approve_allocation": SECOND_PERSON,
    "payments.replay_webhookevent": FINANCE,
    "payments.add_refund": SUPPORT_AND_FINANCE,  # asks for one
    "payments.change_refund": SECOND_PERSON,  # approves or declines it
    "payments.change_payment": FINANCE,  # asks the gateway, closes a review
    "payments.change_webhookevent": FINANCE,
    "payments.change_gatewayday": FINANCE,
    "payments.add_bankaccount": FINANCE,
    "payments.change_bankaccount": FINANCE,
}
