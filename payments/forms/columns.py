"""Staff confirm how a CSV is read: guessed from the file, or as its bank's last one was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from payments.models import BankAccount
from payments.statements.delimited_guess import MappingGuess
from payments.statements.delimited_mapping import DAY_FORMS, Column, ColumnMapping
from payments.statements.encodings import ENCODINGS

_SEPARATORS = [
    (";", _("semicolon ;")),
    (",", _("comma ,")),
    ("\t", _("tab")),
    ("|", _("bar |")),
]
_MARKS = {
    "": _("none"),
    ".": _("point ."),
    ",": _("comma ,"),
    " ": _("space"),
    "'": _("apostrophe ’"),
}
_DAYS = [
    (form, form.replace("%d", "DD").replace("%m", "MM").replace("%Y", "YYYY").replace("%y", "YY"))
    for form in DAY_FORMS
]
_COLUMNS = {
    "booked_on": _("Booking date"),
    "value_on": _("Value date"),
    "amount": _("Amount, with its sign"),
    "direction": _("Direction: credit or debit"),
    "credit": _("Amount of credits"),
    "debit": _("Amount of debits"),
    "currency": _("Currency"),
    "payer_name": _("Payer"),
    "payer_account": _("Payer's account"),
    "reference": _("Reference"),
    "end_to_end_id": _("End-to-end id"),
    "bank_id": _("The bank's id of the line"),
    "own_account": _("Our own account"),
    "status": _("Status"),
}


_HOW = (
    "encoding",
    "separator",
    "decimal_mark",
    "thousands_mark",
    "day_form",
    "header_lines",
    "footer_lines",
)


def _chosen(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    field: forms.ChoiceField = forms.ChoiceField(
        label=label, choices=choices, required=False, widget=UnfoldAdminSelectWidget
    )
    return field


def _number(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=100, widget=UnfoldAdminIntegerFieldWidget
    )


class ColumnsForm(forms.Form):
    """`confirmed()` is the ColumnMapping that staff chose, once the form is valid."""

    bank_account = forms.ModelChoiceField(
        label=_("Bank account"),
        queryset=BankAccount.objects.filter(is_active=True).order_by("currency", "pk"),
        widget=UnfoldAdminSelectWidget,
    )
    encoding = _chosen(_("Encoding"), [(name, name) for name in ENCODINGS])
    separator = _chosen(_("Columns are separated by"), _SEPARATORS)
    decimal_mark = _chosen(
        _("Decimals follow a"), [("", _("choose")), (".", _MARKS["."]), (",", _MARKS[","])]
    )
    thousands_mark = _chosen(_("Thousands are marked by"), list(_MARKS.items()))
    day_form = _chosen(_("Days are written"), [("", _("choose")), *_DAYS])
    header_lines = _number(_("Lines before the first row"))
    footer_lines = _number(_("Lines after the last row"))
    text = forms.MultipleChoiceField(
        label=_("Text of the payer (one or more)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    booked_words = forms.CharField(
        label=_("Status of booked rows"),
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Only with a status column; several with commas between."),
    )

    def __init__(self, *args: Any, guess: MappingGuess, **options: Any) -> None:
        super().__init__(*args, **options)
        self._guess = guess
        columns = _columns_of(guess)
        for name, label in _COLUMNS.items():
            self.fields[name] = _chosen(label, [("", _("not in the file")), *columns])
            self.initial.setdefault(name, _key(getattr(guess.mapping, name)))
        text = self.fields["text"]
        if isinstance(text, forms.MultipleChoiceField):
            text.choices = columns
        self.initial.setdefault("text", [_key(column) for column in guess.mapping.text])
        self.initial.setdefault("booked_words", ", ".join(guess.mapping.booked_words))
        for name in _HOW:
            self.initial.setdefault(name, getattr(guess.mapping, name))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        chosen: dict[str, Any] = {name: given[name] for name in _HOW}
        chosen |= {name: _column(given[name]) if given[name] else None for name in _COLUMNS}
        chosen["text"] = tuple(_column(key) for key in given["text"])
        words = (word.strip() for word in given["booked_words"].split(","))
        chosen["booked_words"] = tuple(filter(None, words))
        mapping = replace(self._guess.mapping, **chosen)
        if problems := mapping.problems():
            raise ValidationError(problems)
        return given | {"mapping": mapping}

    def confirmed(self) -> ColumnMapping:
        mapping: ColumnMapping = self.cleaned_data["mapping"]
        return mapping


def _columns_of(guess: MappingGuess) -> list[tuple[str, str]]:
    """By name where the file names them, else by place with the first row's cell beside it."""
    if guess.header:
        return [(f"n:{name}", name) for name in guess.header if name]
    cells = guess.rows[0] if guess.rows else ()
    return [(f"p:{place}", f"{place + 1}: {cell[:30]}") for place, cell in enumerate(cells)]


def _key(column: Column | None) -> str:
    if column is None:
        return ""
    return f"p:{column}" if isinstance(column, int) else f"n:{column}"


def _column(key: str) -> Column:
    kind, _colon, value = key.partition(":")
    return int(value) if kind == "p" else value
