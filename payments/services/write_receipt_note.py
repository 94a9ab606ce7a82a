"""Writes down what staff know of a wire."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from commpeak.lib.errors import InvalidInput
from payments.models import ReceiptNote
from payments.models.receipts import NOTE_LENGTH


def write_receipt_note(*, receipt_id: int, author: User, text: str, now: datetime) -> ReceiptNote:
    """The wire stays where it is. Raises InvalidInput without a text, or with too much of it."""
    if not 0 < len(text.strip()) <= NOTE_LENGTH:
        raise InvalidInput(_("Write at most %(most)d characters.") % {"most": NOTE_LENGTH})
    return ReceiptNote.objects.create(
        receipt_id=receipt_id, author=author, text=text.strip(), written_at=now
    )
