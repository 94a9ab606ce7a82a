"""Profile → Cards: saved ones, their order, and the page that saves another."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import CustomerRequest, customer_required, proven_again
from commpeak.lib.client_address import client_address
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from payments.gateways.base import GatewayError
from payments.models.refill import CardSetup, SavedCard
from payments.selectors.saved_cards import saved_cards
from payments.services.finish_card_setup import finish_card_setup
from payments.services.put_card_first import put_card_first
from payments.services.remove_card import remove_card
from payments.services.show_card_setup import show_card_setup
from payments.services.start_card_setup import start_card_setup


@customer_required
@require_safe
def cards(request: CustomerRequest) -> HttpResponse:
    listed = saved_cards(customer=request.customer, now=utc_now())
    return render(request, "payments/cards.html", {"cards": listed})


@customer_required
@proven_again
@require_POST
def add(request: CustomerRequest) -> HttpResponse:
    return _begin(request, replaces=None)


@customer_required
@proven_again
@require_POST
def replace(request: CustomerRequest, card_id: int) -> HttpResponse:
    """The card stays until the new one is saved."""
    return _begin(request, replaces=_own_card(request, card_id))


def _begin(request: CustomerRequest, *, replaces: SavedCard | None) -> HttpResponse:
    try:
        setup = start_card_setup(
            customer=request.customer,
            rule=None,
            replaces=replaces,
            ip_address=client_address(request),
            now=utc_now(),
        )
    except (Refused, GatewayError) as error:
        messages.error(request, error.user_text)
        return redirect("cards")
    return redirect("card-setup", setup.pk)


@customer_required
@never_cache
@require_safe
def setup(request: CustomerRequest, setup_id: int) -> HttpResponse:
    """The gateway's card form; nothing is charged."""
    setup = _own_setup(request, setup_id)
    if setup.card:
        return redirect("refill" if setup.rule else "cards")
    try:
        snapshot = show_card_setup(setup=setup, now=utc_now())
    except GatewayError as error:
        messages.error(request, error.user_text)
        return redirect("cards")
    path = reverse("card-setup-done", args=[setup.pk])
    context = {
        "setup": setup,
        "card_form": snapshot.form,
        "refusal": snapshot.refusal,
        "is_ended": snapshot.is_ended,
        "return_url": request.build_absolute_uri(path),
    }
    return render(request, "payments/card_setup.html", context)


@customer_required
@never_cache
@require_safe
def setup_done(request: CustomerRequest, setup_id: int) -> HttpResponse:
    """The way back from the bank. The gateway is asked; the address proves nothing."""
    setup = _own_setup(request, setup_id)
    try:
        snapshot = finish_card_setup(setup_id=setup.pk, now=utc_now())
    except GatewayError as error:
        messages.error(request, error.user_text)
        return redirect("card-setup", setup.pk)
    if snapshot.card is None:
        return redirect("card-setup", setup.pk)
    messages.success(request, _("Your card is saved."))
    return redirect("refill" if setup.rule else "cards")


@customer_required
@require_POST
def first(request: CustomerRequest, card_id: int) -> HttpResponse:
    put_card_first(card_id=_own_card(request, card_id).pk, now=utc_now())
    return redirect("cards")


@customer_required
@proven_again
@require_POST
def remove(request: CustomerRequest, card_id: int) -> HttpResponse:
    card = _own_card(request, card_id)
    with suppress(GatewayError):  # removed here; the sweep asks the gateway again
        remove_card(card_id=card.pk, now=utc_now())
    messages.success(request, _("%s is removed.") % card)
    return redirect("cards")


def _own_card(request: CustomerRequest, card_id: int) -> SavedCard:
    return get_object_or_404(request.customer.saved_cards, pk=card_id, removed_at=None)


def _own_setup(request: CustomerRequest, setup_id: int) -> CardSetup:
    mine = request.customer.card_setups.select_related("customer", "card", "rule", "replaces")
    return get_object_or_404(mine, pk=setup_id)
