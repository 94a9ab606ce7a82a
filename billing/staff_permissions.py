"""Which roles may see the ledger, and who may write into it."""

from accounts.staff_roles import EVERYBODY, FINANCE, NOBODY_ELSE, Grants

STAFF_PERMISSIONS: Grants = {
    "billing.view_journalentry": EVERYBODY,
    "billing.view_posting": EVERYBODY,
    "billing.view_ledgeraccount": EVERYBODY,
    "billing.view_promocode": EVERYBODY,
    "billing.view_promoentry": EVERYBODY,
    "billing.view_promoredemption": EVERYBODY,
    "billing.view_raisedalert": EVERYBODY,
    "billing.reverse_journalentry": FINANCE,
    "billing.add_promocode": FINANCE,
    "billing.change_promocode": FINANCE,
    # a token charges any customer
    "billing.view_switch": NOBODY_ELSE,
    "billing.view_switchtoken": NOBODY_ELSE,
    "billing.add_switch": NOBODY_ELSE,
    "billing.change_switch": NOBODY_ELSE,
    "billing.add_switchtoken": NOBODY_ELSE,
    "billing.change_switchtoken": NOBODY_ELSE,
}
