"""Which roles may see and change customers, logins, terms and what we told."""

from accounts.staff_roles import (
    EVERYBODY,
    FINANCE,
    NOBODY_ELSE,
    SUPPORT,
    SUPPORT_AND_FINANCE,
    Grants,
)

STAFF_PERMISSIONS: Grants = {
    "accounts.view_customer": EVERYBODY,
    "accounts.view_address": EVERYBODY,
    "accounts.view_membership": EVERYBODY,
    "accounts.view_customernote": EVERYBODY,
    "accounts.add_customernote": SUPPORT_AND_FINANCE,
    "accounts.view_termsversion": EVERYBODY,
    "accounts.view_termsacceptance": EVERYBODY,
    "accounts.view_user": SUPPORT,
    "accounts.view_outgoingemail": SUPPORT_AND_FINANCE,
    "accounts.view_notification": SUPPORT_AND_FINANCE,
    "accounts.view_notificationaddress": SUPPORT_AND_FINANCE,
    "accounts.view_silentcategory": SUPPORT_AND_FINANCE,
    "accounts.add_termsversion": FINANCE,
    "accounts.change_termsversion": FINANCE,
    "accounts.delete_termsversion": FINANCE,  # drafts only
    # a customer's name and address stand on invoices, and a login opens a customer's money
    "accounts.change_customer": NOBODY_ELSE,
    "accounts.add_address": NOBODY_ELSE,
    "accounts.change_address": NOBODY_ELSE,
    "accounts.add_membership": NOBODY_ELSE,
    "accounts.change_membership": NOBODY_ELSE,
    "accounts.delete_membership": NOBODY_ELSE,
    "accounts.add_user": NOBODY_ELSE,
    "accounts.change_user": NOBODY_ELSE,
    "auth.view_group": NOBODY_ELSE,
    "auditlog.view_logentry": FINANCE,
}
