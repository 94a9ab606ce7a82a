"""/sandbox/bank/: send a wire to the portal's bank accounts, and download their statements."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.bank import Bank, BankMovement

FIELD_CHARACTERS_MAX = 300
AMOUNT_MAX = Decimal(10) ** 9


def bank_pages_blueprint(bank: Bank) -> Blueprint:
    """The page, the form's POST, and one statement per account and currency."""
    blueprint = Blueprint("bank_pages", __name__, url_prefix="/sandbox/bank")

    @blueprint.get("/")
    def show() -> ResponseReturnValue:
        return render_template("bank.html", accounts=bank.accounts, problem="", typed={})

    @blueprint.post("/wires")
    def send() -> ResponseReturnValue:
        """A form, from the page; the demo sends its first wires the same way."""
        typed = {name: value[:FIELD_CHARACTERS_MAX].strip() for name, value in request.form.items()}
        try:
            account, currency, movement = _wire(typed)
        except ValueError as error:
            page = render_template(
                "bank.html", accounts=bank.accounts, problem=str(error), typed=typed
            )
            return page, 400
        bank.book(account, currency, movement)
        return redirect("/sandbox/bank/", code=303)

    @blueprint.get("/statement.xml")
    def statement() -> ResponseReturnValue:
        account, currency = request.args.get("account", ""), request.args.get("currency", "")
        if (account, currency) not in bank.accounts:
            abort(404)
        name = f"statement-{currency}-{datetime.now(UTC):%Y-%m-%d}.xml"
        return Response(
            bank.statement(account, currency),
            content_type="application/xml",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return blueprint


def _wire(typed: dict[str, str]) -> tuple[str, str, BankMovement]:
    """Raises ValueError in words for whoever typed it."""
    account = "".join(typed.get("account", "").split()).upper()
    currency = typed.get("currency", "").upper()
    if not account or len(currency) != 3:
        raise ValueError("Enter the account number and the currency, as the portal shows them.")
    movement = BankMovement(
        amount=_amount(typed.get("amount", "")),
        booked_on=_day(typed.get("booked_on", "")),
        payer_name=typed.get("payer_name", ""),
        payer_account="".join(typed.get("payer_account", "").split()).upper(),
        reference="".join(typed.get("reference", "").split()),
        text=typed.get("text", ""),
        bank_id=typed.get("bank_id", "") or secrets.token_hex(8).upper(),
    )
    return account, currency, movement


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("Enter the amount in digits, for example 50.00.") from error
    if not amount.is_finite() or not 0 < amount < AMOUNT_MAX:
        raise ValueError("Enter an amount above 0.")
    return amount


def _day(text: str) -> date:
    return date.fromisoformat(text) if text else datetime.now(UTC).date()
