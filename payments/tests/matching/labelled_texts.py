"""How payers and their banks dress up what was to be written on a wire."""

import random
from collections.abc import Callable

WRAPPERS = [
    "{}",
    "{}",
    "SVWZ+{} EREF+NOTPROVIDED",
    "/ROC/NOTPROVIDED//URI/{}",
    "REMITTANCE INFORMATION: {}",
    "payment for telephony services {} thank you",
    "Zahlung {} vom 03.05.2026",
    "{} 03/05/2026 CHRG/SHA",
    "TOP UP {} COMMPEAK",
    "Prepaid balance {}, amount 1.250,00 EUR",
    "OPLATA PO SCHETU 4711 {} BEZ NDS",
    "BNF//{}\r\nOUR REF FT26123XYZ9",
    "INVOICE 2026-0415 {}",
    "{} Inv. no. 884/26 call +44 20 7946 0018",
    "/INV/00471/{}",
]
GLUED = ["REF:{}", "REF{}", "Ref.{}", "Verwendungszweck:{}", "RFB/{}", "ID{}", "({})", "#{}"]
ACCOUNT_WORDS = [
    "customer {}",
    "Kundennr. {}",
    "account no {}",
    "Acc: {}",
    "KD-NR {}",
    "client id {}",
    "{}",
    "CommPeak {}",
    "for {}",
    "acct#{}",
]


def wrapped(rng: random.Random, words: str) -> str:
    return rng.choice(WRAPPERS).format(words)


def spaced(rng: random.Random, reference: str) -> str:
    """Spaces, dashes and the bank's line breaks within."""
    how: list[Callable[[str], str]] = [
        lambda text: " ".join(text[i : i + 4] for i in range(0, len(text), 4)),
        lambda text: "-".join(text[i : i + 4] for i in range(0, len(text), 4)),
        lambda text: " ".join(text[i : i + 3] for i in range(0, len(text), 3)),
        lambda text: f"{text[:2]} {text[2:4]} {text[4:12]} {text[12:]}",
        " ".join,
        lambda text: _broken(rng, text),
        lambda text: _broken(rng, " ".join(text[i : i + 4] for i in range(0, len(text), 4))),
    ]
    return rng.choice(how)(reference)


def _broken(rng: random.Random, text: str) -> str:
    at = rng.randint(2, len(text) - 1)
    return text[:at] + rng.choice(["\n", "\r\n", " \r\n"]) + text[at:]


def with_letters(rng: random.Random, reference: str) -> str:
    """Some zeros typed as O, some ones as I or l."""
    body = "".join(
        rng.choice([char, {"0": "O", "1": rng.choice("Il")}.get(char, char)])
        for char in reference[2:]
    )
    return "RF" + body


def swapped(rng: random.Random, digits: str) -> str:
    places = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
    at = rng.choice(places)
    return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]


def mistyped(rng: random.Random, digits: str) -> str:
    at = rng.randrange(len(digits))
    other = rng.choice([digit for digit in "0123456789" if digit != digits[at]])
    return digits[:at] + other + digits[at + 1 :]


def one_less_or_more(rng: random.Random, digits: str) -> str:
    at = rng.randrange(1, len(digits))
    if rng.random() < 0.5:
        return digits[:at] + digits[at + 1 :]
    return digits[:at] + rng.choice("0123456789") + digits[at:]
