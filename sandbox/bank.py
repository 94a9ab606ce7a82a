"""The stand-in for a bank: what it would send as the statement of an account.

A bank has no API here, only files: staff download them from the bank and upload them. So this
writes one, a camt.053.001.08 as banks send them, for whatever wires the demo or a test wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True, slots=True)
class BankMovement:
    """What the bank booked. `amount` is positive, in the account's currency and written as it
    stands ("50.00"). `bank_id` is the bank's own id of it, "" where the bank gives none."""

    amount: Decimal
    booked_on: date
    is_credit: bool = True
    is_reversal: bool = False
    status: str = "BOOK"
    payer_name: str = ""
    payer_account: str = ""
    reference: str = ""
    text: str = ""
    end_to_end_id: str = ""
    bank_id: str = ""


class Bank:
    """The accounts of one process's memory, by number and currency, and what was booked on each."""

    def __init__(self) -> None:
        self.accounts: dict[tuple[str, str], list[BankMovement]] = {}

    def book(self, account: str, currency: str, movement: BankMovement) -> None:
        """The same id of the bank again changes nothing: it is the same movement."""
        booked = self.accounts.setdefault((account, currency), [])
        if movement.bank_id not in {known.bank_id for known in booked}:
            booked.append(movement)

    def statement(self, account: str, currency: str) -> bytes:
        """Everything from the beginning until now. Raises KeyError for an unknown account."""
        movements = self.accounts[account, currency]
        days = [movement.booked_on for movement in movements]
        return write_statement(
            movements,
            account=account,
            currency=currency,
            opening=Decimal(0),
            statement_id=f"{currency}-{max(days):%Y%m%d}-{len(movements)}",
            days=(min(days), max(days)),
        )

    def clear(self) -> None:
        self.accounts.clear()


def write_statement(
    movements: Sequence[BankMovement],
    *,
    account: str,
    currency: str,
    opening: Decimal,
    statement_id: str,
    days: tuple[date, date],
) -> bytes:
    """The file. The closing balance is what the booked movements make of the opening one."""
    document = Element("Document", {"xmlns": NAMESPACE})
    body = SubElement(document, "BkToCstmrStmt")
    _texts(body, "GrpHdr", MsgId=statement_id, CreDtTm=f"{days[1]}T20:00:00Z")
    statement = SubElement(body, "Stmt")
    _texts(statement, "", Id=statement_id, CreDtTm=f"{days[1]}T20:00:00Z")
    _texts(statement, "FrToDt", FrDtTm=f"{days[0]}T00:00:00Z", ToDtTm=f"{days[1]}T23:59:59Z")
    ours = SubElement(statement, "Acct")
    _account_id(ours, account)
    _texts(ours, "", Ccy=currency)
    _balance(statement, "OPBD", opening, currency, days[0])
    _balance(statement, "CLBD", opening + _moved(movements), currency, days[1])
    for movement in movements:
        _entry(statement, movement, currency)
    indent(document)
    written: bytes = tostring(document, encoding="UTF-8", xml_declaration=True)
    return written


def _moved(movements: Iterable[BankMovement]) -> Decimal:
    booked = (m for m in movements if m.status == "BOOK")
    return sum((m.amount if m.is_credit else -m.amount for m in booked), start=Decimal(0))


def _balance(statement: Element, code: str, amount: Decimal, currency: str, day: date) -> None:
    balance = SubElement(statement, "Bal")
    _texts(SubElement(balance, "Tp"), "CdOrPrtry", Cd=code)
    SubElement(balance, "Amt", {"Ccy": currency}).text = f"{abs(amount):f}"
    _texts(balance, "", CdtDbtInd="DBIT" if amount < 0 else "CRDT")
    _texts(balance, "Dt", Dt=str(day))


def _entry(statement: Element, movement: BankMovement, currency: str) -> None:
    """The elements in the order of the standard."""
    entry = SubElement(statement, "Ntry")
    SubElement(entry, "Amt", {"Ccy": currency}).text = f"{movement.amount:f}"
    _texts(entry, "", CdtDbtInd="CRDT" if movement.is_credit else "DBIT")
    _texts(entry, "", RvslInd="true" if movement.is_reversal else "")
    _texts(entry, "Sts", Cd=movement.status)
    _texts(entry, "BookgDt", Dt=str(movement.booked_on))
    _texts(entry, "ValDt", Dt=str(movement.booked_on))
    _texts(entry, "", AcctSvcrRef=movement.bank_id)
    domain = SubElement(SubElement(entry, "BkTxCd"), "Domn")
    _texts(domain, "", Cd="PMNT")
    _texts(domain, "Fmly", Cd="RCDT" if movement.is_credit else "ICDT", SubFmlyCd="ESCT")
    details = SubElement(SubElement(entry, "NtryDtls"), "TxDtls")
    _texts(details, "Refs", EndToEndId=movement.end_to_end_id or "NOTPROVIDED")
    parties = SubElement(details, "RltdPties")
    if movement.payer_name:
        _texts(SubElement(parties, "Dbtr"), "Pty", Nm=movement.payer_name)
    if movement.payer_account:
        _account_id(SubElement(parties, "DbtrAcct"), movement.payer_account)
    remittance = SubElement(details, "RmtInf")
    _texts(remittance, "", Ustrd=movement.text)
    if movement.reference:
        _texts(SubElement(remittance, "Strd"), "CdtrRefInf", Ref=movement.reference)


def _account_id(parent: Element, number: str) -> None:
    """An IBAN begins with two letters, other banks' numbers do not."""
    if number[:2].isalpha():
        _texts(parent, "Id", IBAN=number)
    else:
        _texts(SubElement(parent, "Id"), "Othr", Id=number)


def _texts(parent: Element, group: str, **texts: str) -> None:
    """Elements with a text each, in a group of this name if it has one; empty ones left out."""
    inside = SubElement(parent, group) if group else parent
    for tag, text in texts.items():
        if text:
            SubElement(inside, tag).text = text
