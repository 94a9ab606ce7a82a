"""Keeps what a member of staff writes about a customer."""

from datetime import datetime

from django.db import transaction

from accounts.models import Customer, CustomerNote, User


@transaction.atomic
def add_customer_note(
    *, customer: Customer, author: User, text: str, now: datetime
) -> CustomerNote:
    """The note. When the newest one says the same by the same author, that one: a double click.

    `text` is not empty and has passed accounts.forms.customer_note.
    """
    # two clicks at once wait for each other here; no key changes, so payments need not wait
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    newest = customer.notes.order_by("-pk").first()
    if newest and (newest.author_id, newest.text) == (author.pk, text):
        return newest
    return CustomerNote.objects.create(customer=customer, author=author, text=text, created_at=now)
