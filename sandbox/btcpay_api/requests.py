"""What the sandbox takes of BTCPay's requests. Anything else is refused, to be seen early."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MINUTES_MAX = 60 * 24 * 365


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Checkout(Strict):
    speedPolicy: Literal["HighSpeed", "MediumSpeed", "LowSpeed", "LowMediumSpeed"] = (  # noqa: N815
        "MediumSpeed"
    )
    expirationMinutes: int = Field(default=15, ge=1, le=MINUTES_MAX)  # noqa: N815
    monitoringMinutes: int = Field(default=1440, ge=1, le=MINUTES_MAX)  # noqa: N815
    paymentTolerance: float = Field(default=0, ge=0, le=100)  # noqa: N815
    redirectURL: str | None = None  # noqa: N815
    redirectAutomatically: bool = False  # noqa: N815
    defaultLanguage: str | None = None  # noqa: N815


class InvoiceRequest(Strict):
    """The part of CreateInvoiceRequest that the sandbox knows: an invoice with an amount."""

    amount: str = Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,8})?$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    metadata: dict[str, Any] = {}
    checkout: Checkout = Checkout()


class StatusRequest(Strict):
    status: Literal["Invalid", "Settled"]
