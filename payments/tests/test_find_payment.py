""" "I paid, where is it?": staff and customers paste what they have, and find the payment."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import Customer, User
from accounts.tests.builders import make_user
from commpeak.lib.clock import utc_now
from commpeak.lib.ids import new_account_number
from payments.gateways.base import Snapshot, Waiting
from payments.models import ConfirmedPayer, Payment
from payments.selectors.find_payment.found import Found
from payments.selectors.find_payment.search import search
from payments.selectors.wire_instructions import wire_reference
from payments.services.apply_snapshot import apply_snapshot
from payments.states import FactKind
from payments.tests.builders import NOON, POLL, make_customer, make_payment, observed, usd
from payments.tests.receipt_builders import credit, make_receipt
from payments.tests.refund_builders import ask, make_paid_payment, prove
from payments.tests.wire_builders import announce, make_wire

pytestmark = pytest.mark.django_db
HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
PAGE = "/admin/find-payment/"
ODD = [
    *("", " ", "\x00", "💸", "'; drop table payments_payment --", "x" * 10_000, "\u202e0001"),
    *("T-", "RF", "RF18" * 60, "1" * 400, "-1", "1e400", "@", "a@b", "%", "\\", "3 May"),
]


@pytest.fixture
def support(client):
    user = make_user(email="support@example.com", is_staff=True)
    names = ["view_payment", "view_customer", "view_receipt", "add_customernote"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    return client


def found_by(text: str, whose: Customer | None = None) -> list[Found]:
    """As somebody who may see everything, or as a customer."""
    reader = None if whose else User(is_active=True, is_superuser=True)
    return search(text, today=utc_now().date(), whose=whose, reader=reader).found


def references(text: str, whose: Customer | None = None) -> list[str]:
    return [one.top_up.reference for one in found_by(text, whose) if one.top_up]


def is_at(gateway_id: str, payment: Payment) -> None:
    Payment.objects.filter(pk=payment.pk).update(gateway_id=gateway_id)


# --- each kind of thing that people paste -----------------------------------------------------


def test_by_our_reference_and_by_that_of_a_try():
    payment, reference = make_payment(), Payment.objects.get().top_up.reference
    assert payment.idempotency_key == f"{reference}-1"
    for written in (reference, reference.lower(), f"{reference}-1", f"my top-up {reference}!"):
        assert references(written) == [reference]


def test_by_our_reference_with_a_slip():
    make_payment()
    reference = make_payment().top_up.reference
    swapped = reference[:4] + reference[5] + reference[4] + reference[6:]
    another = reference[:6] + ("3" if reference[6] != "3" else "4") + reference[7:]
    for slipped in (swapped, another):
        assert reference in references(slipped)


def test_by_the_reference_of_a_refund():
    payment = make_paid_payment()
    assert references(ask(payment).reference) == [payment.top_up.reference]


@pytest.mark.parametrize("gateway_id", ["pi_3QabcdeFGH12", "5O190127TN364715T", "Xk3yH9qLmZp2wR"])
def test_by_the_gateway_s_id_of_the_order(gateway_id):
    make_payment()
    payment = make_payment()
    is_at(gateway_id, payment)
    assert references(f" {gateway_id} ") == [payment.top_up.reference]


def test_by_the_gateway_s_id_of_a_capture_or_a_refund():
    payment = make_payment(money=usd("100.00"))
    prove(
        payment,
        observed(FactKind.CAPTURE, "ch_3QabcdeFGH12", usd("100.00")),
        observed(FactKind.REFUND, "re_3QabcdeFGH12", usd("1.00")),
    )
    for gateway_id in ("ch_3QabcdeFGH12", "re_3QabcdeFGH12"):
        assert references(gateway_id) == [payment.top_up.reference]


@pytest.mark.parametrize("written", [HASH, HASH.upper(), f"0x{HASH}", f"https://x.example/{HASH}"])
def test_by_the_hash_of_a_transaction_that_is_confirmed(written):
    payment = make_payment(method="crypto")
    prove(payment, observed(FactKind.CAPTURE, f"{HASH}-1", usd("50.00")))
    assert references(written) == [payment.top_up.reference]


def test_by_the_hash_of_a_transaction_that_is_not_confirmed_yet():
    payment = make_payment(method="crypto")
    apply_snapshot(
        payment_id=payment.pk,
        snapshot=Snapshot(
            gateway_id="inv_1", key=payment.idempotency_key, is_processing=True,
            waiting=Waiting(reason="confirming", received="0.001 BTC", ids=(f"{HASH}-0",)),
        ),
        asked_at=NOON, source=POLL, now=utc_now(),
    )  # fmt: skip
    payment.refresh_from_db()
    assert payment.waiting_for.ids == (f"{HASH}-0",)
    assert references(HASH) == [payment.top_up.reference]


def test_by_the_reference_of_a_wire_with_and_without_a_slip():
    customer = make_customer()
    payment = make_wire(customer=customer)
    make_wire(customer=customer)
    reference = wire_reference(payment.top_up)
    wrong = reference[:7] + ("1" if reference[7] != "1" else "2") + reference[8:]
    for written in (reference, f"{reference[:4]} {reference[4:]}".lower(), wrong):
        assert payment.top_up.reference in references(written)


def test_by_account_number_with_and_without_a_slip():
    customer, number = make_customer(), Customer.objects.get().account_number
    swapped = next(
        number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        for at in range(1, 7)
        if number[at] != number[at + 1]
    )
    another = number[:3] + str((int(number[3]) + 1) % 10) + number[4:]
    for written in (number, f"{number[:4]} {number[4:]}", swapped, another):
        assert [one.customer for one in found_by(written)] == [customer]


def test_by_the_address_of_a_login_a_payer_and_for_messages():
    customer = make_customer(email="ada@example.com")
    payment = make_payment(customer=customer)
    ConfirmedPayer.objects.create(customer=customer, email="boss@example.org", payment=payment)
    customer.notification_addresses.create(category="payments", email="books@example.org")
    make_customer()
    for written in ("Ada@Example.com", "boss@example.org", "books@example.org"):
        assert [one.customer for one in found_by(written)] == [customer]


def test_by_amount_and_day():
    payment = make_payment(money=usd("49.90"))
    make_payment(money=usd("49.91"))
    today = f"{utc_now():%-d %B}"
    for written in ("49.90", "49,90 USD", f"$49.90 {today}", f"{utc_now():%Y-%m-%d} 49.90"):
        assert references(written) == [payment.top_up.reference]
    assert references("49.90 EUR") == []
    long_ago = utc_now() - timedelta(days=40)
    assert references(f"49.90 {long_ago:%Y-%m-%d}") == []


def test_by_the_amount_of_an_announced_wire_and_the_day_it_was_sent():
    payment = make_wire(money=usd("100.00"))
    announce(payment, money=usd("97.50"), sent_on=utc_now().date() - timedelta(days=3))
    sent = utc_now() - timedelta(days=3)
    assert references(f"97.50 {sent:%-d %b}") == [payment.top_up.reference]


def test_a_wire_in_suspense_is_found_by_amount_and_day_number_and_end_to_end_id():
    number = new_account_number()
    receipt = make_receipt(
        usd("97.50"), text=f"Voice credit {number}", end_to_end_id="E2E-2026-000017"
    )
    make_receipt(usd("12.00"))
    for pasted in ("97.50 3 May 2026", "97,50", number, "e2e? E2E-2026-000017"):
        assert [one.receipt for one in found_by(pasted)] == [receipt]
    assert found_by("97.50 20 May 2026") == []
    assert found_by("97.50", whose=make_customer()) == []


def test_a_wire_that_is_credited_is_told_by_its_top_up():
    payment = make_wire(money=usd("97.50"))
    credit(make_receipt(usd("97.50")), payment.top_up)
    [found] = found_by("97.50")
    assert (found.top_up, found.receipt) == (payment.top_up, None)


def test_an_account_number_narrows_an_amount_to_its_customer():
    mine, _other = make_payment(), make_payment()
    assert len(references("50.00")) == 2
    number = mine.top_up.customer.account_number
    assert references(f"{number} 50.00") == [mine.top_up.reference]


def test_a_top_up_that_is_found_twice_is_told_once():
    payment = make_wire(money=usd("100.00"))
    announce(payment)
    reference = payment.top_up.reference
    assert references(f"100.00 {reference} {wire_reference(payment.top_up)}") == [reference]


def test_too_many_are_cut_and_it_is_said_so():
    customer = make_customer()
    for _ in range(11):
        make_payment(customer=customer, money=usd("10.00"))
    result = search("10.00", today=utc_now().date(), whose=customer)
    assert len(result.found) == 10


# --- the page for staff -----------------------------------------------------------------------


def test_staff_read_where_it_is_and_what_comes_next(support):
    payment = make_paid_payment()
    page = support.get(PAGE, {"q": payment.top_up.reference}).content.decode()
    for said in (
        "Credited to Voice",
        "Nothing: it is in the books.",
        reverse("admin:payments_payment_change", args=[payment.pk]),
        reverse("admin:accounts_customer_change", args=[payment.top_up.customer_id]),
    ):
        assert said in page, said


def test_staff_read_of_several_how_each_stands(support):
    make_paid_payment(amount="49.90")
    odd = make_payment(money=usd("49.90"))
    Payment.objects.filter(pk=odd.pk).update(needs_review="1.00 USD came instead")
    page = support.get(PAGE, {"q": "49.90"}).content.decode()
    assert "Review it: 1.00 USD came instead" in page
    assert page.count("Next:") == 2


@pytest.mark.parametrize("kind", ["reference", "id", "wire", "number", "email", "amount", "all"])
def test_a_search_needs_few_queries(support, kind, django_assert_max_num_queries):
    """Twelve (two more for all kinds at once), and five for session, login, permissions and the
    reader's own customer."""
    payment = make_wire()
    announce(payment)
    customer = payment.top_up.customer
    pasted = {
        "reference": payment.top_up.reference,
        "id": payment.idempotency_key.replace("T-", "pi_"),
        "wire": wire_reference(payment.top_up),
        "number": customer.account_number,
        "email": customer.members.get().email,
        "amount": "100.00",
    }
    pasted["all"] = " ".join(pasted.values())
    with django_assert_max_num_queries((14 if kind == "all" else 12) + 5):
        support.get(PAGE, {"q": pasted[kind]})


