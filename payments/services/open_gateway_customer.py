"""Makes the customer known to the gateway that keeps their cards."""

from accounts.models import Customer
from payments.gateways.registry import VAULT
from payments.models.refill import GatewayCustomer


def open_gateway_customer(*, customer: Customer) -> str:
    """The gateway's id of the customer, made at the first call. The key is the account number,
    so two calls at once, or one after a lost answer, make one. Raises GatewayError. Must not be
    called inside a transaction."""
    known = GatewayCustomer.objects.filter(customer=customer, gateway=VAULT.code).first()
    if known:
        return known.gateway_id
    number = customer.account_number
    gateway_id = VAULT.open_customer(key=f"customer-{number}", account_number=number)
    known, _is_new = GatewayCustomer.objects.get_or_create(
        customer=customer, gateway=VAULT.code, defaults={"gateway_id": gateway_id}
    )
    return known.gateway_id
