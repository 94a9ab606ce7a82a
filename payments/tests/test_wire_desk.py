"""Staff match wires in the admin: ticked, previewed, confirmed; split, returned, undone, moved."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from accounts.tests.builders import make_user
from billing.models import JournalEntry, Purse
from commpeak.lib.money import Money
from payments.models import Allocation, Receipt
from payments.selectors.credit_previews import credit_previews
from payments.selectors.whose import CreditOrder, Whose
from payments.selectors.wire_instructions import wire_reference
from payments.tests.builders import balance_of, make_customer, usd
from payments.tests.receipt_builders import credit, make_receipt
from payments.tests.wire_builders import make_wire

pytestmark = pytest.mark.django_db
MATCH, CONFIRM = "/admin/payments/receipt/match/", "/admin/payments/receipt/confirm/"


@pytest.fixture
def staff(client):
    client.force_login(make_user(email="clerk@example.com", is_staff=True, is_superuser=True))
    return client


def named_wire(amount: str = "100.00", **facts):
    """A top-up that waits, and a wire that names it."""
    payment = make_wire(money=usd(amount))
    return payment, make_receipt(usd(amount), reference=wire_reference(payment.top_up), **facts)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def written_orders(response) -> list[str]:
    found = re.findall(r'name="order" value="([^"]*)"', response.content.decode())
    return [one.replace("&quot;", '"') for one in found]


def test_the_page_says_when_nothing_is_in_suspense(staff):
    assert "Every wire has found its balance" in text_of(staff.get(MATCH))


def test_what_its_reference_proves_is_ticked_and_says_why(staff):
    payment, receipt = named_wire()

    page = text_of(staff.get(MATCH))

    assert f'name="tick" value="{receipt.pk}"' in page
    assert re.search(rf'value="{receipt.pk}"[^>]* checked', page)
    assert payment.top_up.reference in page


def test_a_wire_that_names_nobody_is_not_ticked(staff):
    receipt = make_receipt(usd("100.00"), payer_name="NOBODY WE KNOW", text="Rechnung")

    page = text_of(staff.get(MATCH))

    assert not re.search(rf'name="tick" value="{receipt.pk}"[^>]* checked', page)
    assert "Nothing in it names anybody." in page


def test_the_page_takes_few_queries_however_many_wires(staff, django_assert_max_num_queries):
    for _number in range(12):
        named_wire()
    with django_assert_max_num_queries(20):
        staff.get(MATCH)


def test_ticked_wires_are_previewed_and_then_credited(staff):
    wires = [named_wire("100.00"), named_wire("60.00")]
    ticked = {"tick": [receipt.pk for _payment, receipt in wires]} | {
        f"whose-{receipt.pk}": payment.top_up.reference for payment, receipt in wires
    }

    preview = staff.post(MATCH, ticked)
    assert not Allocation.objects.exists()
    assert "160.00 USD" in text_of(preview)
    assert "posted at once" in text_of(preview)
    done = staff.post(CONFIRM, {"order": written_orders(preview)}, follow=True)

    assert "2 wires are credited." in text_of(done)
    assert [balance_of(payment.top_up.customer) for payment, _receipt in wires] == [
        usd("100.00"),
        usd("60.00"),
    ]


def test_a_second_click_on_confirm_credits_nothing_more(staff):
    payment, receipt = named_wire()
    whose = {"tick": receipt.pk, f"whose-{receipt.pk}": payment.top_up.reference}
    orders = written_orders(staff.post(MATCH, whose))

    for _click in range(2):
        staff.post(CONFIRM, {"order": orders})

    assert balance_of(payment.top_up.customer) == usd("100.00")


def test_what_was_credited_before_a_confirmation_broke_off_is_in_the_audit_log(staff):
    payment, receipt = named_wire()
    _gone, other = named_wire()
    whose = {f"whose-{one.pk}": payment.top_up.reference for one in (receipt, other)}
    orders = written_orders(staff.post(MATCH, whose | {"tick": [receipt.pk, other.pk]}))
    orders[1] = re.sub(r"^\[\d+", "[0", orders[1])  # a wire that there is not

    with pytest.raises(Receipt.DoesNotExist):
        staff.post(CONFIRM, {"order": orders, "reason": "as referenced"})

    logged = LogEntry.objects.get_for_object(Allocation.objects.get()).get()
    assert logged.additional_data["reason"] == "as referenced"


def test_two_who_confirm_the_same_wire_credit_it_once_and_the_second_is_told(staff):
    payment, receipt = named_wire()
    whose = {"tick": receipt.pk, f"whose-{receipt.pk}": payment.top_up.reference}
    first, second = (written_orders(staff.post(MATCH, whose)) for _person in range(2))

    staff.post(CONFIRM, {"order": first})
    answer = text_of(staff.post(CONFIRM, {"order": second}, follow=True))

    assert "Someone may have been faster." in answer
    assert balance_of(payment.top_up.customer) == usd("100.00")


def test_nothing_ticked_is_said(staff):
    named_wire()
    assert "Tick the wires" in text_of(staff.post(MATCH, {}, follow=True))


@pytest.mark.parametrize(
    "order", ["", "{}", "[1]", '["x", "y", "z", "USD", null, "k"]', "[" * 5000]
)
def test_an_edited_confirmation_is_refused_in_words(staff, order):
    answer = staff.post(CONFIRM, {"order": order}, follow=True)
    assert answer.status_code == 200
    assert not Allocation.objects.exists()


def test_a_wire_is_split_by_crediting_a_part_of_it(staff):
    payment, receipt = make_wire(), make_receipt(usd("150.00"))
    at = reverse("admin:payments_receipt_credit", args=[receipt.pk])
    typed = {"whose": payment.top_up.reference, "amount": "100", "rate": ""}

    preview = staff.post(at, typed | {"request_key": str(uuid4())})
    staff.post(CONFIRM, {"order": written_orders(preview), "reason": "by phone"})

    receipt.refresh_from_db()
    assert receipt.open_money == usd("50.00")
    allocation = Allocation.objects.get()
    assert allocation.reason == "by phone"
    logged = LogEntry.objects.get_for_object(allocation).get()
    assert (logged.actor_email, logged.additional_data["reason"]) == (
        "clerk@example.com",
        "by phone",
    )


def test_a_balance_without_a_top_up_gets_one(staff):
    customer, receipt = make_customer(), make_receipt(usd("80.00"))
    at = reverse("admin:payments_receipt_credit", args=[receipt.pk])
    typed = {"whose": f"{customer.account_number} Voice", "amount": "80.00", "rate": ""}

    preview = staff.post(at, typed | {"request_key": str(uuid4())})
    assert "a top-up is made" in text_of(preview)
    staff.post(CONFIRM, {"order": written_orders(preview)})

    assert balance_of(customer) == usd("80.00")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"whose": "T-NOTTHERE22"}, "There is no top-up"),
        ({"whose": "99999999 voice"}, "There is no customer 99999999"),
        ({"whose": ""}, "This field is required"),
        ({"amount": "-1"}, "plain digits"),
        ({"amount": "1e9"}, "plain digits"),
        ({"rate": "-2"}, "greater than or equal"),
        ({"rate": "NaN"}, "Enter a number"),
    ],
)
def test_a_wrong_entry_is_told_beside_its_field(staff, typed, said):
    payment, receipt = make_wire(), make_receipt(usd("80.00"))
    at = reverse("admin:payments_receipt_credit", args=[receipt.pk])
    fields = {"whose": payment.top_up.reference, "amount": "80.00", "rate": ""}

    answer = staff.post(at, fields | {"request_key": str(uuid4())} | typed)

    assert said in text_of(answer)


def test_another_currency_shows_both_sides_before_it_is_posted(staff):
    payment = make_wire(money=usd("110.00"))
    receipt = make_receipt(type(usd("1"))(Decimal("100.00"), "EUR"))
    at = reverse("admin:payments_receipt_credit", args=[receipt.pk])
    typed = {"whose": payment.top_up.reference, "amount": "100.00", "rate": "1.0834"}

    page = text_of(staff.post(at, typed | {"request_key": str(uuid4())}))

    assert "100.00 EUR" in page
    assert "108.34 USD" in page
    assert "-1.66 USD beside what was asked" in page.replace("−", "-")


def test_a_wire_is_sent_back_with_a_reason(staff):
    receipt = make_receipt(usd("75.00"))
    at = reverse("admin:payments_receipt_return", args=[receipt.pk])
    typed = {"amount": "75.00", "return_reference": "OUT-1", "reason": "not a customer"}

    staff.post(at, typed | {"request_key": str(uuid4())})

    assert Allocation.objects.get().kind == Allocation.Kind.RETURN
    assert JournalEntry.objects.filter(kind="returned").exists()


def test_a_note_stays_with_the_wire(staff):
    receipt = make_receipt()
    at = reverse("admin:payments_receipt_note", args=[receipt.pk])

    page = text_of(staff.post(at, {"text": "Payer was called, calls back"}, follow=True))

    assert "Payer was called, calls back" in page
    assert receipt.notes.get().author.email == "clerk@example.com"


class TestPreviewOfTheSecondPerson:
    def preview(self, staff, receipt, top_up, amount: str, rate: str = "") -> str:
        at = reverse("admin:payments_receipt_credit", args=[receipt.pk])
        typed = {"whose": top_up.reference, "amount": amount, "rate": rate}
        return text_of(staff.post(at, typed | {"request_key": str(uuid4())}))

    def test_it_counts_what_was_credited_of_the_same_wire(self, staff, settings):
        settings.SECOND_PERSON_ABOVE = {"USD": Decimal(100)}
        top_up, receipt = make_wire(money=usd("120.00")).top_up, make_receipt(usd("120.00"))
        credit(receipt, top_up, usd("60.00"))

        assert "posted at once" in self.preview(staff, receipt, top_up, "40.00")
        assert "waits for a second person" in self.preview(staff, receipt, top_up, "40.01")

    def test_it_looks_at_what_a_rate_makes_of_it(self, staff, settings):
        settings.SECOND_PERSON_ABOVE = {"USD": Decimal(100), "EUR": Decimal(100)}
        receipt = make_receipt(Money(Decimal("50.00"), "EUR"))
        top_up = make_wire().top_up

        assert "posted at once" in self.preview(staff, receipt, top_up, "50.00", rate="2")
        assert "waits for a second person" in self.preview(
            staff, receipt, top_up, "50.00", rate="2.001"
        )

    def test_parts_that_are_previewed_together_add_up(self, settings):
        settings.SECOND_PERSON_ABOVE = {"USD": Decimal(100)}
        top_up, receipt = make_wire(money=usd("120.00")).top_up, make_receipt(usd("120.00"))
        whose = Whose(top_up.customer, Purse.VOICE, top_up)

        parts = credit_previews(
            [CreditOrder(receipt.pk, whose, usd("60.00"), None, uuid4()) for _part in range(2)]
        )

        assert [part.needs_second for part in parts] == [False, True]

    def test_its_queries_do_not_grow_with_the_wires(self, django_assert_num_queries):
        wires = [named_wire() for _number in range(3)]
        orders = [
            CreditOrder(
                receipt.pk,
                Whose(payment.top_up.customer, Purse.VOICE, payment.top_up),
                receipt.money,
                None,
                uuid4(),
            )
            for payment, receipt in wires
        ]
        with django_assert_num_queries(3):
            credit_previews(orders)


class TestDecisions:
    @pytest.fixture(autouse=True)
    def limit(self, settings):
        settings.SECOND_PERSON_ABOVE = {"USD": Decimal(100)}

    def waiting(self) -> Allocation:
        return credit(make_receipt(usd("150.00")), make_wire().top_up)

    def press(self, staff, allocation, action: str, **typed):
        at = reverse(f"admin:payments_allocation_{action}", args=[allocation.pk])
        return text_of(staff.post(at, {"reason": "checked"} | typed, follow=True))

    def test_the_second_person_sees_who_proposed_what_and_why(self, staff):
        allocation = self.waiting()
        at = reverse("admin:payments_allocation_approve", args=[allocation.pk])
        page = text_of(staff.get(at))

        assert str(allocation.proposed_by) in page
        assert "150.00 USD out of suspense" in page

    def test_approving_posts_it_and_leaves_who_when_and_why(self, staff):
        allocation = self.waiting()

        assert "Approved and posted." in self.press(staff, allocation, "approve")
        allocation.refresh_from_db()
        assert (allocation.stage, str(allocation.decided_by)) == ("done", "clerk@example.com")
        assert (
            LogEntry.objects.get_for_object(allocation).get().additional_data["reason"] == "checked"
        )

    def test_only_what_does_something_is_offered(self, staff):
        waiting = self.waiting()

        def offered() -> set[str]:
            page = text_of(
                staff.get(reverse("admin:payments_allocation_change", args=[waiting.pk]))
            )
            pressed = re.findall(rf"/admin/payments/allocation/{waiting.pk}/([a-z]+)/", page)
            return set(pressed) - {"change", "history"}

        assert offered() == {"approve", "decline"}
        self.press(staff, waiting, "approve")
        assert offered() == {"undo", "move"}
        assert "it is done already" in self.press(staff, waiting, "approve")
        self.press(staff, waiting, "undo", reason="wrong one")
        assert offered() == set()

    def test_declining_posts_nothing(self, staff):
        allocation = self.waiting()

        self.press(staff, allocation, "decline")
        allocation.refresh_from_db()
        assert allocation.stage == "declined"

    def test_undoing_asks_why_and_opens_the_wire_again(self, staff):
        payment, receipt = named_wire("90.00")
        allocation = credit(receipt, payment.top_up)

        assert "in suspense again" in self.press(staff, allocation, "undo", reason="wrong one")
        assert Receipt.objects.get().open_money == usd("90.00")

    def test_moving_credits_the_other_customer_instead(self, staff):
        wrong, right = make_wire(money=usd("90.00")), make_customer()
        allocation = credit(make_receipt(usd("90.00")), wrong.top_up)
        typed = {"whose": f"{right.account_number} voice", "request_key": str(uuid4()), "rate": ""}

        for _click in range(2):
            self.press(staff, allocation, "move", **typed)

        assert balance_of(wrong.top_up.customer) == usd("0")
        assert balance_of(right, Purse.VOICE) == usd("90.00")

    def test_a_move_that_waits_for_a_second_person_says_so(self, staff):
        wrong, right = make_wire(money=usd("150.00")), make_wire(money=usd("150.00"))
        allocation = credit(make_receipt(usd("150.00")), wrong.top_up)
        self.press(staff, allocation, "approve")
        typed = {"whose": right.top_up.reference, "request_key": str(uuid4()), "rate": ""}

        assert "A second person has to confirm" in self.press(staff, allocation, "move", **typed)
        assert balance_of(right.top_up.customer) == usd("0")


def test_who_paid_from_the_same_account_before_is_suggested_and_not_ticked(staff):
    earlier = make_wire()
    credit(make_receipt(payer_account="GB33BUKB20201555555555"), earlier.top_up)
    receipt = make_receipt(usd("33.00"), payer_name="X", payer_account="GB33BUKB20201555555555")

    page = text_of(staff.get(MATCH))

    assert earlier.top_up.customer.account_number in page
    assert not re.search(rf'name="tick" value="{receipt.pk}"[^>]* checked', page)
