"""What staff type about statement files in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from payments.models import BankAccount

FILES_MAX = 20  # at once


class _SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class _SeveralFilesField(forms.FileField):
    """Cleans to a list of uploads."""

    widget = _SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        one = super().clean
        return [one(each, initial) for each in (data or [None])]


class UploadForm(forms.Form):
    """Files of statements. `bank_account` is asked for because a CSV does not name its own."""

    bank_account = forms.ModelChoiceField(
        label=_("Bank account"),
        queryset=BankAccount.objects.filter(is_active=True).order_by("currency", "pk"),
        required=False,
        empty_label=_("as the file says"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Needed for CSV only: camt.053 and MT940 name their account."),
    )
    statements = _SeveralFilesField(
        label=_("Statement files"),
        help_text=_("camt.053 (XML, or several in a ZIP), MT940, or CSV; 32 MB together."),
    )

    def clean_statements(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["statements"]
        if len(files) > FILES_MAX:
            raise ValidationError(
                _("Choose at most %(most)d files at once."), params={"most": FILES_MAX}
            )
        return files
