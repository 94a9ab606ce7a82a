"""A note about a customer, as staff type it."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.forms.fields import LinesField
from accounts.models.customer_notes import NOTE_CHARACTERS_MAX


class CustomerNoteForm(forms.Form):
    """After is_valid() `text` is tidied, and not empty."""

    text = LinesField(
        label=_("New note"),
        max_length=NOTE_CHARACTERS_MAX,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_(
            "For colleagues. It stays as it is, with your name; the customer never sees it."
        ),
    )
