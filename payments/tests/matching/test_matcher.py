"""Whose a wire may be, and why: what staff read."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from commpeak.lib.money import Money
from payments.gateways.wire.reference import make_reference
from payments.matching.base import (
    Announcement,
    Candidate,
    ExpectedTopUp,
    KnownCustomer,
    KnownPayer,
    Wire,
)
from payments.matching.look_ups import look_ups_for
from payments.matching.matcher import Matcher

ACME, BETA = "57202613", "66180339"
IBAN = "DE89370400440532013000"


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


OPEN = ExpectedTopUp(1, "T-ACMEVOICE", ACME, "voice", 3, eur("100.00"), is_open=True)
PAID = replace(OPEN, payment_id=2, name="T-ACMEPAID", number=2, is_open=False, is_paid=True)
SMS = replace(OPEN, payment_id=3, name="T-ACMESMS", purse="sms", number=4, money=eur("40.00"))
BOTH = (("voice", "EUR"), ("sms", "EUR"))
CUSTOMERS = [KnownCustomer(ACME, ("Acme GmbH",), BOTH), KnownCustomer(BETA, ("Beta Ltd",), BOTH)]
REFERENCE = make_reference(account_number=ACME, purse="voice", number=3)


def candidates(
    text: str = "",
    *,
    money: Money = OPEN.money,
    top_ups: tuple[ExpectedTopUp, ...] = (OPEN,),
    payers: tuple[KnownPayer, ...] = (),
    **wire: str,
) -> list[Candidate]:
    arrived = Wire(money=money, booked_on=date(2026, 5, 4), text=text, **wire)
    return Matcher(top_ups, CUSTOMERS, payers).candidates(arrived)


def only(*args, **facts) -> Candidate:
    (found,) = candidates(*args, **facts)
    return found


def test_the_reference_of_an_open_top_up_is_sure():
    found = only(REFERENCE)
    assert (found.account_number, found.purse, found.payment_id) == (ACME, "voice", 1)
    assert found.reasons == (
        "reference RF47 5720 2613 V3 equals top-up T-ACMEVOICE",
        "amount equals open top-up T-ACMEVOICE",
    )
    assert found.is_sure


@pytest.mark.parametrize("field", ["text", "reference", "end_to_end_id"])
def test_it_may_stand_in_any_text(field):
    assert only(**{field: REFERENCE}).is_sure


@pytest.mark.parametrize("came", ["90.00", "250.00"])
def test_too_little_and_too_much_is_sure_and_told(came):
    found = only(REFERENCE, money=eur(came))
    assert found.is_sure
    assert found.reasons[1] == f"amount differs: 100.00 EUR asked, {came} EUR came"


def test_two_parts_lead_to_the_same_top_up():
    parts = [only(REFERENCE, money=eur(amount)) for amount in ["30.00", "70.00"]]
    assert [(part.payment_id, part.is_sure) for part in parts] == [(1, True), (1, True)]


def test_a_top_up_that_is_paid_is_named_and_not_ticked():
    old = make_reference(account_number=ACME, purse="voice", number=2)
    paid, other = candidates(old, top_ups=(OPEN, PAID))
    assert (paid.payment_id, paid.is_sure, other.payment_id) == (2, False, 1)
    assert paid.reasons[-1] == "top-up T-ACMEPAID is already paid"


def test_a_top_up_that_was_given_up_is_told_as_such():
    late = replace(OPEN, is_open=False)
    assert only(REFERENCE, top_ups=(late,)).reasons[-1] == "top-up T-ACMEVOICE is no longer open"


def test_a_number_that_was_never_given_makes_no_tick():
    found = only(REFERENCE, top_ups=())
    assert (found.purse, found.payment_id, found.is_sure) == ("voice", None, False)
    assert found.reasons[-1] == "the customer has no top-up number 3"


def test_the_newest_try_of_a_top_up_is_meant():
    expired = replace(OPEN, is_open=False)
    again = replace(OPEN, payment_id=9)
    assert only(REFERENCE, top_ups=(expired, again)).payment_id == 9


def test_another_currency_is_never_ticked():
    found = only(REFERENCE, money=usd("100.00"))
    assert not found.is_sure
    assert found.reasons[-1] == ("USD came, the Voice balance is in EUR: the bank's rate is needed")


def test_another_customer_in_the_text_makes_no_tick():
    first, second = candidates(f"{REFERENCE} and customer {BETA}")
    assert (first.account_number, first.is_sure, second.is_sure) == (ACME, False, False)
    assert first.reasons[-1] == f"the text names customer {BETA} as well"


def test_two_top_ups_in_the_text_make_no_tick():
    other = make_reference(account_number=ACME, purse="sms", number=4)
    found = candidates(f"{REFERENCE} {other}", money=eur("140.00"), top_ups=(OPEN, SMS))
    assert [(each.payment_id, each.is_sure) for each in found] == [(1, False), (3, False)]
    assert "the text names top-up T-ACMESMS as well" in found[0].reasons


def test_the_other_balance_in_words_makes_no_tick():
    found = only(f"{REFERENCE} for SMS")
    assert (found.purse, found.is_sure, found.reasons[-1]) == ("voice", False, "the text says SMS")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("RF47 5720 2617 V3", "one digit differs: 57202617 ↔ 57202613"),
        ("RF47 5720 6213 V3", "two digits are swapped: 57206213 ↔ 57202613"),
        ("customer 57202617", "one digit differs: 57202617 ↔ 57202613"),
        ("customer 5720261", "one digit is missing: 5720261 ↔ 57202613"),
        ("customer 572026313", "one digit too many: 572026313 ↔ 57202613"),
        (
            "RF74 5720 2613 V3",
            "account number 57202613 in a reference whose check digits do not fit",
        ),
    ],
)
def test_a_slip_is_named_and_never_sure(written, reason):
    found = candidates(written, payer_name="ACME")[0]
    assert (found.account_number, found.payment_id, found.is_sure) == (ACME, 1, False)
    assert found.reasons[0] == reason


def test_the_account_number_called_so_is_sure_with_the_amount_of_one_open_top_up():
    found = only(f"customer {ACME}")
    assert found.reasons == (
        "account number 57202613 in the text",
        "amount equals open top-up T-ACMEVOICE",
    )
    assert found.is_sure


def test_so_it_is_under_the_customers_own_name_and_not_from_a_stranger():
    assert candidates(ACME, payer_name="ACME GMBH")[0].is_sure
    assert not only(ACME, payer_name="SOMEBODY ELSE").is_sure


def test_the_account_number_alone_with_another_amount_is_not_sure():
    assert not only(f"customer {ACME}", money=eur("90.00")).is_sure


def test_two_top_ups_of_one_amount_are_both_offered_and_neither_is_sure():
    twin = replace(OPEN, payment_id=5, name="T-TWIN", number=5)
    found = candidates(f"customer {ACME}", top_ups=(OPEN, twin))
    assert [(each.payment_id, each.is_sure) for each in found] == [(1, False), (5, False)]
    assert found[0].reasons[-1] == "2 open top-ups have this amount"


def test_a_known_payer_who_is_somebody_else_takes_the_tick():
    payer = KnownPayer(IBAN, BETA, "voice", date(2026, 4, 2))
    found = candidates(f"customer {ACME}", payers=(payer,), payer_account=IBAN)
    assert (found[0].account_number, found[0].is_sure) == (ACME, False)
    assert found[0].reasons[-1] == f"the payer is known from customer {BETA}"


def test_an_invoice_number_that_is_somebodys_account_number_is_not_sure():
    found = only(f"Invoice {ACME}")
    assert not found.is_sure
    assert found.reasons[0] == "account number 57202613 is in the text, perhaps by chance"


@pytest.mark.parametrize("text", [f"{ACME}S", f"{ACME} S", f"customer {ACME} sms"])
def test_without_a_top_up_one_is_made_for_the_balance_that_is_told(text):
    found = candidates(text, top_ups=(), payer_name="Acme")[0]
    assert (found.account_number, found.purse, found.payment_id) == (ACME, "sms", None)


def test_with_two_balances_and_no_word_nobody_knows():
    found = only(f"customer {ACME}", top_ups=())
    assert (found.purse, found.payment_id, found.is_sure) == ("", None, False)
    assert found.reasons[-1] == "two balances: the text does not say Voice or SMS"


def test_an_announced_wire_is_found_by_name_and_amount_and_never_sure():
    told = Announcement("Zoë Müller", eur("100.00"), date(2026, 5, 3))
    top_up = replace(OPEN, announcement=told)
    found = only("top up", payer_name="MUELLER ZOE", top_ups=(top_up,))
    assert found.reasons == (
        "name and amount as announced on May 3, 2026",
        "amount equals open top-up T-ACMEVOICE",
    )
    assert (found.payment_id, found.is_sure) == (1, False)


def test_the_same_payer_account_is_a_suggestion():
    payer = KnownPayer("DE89 3704 0044 0532 0130 00", ACME, "voice", date(2026, 4, 2))
    found = only(payers=(payer,), payer_account=IBAN, top_ups=(), money=eur("7.00"))
    assert found.reasons == ("same payer account as on Apr 2, 2026",)
    assert (found.purse, found.payment_id, found.is_sure) == ("voice", None, False)


def test_the_customers_name_and_the_amount_are_a_suggestion():
    found = only(payer_name="Acme")
    assert found.reasons == (
        "the payer's name is the customer's: Acme GmbH",
        "amount equals open top-up T-ACMEVOICE",
    )
    assert not found.is_sure


def test_the_payers_own_number_is_nobodys():
    assert candidates(f"FROM {ACME}", payer_account=f"20-00-00 {ACME}", top_ups=()) == []


def test_nothing_is_said_of_a_wire_that_points_nowhere():
    assert candidates("interest", money=eur("0.01"), payer_name="BANK") == []


def test_a_text_too_long_to_be_read_makes_no_tick():
    found = only(f"{REFERENCE} {'x ' * 2_000}")
    assert (found.is_sure, found.reasons[-1]) == (
        False,
        "the text is too long to be read to its end",
    )


def test_at_most_five_are_offered():
    twins = tuple(replace(OPEN, payment_id=at, name=f"T-{at}", number=at) for at in range(10, 19))
    assert len(candidates(f"{ACME} {BETA}", top_ups=twins)) <= 5


def test_look_ups_ask_for_what_the_texts_may_mean():
    wires = [
        Wire(eur("1.00"), date(2026, 5, 4), text=REFERENCE, payer_account="de89 3704 0044"),
        Wire(eur("1.00"), date(2026, 5, 4), text="customer 57202617"),
    ]
    wanted = look_ups_for(wires)
    assert ACME in wanted.account_numbers
    assert len(wanted.account_numbers) < 20
    assert [each.number for each in wanted.references] == [3]
    assert wanted.payer_accounts == {"DE8937040044"}
