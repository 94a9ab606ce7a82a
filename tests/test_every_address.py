"""What holds for every address there is, the ones of tomorrow included (S2, S3, S16).

Whoever adds a page gets these tests with it: it is private unless it is named here as public.
"""

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.models import Customer
from billing.tests.builders import spend
from commpeak.lib.clock import utc_now
from payments.models import TopUp
from tests.addresses import Address, all_addresses
from tests.customers import give_refills, make_customer, make_waiting_top_up, user_of

pytestmark = pytest.mark.django_db

QUERIES_MAX = 15
# no customer's data behind them; everything else sends a stranger to log in
PUBLIC = {
    "healthz",
    "readyz",
    "webhook",
    "styleguide",
    "favicon",
    "refill-pause-link",
    "account_login",
    "account_signup",
    "account_signup_by_passkey",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_login_webauthn",
    "mfa_signup_webauthn",
    "openapi-json",
    "openapi-view",
    "api-root",
}
# for switches: they show a token of their own with each request, and no session counts there
FOR_SWITCHES = {"api-usage", "api-balances", "api-authorize"}
# the sessions themselves, and who is where: reading a page may note that somebody reads
NOTED_BY_READING = {"django_session", "usersessions_usersession"}
EVERY = all_addresses()
STAFF_ONLY = [address for address in EVERY if address.route.startswith("/admin/")]
PRIVATE = [a for a in EVERY if a.name not in PUBLIC | FOR_SWITCHES and a not in STAFF_ONLY]
WITH_A_REFERENCE = [a for a in EVERY if "reference" in a.places]
PUBLIC_ONES = [a for a in EVERY if a.name in PUBLIC]
SWITCH_ONES = [a for a in EVERY if a.name in FOR_SWITCHES]
WITHOUT_CSRF = {
    "webhook": {400},
    # for a login alone, and it looks at the token once its files are limited
    "payments_statementupload_upload": {302},
    **{name: {401, 405} for name in FOR_SWITCHES},
}
REFILL_PAGES = {"refill", "refill-history", "refill-new", "refill-change", "cards", "card-setup"}
FIELDS = ["purse", "amount", "next", "before", "currency", "name", "email", "q", "country", "login"]
ODD = ["", "\x00", "💸", "\u202e0001", "1e400", "NaN", "-1", "١٢٣", "'\"><script>", "x" * 10_000]


def log_in(customer: Customer, **options: object) -> Client:
    client = Client(**options)
    client.force_login(user_of(customer), backend="django.contrib.auth.backends.ModelBackend")
    assert client.session[BACKEND_SESSION_KEY]
    return client


def path_of(address: Address, reference: str = "T-222222222C", **known: str) -> str:
    values = dict.fromkeys(address.places, "1")
    return address.filled(
        values
        | {
            "reference": reference,
            "refund_reference": "R-222222222C",
            "purse": "voice",
            "key": "a-1",
            "gateway": "card",
            "slug": "crypto",
            "category": "low_balance",
        }
        | known
    )


def rows_of_every_table() -> dict[str, int]:
    """How many rows were written in this test, by table: PostgreSQL counts them by itself. The
    way back from the bank asks the gateway, and a payment notes when it was last seen there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_del"
            " + CASE WHEN relname = 'payments_payment' THEN 0 ELSE n_tup_upd END"
            " FROM pg_stat_xact_user_tables WHERE relname <> ALL (%s)",
            [list(NOTED_BY_READING)],
        )
        return dict(cursor.fetchall())


@pytest.fixture
def top_up(sandbox_settings: None) -> TopUp:
    """50.00 USD on Voice, waiting at the gateway for a card."""
    return make_waiting_top_up(make_customer())


@pytest.fixture
def refills(top_up: TopUp) -> dict[str, str]:
    """Of the same customer; what their addresses are made of."""
    setup = give_refills(top_up.customer)
    card = top_up.customer.saved_cards.earliest("pk")
    return {"setup_id": str(setup.pk), "card_id": str(card.pk)}


def test_a_stranger_is_sent_to_log_in(client: Client, subtests: pytest.Subtests):
    for address in PRIVATE:
        with subtests.test(address.route):
            answer = client.get(path_of(address), follow=True)
            assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


def test_a_customer_is_no_staff(subtests: pytest.Subtests):
    client = log_in(make_customer())
    for address in STAFF_ONLY:
        if address.name == "logout":  # for everybody
            continue
        with subtests.test(address.route):
            answer = client.get(path_of(address))
            leads_to = answer.headers.get("Location", address.route)
            assert leads_to.startswith("/admin/login/")


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete"])
@pytest.mark.parametrize("token", [None, "cpswitch_nobody"])
def test_only_a_token_opens_what_is_for_switches(top_up: TopUp, method: str, token: str | None):
    """Not a session, be it the customer's own; and no session comes from a token."""
    client = log_in(top_up.customer, headers={"Authorization": f"Bearer {token}"} if token else {})
    before = rows_of_every_table()
    for address in SWITCH_ONES:
        answer = getattr(client, method)(path_of(address))
        assert answer.status_code in {401, 405}
        assert answer["Content-Type"] == "application/json"
    assert rows_of_every_table() == before


