"""Staff make promo codes, and change what may be changed of one that was used."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.tests.builders import make_user
from billing.models import PromoCode, PromoRedemption
from billing.tests.builders import NOON, make_customer
from billing.tests.promo_builders import make_promo, reserve, top_up_with_promo

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_user(email="ann@example.com", is_staff=True, is_superuser=True))
    return client


def page(name, *args, model="promocode"):
    return reverse(f"admin:billing_{model}_{name}", args=args)


def typed(**changes):
    return {
        "code": "welcome10",
        "is_active": "on",
        "currency": "USD",
        "percent": "10",
        "top_up_min": "20",
        "purse": "",
        "starts_at_0": "2026-03-01",
        "starts_at_1": "00:00:00",
        "uses_per_customer_max": "1",
    } | changes


def errors_of(response):
    form = response.context["adminform"].form
    return {name: list(texts) for name, texts in form.errors.items()}


def test_a_code_is_made_in_capitals_by_whoever_made_it(staff):
    assert staff.post(page("add"), typed()).status_code == 302
    promo = PromoCode.objects.get()
    assert (promo.code, promo.percent, promo.created_by.email) == (
        "WELCOME10",
        10,
        "ann@example.com",
    )
    listed = staff.get(page("changelist")).content.decode()
    assert "10% bonus, on a top-up of at least 20.00 USD" in listed


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"fixed": "5"}, "__all__", "Give either a percentage or a fixed bonus."),
        ({"percent": ""}, "__all__", "Give either a percentage or a fixed bonus."),
        ({"code": "no way!"}, "code", "Only letters, digits and hyphens."),
        ({"currency": "XXX"}, "currency", "Select a valid choice"),
        ({"percent": "0"}, "percent", "greater than or equal to 0.01"),
        ({"percent": "201"}, "percent", "less than or equal to 200"),
        ({"percent": "", "fixed": "0.005"}, "fixed", "USD has no such small units."),
        ({"percent": "", "fixed": "5", "bonus_max": "9"}, "bonus_max", "needs no cap"),
        (
            {"ends_at_0": "2026-02-01", "ends_at_1": "00:00:00"},
            "__all__",
            "It has to end after it starts.",
        ),
        ({"uses_max": "0"}, "uses_max", "greater than or equal to 1"),
    ],
)
def test_terms_that_make_no_sense_are_said_so(staff, changes, field, said):
    response = staff.post(page("add"), typed(**changes))
    assert said in " ".join(errors_of(response)[field])
    assert not PromoCode.objects.exists()


def test_a_second_code_of_that_name_is_said_so(staff):
    make_promo("WELCOME10")
    response = staff.post(page("add"), typed())
    assert "There is a code of this name already." in str(errors_of(response))


def test_an_unused_code_can_be_changed(staff):
    promo = make_promo()
    staff.post(page("change", promo.pk), typed(percent="20"))
    promo.refresh_from_db()
    assert (promo.code, promo.percent) == ("WELCOME10", 20)


def test_a_used_code_keeps_its_terms_and_can_be_ended(staff):
    promo = make_promo(uses_max=5)
    reserve(make_customer())
    ends = NOON + timedelta(days=3)
    changes = {"uses_max": "9", "uses_per_customer_max": "2", "is_active": ""}
    dates = {"ends_at_0": f"{ends:%Y-%m-%d}", "ends_at_1": f"{ends:%H:%M:%S}"}
    staff.post(page("change", promo.pk), typed(percent="90", code="OTHER", **changes, **dates))
    promo.refresh_from_db()
    assert (promo.code, promo.percent, promo.uses_count) == ("TEN", 10, 1)
    assert (promo.uses_max, promo.uses_per_customer_max, promo.ends_at) == (9, 2, ends)


def test_the_limit_cannot_be_lowered_below_the_uses(staff):
    promo = make_promo()
    for number in range(2):
        reserve(make_customer(), f"T-{number}")
    response = staff.post(page("change", promo.pk), typed(uses_max="1"))
    assert "It has been used more often than that already." in str(errors_of(response))


def test_codes_are_not_deleted(staff):
    assert staff.post(page("delete", make_promo().pk), {"post": "yes"}).status_code == 403


def test_uses_are_listed_with_their_entries_and_not_changed(staff):
    make_promo()
    use = top_up_with_promo(make_customer())
    assert "T-1" in staff.get(page("changelist", model="promoredemption")).content.decode()
    shown = staff.get(page("change", use.pk, model="promoredemption"))
    assert "promo:T-1:1" in shown.content.decode()
    changed = staff.post(page("change", use.pk, model="promoredemption"), {"amount": "99"})
    assert changed.status_code == 403
    assert PromoRedemption.objects.get().amount == 10
