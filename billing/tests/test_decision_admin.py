"""From the customer's page to the second person, in the admin."""

from decimal import Decimal
from uuid import uuid4

import pytest
from auditlog.models import LogEntry
from django.test import Client

from accounts.models import Customer, User
from accounts.staff_roles import Role
from accounts.tests.builders import make_customer as make_person
from accounts.tests.builders import make_staff
from billing.models import Balance, CreditLimitChange, ManualEntry
from billing.services.open_balances import open_balances
from billing.tests.builders import make_customer, top_up, voice_of
from billing.tests.decision_builders import propose, propose_limit

pytestmark = pytest.mark.django_db

ENTRIES = "/admin/billing/manualentry/"
LIMITS = "/admin/billing/creditlimitchange/"


@pytest.fixture
def ada() -> Customer:
    customer = make_person()
    open_balances(customer=customer, credit_limit=Decimal(5))
    return customer


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def fay() -> Client:
    """Finance."""
    return client_of(make_staff(Role.FINANCE, email="fay@example.com"))


@pytest.fixture
def abe() -> Client:
    """The approver."""
    return client_of(make_staff(Role.APPROVER, email="abe@example.com"))


def typed(amount: str, **changes: str) -> dict[str, str]:
    facts = {"purse": "voice", "direction": "credit", "amount": amount, "reason": "Calls dropped"}
    return facts | {"request_key": str(uuid4())} | changes


def holds(customer: Customer) -> str:
    return f"{Balance.objects.get(account=voice_of(customer)).amount:f}"


def text_of(answer) -> str:
    return answer.content.decode()


def test_the_customer_s_page_leads_there_those_who_may(ada, fay, abe):
    page = f"/admin/accounts/customer/{ada.pk}/change/"
    links = [f"{path}add/?customer={ada.pk}" for path in (ENTRIES, LIMITS)]
    assert all(link in text_of(fay.get(page)) for link in links)
    assert not any(link in text_of(abe.get(page)) for link in links)


def test_the_effect_is_shown_and_nothing_is_posted_before_it_is_confirmed(ada, fay):
    top_up(ada, "50")
    path, form = f"{ENTRIES}add/?customer={ada.pk}", typed("12.50", direction="debit")
    preview = text_of(fay.post(path, form))
    for shown in ("adjustment:USD", "50.00", "−12.50", "37.50", "Calls dropped"):
        assert shown in preview
    assert not ManualEntry.objects.exists()
    done = fay.post(path, form | {"confirmed": "yes"}, follow=True)
    assert holds(ada) == "37.500000"
    assert ManualEntry.objects.get().entry.source in text_of(done)


def test_what_was_typed_can_be_changed_before_it_is_confirmed(ada, fay):
    path = f"{ENTRIES}add/?customer={ada.pk}"
    again = text_of(fay.post(path, typed("12.50") | {"again": "yes"}))
    assert 'value="12.50"' in again
    assert "Show the effect" in again
    assert not ManualEntry.objects.exists()


def test_a_debit_beyond_the_limit_is_told_before_and_refused_after(ada, fay):
    path, form = f"{ENTRIES}add/?customer={ada.pk}", typed("5.01", direction="debit")
    assert "it will be refused" in text_of(fay.post(path, form))
    page = fay.post(path, form | {"confirmed": "yes"}, follow=True)
    assert "its credit limit is 5.000000" in text_of(page)
    assert (holds(ada), ManualEntry.objects.count()) == ("0.000000", 0)


@pytest.mark.parametrize(
    "amount", ["", "0", "-1", "NaN", "1e3", "1,000.00", "0.001", "١٢", "9" * 30]
)
def test_m9_odd_amounts_are_refused(ada, fay, amount):
    path = f"{ENTRIES}add/?customer={ada.pk}"
    page = fay.post(path, typed(amount) | {"confirmed": "yes"})
    assert page.status_code == 200
    assert not ManualEntry.objects.exists()


