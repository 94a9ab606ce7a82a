"""The ledger and its switches for staff. Django finds the pages by importing this package."""

from billing.admin import ledger, switches

__all__ = ["ledger", "switches"]
