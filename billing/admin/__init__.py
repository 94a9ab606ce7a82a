"""The ledger, what staff decide about balances, and switches. Imported, the pages are found."""

from billing.admin import decisions, ledger, switches

__all__ = ["decisions", "ledger", "switches"]