@pytest.mark.parametrize("odd", ODD)
def test_whatever_is_pasted_is_answered(support, odd):
    """S16, W9"""
    make_paid_payment()
    assert support.get(PAGE, {"q": odd}).status_code == 200
    assert support.get(f"{PAGE}case/", {"q": odd, "account_number": odd}).status_code == 302


def test_markup_that_is_pasted_is_shown_as_text(support):
    """S6"""
    page = support.get(PAGE, {"q": '"><script>alert(1)</script> pi_1234567890'}).content.decode()
    assert "<script>alert(1)" not in page


def test_what_is_not_found_says_what_was_looked_for_and_becomes_a_note(support):
    customer = make_customer()
    page = support.get(PAGE, {"q": "ch_3QabcdeFGH12 49.90 EUR"}).content.decode()
    assert "an id of a gateway or a blockchain: ch_3QabcdeFGH12" in page
    assert "the amount 49.90 EUR, on any day" in page
    query = {"q": "ch_3QabcdeFGH12", "account_number": customer.account_number}
    page = support.get(f"{PAGE}case/", query, follow=True).content.decode()
    assert "Payment not found. Told by the customer: ch_3QabcdeFGH12" in page
    assert "Add the note" in page


def test_a_note_for_nobody_is_said_so(support):
    answer = support.get(f"{PAGE}case/", {"q": "x", "account_number": "1"}, follow=True)
    assert "No customer has the account number 1." in answer.content.decode()


