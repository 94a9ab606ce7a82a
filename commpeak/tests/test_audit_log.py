"""Who, when, why, before and after: of what staff press and of what they type (S10, S15)."""

import re

import pytest
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.db.models import BinaryField, Field
from django.test import Client
from django.urls import reverse

from accounts.models import Customer, TermsVersion, User
from accounts.staff_roles import Role
from accounts.tests.builders import PASSWORD, make_customer, make_staff, make_user
from billing.models import JournalEntry, PromoCode
from billing.tests.builders import make_customer as make_billed
from billing.tests.builders import top_up
from billing.tests.promo_builders import make_promo
from commpeak.lib.audit_log import SECRETS, facts_of
from commpeak.lib.read_only_admin import ReadOnlyAdmin, ReadOnlyInline

pytestmark = pytest.mark.django_db

LOG = "/admin/auditlog/logentry/"
SOUNDS_SECRET = re.compile(r"secret|password|token|digest|hash|session|fingerprint|^key$|^data$")


@pytest.fixture
def finance(client: Client) -> User:
    user = make_staff(Role.FINANCE, email="fay@example.com")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


@pytest.fixture
def owner(client: Client) -> User:
    user = make_user(email="owner@example.com", is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def entries_of(row, *, by: User) -> list[LogEntry]:
    """The entries about `row` that `by` caused, oldest first."""
    return list(LogEntry.objects.get_for_object(row).filter(actor=by).order_by("pk"))


def test_a_press_leaves_who_why_and_where_from(client: Client, finance: User):
    customer = make_billed()
    entry = JournalEntry.objects.get(pk=top_up(customer, "50").entry_id)
    path = reverse("admin:billing_journalentry_reverse", args=[entry.pk])
    client.post(path, {"reason": "Posted twice"}, REMOTE_ADDR="192.0.2.9")
    [kept] = entries_of(entry, by=finance)
    reversal = JournalEntry.objects.get(reverses=entry)
    assert kept.additional_data == {
        "action": "Reverse",
        "reason": "Posted twice",
        "outcome": f"Reversed by entry {reversal.pk}.",
    }
    assert (kept.actor_email, kept.remote_addr) == ("fay@example.com", "192.0.2.9")


def test_a_press_that_was_refused_leaves_why(client: Client, finance: User):
    posted = top_up(make_billed(), "50")
    path = "/admin/billing/journalentry/{}/reverse/"
    client.post(path.format(posted.entry_id), {"reason": "Posted twice"})
    reversal = JournalEntry.objects.get(reverses=posted.entry_id)
    client.post(path.format(reversal.pk), {"reason": "Undo that"})
    [kept] = entries_of(reversal, by=finance)
    assert "This entry is itself a reversal." in kept.additional_data["outcome"]
    assert kept.changes == {}


def test_what_a_press_changes_besides_has_its_reason_too(client: Client, finance: User):
    draft = TermsVersion.objects.create(slug="crypto", title="Terms", text="New words.")
    client.post(f"/admin/accounts/termsversion/{draft.pk}/publish/", {"reason": "By our lawyer"})
    saved, pressed = entries_of(draft, by=finance)
    assert saved.additional_data == {"reason": "By our lawyer"}
    assert pressed.additional_data["action"] == "Publish"
    assert pressed.changes["number"] == ["None", "2"]
    assert saved.cid == pressed.cid


def test_a_plain_form_leaves_before_and_after(client: Client, finance: User):
    promo = make_promo("WELCOME10", uses_max=5)
    path = f"/admin/billing/promocode/{promo.pk}/change/"
    form = client.get(path).context["adminform"].form
    values = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    starts = promo.starts_at
    values |= {"uses_max": "7", "starts_at_0": f"{starts:%Y-%m-%d}", "starts_at_1": f"{starts:%T}"}
    assert client.post(path, values).status_code == 302
    assert PromoCode.objects.get().uses_max == 7
    assert [e.changes["uses_max"] for e in entries_of(promo, by=finance)] == [["5", "7"]]


def test_roles_given_are_named(client: Client, owner: User):
    colleague = make_staff()
    form = {
        "email": colleague.email,
        "is_active": "on",
        "is_staff": "on",
        "groups": Group.objects.get(name=Role.AUDITOR).pk,
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    client.post(f"/admin/accounts/user/{colleague.pk}/change/", form)
    [given] = entries_of(colleague, by=owner)
    assert given.changes == {"groups": {"type": "m2m", "operation": "add", "objects": ["Auditor"]}}


def test_s15_a_new_password_is_told_and_neither_hash_is(client: Client, owner: User):
    colleague = make_staff()
    path = f"/admin/accounts/user/{colleague.pk}/password/"
    new = PASSWORD + " again"
    form = {"password1": new, "password2": new, "usable_password": "true"}
    assert client.post(path, form).status_code == 302
    [kept] = entries_of(colleague, by=owner)
    assert kept.changes == {"password": ["…", "…"]}


OURS = {"accounts", "billing", "payments"}
NO_SECRETS = {"text_hash"}  # of published terms


def fields_that_sound_secret() -> list[Field]:
    return [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if SOUNDS_SECRET.search(field.name) and field.name not in NO_SECRETS
    ]


def test_s15_no_field_that_sounds_secret_is_told():
    for field in fields_that_sound_secret():
        assert not is_logged(field.model, field.name), field
        if field.model._meta.app_label in OURS:
            assert field.name in SECRETS or isinstance(field, BinaryField), field


def is_logged(model, name: str) -> bool:
    if not auditlog.contains(model):
        return False
    kept = auditlog.get_model_fields(model)
    is_named = not kept["include_fields"] or name in kept["include_fields"]
    return is_named and name not in kept["exclude_fields"] + kept["mask_fields"]


def test_bytes_and_passwords_are_no_facts():
    assert "password" not in facts_of(make_user())
    entry = JournalEntry.objects.get(pk=top_up(make_billed(), "50").entry_id)
    assert "request_hash" not in facts_of(entry)


def test_whatever_can_be_typed_over_is_logged():
    """An admin page for a model that the log does not know would leave nothing behind."""
    for model, page in admin.site._registry.items():
        if not isinstance(page, ReadOnlyAdmin):
            parts = [i.model for i in page.inlines if not issubclass(i, ReadOnlyInline)]
            assert [m for m in [model, *parts] if not auditlog.contains(m)] == []


def test_signing_up_leaves_nothing_and_a_colleague_made_by_staff_does(client: Client, owner: User):
    before = LogEntry.objects.count()
    make_customer(address_complete=False)
    assert LogEntry.objects.count() == before
    form = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/admin/accounts/user/add/", form | {"usable_password": "true"})
    [made] = entries_of(User.objects.get(email="new@example.com"), by=owner)
    assert made.changes["email"] == ["None", "new@example.com"]


@pytest.mark.parametrize("label", ["Posting", "JournalEntry", "Balance", "DueBalance", "DailyUse"])
def test_the_ledger_is_not_logged_row_by_row(label):
    assert not auditlog.contains(apps.get_model("billing", label))


def test_a_top_up_and_a_page_view_leave_nothing(client: Client):
    customer = make_customer(email="ada@example.com")
    client.force_login(customer.members.get(), backend="django.contrib.auth.backends.ModelBackend")
    before = LogEntry.objects.count()
    client.get("/profile/")
    assert LogEntry.objects.count() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE auditlog_logentry SET actor_email = 'nobody@example.com'",
        "DELETE FROM auditlog_logentry",
        "TRUNCATE auditlog_logentry",
    ],
)
def test_the_log_cannot_be_rewritten(statement: str):
    make_customer()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with (
        pytest.raises(DatabaseError, match="audit log is never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_history_leads_to_the_entries_of_the_object(client: Client, finance: User):
    customer, other = make_customer(), make_customer()
    Customer.objects.get(pk=customer.pk).save()
    page = client.get(f"/admin/accounts/customer/{customer.pk}/history/", follow=True)
    text = page.content.decode()
    assert page.redirect_chain[0][0].startswith(LOG)
    assert customer.account_number in text
    assert other.account_number not in text


def test_who_may_not_read_the_log_is_not_led_there(client: Client):
    client.force_login(make_staff(Role.SUPPORT), "django.contrib.auth.backends.ModelBackend")
    customer = make_customer()
    page = client.get(f"/admin/accounts/customer/{customer.pk}/change/").content.decode()
    assert "/history/" not in page
    assert client.get(LOG).status_code == 403


def test_an_entry_is_found_by_its_reason_and_shown_whole(
    client: Client, finance: User, django_assert_max_num_queries
):
    draft = TermsVersion.objects.create(slug="crypto", title="Terms", text="<b>New</b> words.")
    client.post(f"/admin/accounts/termsversion/{draft.pk}/publish/", {"reason": "By our lawyer"})
    entry = entries_of(draft, by=finance)[-1]
    with django_assert_max_num_queries(20):
        found = client.get(LOG, {"q": "lawyer"}).content.decode()
    assert f"{LOG}{entry.pk}/change/" in found
    with django_assert_max_num_queries(20):
        page = client.get(f"{LOG}{entry.pk}/change/").content.decode()
    for text in ("fay@example.com", "Publish", "By our lawyer", "holds from now on"):
        assert text in page


def test_s6_markup_in_what_was_typed_is_shown_as_text(client: Client, finance: User):
    customer = make_customer(name="<script>alert(1)</script>")
    entry = LogEntry.objects.get_for_object(customer).first()
    page = client.get(f"{LOG}{entry.pk}/change/").content.decode()
    assert "<script>alert(1)" not in page
