"""The ways to pay that customers are offered now."""

from payments.gateways.base import Gateway
from payments.gateways.registry import gateways_for
from payments.selectors.bank_account_for import bank_account_for


def offered_gateways(currency: str) -> list[Gateway]:
    """Those that are configured and take `currency`, in the registry's order; a wire only where
    we have a bank account to send it to. At most one query."""
    gateways = gateways_for(currency)
    needs_account = any(gateway.profile.into_our_bank for gateway in gateways)
    if needs_account and bank_account_for(currency) is None:
        return [gateway for gateway in gateways if not gateway.profile.into_our_bank]
    return gateways
