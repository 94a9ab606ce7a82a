"""The network address a request came from, as far as our own proxies can be trusted."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - "no address": a server on a socket sees none


def client_address(request: HttpRequest) -> str:
    """IPv4 or IPv6 address in its canonical form; `UNKNOWN_ADDRESS` when there is none.

    Anyone can send X-Forwarded-For. Each of our proxies appends the address it saw, so of its
    entries only the last TRUSTED_PROXY_COUNT were written by us, and the first of those is
    the client. With no trusted proxy the header is not read at all.
    """
    proxies = settings.TRUSTED_PROXY_COUNT
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies and len(forwarded) >= proxies:
        return _canonical(forwarded[-proxies])
    return _canonical(request.META.get("REMOTE_ADDR", ""))


def neighbours(ip_address: str | None) -> tuple[str, str] | None:
    """First and last address of whoever has this one, or None when it is not known. One IPv6
    address comes with the 2^64 of its network, so those count together."""
    if ip_address is None or ip_address == UNKNOWN_ADDRESS:
        return None
    bits = 64 if ipaddress.ip_network(ip_address).version == 6 else 32
    network = ipaddress.ip_network((ip_address, bits), strict=False)
    return str(network[0]), str(network[-1])


def _canonical(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return UNKNOWN_ADDRESS
