"""The servers that conftest.py starts for every run, seen through Django."""

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_postgresql_15_or_newer() -> None:
    assert connection.vendor == "postgresql"
    connection.ensure_connection()
    assert connection.pg_version >= 15_00_00


def test_the_cache_keeps_a_value() -> None:
    cache.set("greeting", "hello", timeout=60)
    assert cache.get("greeting") == "hello"
