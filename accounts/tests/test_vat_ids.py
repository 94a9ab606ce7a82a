"""VAT ids: right ones are stored in one spelling, wrong ones are refused with kind words."""

import pytest

from accounts.vat_ids import normalised_vat_id
from commpeak.lib.errors import InvalidInput


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("", "DE", ""),
        ("de 136 695 976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("094259216", "GR", "EL094259216"),
        ("NL 4495445B01", "NL", "NL004495445B01"),
        ("DE136695976", "FR", "DE136695976"),
        ("980 7806 84", "GB", "980780684"),
        ("12-3456789", "US", "123456789"),
    ],
)
def test_a_valid_id_is_stored_in_one_spelling(typed, country, stored):
    assert normalised_vat_id(typed, country) == stored


@pytest.mark.parametrize(
    ("typed", "country"),
    [("DE136695977", "DE"), ("hello", "DE"), ("123", "GB"), ("1", "US"), ("\u0661" * 9, "DE")],
)
def test_a_wrong_id_is_refused_and_the_country_named(typed, country):
    with pytest.raises(InvalidInput) as refused:
        normalised_vat_id(typed, country)
    assert "Please check each digit." in refused.value.user_text