@pytest.mark.parametrize("query", ["", "?customer=x", "?customer=0"])
def test_without_a_customer_nothing_is_proposed(fay, query):
    assert fay.get(f"{ENTRIES}add/{query}").status_code in {302, 404}


def test_a_large_one_is_shown_to_the_second_person_who_approves_it(ada, fay, abe):
    path, form = f"{ENTRIES}add/?customer={ada.pk}", typed("2500.00")
    assert "until somebody else has approved it" in text_of(fay.post(path, form))
    fay.post(path, form | {"confirmed": "yes"})
    decision = ManualEntry.objects.get()
    assert f"{ENTRIES}{decision.pk}/change/" in text_of(abe.get("/admin/"))
    question = text_of(abe.get(f"{ENTRIES}{decision.pk}/approve/"))
    assert "fay@example.com proposed 2500.00 USD" in question
    assert "“Calls dropped”" in question
    assert "from 0.00" in question
    abe.post(f"{ENTRIES}{decision.pk}/approve/", {"reason": "Heard the recordings"})
    assert holds(ada) == "2500.000000"


def test_s11_who_proposed_it_is_told_that_another_has_to_approve(ada, fay):
    decision = propose(ada, "2500.00", by=User.objects.get(email="fay@example.com"))
    answer = fay.post(f"{ENTRIES}{decision.pk}/approve/", {"reason": "Mine"}, follow=True)
    assert "somebody else has to approve it" in text_of(answer)
    assert holds(ada) == "0.000000"


def test_declined_and_undone_ones_say_so(ada, fay, abe):
    waiting, done = propose(ada, "2500.00"), propose(ada, "20.00")
    abe.post(f"{ENTRIES}{waiting.pk}/decline/", {"reason": "Not our fault"})
    fay.post(f"{ENTRIES}{done.pk}/undo/", {"reason": "Wrong customer"})
    stages = ManualEntry.objects.order_by("pk").values_list("stage", "decision_reason")
    assert list(stages) == [("declined", "Not our fault"), ("undone", "")]
    assert holds(ada) == "0.000000"


def test_a_credit_limit_is_previewed_proposed_and_approved(ada, fay, abe):
    path, form = f"{LIMITS}add/?customer={ada.pk}", typed("2500.00")
    assert "2,500.00" in text_of(fay.post(path, form))
    fay.post(path, form | {"confirmed": "yes"})
    change = CreditLimitChange.objects.get()
    abe.post(f"{LIMITS}{change.pk}/approve/", {"reason": "Audited accounts seen"})
    assert Balance.objects.get(account=voice_of(ada)).credit_limit == 2500


def test_who_proposed_and_why_is_in_the_audit_log(ada, fay, abe):
    fay.post(f"{ENTRIES}add/?customer={ada.pk}", typed("2500.00") | {"confirmed": "yes"})
    decision = ManualEntry.objects.get()
    abe.post(f"{ENTRIES}{decision.pk}/approve/", {"reason": "Heard the recordings"})
    proposed, approved = LogEntry.objects.get_for_object(decision).order_by("pk")
    assert proposed.actor_email == "fay@example.com"
    assert proposed.additional_data == {"action": "Credit or debit", "reason": "Calls dropped"}
    assert proposed.changes["amount"] == ["", "2500.00"]
    assert approved.actor_email == "abe@example.com"
    assert approved.changes["stage"] == ["waiting", "done"]


@pytest.mark.parametrize("path", [ENTRIES, LIMITS])
def test_lists_and_pages_need_few_queries(ada, abe, path, django_assert_max_num_queries):
    for customer in [ada, *[make_customer() for _ in range(4)]]:
        row = (propose if path == ENTRIES else propose_limit)(customer, "5000")
    with django_assert_max_num_queries(20):
        assert abe.get(f"{path}?stage__exact=waiting").status_code == 200
    with django_assert_max_num_queries(20):
        assert abe.get(f"{path}{row.pk}/change/").status_code == 200
