"""S13 and the like: files that are hostile, broken or something else; lines that cannot be read."""

import re
import tracemalloc

import pytest

from payments.statements import limits
from payments.statements.base import LineKind, StatementError
from payments.statements.camt053 import read_camt053
from payments.tests.statements.builders import camt_document, camt_statement, eur, make_camt

ACCOUNT = "<Acct><Id><IBAN>X</IBAN></Id><Ccy>EUR</Ccy></Acct>"
GOOD = make_camt([(eur("50.00"), {"payer": "Ada"})])
LAUGHS = "".join(
    f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' if n else '<!ENTITY lol0 "lol">' for n in range(10)
)


def refused(content: bytes) -> str:
    with pytest.raises(StatementError) as caught:
        read_camt053(content)
    return str(caught.value.user_text)


def with_doctype(doctype: str, name: str = "Ada") -> bytes:
    declaration, _, rest = GOOD.decode().partition("\n")
    return f"{declaration}{doctype}{rest.replace('Ada', name)}".encode()


@pytest.mark.parametrize(
    "content",
    [
        with_doctype("<!DOCTYPE Document>"),
        with_doctype(f"<!DOCTYPE Document [{LAUGHS}]>", "&lol9;"),
        with_doctype('<!DOCTYPE D [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        with_doctype('<!DOCTYPE D [<!ENTITY x SYSTEM "http://192.0.2.1/">]>', "&x;"),
        with_doctype('<!DOCTYPE D SYSTEM "http://192.0.2.1/camt.dtd">'),
        with_doctype('<!DOCTYPE D [<!ENTITY % p SYSTEM "http://192.0.2.1/"> %p;]>'),
    ],
    ids=["DTD", "billion laughs", "file", "address", "outer DTD", "parameter entity"],
)
def test_definitions_and_references_are_refused_unfollowed(content):
    """S13. Sockets are barred in tests: one that were opened would fail otherwise."""
    assert "defines entities or refers to elsewhere" in refused(content)


def test_two_hundred_megabytes_are_refused_unread():
    """S13"""
    content = bytes(200 * 1024 * 1024)
    tracemalloc.start()
    assert "too large: at most 32 MB" in refused(content)
    assert tracemalloc.get_traced_memory()[1] < 1024 * 1024
    tracemalloc.stop()


@pytest.mark.parametrize(
    "body",
    [
        "<Ntry/>" * 101,
        "<Ntry><NtryDtls>" + "<TxDtls/>" * 200 + "</NtryDtls></Ntry>",
        "<Bal>" + "<a/>" * (limits.ELEMENTS_BESIDE_LINES_MAX + 1) + "</Bal>",
        "<Bal " + " ".join(f"a{n}='>'" for n in range(limits.ATTRIBUTES_MAX + 1)) + "/>",
        "<Bal a='" + "x" * 2 * limits.TOKEN_BYTES_MAX + "'/>",
        "<Bal>" + "x" * 2 * limits.TOKEN_BYTES_MAX + "</Bal>",
        "<!--" + "x" * 2 * limits.TOKEN_BYTES_MAX + "-->",
        f"</Stmt><Stmt>{ACCOUNT}" * 3,
    ],
    ids=[
        *["entries", "details", "elements", "attributes", "long attribute", "long text"],
        *["long comment", "statements"],
    ],
)
def test_what_piles_up_is_refused_while_reading(body, monkeypatch):
    """S13: two million lines, in a small way, and whatever else is cheap to write."""
    monkeypatch.setattr("payments.statements.camt053.LINES_MAX", 100)
    monkeypatch.setattr("payments.statements.camt053.STATEMENTS_MAX", 3)
    statement = camt_statement().replace("</Stmt>", f"{body}</Stmt>")
    assert "too large" in refused(camt_document(statement))


def test_nesting_is_limited():
    assert "too large" in refused(b"<a>" * (limits.DEPTH_MAX + 1))


def test_a_truncated_file_says_so():
    assert refused(GOOD[:700]).startswith("The file ends in the middle, at line 9.")


@pytest.mark.parametrize(
    "content",
    [
        GOOD.replace(b"Ada", "Müller".encode("cp1252")),
        GOOD.replace(b"UTF-8", b"UTF-16"),
        GOOD.replace(b"Ada", b"A & B"),
        GOOD.replace(b"Ada", b"A\x00B"),
        GOOD + b"<more/>",
    ],
    ids=["latin letters as UTF-8", "no UTF-16", "bare ampersand", "NUL", "something behind"],
)
def test_a_damaged_file_or_a_wrong_encoding_is_named_with_its_line(content):
    """S13"""
    assert re.search("damaged or in another encoding than it says, at line [0-9]", refused(content))


def test_an_unknown_encoding_is_named():
    assert "encoding is unknown" in refused(GOOD.replace(b"UTF-8", b"EBCDIC-X"))


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252", "utf-8-sig"])
def test_what_says_its_encoding_is_read(encoding):
    told = encoding.replace("-sig", "")
    text = GOOD.decode().replace("Ada", "Zoë Müller").replace("UTF-8", told)
    [statement] = read_camt053(text.encode(encoding))
    assert statement.lines[0].payer_name == "Zoë Müller"


@pytest.mark.parametrize("message", ["camt.052", "camt.054", "pain.001", "pain.002", "pacs.008"])
def test_another_message_is_named(message):
    content = camt_document(namespace=f"urn:iso:std:iso:20022:tech:xsd:{message}.001.08")
    assert f"This is a {message}, " in refused(content)


def test_a_camt053_without_a_statement_is_an_error():
    assert "There is no statement in this camt.053" in refused(camt_document())


@pytest.mark.parametrize("content", [b"<html><body/></html>", b"<Document/>"])
def test_other_xml_is_no_statement(content):
    assert "This XML is no bank statement" in refused(content)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00\x01\x02", b"<"])
def test_what_is_no_xml_is_refused(content):
    assert refused(content)


def test_a_statement_must_say_whose_it_is():
    assert "of which account" in refused(make_camt(account=""))


def test_an_account_that_comes_after_its_entries_is_refused():
    statement = camt_statement([(eur("5.00"), {})])
    account = re.search("<Acct>.*</Acct>", statement)[0]
    moved = statement.replace(account, "").replace("</Stmt>", f"{account}</Stmt>")
    assert "entries before its account" in refused(camt_document(moved))


@pytest.mark.parametrize("amount", ["1.001", "", "abc", "NaN"])
def test_a_booked_balance_that_cannot_be_read_stops_the_file(amount):
    balances = [("OPBD", "0", "EUR"), ("CLBD", amount, "EUR")]
    assert "The balance CLBD of a statement cannot be read" in refused(make_camt(balances=balances))


def test_a_balance_that_nothing_hangs_on_does_not():
    [statement] = read_camt053(make_camt(balances=[("CLAV", "1.001", "EUR")]))
    assert statement.balances == ()


@pytest.mark.parametrize(
    ("amount", "currency", "problem"),
    [
        ("10.123", "EUR", "The amount 10.123 has more decimals than EUR has (2)."),
        ("10.12345", "EUR", "The amount 10.12345 has more decimals than EUR has (2)."),
        ("10.5", "JPY", "The amount 10.5 has more decimals than JPY has (0)."),
        ("10.1234", "KWD", "The amount 10.1234 has more decimals than KWD has (3)."),
        ("0.00", "EUR", "The amount is 0."),
        ("-5.00", "EUR", "“-5.00” is not an amount."),
        ("1,50", "EUR", "“1,50” is not an amount."),
        ("1.000,50", "EUR", "“1.000,50” is not an amount."),
        ("1e3", "EUR", "“1e3” is not an amount."),
        ("NaN", "EUR", "“NaN” is not an amount."),
        ("٥", "EUR", "“٥” is not an amount."),
        ("999999999999999", "EUR", "“999999999999999” is not an amount."),
        ("", "EUR", "There is no amount."),
        ("5.00", "eur", "“eur” is not a currency."),
        ("5.00", "", "“” is not a currency."),
    ],
)
def test_an_amount_that_is_none_makes_the_line_unreadable(amount, currency, problem):
    """S13, M9: never zero, never rounded. The lines around it are read."""
    lines = [(eur("1.00"), {}), ((amount, currency), {"payer": "Ada", "bank_id": "B"})]
    [statement] = read_camt053(make_camt(lines, currency=currency.upper() or "EUR", closing="1.00"))
    line = statement.lines[1]
    assert (line.kind, line.money, line.problem) == (LineKind.UNREADABLE, None, problem)
    assert (line.file_line, line.payer_name, line.bank_id) == (11, "Ada", "B")
    assert statement.difference is None


@pytest.mark.parametrize("amount", ["8.850", "08.85", "8.85000"])
def test_zeros_around_an_amount_do_not_count(amount):
    [statement] = read_camt053(make_camt([((amount, "EUR"), {})], opening="0.00"))
    assert str(statement.lines[0].money) == "8.85 EUR"


def test_an_entry_in_another_currency_is_unreadable_with_its_amount():
    """What the bank booked for it on the account is not said, and nothing is made up."""
    [statement] = read_camt053(make_camt([(("5.00", "USD"), {})], closing="5.00"))
    [line] = statement.lines
    assert (line.kind, str(line.money)) == (LineKind.UNREADABLE, "5.00 USD")
    assert line.problem.startswith("5.00 USD is not in the account's EUR.")


@pytest.mark.parametrize(
    ("pattern", "replacement", "problem"),
    [
        ("<BookgDt>.*</BookgDt>", "", "It has no booking date."),
        ("<BookgDt>.*</BookgDt>", "<BookgDt><Dt>4.5.26</Dt></BookgDt>", "“4.5.26” is not a date."),
        ("<BookgDt>.*</BookgDt>", "<BookgDt><Dt>2026-02-30</Dt></BookgDt>", "“2026-02-30” is "),
        ("<CdtDbtInd>CRDT</CdtDbtInd><Sts>", "<Sts>", "It does not say whether it is a credit"),
        ("<Ntry>\n<Amt.*?</Amt>", "<Ntry>", "There is no amount."),
    ],
)
def test_a_part_that_is_missing_or_wrong_makes_the_line_unreadable(pattern, replacement, problem):
    content, count = re.subn(pattern, replacement, GOOD.decode())
    [statement] = read_camt053(content.encode())
    [line] = statement.lines
    assert count == 1
    assert line.kind is LineKind.UNREADABLE
    assert line.problem.startswith(problem)


def test_text_of_any_length_is_cut_and_what_cannot_be_shown_is_left_out():
    """S16"""
    fields = {"payer": "A\u2028B\u0085" + "x" * 10_000, "text": "y" * 10_000}
    [statement] = read_camt053(make_camt([(eur("1.00"), fields)]))
    [line] = statement.lines
    assert line.payer_name == "A B " + "x" * (limits.FIELD_CHARS_MAX - 4)
    assert len(line.text) == limits.TEXT_CHARS_MAX
