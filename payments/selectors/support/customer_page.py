"""The customer on one screen, for support.

A section is a function and a line in SECTIONS. What another part of the house knows of a
customer (manual entries) gets its own function there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from accounts.models import Customer, User
from payments.selectors.support.money_sections import (
    last_top_ups,
    money_going_back,
    wires,
    wires_received,
)
from payments.selectors.support.people_sections import members, notes, told
from payments.selectors.support.purses import PurseLimits, purse_limits
from payments.selectors.support.refill_sections import refill_decisions, refill_rules
from payments.selectors.support.section import Section, SectionOf

SECTIONS = [
    SectionOf("accounts.view_customernote", notes),
    SectionOf("payments.view_topup", last_top_ups),
    SectionOf("payments.view_wireannouncement", wires),
    SectionOf("payments.view_receipt", wires_received),
    SectionOf("payments.view_refund", money_going_back),
    SectionOf("payments.view_autorefillrule", refill_rules),
    SectionOf("payments.view_refillnote", refill_decisions),
    SectionOf("accounts.view_outgoingemail", told),
    SectionOf("accounts.view_membership", members),
]


@dataclass(frozen=True, slots=True)
class CustomerPage:
    purses: list[PurseLimits]
    sections: list[Section]


def customer_page(*, customer: Customer, reader: User, now: datetime) -> CustomerPage:
    """What `reader` may see of it: a section needs the permission to view what it lists."""
    return CustomerPage(
        purses=purse_limits(customer=customer, now=now),
        sections=[
            _with_open_links(section.build(customer, now), reader)
            for section in SECTIONS
            if reader.has_perm(section.permission)
        ],
    )


def _with_open_links(section: Section, reader: User) -> Section:
    return replace(section, links=[one for one in section.links if reader.has_perm(one.permission)])
