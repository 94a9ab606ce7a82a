"""The client's address is what our own proxies wrote, never what the client claims."""

import pytest
from django.test import RequestFactory

from commpeak.lib.client_address import client_address


@pytest.mark.parametrize(
    ("trusted_proxies", "forwarded", "peer", "expected"),
    [
        (0, "6.6.6.6", "10.0.0.9", "10.0.0.9"),
        (1, "6.6.6.6, 203.0.113.7", "10.0.0.9", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 10.0.0.1", "10.0.0.9", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.9", "10.0.0.9"),
        (1, "2001:DB8::0:1", "10.0.0.9", "2001:db8::1"),
        (1, "nonsense", "10.0.0.9", "0.0.0.0"),
        (0, "", "", "0.0.0.0"),
    ],
)
def test_only_entries_of_trusted_proxies_count(
    settings, trusted_proxies, forwarded, peer, expected
):
    settings.TRUSTED_PROXY_COUNT = trusted_proxies
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected
