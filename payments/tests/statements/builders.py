"""Small statement files, right and wrong, in the words of the standard.

    make_camt([(eur("50.00"), {"payer": "Ada", "text": "RF18..."})], opening="100.00")

A line is its money, as Money or as a pair of texts (amount, currency) so that it may be wrong,
and its fields: credit, payer, payer_account, reference, text, end_to_end_id, bank_id, day,
value_day, status, reversal, extra_text, parts (lines of a batch, with the same fields).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from commpeak.lib.money import Money

ACCOUNT = "DE89370400440532013000"
DAY = "2026-05-04"

Amount = Money | tuple[str, str]
Line = tuple[Amount, dict[str, Any]]


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def make_camt(lines: Sequence[Line] = (), *, version: int = 8, **statement: Any) -> bytes:
    """A camt.053 with one statement; what `camt_statement` takes may be given."""
    return camt_document(camt_statement(lines, version=version, **statement), version=version)


def camt_document(*statements: str, version: int = 8, namespace: str = "") -> bytes:
    namespace = namespace or f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{namespace}">\n'
        "<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr>\n"
        f"{''.join(statements)}</BkToCstmrStmt></Document>\n"
    ).encode()


def camt_statement(
    lines: Sequence[Line] = (),
    *,
    version: int = 8,
    opening: str = "0.00",
    closing: str | None = None,
    currency: str = "EUR",
    account: str = ACCOUNT,
    statement_id: str = "S-1",
    day: str = DAY,
    balances: Iterable[tuple[str, str, str]] | None = None,
    account_currency: bool = True,
) -> str:
    """`balances` (code, amount, currency) replace opening and closing; an amount below zero is
    a debit balance. Without `closing` it is what the lines make of the opening."""
    if balances is None:
        end = closing if closing is not None else _closing(opening, lines)
        balances = [("OPBD", opening, currency), ("CLBD", end, currency)]
    entries = "".join(_entry(money, {"day": day, **fields}, version) for money, fields in lines)
    return (
        f"<Stmt><Id>{statement_id}</Id><Acct><Id><IBAN>{account}</IBAN></Id>"
        f"{f'<Ccy>{currency}</Ccy>' if account_currency else ''}</Acct>\n"
        f"{''.join(_balance(*balance, day) for balance in balances)}{entries}</Stmt>\n"
    )


def _closing(opening: str, lines: Sequence[Line]) -> str:
    booked = [(m, f) for m, f in lines if f.get("status", "BOOK") == "BOOK"]
    moved = [_number(m) if f.get("credit", True) else -_number(m) for m, f in booked]
    return str(sum(moved, start=Decimal(opening)))


def _number(money: Amount) -> Decimal:
    return money.amount if isinstance(money, Money) else Decimal(money[0])


def _balance(code: str, amount: str, currency: str, day: str) -> str:
    sign = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount.lstrip("-")}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _entry(money: Amount, fields: dict[str, Any], version: int) -> str:
    status = fields.get("status", "BOOK")
    told = f"<Cd>{status}</Cd>" if version >= 8 else status
    parts = fields.get("parts")
    details = (
        "".join(_details(f, version, _amounts(m, f, version)) for m, f in parts)
        if parts is not None
        else _details({**fields, "bank_id": ""}, version)
    )
    return (
        f"<Ntry>\n{_amount(money)}{_direction(fields)}"
        f"{'<RvslInd>true</RvslInd>' if fields.get('reversal') else ''}"
        f"{f'<Sts>{told}</Sts>' if status else ''}{_day('BookgDt', fields.get('day'))}"
        f"{_day('ValDt', fields.get('value_day'))}{_tag('AcctSvcrRef', fields.get('bank_id'))}"
        f"<NtryDtls>{details}</NtryDtls>{_tag('AddtlNtryInf', fields.get('extra_text'))}</Ntry>\n"
    )


def _amounts(money: Amount | None, fields: dict[str, Any], version: int) -> str:
    """Version 2 has no amount of its own in the details of an entry."""
    if money is None:
        return ""
    if version < 3:
        return f"<AmtDtls><TxAmt>{_amount(money)}</TxAmt></AmtDtls>"
    return _amount(money) + (_direction(fields) if "credit" in fields else "")


def _details(fields: dict[str, Any], version: int, amounts: str = "") -> str:
    name = _tag("Nm", fields.get("payer"))
    party = f"<Pty>{name}</Pty>" if version >= 8 else name
    iban = _tag("IBAN", fields.get("payer_account"))
    references = _tag("AcctSvcrRef", fields.get("bank_id")) + _tag(
        "EndToEndId", fields.get("end_to_end_id")
    )
    structured = "".join(
        f"<Strd><CdtrRefInf><Ref>{escape(reference)}</Ref></CdtrRefInf></Strd>"
        for reference in _several(fields.get("reference"))
    )
    texts = "".join(_tag("Ustrd", text) for text in _several(fields.get("text")))
    return (
        f"<TxDtls>\n<Refs>{references}</Refs>{amounts}<RltdPties><Dbtr>{party}</Dbtr>"
        f"<DbtrAcct><Id>{iban}</Id></DbtrAcct></RltdPties>"
        f"<RmtInf>{texts}{structured}</RmtInf></TxDtls>\n"
    )


def _several(value: str | Sequence[str] | None) -> Sequence[str]:
    return [value] if isinstance(value, str) else value or []


def _amount(money: Amount) -> str:
    amount, currency = (
        (money.amount, money.currency) if isinstance(money, Money) else (money[0], money[1])
    )
    return f'<Amt Ccy="{currency}">{amount}</Amt>'


def _direction(fields: dict[str, Any]) -> str:
    return f"<CdtDbtInd>{'CRDT' if fields.get('credit', True) else 'DBIT'}</CdtDbtInd>"


def _day(tag: str, day: str | None) -> str:
    return f"<{tag}><Dt>{day}</Dt></{tag}>" if day else ""


def _tag(tag: str, text: str | None) -> str:
    return f"<{tag}>{escape(text)}</{tag}>" if text else ""
