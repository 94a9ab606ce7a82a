"""Words beside numbers, and words that name a balance, as payers of many countries write them."""

import re
from enum import Enum, auto

_WORD = re.compile(r"[A-Z]+")
_NEAREST = 3  # words in front of a number that can be about it
_CUSTOMER_WORD = re.compile(
    "ACC|ACCT|ACCOUNT|ACCOUNTNO|CLIENT|CLIENTE|CLIENTID|COMMPEAK|COMPTE|CONTO|CUENTA|CUST|"
    "CUSTOMER|CUSTOMERID|KD|KDNR|KLANT|KLIENT|KLIENTA|KONTO|KTO|KUNDE|KUNDENNR|KUNDENNUMMER|"
    "LOGIN|USER"
)
_DOCUMENT_WORD = re.compile(
    "AUFTRAG|BESTELLUNG|BIC|BILL|BLZ|CARD|CONTRACT|CRN|DATE|DATUM|DOC|DOGOVOR|EDRPOU|FACT|"
    "FACTURA|FACTURE|FAKTURA|FATTURA|FAX|HRB|IBAN|INN|INV|INVNO|INVOICES?|KARTE|MANDATE?|MOB|"
    "MOBILE|NIP|OKPO|ORDER|ORDERNO|PHONE|PO|PROFORMA|RE|RECHNUNG|RECHNUNGSNR|REG|RENR|RG|RGNR|"
    "SCHET|SIRET|SORT|STEUERNR|STNR|TAN|TAX|TEL|TELEFON|TERMINAL|TICKET|TRX|TXN|UST|VAT|"
    "VERTRAG|VERTRAGSNR|VOUCHER|ZAKAZ"
)
_DAY = re.compile(
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|[12][0-9]|3[01])(?:19|20)[0-9]{2}"
)
_PURSE_WORDS = {"VOICE": "voice", "SMS": "sms"}
_PURSE_WORD = re.compile(r"(?<![A-Z])(VOICE|SMS)(?![A-Z])")


class Label(Enum):
    """What the words beside a number call it."""

    CUSTOMER = auto()
    DOCUMENT = auto()
    DAY = auto()
    NONE = auto()


def label_of(before: str, digits: str, after: str) -> Label:
    """By the nearest telling word `before`, else by the one right `after` ("… invoice");
    digits that are a day are one, whatever stands beside them."""
    if _DAY.fullmatch(digits):
        return Label.DAY
    near = [*reversed(_WORD.findall(before)[-_NEAREST:]), *_WORD.findall(after)[:1]]
    for word in near:
        if _CUSTOMER_WORD.fullmatch(word):
            return Label.CUSTOMER
        if _DOCUMENT_WORD.fullmatch(word):
            return Label.DOCUMENT
    return Label.NONE


def named_purses(text: str) -> frozenset[str]:
    """Of a `plain` text: "voice", "sms", both or none."""
    return frozenset(_PURSE_WORDS[word] for word in _PURSE_WORD.findall(text))
