"""Customers: whom a payment and its saved cards belong to."""

from __future__ import annotations

from typing import Any

from sandbox.stripe_api.account import Account, new_id, now, random_text
from sandbox.stripe_api.errors import Json

EDITABLE = ("address", "description", "email", "name", "phone", "preferred_locales", "shipping")


def create_customer(account: Account, params: Json) -> Json:
    """A new customer."""
    customer = account.add(
        {
            "id": new_id("cus"),
            "object": "customer",
            "address": None,
            "balance": 0,
            "created": now(),
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "description": None,
            "discount": None,
            "email": None,
            "invoice_prefix": random_text(8).upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": {},
            "name": None,
            "next_invoice_sequence": 1,
            "phone": None,
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
        }
    )
    _edit(customer, params)
    account.emit("customer.created", customer)
    return customer


def update_customer(account: Account, customer: Json, params: Json) -> Json:
    """Change what was sent; the rest stays."""
    previous = _edit(customer, params)
    if previous:
        account.emit("customer.updated", customer, previous)
    return customer


def delete_customer(account: Account, customer: Json) -> Json:
    """Remove a customer and let go of its cards."""
    account.emit("customer.deleted", customer)
    del account.objects[customer["id"]]
    return {"id": customer["id"], "object": "customer", "deleted": True}


def _edit(customer: Json, params: Json) -> Json:
    """Apply the parameters; the values they replaced."""
    previous = edit(customer, {key: params[key] for key in EDITABLE if key in params})
    if "metadata" in params:
        previous |= edit(customer, {"metadata": merged_metadata(customer, params["metadata"])})
    return previous


def edit(item: Json, changes: dict[str, Any]) -> Json:
    """Write changes into an object, an empty string unsetting; the values that were replaced."""
    wanted = {key: None if value == "" else value for key, value in changes.items()}
    previous = {key: item.get(key) for key, value in wanted.items() if item.get(key) != value}
    item.update(wanted)
    return previous


def merged_metadata(item: Json, changes: Any) -> dict[str, str]:
    """Stripe merges metadata key by key; an empty value drops a key, an empty string all."""
    if not changes:
        return {}
    merged = {**(item.get("metadata") or {}), **changes}
    return {key: value for key, value in merged.items() if value != ""}
