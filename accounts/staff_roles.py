"""Roles of staff. What each may do stands in the `staff_permissions` of each app.

A role is a Django group of the role's name. Groups are made equal to the tables after each
`migrate` (commpeak/staff_roles.py); docs/staff.md shows what comes of it, page by page.
"""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """The value is the group's name. People may have several roles."""

    SUPPORT = "Support", _("Support")
    WIRE_CLERK = "Wire clerk", _("Wire clerk")
    APPROVER = "Approver", _("Approver")
    FINANCE = "Finance", _("Finance")
    AUDITOR = "Auditor", _("Auditor")
    ADMINISTRATOR = "Administrator", _("Administrator")


# Permission ("app.codename") to the roles that hold it. The auditor holds every "view" and the
# administrator everything that is listed, without being named.
Grants = Mapping[str, frozenset[Role]]

NOBODY_ELSE: frozenset[Role] = frozenset()
EVERYBODY = frozenset({Role.SUPPORT, Role.WIRE_CLERK, Role.APPROVER, Role.FINANCE})
SUPPORT = frozenset({Role.SUPPORT})
FINANCE = frozenset({Role.FINANCE})
SUPPORT_AND_FINANCE = SUPPORT | FINANCE
WIRES = frozenset({Role.WIRE_CLERK, Role.FINANCE})
SECOND_PERSON = frozenset({Role.APPROVER, Role.FINANCE})