@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize("address", WITH_A_REFERENCE, ids=str)
def test_another_customer_s_top_up_does_not_exist(top_up: TopUp, address: Address, method: str):
    """S2: as a reference that nobody has."""
    client = log_in(make_customer())
    before = rows_of_every_table()
    ask = getattr(client, method)
    theirs = ask(path_of(address, top_up.reference))
    nobodys = ask(path_of(address))
    assert theirs.status_code == nobodys.status_code
    assert theirs.status_code in {404, 405}
    assert rows_of_every_table() == before


def test_a_post_without_csrf_token_is_refused(top_up: TopUp, subtests: pytest.Subtests):
    """S3: everywhere but in the webhook inbox, which believes signatures only, and in the API
    for switches, which believes tokens only."""
    client = log_in(top_up.customer, enforce_csrf_checks=True)
    before = rows_of_every_table()
    for address in EVERY:
        with subtests.test(address.route):
            answer = client.post(path_of(address, top_up.reference))
            assert answer.status_code in WITHOUT_CSRF.get(address.name, {403})
    assert rows_of_every_table() == before


@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_changes_nothing(
    top_up: TopUp, refills: dict[str, str], subtests: pytest.Subtests, method: str
):
    """S3: not even the way back from the bank, when nothing has happened at the bank."""
    client = log_in(top_up.customer)
    for address in [*PRIVATE, *STAFF_ONLY]:
        before = rows_of_every_table()
        with subtests.test(address.route):
            answer = getattr(client, method)(path_of(address, top_up.reference, **refills))
            assert answer.status_code < 500
            assert rows_of_every_table() == before


def test_a_page_needs_few_queries(
    top_up: TopUp,
    refills: dict[str, str],
    subtests: pytest.Subtests,
    django_assert_max_num_queries: DjangoAssertNumQueries,
):
    for _ in range(4):
        make_waiting_top_up(top_up.customer)
    client = log_in(top_up.customer)
    for address in PRIVATE:
        with subtests.test(address.route), django_assert_max_num_queries(QUERIES_MAX):
            answer = client.get(path_of(address, top_up.reference, **refills))
        if address.name in REFILL_PAGES:
            assert answer.status_code == 200, address.route


def test_the_review_of_a_refill_needs_few_queries(
    top_up: TopUp, django_assert_max_num_queries: DjangoAssertNumQueries
):
    """With a saved card, and usage to rehearse with."""
    client = log_in(top_up.customer)
    give_refills(top_up.customer)
    form = {"deposit": "50", "threshold": "20", "per_day_max": "3", "card": "new"}
    spend(top_up.customer, "30", forced=True, occurred_at=utc_now())
    with django_assert_max_num_queries(QUERIES_MAX):
        page = client.post("/profile/refill/voice/change/", form).content.decode()
    assert "Over your last 30 days" in page


@pytest.mark.parametrize("shift", [0, 3, 6])
def test_odd_query_strings_and_forms_are_answered(top_up: TopUp, shift: int):
    """S16: each field gets an odd value of its own, and another one in the next round."""
    odd = dict(zip(FIELDS, ODD[shift:] + ODD[:shift], strict=True))
    broken = []
    for address in PRIVATE + PUBLIC_ONES + SWITCH_ONES:
        client = log_in(top_up.customer)
        path = path_of(address, top_up.reference)
        statuses = [client.get(path, odd).status_code, client.post(path, odd).status_code]
        broken += [(address.route, statuses)] if max(statuses) >= 500 else []
    assert broken == []


REFILL = ["deposit", "threshold", "per_day_max", "days_left", "monthly_max", "card", "back"]
CONTACT = ["kind", "name", "company_name", "vat_id", "street_address", "next"]
FORMS = [
    ("/topup/", ["purse", "method", "frequency", "amount", "request_key"]),
    ("/topup/sms-currency/", ["currency"]),
    ("/refunds/new/?topup={reference}", ["reason", "amount", "comment", "request_key"]),
    ("/terms/crypto/", ["version", "next"]),
    ("/profile/time-zone/", ["time_zone"]),
    ("/profile/refill/voice/new/", [*REFILL, "agree"]),
    ("/profile/address/", [*CONTACT, "country_code", "city", "postal_code", "country_area"]),
    ("/notifications/read/", ["oldest", "newest"]),
    ("/profile/notifications/", ["purse", "threshold", "runway_days", "is_daily"]),
    ("/profile/notifications/low_balance/mail/", ["mail"]),
    ("/accounts/signup/", ["email", "password1", "time_zone"]),
    ("/accounts/login/", ["login", "password", "next"]),
    ("/accounts/password/change/", ["oldpassword", "password1", "password2"]),
]
TYPED = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [*ODD, "US", "DE", "voice", "sms", "person", "company", "card", "crypto", "once"]
    ),
    st.from_regex(r"[+-]?[0-9]{1,12}([.,][0-9]{0,8})?", fullmatch=True),
)


@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_typed_into_a_form_is_answered(top_up: TopUp, data: st.DataObject):
    path, fields = data.draw(st.sampled_from(FORMS))
    values = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(fields, TYPED)))
    client = Client() if "signup" in path or "login" in path else log_in(top_up.customer)
    path = path.format(reference=top_up.reference)
    assert client.post(path, values).status_code in {200, 302, 429}
