"""What a customer agreed to, as a text file to keep."""

from django.utils.translation import gettext as _

from accounts.models import TermsAcceptance


def terms_copy(agreement: TermsAcceptance) -> str:
    """The facts of the agreement, then the text word by word."""
    version = agreement.version
    facts = [
        (_("Version"), str(version.number)),
        (_("Published"), _instant(version.published_at)),
        (_("Agreed to by"), f"{agreement.user.email} ({agreement.customer})"),
        (_("Agreed at"), _instant(agreement.accepted_at)),
        (_("From the address"), agreement.ip_address or "-"),
        (_("SHA-256 of the text"), agreement.text_hash),
    ]
    lines = [version.title, "", *(f"{name}: {value}" for name, value in facts)]
    return "\n".join([*lines, "", "-" * 72, "", version.text, ""])


def _instant(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S} UTC" if value else "-"
