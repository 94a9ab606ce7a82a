"""A statement file: read as a dry run, posted once, whatever comes again, breaks or is tampered."""

import io
import zipfile
from decimal import Decimal

import pytest

from accounts.tests.builders import make_user
from billing.models import EntryKind, JournalEntry
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Conflict
from commpeak.lib.money import Money
from payments.models import Receipt, StatementLine, StatementUpload
from payments.selectors.dry_run import statement_sums
from payments.selectors.due_statement_uploads import due_statement_uploads
from payments.selectors.wire_instructions import wire_reference
from payments.services import post_statement_batch as batches
from payments.services.discard_statement_upload import discard_statement_upload
from payments.services.post_statement_batch import post_statement_batch
from payments.services.post_statement_upload import post_statement_upload
from payments.services.read_statement_again import read_statement_again
from payments.services.upload_statement import upload_statement
from payments.services.work_on_statement import work_on_statement
from payments.tests.builders import make_customer
from payments.tests.statements.builders import ACCOUNT, eur, make_camt
from payments.tests.wire_builders import make_bank_account, make_wire
from tests.books import assert_books_prove

pytestmark = pytest.mark.django_db
State = StatementUpload.State
WIRES = [
    (eur("100.00"), {"payer": "Ada", "text": "one", "bank_id": "B1"}),
    (eur("40.00"), {"payer": "Bob", "text": "two", "bank_id": "B2"}),
    (eur("7.50"), {"credit": False, "text": "fees", "bank_id": "B3"}),
]


@pytest.fixture(autouse=True)
def _private_files(settings, tmp_path):
    settings.PRIVATE_FILES_ROOT = tmp_path


@pytest.fixture
def ours():
    return make_bank_account("EUR", iban=ACCOUNT)


def read(content: bytes, name: str = "statement.xml", bank_account=None) -> StatementUpload:
    upload = upload_statement(
        name=name,
        content=content,
        bank_account=bank_account,
        uploaded_by=make_user(is_staff=True),
        now=utc_now(),
    )
    return worked_on(upload)


def worked_on(upload: StatementUpload) -> StatementUpload:
    work_on_statement(upload_id=upload.pk, now=utc_now())
    upload.refresh_from_db()
    return upload


def post(upload: StatementUpload) -> StatementUpload:
    post_statement_upload(upload_id=upload.pk, posted_by=make_user(is_staff=True), now=utc_now())
    return worked_on(upload)


def test_the_dry_run_has_a_verdict_for_each_line_and_posts_nothing(ours):
    upload = read(make_camt(WIRES, opening="10.00"))

    assert (upload.state, upload.credits_count, upload.problem) == (State.READY, 2, "")
    assert upload.format == "camt.053"
    (sums,) = statement_sums(upload)
    assert (sums.opening, sums.closing) == (eur("10.00"), eur("142.50"))
    assert (sums.new, sums.new_count, sums.ignored_count) == (eur("140.00"), 2, 1)
    assert sums.difference == eur("0")
    assert not JournalEntry.objects.exists()


def test_posting_puts_every_credit_into_suspense(ours):
    upload = post(read(make_camt(WIRES)))

    assert (upload.state, upload.posted_count) == (State.POSTED, 2)
    assert [receipt.money for receipt in Receipt.objects.order_by("pk")] == [
        eur("100.00"),
        eur("40.00"),
    ]
    assert JournalEntry.objects.filter(kind=EntryKind.SUSPENSE).count() == 2
    assert_books_prove()


def test_s12_the_same_file_again_renamed_has_nothing_new(ours):
    post(read(make_camt(WIRES)))
    again = read(make_camt(WIRES), name="renamed.xml")

    assert again.credits_count == 0
    assert StatementLine.objects.filter(statement__upload=again, is_known=True).count() == 3 - 1
    assert post(again).posted_count == 0
    assert Receipt.objects.count() == 2


def test_s12_an_overlapping_file_brings_only_what_is_new(ours):
    post(read(make_camt(WIRES)))
    more = [*WIRES, (eur("5.00"), {"payer": "Eve", "bank_id": "B4"})]

    assert post(read(make_camt(more))).posted_count == 1


def test_two_identical_wires_of_one_day_are_both_kept(ours):
    twins = [(eur("50.00"), {"payer": "Ada", "text": "same"})] * 2

    assert post(read(make_camt(twins))).posted_count == 2


def test_the_same_file_in_two_uploads_posted_one_after_the_other_is_posted_once(ours):
    first, second = read(make_camt(WIRES)), read(make_camt(WIRES))
    assert (first.credits_count, second.credits_count) == (2, 2)

    assert post(first).posted_count == 2
    assert post(second).posted_count == 0
    assert Receipt.objects.count() == 2


def test_a_statement_that_does_not_add_up_is_refused_with_the_difference(ours):
    upload = read(make_camt(WIRES, opening="0.00", closing="200.00"))

    assert upload.state == State.REFUSED
    assert "off by 67.50 EUR" in upload.problem
    with pytest.raises(Conflict):
        post(upload)


