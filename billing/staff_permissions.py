"""Which roles may see the ledger, and who may write into it."""

from accounts.staff_roles import EVERYBODY, FINANCE, NOBODY_ELSE, SECOND_PERSON, Grants

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
    "billing.view_manualentry": EVERYBODY,
    "billing.add_manualentry": FINANCE,  # proposes one, which may be posted at once
    "billing.decide_manualentry": SECOND_PERSON,
    "billing.undo_manualentry": FINANCE,
    "billing.view_creditlimitchange": EVERYBODY,
    "billing.add_creditlimitchange": FINANCE,
    "billing.decide_creditlimitchange": SECOND_PERSON,
    # a token charges any customer
    "billing.view_switch": NOBODY_ELSE,
    "billing.view_switchtoken": NOBODY_ELSE,
    "billing.add_switch": NOBODY_ELSE,
    "billing.change_switch": NOBODY_ELSE,
    "billing.add_switchtoken": NOBODY_ELSE,
    "billing.change_switchtoken": NOBODY_ELSE,
}
