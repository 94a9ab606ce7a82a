"""Staff upload a statement file, see what it says, confirm a CSV's columns, post it, tie it out."""

import re

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.tests.builders import make_user
from commpeak.lib.clock import utc_now
from payments.models import ColumnMapping, Receipt, StatementUpload
from payments.services.work_on_statement import work_on_statement
from payments.tests.builders import usd
from payments.tests.receipt_builders import BOOKED, credit, make_line, make_receipt
from payments.tests.statements.builders import ACCOUNT, eur, make_camt
from payments.tests.wire_builders import make_bank_account, make_wire

pytestmark = pytest.mark.django_db
State = StatementUpload.State
UPLOAD = "/admin/payments/statementupload/upload/"
TIE_OUT = "/admin/payments/receipt/tie-out/"
CSV = (
    "Buchungstag;Betrag;Auftraggeber;Verwendungszweck\n"
    '04.05.2026;1.100,50;Ada;"eins"\n'
    "05.05.2026;40,00;Bob;=cmd|' /C calc'!A0\n"
)


@pytest.fixture(autouse=True)
def _private_files(settings, tmp_path):
    settings.PRIVATE_FILES_ROOT = tmp_path


@pytest.fixture
def staff(client):
    client.force_login(make_user(email="clerk@example.com", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def ours():
    return make_bank_account("EUR", iban=ACCOUNT)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def send(staff, content: bytes, name: str = "may.xml", **typed) -> StatementUpload:
    file = SimpleUploadedFile(name, content)
    staff.post(UPLOAD, {"statements": file, "bank_account": ""} | typed)
    upload = StatementUpload.objects.latest("pk")
    work_on_statement(upload_id=upload.pk, now=utc_now())
    upload.refresh_from_db()
    return upload


def page_of(staff, upload: StatementUpload):
    return staff.get(reverse("admin:payments_statementupload_change", args=[upload.pk]))


def press(staff, upload: StatementUpload, what: str, **typed):
    at = reverse(f"admin:payments_statementupload_{what}", args=[upload.pk])
    answer = staff.post(at, typed, follow=True)
    work_on_statement(upload_id=upload.pk, now=utc_now())
    upload.refresh_from_db()
    return answer


def test_from_the_upload_over_the_dry_run_to_the_posted_credits(staff, ours):
    wires = [(eur("100.00"), {"payer": "Ada", "text": "one"})]
    upload = send(staff, make_camt(wires, opening="5.00"))

    page = text_of(page_of(staff, upload))
    assert "Post the credit" in page
    assert "difference 0.00 EUR" in re.sub(r"<[^>]+>", "", page).replace("\xa0", " ")
    press(staff, upload, "post")

    assert upload.state == State.POSTED
    assert Receipt.objects.get().money == eur("100.00")
    assert "One credit was posted." in text_of(page_of(staff, upload))
    logged = LogEntry.objects.get_for_object(upload).order_by("pk")
    assert [entry.additional_data["action"] for entry in logged] == [
        "Upload statements",
        "Post the credits",
    ]


def test_while_a_worker_is_at_it_the_page_looks_again_by_itself(staff, ours):
    staff.post(
        UPLOAD, {"statements": SimpleUploadedFile("may.xml", make_camt([])), "bank_account": ""}
    )
    page = text_of(page_of(staff, StatementUpload.objects.get()))

    assert 'http-equiv="refresh"' in page
    assert "A worker reads the file." in page


def test_several_files_at_once_are_several_uploads(staff, ours):
    files = [SimpleUploadedFile(name, make_camt([])) for name in ("a.xml", "b.xml")]
    staff.post(UPLOAD, {"statements": files, "bank_account": ""})
    assert StatementUpload.objects.count() == 2


def test_s13_an_upload_above_the_limit_is_refused_in_words(staff):
    content = b"x" * (32 * 1024 * 1024 + 1)
    answer = staff.post(
        UPLOAD, {"bank_account": "", "statements": SimpleUploadedFile("a", content)}
    )

    assert "More than 32 MB at once." in text_of(answer)
    assert not StatementUpload.objects.exists()


def test_s3_an_upload_without_the_form_s_token_is_refused():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(is_staff=True, is_superuser=True))
    answer = client.post(UPLOAD, {"statements": SimpleUploadedFile("a", b"x"), "bank_account": ""})

    assert answer.status_code == 403
    assert not StatementUpload.objects.exists()


def test_without_a_file_the_form_says_so(staff):
    assert "This field is required." in text_of(staff.post(UPLOAD, {"bank_account": ""}))


def test_the_same_bytes_again_are_pointed_at(staff, ours):
    send(staff, make_camt([]), "may.xml")
    upload = send(staff, make_camt([]), "copy of may.xml")
    assert "The same bytes came before: may.xml" in text_of(page_of(staff, upload))


def test_the_file_comes_back_as_it_was(staff, ours):
    content = make_camt([])
    upload = send(staff, content)
    at = reverse("admin:payments_statementupload_download", args=[upload.pk])
    answer = staff.get(at)

    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"] == "application/octet-stream"


def test_a_csv_asks_how_it_is_read_and_remembers_it_for_the_bank(staff, ours):
    upload = send(staff, CSV.encode(), "may.csv")
    assert upload.state == State.UNMAPPED
    page = page_of(staff, upload)
    form = page.context["columns"]
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    typed |= {"bank_account": str(ours.pk), "booked_words": ""}

    press(staff, upload, "columns", **typed)
    assert (upload.state, upload.credits_count, upload.problem) == (State.READY, 2, "")
    press(staff, upload, "post")
    assert [receipt.money for receipt in Receipt.objects.order_by("pk")] == [
        eur("1100.50"),
        eur("40.00"),
    ]
    assert ColumnMapping.objects.get().bank_account == ours
    later = send(staff, CSV.replace("04.05", "06.05").encode(), "june.csv", bank_account=ours.pk)
    assert (later.state, later.credits_count) == (State.READY, 1)


def test_columns_that_cannot_be_read_are_told(staff, ours):
    upload = send(staff, CSV.encode(), "may.csv")
    typed = {"bank_account": ours.pk, "separator": ";", "encoding": "utf-8", "header_lines": 1}

    answer = press(staff, upload, "columns", **typed, footer_lines=0)

    assert "Choose the column with the booking date." in text_of(answer)
    assert upload.state == State.UNMAPPED


def test_a_long_statement_takes_few_queries(staff, ours, django_assert_max_num_queries):
    wires = [(eur("1.00"), {"payer": "Ada", "bank_id": f"B{n}"}) for n in range(120)]
    upload = send(staff, make_camt(wires))
    with django_assert_max_num_queries(20):
        page_of(staff, upload)


class TestTieOut:
    def show(self, staff, **more):
        days = {"first_day": f"{BOOKED:%Y-%m-01}", "last_day": f"{BOOKED:%Y-%m-28}"}
        return staff.get(TIE_OUT, days | more)

    def test_every_cent_is_accounted_for(self, staff):
        payment = make_wire(money=usd("70.00"))
        credit(make_receipt(usd("70.00")), payment.top_up)
        make_receipt(usd("30.00"))

        (row,) = self.show(staff).context["rows"]
        sums = row["sums"]

        assert (sums.credits, sums.credited, sums.returned, sums.suspense, sums.difference) == (
            usd("100.00"),
            usd("70.00"),
            usd("0"),
            usd("30.00"),
            usd("0"),
        )

    def test_each_figure_leads_to_its_lines(self, staff):
        credit(make_receipt(usd("70.00")), make_wire(money=usd("70.00")).top_up)
        (row,) = self.show(staff).context["rows"]
        for link in row["links"].values():
            assert staff.get(link).status_code == 200

    def test_a_credit_that_was_not_posted_is_the_difference(self, staff):
        make_line(usd("12.34"))
        (row,) = self.show(staff).context["rows"]
        assert row["sums"].difference == usd("12.34")

    def test_s7_the_file_has_the_figures_and_no_formula(self, staff):
        make_receipt(usd("30.00"))
        lines = self.show(staff, format="csv").content.decode().splitlines()
        assert lines[1].endswith("USD,1,30.00,0.00,0.00,30.00,0.00")

    def test_a_period_that_ends_before_it_begins_is_told(self, staff):
        answer = staff.get(TIE_OUT, {"first_day": "2026-05-02", "last_day": "2026-05-01"})
        assert "The period ends before it begins." in text_of(answer)

    @pytest.mark.parametrize("day", ["", "x", "0000-00-00", "99999-01-01"])
    def test_a_day_that_is_none_is_told(self, staff, day):
        assert staff.get(TIE_OUT, {"first_day": day, "last_day": day}).status_code == 200
