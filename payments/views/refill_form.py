"""Turning automatic refill on and changing it: first the numbers, then what they mean."""

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import CustomerRequest, customer_required, proven_again_to_send
from accounts.selectors.missing_address_parts import missing_address_parts
from billing.models import Purse
from billing.selectors.customer_balances import customer_balances
from commpeak.lib.client_address import client_address
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from commpeak.lib.money import Money
from payments.forms.refill import NEW_CARD, RefillForm
from payments.forms.top_up import AMOUNT_CHARACTERS_MAX
from payments.gateways.base import GatewayError
from payments.models.refill import AutoRefillRule, SavedCard
from payments.refill_ceiling_text import ceiling_text
from payments.refill_numbers import RefillNumbers
from payments.refill_texts import consent_text
from payments.selectors.new_customer_ceiling import new_customer_ceiling
from payments.selectors.refill_rehearsal_of import refill_rehearsal_of
from payments.selectors.top_up_currency import top_up_currency
from payments.services.change_refill import change_refill
from payments.services.start_card_setup import start_card_setup
from payments.services.turn_on_refill import TurnedOn, turn_on_refill
from payments.views.sync import sync_for_web

_WAITS_FOR_CARD = AutoRefillRule.State.SETTING_UP


@customer_required
@proven_again_to_send("agree")
@require_http_methods(["GET", "HEAD", "POST"])
def turn_on(request: CustomerRequest, purse: Purse) -> HttpResponse:
    """The numbers, then consent and rehearsal, then the card."""
    if missing_address_parts(request.customer):
        return redirect(reverse("topup", query={"purse": purse.value}))
    currency = top_up_currency(request.customer, purse)
    if currency is None:
        return redirect(reverse("topup", query={"purse": purse.value}))
    form = _form(request, purse, currency, initial=_begun(request, purse))
    if _is_to_be_done(request, form) and (turned_on := _turn_on(request, purse, form)):
        return _next_page(request, turned_on)
    return _page(request, purse, form, rule=None)


@customer_required
@proven_again_to_send("agree")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: CustomerRequest, purse: Purse) -> HttpResponse:
    """All three numbers, the other caps and the card, agreed to anew."""
    rule = get_object_or_404(_living(request), purse=purse)
    form = _form(request, purse, rule.currency, initial=_numbers_now(rule))
    if _is_to_be_done(request, form) and _change(request, purse, form):
        if form.cleaned_data["card"] == NEW_CARD:
            return _save_new_card(request, rule)
        messages.success(request, _("Automatic refill of %s is changed.") % purse.label)
        return redirect("refill")
    return _page(request, purse, form, rule=rule)


def _form(
    request: CustomerRequest, purse: Purse, currency: str, initial: dict[str, object]
) -> RefillForm:
    cards = SavedCard.objects.filter(customer=request.customer, removed_at=None)
    now = utc_now()
    return RefillForm(
        request.POST or None,
        customer=request.customer,
        purse=purse,
        currency=currency,
        cards=[card for card in cards if not card.is_expired(now)],
        now=now,
        initial=initial,
    )


def _page(
    request: CustomerRequest, purse: Purse, form: RefillForm, *, rule: AutoRefillRule | None
) -> HttpResponse:
    """The form, or for numbers that work what they mean. "Back" keeps what was typed."""
    context: dict[str, object] = {"form": form, "purse": purse, "rule": rule}
    wants_form = "back" in request.POST
    if request.method == "POST" and not wants_form and form.is_valid() and form.numbers:
        numbers = form.numbers
        balance, ceiling = _balance(request, purse), _ceiling(request, numbers)
        is_held_back = ceiling is not None and numbers.deposit > ceiling
        is_charged = balance < numbers.threshold and not is_held_back
        context |= {
            "numbers": numbers,
            "consent": consent_text(purse, numbers),
            "balance": balance,
            "charged_now": _charged_now(rule, form) if is_charged else "",
            "ceiling": ceiling_text(numbers, ceiling=ceiling, days=settings.NEW_CUSTOMER_DAYS),
            "rehearsal": refill_rehearsal_of(
                customer=request.customer, purse=purse, numbers=numbers, now=utc_now()
            ),
            "card": form.card_chosen,
        }
        return render(request, "payments/refill_review.html", context)
    return render(request, "payments/refill_form.html", context)


