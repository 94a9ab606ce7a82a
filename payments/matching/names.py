"""Names as banks write them: whose are the same, whatever the script, order or legal form."""

import re
from functools import lru_cache

from anyascii import anyascii

# Legal forms as they look after transliteration and without dots ("S.à r.l." → "sarl",
# "ООО" → "ooo"), titles, and words that join.
_LEFT_OUT = re.compile(
    "ab|ad|ag|ao|aps|as|asa|bhd|bv|bvba|co|company|corp|corporation|dba|doo|ead|ek|eood|eu|eurl|"
    "fop|gbr|gesmbh|gmbh|inc|incorporated|ip|kft|kg|kk|limited|limitada|llc|llp|lp|ltd|ltda|mbh|"
    "nv|nyrt|oao|oe|ohg|ood|ooo|ou|oue|oy|oyj|pao|plc|pte|pty|pvt|sa|sarl|sas|sasu|sdn|se|sia|sl|"
    "slu|snc|spa|spzoo|srl|srls|sro|tov|ug|uab|vof|zao|zrt|"
    "dr|frau|herr|mme|mr|mrs|ms|prof|"
    "and|de|e|et|fuer|i|the|und|y"
)
_EASTERN_FORMS = re.compile("株式会社|㈱|有限责任公司|有限責任公司|股份有限公司|有限公司|주식회사")
_INSIDE_WORDS = re.compile(r"[.'’`´]")
_SP_Z_O_O = re.compile(r"\bsp\.? ?z\.? ?o\.? ?o\b\.?")
_WORD = re.compile(r"[a-z0-9]+")
# One spelling for what one sound is written with in passports, banks and at home
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in [
        ("([aou])e", r"\1"),  # Mueller, Müller → Muller
        ("shch|sch|sh", "s"),
        ("tch|ch", "c"),
        ("kh", "h"),
        ("ph", "f"),
        ("ts|tz|cz", "c"),
        ("x", "ks"),
        ("w", "v"),
        ("[yj]", "i"),  # Yuriy, Jurij, Iurii
        (r"(.)\1+", r"\1"),
        ("ii+", "i"),
    ]
]


def name_words(name: str) -> frozenset[str]:
    """Words that count, in one spelling; empty where a name has none ("Ltd")."""
    shown = name if name.isascii() else anyascii(_EASTERN_FORMS.sub(" ", name))
    folded = _SP_Z_O_O.sub(" ", _INSIDE_WORDS.sub("", shown.casefold()))
    return frozenset(map(_sound, _WORD.findall(folded))) - {""}


def is_telling(words: frozenset[str]) -> bool:
    """Whether words are enough to look for them within a longer name."""
    return len(words) > 1 or any(len(word) > 4 for word in words)


@lru_cache(maxsize=50_000)  # first names and "telecom" come again and again
def _sound(word: str) -> str:
    """In one spelling; empty for a word that is left out."""
    if _LEFT_OUT.fullmatch(word):
        return ""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word
