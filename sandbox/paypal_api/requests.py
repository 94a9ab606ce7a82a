"""What the sandbox takes of PayPal's requests. Anything else is refused, to be seen early."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Money(Strict):
    currency_code: str = Field(min_length=3, max_length=3)
    value: str = Field(max_length=32, pattern=r"^((-?[0-9]+)|(-?([0-9]+)?[.][0-9]+))$")


class PurchaseUnit(Strict):
    amount: Money
    reference_id: str = Field(default="default", min_length=1, max_length=256)
    description: str | None = Field(default=None, min_length=1, max_length=127)
    custom_id: str | None = Field(default=None, min_length=1, max_length=127)
    invoice_id: str | None = Field(default=None, min_length=1, max_length=127)
    soft_descriptor: str | None = Field(default=None, min_length=1, max_length=22)


class ExperienceContext(Strict):
    return_url: str = ""
    cancel_url: str = ""
    brand_name: str | None = Field(default=None, max_length=127)
    locale: str | None = None
    shipping_preference: Literal["GET_FROM_FILE", "NO_SHIPPING", "SET_PROVIDED_ADDRESS"] | None = (
        None
    )
    landing_page: Literal["LOGIN", "GUEST_CHECKOUT", "NO_PREFERENCE"] | None = None
    user_action: Literal["CONTINUE", "PAY_NOW"] | None = None
    payment_method_preference: Literal["UNRESTRICTED", "IMMEDIATE_PAYMENT_REQUIRED"] | None = None


class Wallet(Strict):
    email_address: str | None = None
    experience_context: ExperienceContext = ExperienceContext()


class PaymentSource(Strict):
    paypal: Wallet


class OrderRequest(Strict):
    """The part of PayPal's order request that the sandbox knows: one unit, paid by wallet."""

    intent: Literal["CAPTURE"]
    purchase_units: list[PurchaseUnit] = Field(min_length=1, max_length=1)
    payment_source: PaymentSource | None = None


class NoBody(Strict):
    """A request that says all it has to say by its address."""


class RefundRequest(Strict):
    """Without an amount all that is left is given back."""

    amount: Money | None = None
    custom_id: str | None = Field(default=None, min_length=1, max_length=127)
    invoice_id: str | None = Field(default=None, min_length=1, max_length=127)
    note_to_payer: str | None = Field(default=None, min_length=1, max_length=255)
