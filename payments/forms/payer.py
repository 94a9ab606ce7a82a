"""What somebody types to show that the payer knows of a payment."""

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.payer_code import DIGITS

CODE_CHARACTERS_MAX = 20  # six digits, with room for how people space them


class PayerCodeForm(forms.Form):
    """The code as people copy it from a mail: blanks and hyphens in it do not matter."""

    code = forms.CharField(
        label=_("Code"),
        max_length=CODE_CHARACTERS_MAX,
        error_messages={
            "required": _("Enter the code from the e-mail."),
            "max_length": _("The code has six digits."),
        },
        help_text=_("Six digits, from the newest of our e-mails."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "size": "8"}
        ),
    )

    def clean_code(self) -> str:
        """What cannot be a code is no try."""
        code = "".join(str(self.cleaned_data["code"]).replace("-", "").split())
        if not (len(code) == DIGITS and code.isascii() and code.isdecimal()):
            raise forms.ValidationError(_("The code has six digits."))
        return code
