"""allauth's passkey forms, for answers that no browser would send.

The libraries below take apart what a stranger may post and expect its parts to be there. What
they stumble over is a refusal here, not an error page.
"""

import struct

from allauth.mfa.webauthn import forms as allauth_forms
from django import forms
from django.utils.translation import gettext as _

_UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error)


class RefusesNonsense(forms.Form):
    """Mixed in before a form whose field `credential` is taken apart while it is cleaned."""

    def full_clean(self) -> None:
        try:
            super().full_clean()
        except _UNREADABLE:
            text = _("The answer of the passkey could not be read. Please try again.")
            self.add_error("credential", text)


class AddPasskeyForm(RefusesNonsense, allauth_forms.AddWebAuthnForm):  # type: ignore[misc]
    """For the list of passkeys."""


class SignupPasskeyForm(RefusesNonsense, allauth_forms.SignupWebAuthnForm):  # type: ignore[misc]
    """For signing up without a password."""


class LoginPasskeyForm(RefusesNonsense, allauth_forms.LoginWebAuthnForm):  # type: ignore[misc]
    """For logging in without a password."""


class AuthenticatePasskeyForm(
    RefusesNonsense,
    allauth_forms.AuthenticateWebAuthnForm,  # type: ignore[misc]
):
    """For the second step after a password."""


class ReauthenticatePasskeyForm(
    RefusesNonsense,
    allauth_forms.ReauthenticateWebAuthnForm,  # type: ignore[misc]
):
    """For proving it is still you."""
