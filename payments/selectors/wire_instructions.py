"""What a customer has to write on a wire; the page, the PDF and the e-mail say the same."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from django.utils.translation import gettext as _

from accounts.countries import country_name
from commpeak.lib.template_filters import money_text
from payments.gateways.wire.bank_details import grouped_iban
from payments.gateways.wire.epc_qr import epc_qr
from payments.gateways.wire.reference import grouped, make_reference
from payments.models import TopUp
from payments.models.wire import BankAccount
from payments.selectors.bank_account_for import bank_account_for


@dataclass(frozen=True, slots=True)
class Detail:
    """One field of the bank's form: how it is read, and what is copied into it."""

    label: str
    text: str
    copied: str


@dataclass(frozen=True, slots=True)
class WireInstructions:
    """`reference` is the structured one, in fours; `account_number` is the customer's own, for
    banks that take no structured reference. Both lead the money to the right balance."""

    reference: Detail
    account_number: Detail
    details: list[Detail]
    notes: str
    qr: segno.QRCode | None


def wire_reference(top_up: TopUp) -> str:
    """Without spaces. Another try at the same top-up keeps it."""
    return make_reference(
        account_number=top_up.customer.account_number, purse=top_up.purse, number=top_up.number
    )


def wire_instructions(top_up: TopUp) -> WireInstructions | None:
    """None while no bank account of ours is shown for the currency. One query."""
    account = bank_account_for(top_up.currency)
    if account is None:
        return None
    reference = wire_reference(top_up)
    number = top_up.customer.account_number
    return WireInstructions(
        reference=Detail(_("Reference"), grouped(reference), reference),
        account_number=Detail(_("Your account number"), number, number),
        details=[Detail(_("Amount"), money_text(top_up.money), str(top_up.money).split()[0])]
        + [Detail(label, text, copied) for label, text, copied in _fields(account) if text],
        notes=account.notes,
        qr=epc_qr(
            holder=account.holder,
            iban=account.iban,
            bic=account.bic,
            money=top_up.money,
            reference=reference,
        ),
    )


def _fields(account: BankAccount) -> list[tuple[str, str, str]]:
    address = ", ".join(filter(None, [account.bank_address, country_name(account.country)]))
    return [
        (_("Beneficiary"), account.holder, account.holder),
        (_("IBAN"), grouped_iban(account.iban), account.iban),
        (_("Account number"), account.account_number, account.account_number),
        (account.routing_label, account.routing_number, account.routing_number),
        (_("BIC (SWIFT code)"), account.bic, account.bic),
        (_("Bank"), account.bank_name, account.bank_name),
        (_("Address of the bank"), address, address),
    ]
