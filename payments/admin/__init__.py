"""The money side for staff: everything to read, little to press."""

from payments.admin import payments, refill, refunds, totals, wire

__all__ = ["payments", "refill", "refunds", "totals", "wire"]
