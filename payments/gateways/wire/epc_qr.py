"""The QR code with which European banking apps fill in a SEPA transfer by themselves.

Source: European Payments Council, EPC069-12, version 002. segno writes the fields and keeps
their limits.
"""

import segno
from segno import helpers

from commpeak.lib.money import Money
from payments.gateways.wire.bank_details import is_in_sepa

_LIGHT_MODULES = 4  # the quiet zone around a code, by ISO 18004


def epc_qr(
    *, holder: str, iban: str, bic: str, money: Money, reference: str
) -> segno.QRCode | None:
    """None where there is no such code: not euro, no SEPA account, or an amount above
    999,999,999.99. The remittance is structured: `reference` is an ISO 11649 one."""
    if money.currency != "EUR" or not is_in_sepa(iban):
        return None
    try:
        return helpers.make_epc_qr(
            name=holder,
            iban=iban,
            bic=bic or None,
            amount=money.amount,
            reference=reference,
            encoding="utf-8",
        )
    except ValueError:
        return None


def as_data_uri(code: segno.QRCode) -> str:
    """An SVG image for <img>, dark on white whatever the page's colours."""
    uri: str = code.svg_data_uri(scale=4, border=_LIGHT_MODULES, dark="#000", light="#fff")
    return uri
