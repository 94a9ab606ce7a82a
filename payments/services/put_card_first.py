"""The customer's card that is tried before all others."""

from django.db import transaction

from payments.models.refill import SavedCard


@transaction.atomic
def put_card_first(*, card_id: int) -> None:
    """The others keep their order behind it. A second call changes nothing."""
    card = SavedCard.objects.get(pk=card_id)
    cards = SavedCard.objects.select_for_update().filter(customer=card.customer_id, removed_at=None)
    others = [other for other in cards.order_by("position", "pk") if other.pk != card_id]
    for position, each in enumerate([card, *others], start=1):
        SavedCard.objects.filter(pk=each.pk).update(position=position)
