"""Terms: drafts that change, versions that never do, and who agreed to what."""

from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import TermsAcceptance, TermsVersion
from accounts.selectors.current_terms import current_terms, has_agreed
from accounts.selectors.terms_copy import terms_copy
from accounts.services.agree_to_terms import agree_to_terms
from accounts.services.publish_terms import publish_terms
from accounts.tests.builders import make_customer, make_user, publish
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Conflict, Refused

pytestmark = pytest.mark.django_db


def agree(customer, version, **facts) -> TermsAcceptance:
    return agree_to_terms(
        customer=customer,
        user=customer.members.get(),
        version=version,
        ip_address="192.0.2.7",
        now=utc_now(),
        **facts,
    )


def test_a_first_text_that_says_that_it_is_a_draft_comes_with_the_installation():
    first = TermsVersion.objects.get(slug="crypto")
    assert (first.number, first.title) == (1, "Cryptocurrency Payment Terms & Conditions")
    assert first.text.startswith("[DRAFT TEXT. To be replaced by the operator's lawyer")


def test_publishing_gives_the_next_number_and_a_second_time_changes_nothing():
    draft = TermsVersion.objects.create(slug="crypto", title="Terms", text="Second.")
    assert current_terms("crypto").number == 1
    published = publish_terms(version_id=draft.pk, now=utc_now())
    again = publish_terms(version_id=draft.pk, now=utc_now())
    assert (published.number, again.published_at) == (2, published.published_at)
    assert current_terms("crypto") == published


def test_the_words_that_hold_already_are_not_published_again():
    same = TermsVersion.objects.create(
        slug="crypto", title="Again", text=current_terms("crypto").text
    )
    with pytest.raises(Refused, match="Version 1 says the same"):
        publish_terms(version_id=same.pk, now=utc_now())


def test_each_terms_count_their_own_versions():
    assert publish("wire", "Only wires.").number == 1


def test_an_agreement_keeps_who_when_from_where_and_the_hash_of_the_text():
    customer, version = make_customer(), current_terms("crypto")
    agreement = agree(customer, version)
    assert agreement.text_hash == sha256(version.text.encode()).hexdigest()
    assert (agreement.user, agreement.ip_address) == (customer.members.get(), "192.0.2.7")
    assert has_agreed(customer_id=customer.pk, slug="crypto")
    assert not has_agreed(customer_id=make_customer().pk, slug="crypto")


def test_a_second_agreement_finds_the_first():
    customer, version = make_customer(), current_terms("crypto")
    assert agree(customer, version) == agree(customer, version)
    assert TermsAcceptance.objects.count() == 1


def test_a_new_version_is_asked_for_again_and_the_old_one_cannot_be_agreed_to():
    customer, old = make_customer(), current_terms("crypto")
    agree(customer, old)
    publish("crypto", "Other words.")
    assert not has_agreed(customer_id=customer.pk, slug="crypto")
    with pytest.raises(Conflict):
        agree(make_customer(), old)


def test_nobody_has_agreed_to_terms_that_were_never_published():
    assert not has_agreed(customer_id=make_customer().pk, slug="nothing")


def test_the_copy_holds_the_facts_and_every_word():
    agreement = agree(make_customer(), publish("crypto", "First.\n\nSecond."))
    copy = terms_copy(agreement)
    for fact in (agreement.user.email, "192.0.2.7", agreement.text_hash, "Version: 2"):
        assert fact in copy
    assert copy.endswith("First.\n\nSecond.\n")


@pytest.mark.parametrize(
    ("sql", "refused_by"),
    [
        ("UPDATE accounts_termsversion SET text = 'x'", "published terms never change"),
        ("UPDATE accounts_termsversion SET published_at = NULL", "published terms never change"),
        ("DELETE FROM accounts_termsversion", "published terms never change"),
        ("UPDATE accounts_termsacceptance SET ip_address = NULL", "agreements are never changed"),
        ("DELETE FROM accounts_termsacceptance", "agreements are never changed"),
    ],
)
def test_what_was_agreed_to_cannot_be_rewritten_in_sql(sql, refused_by):
    agree(make_customer(), current_terms("crypto"))
    with (
        pytest.raises(IntegrityError, match=refused_by),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_terms_cannot_be_emptied_in_sql():
    with (
        pytest.raises(IntegrityError, match="refused"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE accounts_termsversion CASCADE")


def test_a_draft_may_be_changed_and_thrown_away():
    draft = TermsVersion.objects.create(slug="crypto", title="Terms", text="Draft.")
    draft.text = "Better draft."
    draft.save()
    draft.delete()
    assert TermsVersion.objects.count() == 1


# --- staff ----------------------------------------------------------------------------------


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(
        make_user(is_staff=True, is_superuser=True),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def test_staff_write_a_draft_and_publish_it(staff: Client):
    draft = {"slug": "crypto", "title": "New terms", "text": "Read this."}
    staff.post("/admin/accounts/termsversion/add/", draft)
    version = TermsVersion.objects.get(title="New terms")
    page = f"/admin/accounts/termsversion/{version.pk}"
    staff.post(f"{page}/publish/", {"reason": "from our lawyer"})
    version.refresh_from_db()
    assert version.number == 2
    assert b'name="_save"' not in staff.get(f"{page}/change/").content
    staff.post(f"{page}/change/", draft | {"text": "Other."})
    version.refresh_from_db()
    assert version.text == "Read this."


def test_staff_see_who_agreed(staff: Client):
    agreement = agree(make_customer(), current_terms("crypto"))
    assert agreement.user.email in staff.get("/admin/accounts/termsacceptance/").content.decode()
