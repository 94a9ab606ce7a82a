"""Logging in while Valkey is gone (A9)."""

import socket

import pytest
from django.core.cache import caches

from accounts.tests.builders import PASSWORD, make_customer
from commpeak.forgiving_cache import ForgivingRedisCache


@pytest.fixture
def nobody_listens():
    """An address of this machine that refuses connections."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def silence():
    """An address that accepts connections and never answers, as a frozen server does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("address", ["nobody_listens", "silence"])
def test_a_cache_that_does_not_answer_is_an_empty_cache(address, request):
    cache = ForgivingRedisCache(request.getfixturevalue(address), {})
    cache.set("tries", [1], 60)
    assert cache.get("tries", []) == []
    assert cache.add("lock", True) is True
    assert cache.delete("lock") is False


@pytest.mark.django_db
def test_customers_log_in_while_valkey_is_down(client, nobody_listens, settings):
    """A9"""
    settings.CACHES = {
        "default": {
            "BACKEND": "commpeak.forgiving_cache.ForgivingRedisCache",
            "LOCATION": nobody_listens,
        }
    }
    assert isinstance(caches["default"], ForgivingRedisCache)
    make_customer(email="ada@example.com")
    body = {"login": "ada@example.com", "password": PASSWORD}
    assert client.post("/accounts/login/", body)["Location"] == "/"
    assert client.get("/profile/").status_code == 200
