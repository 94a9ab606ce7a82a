"""The money side for staff: everything to read, little to press."""

from payments.admin import payments, refunds, totals

__all__ = ["payments", "refunds", "totals"]
