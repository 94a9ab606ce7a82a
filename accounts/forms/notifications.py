"""Forms of the notification settings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commpeak.lib.mailed_code import tidied_code

CODE_CHARACTERS_MAX = 20
EMAIL_CHARACTERS_MAX = 254


class NotificationAddressForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=EMAIL_CHARACTERS_MAX,
        help_text=_("We send a code there. Nothing else is sent until you have entered it."),
        error_messages={
            "required": _("Enter an e-mail address."),
            "invalid": _("This is not an e-mail address. An example: billing@example.com"),
        },
        widget=forms.EmailInput({"autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class AddressCodeForm(forms.Form):
    """The code as people copy it from a mail: blanks and hyphens in it do not matter."""

    code = forms.CharField(
        label=_("Code"),
        max_length=CODE_CHARACTERS_MAX,
        help_text=_("Six digits, from the newest of our e-mails."),
        error_messages={
            "required": _("Enter the code from the e-mail."),
            "max_length": _("The code has six digits."),
        },
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        """What cannot be a code is no try."""
        code = tidied_code(str(self.cleaned_data["code"]))
        if not code:
            raise forms.ValidationError(_("The code has six digits."))
        return code
