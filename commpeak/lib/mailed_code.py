"""Codes that prove that somebody reads a mailbox. Pure but for the secret key.

Six digits are guessed in a blink when their plain hash leaks, so the hash is keyed with
SECRET_KEY. A key that is changed meanwhile makes the code wrong; a new one can be asked for.
"""

import re
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

DIGITS = 6
_CODES = [
    (re.compile(rf"(?<![0-9]){'[0-9]' * DIGITS}(?![0-9])"), "•" * DIGITS),
    (re.compile(r"\b[A-Z]{4}-[A-Z]{4}\b"), "••••-••••"),  # allauth's, at sign-up
    (re.compile(r"(?<=/password/reset/key/)\S+"), "••••••"),
]


def new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def code_hash(code: str, *, about: str) -> str:
    """Good for what `about` names only, for example one address of one customer."""
    return salted_hmac("commpeak.mailed_code", f"{about}\n{code}", algorithm="sha256").hexdigest()


def is_code(code: str, expected_hash: str, *, about: str) -> bool:
    """Takes the same time however much of the code is right."""
    return constant_time_compare(code_hash(code, about=about), expected_hash)


def tidied_code(text: str) -> str:
    """The code as people copy it, without blanks and hyphens; "" for what cannot be one."""
    code = "".join(text.replace("-", "").split())
    return code if len(code) == DIGITS and code.isascii() and code.isdecimal() else ""


def without_codes(text: str) -> str:
    """`text` as staff may read it: whoever reads a code can prove a mailbox that is not theirs,
    and whoever reads the link to a new password can take the login."""
    for code, dots in _CODES:
        text = code.sub(dots, text)
    return text
