""" "I paid, where is it?" for staff: one field for whatever a customer tells."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget


class FindPaymentForm(forms.Form):
    """Anything may be typed; payments.find_payment reads it."""

    q = forms.CharField(
        label=_("What the customer told you"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True, "autocomplete": "off"}),
        help_text=_(
            "A reference (T-…, RF…), an id of PayPal, Stripe or BTCPay, a transaction hash, an "
            "account number, an e-mail address, or an amount with or without a day: "
            "“49.90 3 May”. One slip in a reference or an account number is mended."
        ),
    )
