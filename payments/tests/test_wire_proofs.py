"""The proof of a wire: checked by its bytes, kept privately, and only ever downloaded."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.tests.builders import make_user
from commpeak.lib.documents import DOCUMENT_BYTES_MAX, read_document
from payments.models import Payment
from payments.models.wire import WireProof
from payments.states import State
from payments.tests.test_wire_pages import address, customer, page, payment, text_of, told
from payments.tests.wire_builders import PDF, a_receipt, announce, image

__all__ = ["customer", "page", "payment"]  # fixtures

pytestmark = pytest.mark.django_db


def uploaded(page: Client, payment: Payment, content: bytes, name: str = "receipt.pdf"):
    return page.post(
        address(payment), told(proof=SimpleUploadedFile(name, content, "application/pdf"))
    )


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (PDF, "Überweisung.pdf", "application/pdf"),
        (image("PNG"), "scan.pdf", "image/png"),
        (image("JPEG"), "photo.html", "image/jpeg"),
    ],
)
def test_a_proof_comes_back_as_a_download_of_what_it_is(page, payment, content, name, content_type):
    uploaded(page, payment, content, name)
    response = page.get(address(payment, "topup-wire-proof"))
    assert b"".join(response.streaming_content) == content
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"].startswith("attachment; ")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert ".html" not in response["Content-Disposition"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "receipt.svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "receipt.png"),
        (b"<!doctype html><script>alert(1)</script>", "receipt.pdf"),
        (b"<!doctype html><script>alert(1)</script>" + PDF, "polyglot.pdf"),
        (PDF + b"<script>alert(1)</script>", "polyglot.pdf"),
        (image("PNG")[:-15], "truncated.png"),
        (image("JPEG")[:-400], "truncated.jpg"),
        (b"", "empty.pdf"),
    ],
)
def test_a_proof_that_is_none_is_refused_and_not_kept(page, payment, content, name):
    response = uploaded(page, payment, content, name)
    assert response.context["form"].errors["proof"]
    assert 'value="Ada Lovelace"' in text_of(response)
    assert not WireProof.objects.exists()
    payment.refresh_from_db()
    assert payment.state == State.AWAITING_CUSTOMER


def test_a_proof_of_fifty_megabytes_is_refused_in_words_with_the_rest_kept(page, payment):
    response = uploaded(page, payment, PDF + b" " * 10 * DOCUMENT_BYTES_MAX)
    assert "This file is too large: at most 5 MB, please." in text_of(response)
    assert response.context["form"]["amount"].value() == "100.00"
    assert not WireProof.objects.exists()


def test_a_wire_without_proof_has_none_to_download(page, payment):
    announce(payment)
    assert page.get(address(payment, "topup-wire-proof")).status_code == 404


def test_staff_download_the_proof_in_the_admin_and_others_do_not(client, payment):
    """S10"""
    said = announce(payment, proof=a_receipt(PDF))
    there = reverse("admin:payments_wireannouncement_download_proof", args=[said.pk])
    client.force_login(make_user(is_staff=True))
    assert client.get(there).status_code == 403
    client.force_login(make_user(is_staff=True, is_superuser=True))
    response = client.get(there)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="receipt.pdf"'


def test_staff_see_what_was_told_and_can_type_over_nothing(
    client, payment, django_assert_max_num_queries
):
    said = announce(payment)
    client.force_login(make_user(is_staff=True, is_superuser=True))
    wires = reverse("admin:payments_wireannouncement_changelist")
    with django_assert_max_num_queries(15):
        assert "Ada Lovelace" in text_of(client.get(wires + "?late=no"))
    assert "Ada Lovelace" not in text_of(client.get(wires + "?late=yes"))
    there = reverse("admin:payments_wireannouncement_change", args=[said.pk])
    assert client.get(there).status_code == 200
    assert client.post(there, {"payer_name": "x"}).status_code == 403


def test_our_own_pdf_and_pillows_images_are_documents():
    """What the other tests upload is what the checks let through."""
    assert read_document(PDF, "a").content_type == "application/pdf"
    assert Image.open(io.BytesIO(image("PNG"))).size == (40, 30)
