"""The bonus that goes when a top-up is refunded."""

from commpeak.lib.money import Money
from payments.models import TopUp


def bonus_taken_back(top_up: TopUp) -> Money | None:
    """What is told before a refund is asked for; None while a top-up brings no bonus."""
    return None
