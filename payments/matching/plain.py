"""The letters of a wire's texts, as a bank's form of the last century would have them."""

from anyascii import anyascii

# SEPA carries 140 characters and SWIFT 4 × 35; the longest fields of camt.053 together stay
# below this. What is cut off is not read, so a longer text never makes a sure match.
TEXT_LENGTH_MAX = 2_000


def plain(text: str) -> str:
    """Capital Latin letters and ASCII digits: "РФ２６ Müller" is read as "RF26 MULLER"."""
    shown = text[:TEXT_LENGTH_MAX]
    return (shown if shown.isascii() else anyascii(shown)).upper()


def is_cut(text: str) -> bool:
    return len(text) > TEXT_LENGTH_MAX


def normal_account(payer_account: str) -> str:
    """In capitals, without spaces and dashes, so that a bank's layout does not matter."""
    return "".join(char for char in payer_account.upper() if char.isalnum())
