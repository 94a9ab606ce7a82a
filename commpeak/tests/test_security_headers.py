"""What every page tells the browser to refuse (S6: an inline script does not run)."""

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


def policy(client: Client) -> dict[str, list[str]]:
    """The directives of the log-in page's content security policy."""
    header = client.get("/accounts/login/").headers["Content-Security-Policy"]
    parts = [part.split() for part in header.split(";")]
    return {name: sources for name, *sources in parts}


def test_no_inline_script_or_style_is_allowed(client: Client) -> None:
    told = policy(client)
    for directive in ("script-src", "style-src"):
        assert "'unsafe-inline'" not in told[directive]
        assert "'unsafe-eval'" not in told[directive]


def test_plugins_foreign_bases_and_framing_are_refused(client: Client) -> None:
    told = policy(client)
    for directive in ("object-src", "base-uri", "frame-ancestors"):
        assert told[directive] == ["'none'"]
    assert told["form-action"] == ["'self'"]


def test_card_fields_come_from_the_gateway_only(client: Client) -> None:
    told = policy(client)
    origin = "/".join(settings.STRIPE_JS_URL.split("/")[:3])
    foreign = [source for source in told["script-src"] if not source.startswith("'")]
    assert foreign == [origin, "https://*.js.stripe.com"]
    assert origin in told["frame-src"]


def test_other_headers_close_the_usual_doors(client: Client) -> None:
    headers = client.get("/accounts/login/").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
