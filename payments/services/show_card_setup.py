"""Looks at a card that is being saved, for the page that asks for it."""

from datetime import datetime

from payments.gateways.vault import SetupSnapshot
from payments.models.refill import CardSetup
from payments.services.end_tested_setup import end_tested_setup
from payments.services.start_card_setup import begin_card_setup


def show_card_setup(*, setup: CardSetup, now: datetime) -> SetupSnapshot:
    """With its form, unless too many cards were refused on it. Raises GatewayError. Must not be
    called inside a transaction."""
    return end_tested_setup(setup=setup, snapshot=begin_card_setup(setup=setup), now=now)