def test_the_field_has_the_focus_and_the_home_page_leads_here(support):
    assert "autofocus" in support.get(PAGE).content.decode()
    assert f'action="{PAGE}"' in support.get("/admin/").content.decode()


def test_staff_see_a_wire_that_nobody_claims_and_what_to_do(support):
    receipt = make_receipt(usd("97.50"))
    page = support.get(PAGE, {"q": "97.50"}).content.decode()
    assert "In suspense: 97.50 USD" in page
    assert reverse("admin:payments_receipt_change", args=[receipt.pk]) in page


def test_staff_find_only_what_they_may_see(client):
    """S10: neither customers nor wires without the right to see those."""
    payment = make_wire(money=usd("97.50"))
    make_receipt(usd("97.50"))
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_payment"))
    client.force_login(user)
    customer = payment.top_up.customer
    for pasted in (customer.account_number, customer.members.get().email):
        assert "Nothing found" in client.get(PAGE, {"q": pasted}).content.decode()
    page = client.get(PAGE, {"q": "97.50"}).content.decode()
    assert payment.top_up.reference in page
    assert "In suspense" not in page


def test_who_may_not_see_payments_finds_none(client):
    """S10"""
    client.force_login(make_user(is_staff=True))
    assert client.get(PAGE, {"q": "49.90"}).status_code == 403
    assert client.get(f"{PAGE}case/", {"account_number": "1"}).status_code == 403


