"""The money side for staff: everything to read, little to press."""

from payments.admin import payments, refunds, totals, wire

__all__ = ["payments", "refunds", "totals", "wire"]
