"""Secrets of second factors at rest."""

import pytest
from cryptography.fernet import InvalidToken

from commpeak.second_factors import SecondFactorAdapter


def test_a_secret_is_not_readable_in_what_is_stored():
    """S15"""
    stored = SecondFactorAdapter().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in stored
    assert SecondFactorAdapter().decrypt(stored) == "JBSWY3DPEHPK3PXP"


def test_a_secret_outlives_the_rotation_of_the_secret_key(settings):
    settings.SECRET_KEY = "old" * 20
    stored = SecondFactorAdapter().encrypt("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, ["old" * 20]
    assert SecondFactorAdapter().decrypt(stored) == "JBSWY3DPEHPK3PXP"


def test_another_key_reads_nothing(settings):
    stored = SecondFactorAdapter().encrypt("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY = "stolen" * 10
    with pytest.raises(InvalidToken):
        SecondFactorAdapter().decrypt(stored)
