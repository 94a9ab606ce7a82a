"""Form fields for what people type about themselves."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from commpeak.lib.plain_text import one_line, several_lines

_NOT_PLAIN = _("Please remove invisible or control characters from this text.")


class LineField(forms.CharField):
    """One line of text without characters that mislead or cannot be stored."""

    def to_python(self, value: Any) -> str:
        try:
            return one_line(str(super().to_python(value) or ""))
        except ValueError as error:
            raise ValidationError(_NOT_PLAIN, code="not_plain") from error


class LinesField(forms.CharField):
    """A few lines, as a street address may need."""

    widget = forms.Textarea(attrs={"rows": 2})

    def to_python(self, value: Any) -> str:
        try:
            return several_lines(str(super().to_python(value) or ""))
        except ValueError as error:
            raise ValidationError(_NOT_PLAIN, code="not_plain") from error
