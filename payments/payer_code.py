"""The code that the owner of a payer's e-mail address passes on. Pure but for the secret key.

Six digits are guessed in a blink when their plain hash leaks, so the hash is keyed with
SECRET_KEY. A key that is changed meanwhile makes the code wrong; a new one can be asked for.
"""

import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

DIGITS = 6


def new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def hash_of(code: str, *, payment_key: str, email: str) -> str:
    """Good for this payment and this address only."""
    text = f"{payment_key}\n{email}\n{code}"
    return salted_hmac("payments.payer_code", text, algorithm="sha256").hexdigest()


def is_code(code: str, expected_hash: str, *, payment_key: str, email: str) -> bool:
    """Takes the same time however much of the code is right."""
    return constant_time_compare(hash_of(code, payment_key=payment_key, email=email), expected_hash)