def test_an_account_that_is_not_ours_is_refused_until_it_is_added():
    upload = read(make_camt(WIRES))
    assert upload.state == State.REFUSED
    assert ACCOUNT in upload.problem

    make_bank_account("EUR", iban=ACCOUNT)
    read_statement_again(upload_id=upload.pk, mapping=None, now=utc_now())
    assert worked_on(upload).state == State.READY


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<?xml version='1.0'?><Document/>",
        b"%PDF-1.4",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><Document>&a;</Document>",
        make_camt(WIRES)[:400],
        b"\x00\x01\x02",
    ],
)
def test_what_is_no_statement_is_refused_in_words_and_kept(ours, content):
    upload = read(content)

    assert upload.state == State.REFUSED
    assert len(upload.problem) > 20
    assert upload.sha256


def test_a_zip_of_several_statements_is_one_upload(ours):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.xml", make_camt(WIRES[:1]))
        archive.writestr("b.xml", make_camt(WIRES[1:2], statement_id="S-2"))
    upload = post(read(packed.getvalue(), "may.zip"))

    assert (upload.posted_count, upload.statements.count()) == (2, 2)


def test_a_zip_with_a_broken_file_is_refused_and_names_it(ours):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("good.xml", make_camt(WIRES[:1]))
        archive.writestr("bad.xml", b"<Document>")
    upload = read(packed.getvalue(), "may.zip")

    assert upload.state == State.REFUSED
    assert "bad.xml" in upload.problem


def test_a_worker_killed_between_two_batches_is_made_up_for(ours, monkeypatch):
    monkeypatch.setattr(batches, "LINES_PER_BATCH", 2)
    many = [(eur("1.00"), {"payer": "Ada", "bank_id": f"B{number}"}) for number in range(5)]
    upload = read(make_camt(many))
    post_statement_upload(upload_id=upload.pk, posted_by=make_user(is_staff=True), now=utc_now())
    assert post_statement_batch(upload_id=upload.pk, now=utc_now())  # and here it dies

    assert upload.pk in due_statement_uploads(now=utc_now())
    assert worked_on(upload).posted_count == 5
    assert Receipt.objects.count() == 5


def test_posting_twice_changes_nothing(ours):
    upload = post(read(make_camt(WIRES)))
    assert post(upload).posted_count == 2


def test_a_discarded_file_leaves_its_hash_and_no_lines(ours):
    upload = read(make_camt(WIRES))
    discard_statement_upload(upload_id=upload.pk)
    discard_statement_upload(upload_id=upload.pk)

    upload.refresh_from_db()
    assert upload.state == State.DISCARDED
    assert not StatementLine.objects.exists()


def test_a_posted_file_is_neither_discarded_nor_read_again(ours):
    upload = post(read(make_camt(WIRES)))
    with pytest.raises(Conflict):
        discard_statement_upload(upload_id=upload.pk)
    with pytest.raises(Conflict):
        read_statement_again(upload_id=upload.pk, mapping=None, now=utc_now())


def test_s6_what_payers_write_is_kept_without_tricks(ours):
    wires = [(eur("1.00"), {"payer": "Ada\u202e gnihtyna", "text": "<script>alert(1)</script>"})]
    post(read(make_camt(wires)))

    line = Receipt.objects.get().line
    assert line.payer_name == "Ada gnihtyna"
    assert line.text == "<script>alert(1)</script>"


def test_a_wire_whose_reference_is_certain_is_seen_for_its_top_up(ours):
    payment = make_wire(customer=make_customer(currency="EUR"), money=Money(Decimal(50), "EUR"))
    wires = [(eur("50.00"), {"reference": wire_reference(payment.top_up)})]
    post(read(make_camt(wires)))

    assert Receipt.objects.get().expected_top_up == payment.top_up


def test_the_same_wire_from_another_format_is_pointed_out(ours):
    """Without an id of the bank its words are its key, and another format says other words."""
    post(read(make_camt([(eur("50.00"), {"payer": "Ada Lovelace", "text": "May"})])))
    upload = read(make_camt([(eur("50.00"), {"payer": "LOVELACE ADA", "text": "MAY"})]))

    line = StatementLine.objects.get(statement__upload=upload)
    assert "Is it the same one" in line.problem
    assert not line.is_known


def test_a_second_wire_of_the_same_amount_and_day_is_not_pointed_out(ours):
    first = (eur("50.00"), {"payer": "Ada Lovelace", "text": "May"})
    post(read(make_camt([first])))
    upload = read(make_camt([first, (eur("50.00"), {"payer": "Bob", "text": "Mine"})]))

    assert [line.problem for line in upload.statements.get().lines.order_by("ordinal")] == ["", ""]


def test_why_a_statement_is_not_added_up_is_kept(ours):
    upload = read(make_camt(WIRES, balances=[("OPBD", "0.00", "EUR")]))
    assert upload.statements.get().no_difference_because