# --- the customer's page ----------------------------------------------------------------------


@pytest.fixture
def own(client):
    """A payment of Ada's; she is logged in."""
    payment = make_paid_payment(amount="49.90")
    client.force_login(payment.top_up.customer.members.get())
    return payment


def test_customers_find_their_own_payment_and_its_page(client, own):
    page = client.get("/find-payment/", {"q": "49.90"}).content.decode()
    assert '<h2 id="found-1">Paid</h2>' in page
    assert own.top_up.get_absolute_url() in page


def test_customers_find_nothing_of_others(client, own):
    """S2: neither payments nor customers, by whatever they paste."""
    other = make_customer(name="Grace Hopper")
    theirs = make_paid_payment(amount="49.90", customer=other)
    for pasted in (
        theirs.top_up.reference,
        theirs.gateway_id + "0000000",
        f"ch_{theirs.pk}",
        other.account_number,
        other.members.get().email,
        "49.90",
        f"{other.account_number} 49.90",
    ):
        page = client.get("/find-payment/", {"q": pasted}).content.decode()
        assert theirs.top_up.get_absolute_url() not in page
        assert "Grace Hopper" not in page


def test_what_customers_do_not_find_becomes_a_message_to_us(client, own, settings):
    settings.BILLING_EMAIL = "billing@example.com"
    page = client.get("/find-payment/", {"q": "pi_3Qabcde&x=1"}).content.decode()
    number = own.top_up.customer.account_number
    assert 'href="mailto:billing@example.com?subject=I%20paid' in page
    assert f"Account%20number%3A%20{number}" in page
    assert "pi_3Qabcde%26x%3D1" in page


@pytest.mark.parametrize("odd", ODD)
def test_whatever_customers_paste_is_answered(client, own, odd):
    """S16"""
    assert client.get("/find-payment/", {"q": odd}).status_code == 200


def test_customers_searches_need_few_queries(client, own, django_assert_max_num_queries):
    typed = f"49.90 {own.top_up.reference} {own.gateway_id}00000000"
    with django_assert_max_num_queries(15):
        client.get("/find-payment/", {"q": typed})


@pytest.mark.parametrize("page", ["/", "/methods/"])
def test_pages_where_money_is_missed_lead_there(client, own, page):
    assert 'href="/find-payment/"' in client.get(page).content.decode()
