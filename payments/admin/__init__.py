"""The money side for staff: everything to read, little to press."""

from payments.admin import (
    allocations,
    customers,
    payments,
    receipts,
    refill,
    refunds,
    statements,
    totals,
    wire,
)

__all__ = [
    "allocations",
    "customers",
    "payments",
    "receipts",
    "refill",
    "refunds",
    "statements",
    "totals",
    "wire",
]
