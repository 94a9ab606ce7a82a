"""What an upload holds: one file or a zip of several, told by content and never by name."""

import io
import zipfile

import pytest

from payments.statements.archive import read_files
from payments.statements.base import StatementError
from payments.statements.delimited_mapping import ColumnMapping
from payments.statements.detect import (
    DelimitedSettings,
    NeedsMapping,
    StatementFormat,
    detect_format,
    read_statement_file,
)
from payments.statements.limits import BYTES_MAX, MEMBERS_MAX
from payments.tests.statements.builders import ACCOUNT, eur, make_camt

CAMT = make_camt([(eur("50.00"), {"payer": "Ada"})])
MT940 = b":20:A\r\n:25:1\r\n:60F:C260503EUR1,\r\n:62F:C260504EUR1,\r\n"
CSV = b"Date;Amount\n2026-05-04;5,00\n"
MAPPING = ColumnMapping(decimal_mark=",", day_form="%Y-%m-%d", booked_on="Date", amount="Amount")


def zipped(*members: tuple[str, bytes], method=zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (CAMT, StatementFormat.CAMT053),
        (b"\xef\xbb\xbf\n " + CAMT, StatementFormat.CAMT053),
        (CAMT.decode().replace("UTF-8", "UTF-16").encode("utf-16"), StatementFormat.CAMT053),
        (MT940, StatementFormat.MT940),
        (b"\x01\n" + MT940, StatementFormat.MT940),
        (b"ABNANL2A\n940\nABNANL2A\n" + MT940, StatementFormat.MT940),
        (b"{1:F01X}{2:O940}{4:\r\n" + MT940, StatementFormat.MT940),
        (MT940.decode().encode("utf-16"), StatementFormat.MT940),
        (CSV, StatementFormat.DELIMITED),
        (b"Date;Time\n2026-05-04;12:20:11\n", StatementFormat.DELIMITED),
        (CSV.decode().encode("utf-16"), StatementFormat.DELIMITED),
    ],
)
def test_the_content_says_the_format(content, expected):
    assert detect_format(content) is expected


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is an old Excel or Word file"),
        (b"\x1f\x8b\x08", "is packed with gzip"),
        (b"\x89PNG\r\n", "is a picture"),
        (b"\x00\x01\x02", "is no text"),
    ],
)
def test_what_is_plainly_something_else_is_named(content, what):
    [file] = read_statement_file("statement.xml", content)
    assert (file.format, file.statements) == (None, ())
    assert what in str(file.error.user_text)


def test_one_file_is_read_whatever_it_is_called():
    for content, expected in ((CAMT, "camt053"), (MT940, "mt940")):
        [file] = read_statement_file("C:\\Downloads\\picture.png", content)
        assert (file.name, file.format.value, file.error) == ("picture.png", expected, None)
        assert len(file.statements) == 1


def test_a_csv_asks_how_it_is_to_be_read_and_has_a_guess():
    [file] = read_statement_file("a.csv", CSV)
    assert isinstance(file.error, NeedsMapping)
    assert file.error.guess.mapping == MAPPING
    settings = DelimitedSettings(account=ACCOUNT, currency="EUR", mapping=MAPPING)
    [again] = read_statement_file("a.csv", CSV, delimited=settings)
    assert [str(line.money) for line in again.statements[0].lines] == ["5.00 EUR"]


def test_each_file_of_a_zip_is_read_by_itself():
    files = read_statement_file(
        "all.zip",
        zipped(
            ("may/4.xml", CAMT),
            ("may/", b""),
            ("__MACOSX/may/._4.xml", b"\0"),
            (".DS_Store", b"\0"),
            ("broken.xml", CAMT[:500]),
            ("a.sta", MT940),
            ("a.csv", CSV),
        ),
    )
    assert [(f.name, f.format and f.format.value, len(f.statements)) for f in files] == [
        ("4.xml", "camt053", 1),
        ("broken.xml", "camt053", 0),
        ("a.sta", "mt940", 1),
        ("a.csv", "delimited", 0),
    ]
    assert "ends in the middle" in str(files[1].error.user_text)


def refused(content: bytes) -> str:
    with pytest.raises(StatementError) as caught:
        read_files("all.zip", content)
    return str(caught.value.user_text)


def test_a_zip_bomb_is_refused_while_unpacking():
    """S13"""
    assert "too large" in refused(zipped(("a.xml", bytes(BYTES_MAX + 1))))
    assert "too large" in refused(zipped(("a.xml", bytes(2 * 1024 * 1024))))


def test_a_zip_that_lies_about_its_sizes_is_refused():
    """S13"""
    packed = zipped(("a.xml", b"x" * 5_000), method=zipfile.ZIP_STORED)
    lied = packed.replace((5_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert "damaged" in refused(lied)


def test_files_together_have_a_limit(monkeypatch):
    monkeypatch.setattr("payments.statements.archive.BYTES_MAX", 10_000)
    one = bytes(range(256)) * 20
    assert "too large" in refused(zipped(("a", one), ("b", one)))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (zipped(("inner.zip", zipped(("a.xml", CAMT)))), "inner.zip in the zip file is a zip"),
        (zipped(), "There is no file in this zip file."),
        (zipped(("a.xml", CAMT))[:-30], "The zip file is damaged."),
        (b"PK\x03\x04 and then nothing", "The zip file is damaged."),
        (zipped(*[(f"{n}.xml", b"x") for n in range(MEMBERS_MAX + 1)]), "more than 200 files"),
        (zipped(("a.xml", CAMT), method=zipfile.ZIP_LZMA), "packed in a way that is not read"),
        (b"", "The file is empty."),
        (bytes(BYTES_MAX + 1), "too large"),
    ],
    ids=["nested", "empty", "cut", "no zip", "many", "LZMA", "nothing", "huge"],
)
def test_other_zips_are_refused_in_words(content, problem):
    """S13"""
    assert problem in refused(content)


def test_an_encrypted_member_is_refused():
    packed = bytearray(zipped(("secret.xml", CAMT)))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(magic) + offset] |= 1
    assert "secret.xml in the zip file is encrypted" in refused(bytes(packed))


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\..\\passwd", "a/passwd"])
def test_a_path_in_a_zip_is_a_name_and_nothing_else(name):
    [file] = read_files("all.zip", zipped((name, b"x")))
    assert file.name == "passwd"
