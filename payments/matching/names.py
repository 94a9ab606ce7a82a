"""Names as banks write them: whose are the same, whatever the script, order or legal form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

# As they look after transliteration and without dots: "S.à r.l." → "sarl", "ООО" → "ooo"
_LEGAL_FORM = re.compile(
    "ab|ad|ag|ao|aps|as|asa|bhd|bv|bvba|corp|corporation|doo|ead|ek|eood|eu|eurl|fop|gbr|gesmbh|"
    "gmbh|inc|incorporated|ip|kft|kg|kk|limited|limitada|llc|llp|lp|ltd|ltda|mbh|nv|nyrt|oao|oe|"
    "ohg|ood|ooo|ou|oue|oy|oyj|pao|plc|pte|pty|pvt|sa|sarl|sas|sasu|sdn|se|sia|sl|slu|snc|spa|"
    "spzoo|srl|srls|sro|tov|ug|uab|vof|zao|zrt"
)
_ONE_FORM = {"limited": "ltd", "incorporated": "inc", "corporation": "corp", "oue": "ou"}
_NO_NAME = re.compile("dr|frau|herr|mme|mr|mrs|ms|prof|and|co|company|de|e|et|fuer|i|sti|the|und|y")
_EASTERN_FORMS = re.compile("株式会社|㈱|有限责任公司|有限責任公司|股份有限公司|有限公司|주식회사")
_INSIDE_WORDS = re.compile(r"[.'’`´]")
_SP_Z_O_O = re.compile(r"\b(?:sp|spolka) ?z ?o ?o\b")
_S_A_R_L = re.compile(r"\bs ?a rl\b")
_CUT_IN_TWO = re.compile(r"\b(?:([dlo]) (?=[a-z]{3})|([a-z])/(?=[a-z]\b))")  # D APPELS, A/S
_WORD = re.compile(r"[a-z0-9]+")
# One spelling for what one sound is written with in passports, banks and at home
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in [
        ("([aou])e", r"\1"),  # Mueller, Müller → Muller
        ("^[yji]o", "e"),  # Ёлкин: Yolkin, Elkin
        ("o[uy](?=[bcdfghklmnprstvxz])", "u"),  # Παπαδόπουλος
        ("shch|sch|sh", "s"),
        ("tch|ch", "c"),
        ("kh", "h"),
        ("ph", "f"),
        ("ts|tz|cz", "c"),
        ("x", "ks"),
        ("w", "v"),
        ("[yj]", "i"),  # Yuriy, Jurij, Iurii
        (r"(.)\1+", r"\1"),
    ]
]


@dataclass(frozen=True, slots=True)
class Name:
    """`words` that count, in one spelling; empty where there are none ("Ltd"). `forms`: the
    legal forms, which tell "Alpen GmbH" from "Alpen Ltd" where both are written."""

    words: frozenset[str]
    forms: frozenset[str]

    def has_other_form(self, other: Name) -> bool:
        return bool(self.forms and other.forms) and self.forms.isdisjoint(other.forms)


def is_within(shorter: frozenset[str], longer: frozenset[str]) -> bool:
    """As with an address behind; a single short word is within anything."""
    is_telling = len(shorter) > 1 or any(len(word) > 4 for word in shorter)
    return is_telling and shorter < longer


def read_name(name: str) -> Name:
    shown = name if name.isascii() else anyascii(_EASTERN_FORMS.sub(" ", name))
    folded = _INSIDE_WORDS.sub("", shown.casefold())
    folded = _CUT_IN_TWO.sub(r"\1\2", _SP_Z_O_O.sub("spzoo", _S_A_R_L.sub("sarl", folded)))
    words = _WORD.findall(folded)
    return Name(frozenset(filter(None, map(_sound, words))), frozenset(map(_form, words)) - {""})


@lru_cache(maxsize=50_000)  # first names and "telecom" come again and again
def _sound(word: str) -> str:
    """In one spelling; empty for a word that is left out."""
    if _form(word) or _NO_NAME.fullmatch(word):
        return ""
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


@lru_cache(maxsize=50_000)
def _form(word: str) -> str:
    return _ONE_FORM.get(word, word) if _LEGAL_FORM.fullmatch(word) else ""
