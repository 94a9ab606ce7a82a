"""What a template of templates/emails says."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string

SUBJECT_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class EmailText:
    subject: str
    text: str


def email_text(*, template: str, context: Mapping[str, object]) -> EmailText:
    """`emails/<template>.txt`, given `context` and `site_url`; its first line is the subject."""
    rendered = render_to_string(
        f"emails/{template}.txt", {**context, "site_url": settings.SITE_URL}
    )
    subject, _newline, text = rendered.strip().partition("\n")
    return EmailText(subject.strip()[:SUBJECT_LENGTH_MAX], text.strip())