def _charged_now(rule: AutoRefillRule | None, form: RefillForm) -> str:
    """With a balance under the threshold. A rule that is not on charges nothing by a change."""
    if rule is None and not form.card_chosen:
        return _(
            "The first refill is paid right on the next page, and uses one of today's payments."
        )
    begins = rule and rule.state == AutoRefillRule.State.SETTING_UP and form.card_chosen
    if rule and not rule.is_on and not begins:
        return ""
    if form.card_chosen:
        return _("The card is charged at once.")
    return _("Until the new card is saved, the one you have now is charged.")


def _is_to_be_done(request: CustomerRequest, form: RefillForm) -> bool:
    return request.method == "POST" and "agree" in request.POST and form.is_valid()


def _turn_on(request: CustomerRequest, purse: Purse, form: RefillForm) -> TurnedOn | None:
    if form.numbers is None:
        return None
    try:
        return turn_on_refill(
            customer=request.customer,
            purse=purse,
            numbers=form.numbers,
            card=form.card_chosen,
            ip_address=client_address(request),
            now=utc_now(),
        )
    except (Refused, GatewayError) as error:
        form.add_error(None, error.user_text)
        return None


def _next_page(request: CustomerRequest, turned_on: TurnedOn) -> HttpResponse:
    if turned_on.first_payment:
        sync_for_web(turned_on.first_payment.payments.latest("pk"))
        return redirect("topup-pay", turned_on.first_payment.reference)
    if turned_on.setup:
        return redirect("card-setup", turned_on.setup.pk)
    messages.success(request, _("Automatic refill is on."))
    return redirect("refill")


def _change(request: CustomerRequest, purse: Purse, form: RefillForm) -> bool:
    if form.numbers is None:
        return False
    try:
        change_refill(
            customer=request.customer,
            purse=purse,
            numbers=form.numbers,
            card=form.card_chosen,
            ip_address=client_address(request),
            now=utc_now(),
        )
    except Refused as refusal:
        form.add_error(None, refusal.user_text)
        return False
    return True


def _save_new_card(request: CustomerRequest, rule: AutoRefillRule) -> HttpResponse:
    try:
        setup = start_card_setup(customer=request.customer, rule=rule, now=utc_now())
    except (Refused, GatewayError) as error:
        messages.error(request, error.user_text)
        return redirect("refill")
    return redirect("card-setup", setup.pk)


def _numbers_now(rule: AutoRefillRule) -> dict[str, object]:
    """As the customer would type them."""
    amounts = {"deposit": rule.deposit, "threshold": rule.threshold}
    if rule.monthly_amount_max:
        amounts["monthly_max"] = rule.monthly_amount_max
    if rule.days_left:
        del amounts["threshold"]
    typed: dict[str, object] = {
        name: str(Money(amount, rule.currency)).split()[0] for name, amount in amounts.items()
    }
    kept = {"per_day_max": rule.refills_per_day_max, "days_left": rule.days_left}
    return typed | kept | ({"card": str(rule.card_id)} if rule.card_id else {})


def _living(request: CustomerRequest) -> QuerySet[AutoRefillRule]:
    return request.customer.refill_rules.exclude(state=AutoRefillRule.State.DISABLED)


def _ceiling(request: CustomerRequest, numbers: RefillNumbers) -> Money | None:
    return new_customer_ceiling(customer=request.customer, currency=numbers.currency, now=utc_now())


def _balance(request: CustomerRequest, purse: Purse) -> Money:
    return next(b.total for b in customer_balances(request.customer) if b.purse == purse)


def _begun(request: CustomerRequest, purse: Purse) -> dict[str, object]:
    """The amount that the panel was given; before it, the numbers of a rule that still waits for
    its card."""
    waiting = request.customer.refill_rules.filter(purse=purse, state=_WAITS_FOR_CARD).first()
    kept = _numbers_now(waiting) | {"card": NEW_CARD} if waiting else {}
    asked = request.GET.get("amount", "")[:AMOUNT_CHARACTERS_MAX]
    return kept | ({"deposit": asked} if asked else {})
