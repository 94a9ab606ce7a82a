"""Production refuses what is meant for development, and tells everything in one go."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from commpeak.production import refuse_unsafe_production
from embedded.home import kept_home

PROJECT = Path(__file__).resolve().parent.parent.parent
SAFE: dict[str, Any] = {
    "SECRET_KEY": "k3" * 30,
    "SITE_URL": "https://billing.example.com",
    "ALLOWED_HOSTS": ["billing.example.com"],
    "DATABASES": {"default": {"HOST": "db.example.com"}},
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "STATIC_ROOT": "/srv/portal/static",
    "PRIVATE_FILES_ROOT": "/srv/portal/private",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_PUBLISHABLE_KEY": "pk_live_x",
    "STRIPE_WEBHOOK_SECRETS": ["whsec_x"],
    "STRIPE_API_BASE": "https://api.stripe.com",
    "STRIPE_JS_URL": "https://js.stripe.com/v3/",
    "PAYPAL_CLIENT_ID": "",
    "PAYPAL_CLIENT_SECRET": "",
    "PAYPAL_MERCHANT_ID": "",
    "PAYPAL_WEBHOOK_ID": "",
    "PAYPAL_API_BASE": "https://api-m.paypal.com",
    "STAFF_SECOND_FACTOR": True,
}
PAYPAL = {
    "PAYPAL_CLIENT_ID": "client",
    "PAYPAL_CLIENT_SECRET": "secret",
    "PAYPAL_MERCHANT_ID": "MERCHANT",
    "PAYPAL_WEBHOOK_ID": "WEBHOOK",
}


@pytest.fixture(autouse=True)
def _servers_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example.com/portal")
    monkeypatch.setenv("CELERY_BROKER_URL", "rediss://broker.example.com/0")
    monkeypatch.setenv("PRIVATE_FILES_ROOT", "/srv/portal/private")
    monkeypatch.delenv("FAULT_POINTS", raising=False)


def refusal(**changed: Any) -> str:
    """What production says about safe settings of which some were changed."""
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_unsafe_production({**SAFE, **changed})
    return str(refused.value).removeprefix("Refusing to start in production (DEBUG is off): ")


BTCPAY = {
    "BTCPAY_URL": "https://btcpay.example.com",
    "BTCPAY_API_KEY": "key",
    "BTCPAY_STORE_ID": "store",
    "BTCPAY_WEBHOOK_SECRETS": ["secret"],
}


def test_staff_without_a_second_factor_are_refused() -> None:
    told = refusal(STAFF_SECOND_FACTOR=False)
    assert told == "STAFF_SECOND_FACTOR must be on: a stolen password alone would open the admin"


def test_crypto_is_set_up_wholly_or_not_at_all() -> None:
    assert refuse_unsafe_production({**SAFE, **BTCPAY}) is None  # type: ignore[func-returns-value]
    names = "BTCPAY_URL, BTCPAY_API_KEY, BTCPAY_STORE_ID, BTCPAY_WEBHOOK_SECRETS"
    told = refusal(**BTCPAY | {"BTCPAY_WEBHOOK_SECRETS": []})
    assert told == f"BTCPAY_WEBHOOK_SECRETS must be set, or none of {names}"


def test_a_btcpay_server_without_https_is_refused() -> None:
    told = refusal(**BTCPAY | {"BTCPAY_URL": "http://btcpay.example.com"})
    assert told == (
        "BTCPAY_URL must begin with https://: it carries the key, and customers pay there"
    )


def test_safe_settings_are_accepted() -> None:
    assert refuse_unsafe_production(SAFE) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("key", ["", "short", "insecure-development-key", "insecure-" + "x" * 60])
def test_a_default_or_short_secret_key_is_refused(key: str) -> None:
    assert refusal(SECRET_KEY=key) == "SECRET_KEY must be a random text of at least 50 characters"


@pytest.mark.parametrize("address", ["http://billing.example.com", "http://localhost:8000", ""])
def test_a_site_without_https_is_refused(address: str) -> None:
    told = refusal(SITE_URL=address)
    assert told == "SITE_URL must be the portal's public address and begin with https://"


@pytest.mark.parametrize("hosts", [[], ["*"], ["billing.example.com", "*"]])
def test_no_or_all_hosts_are_refused(hosts: list[str]) -> None:
    assert refusal(ALLOWED_HOSTS=hosts).startswith("ALLOWED_HOSTS must name")


def test_the_embedded_database_is_refused() -> None:
    told = refusal(DATABASES={"default": {"HOST": str(kept_home().server)}})
    assert told == "DATABASE_URL points to the embedded PostgreSQL, which is for development"


def test_files_of_customers_kept_by_default_or_where_everybody_reads_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = refusal(PRIVATE_FILES_ROOT="/srv/portal/static/private")
    assert told == "PRIVATE_FILES_ROOT must not lie in STATIC_ROOT, which is served to everybody"
    monkeypatch.delenv("PRIVATE_FILES_ROOT")
    assert refusal() == "PRIVATE_FILES_ROOT must name a folder that is kept and not served"


@pytest.mark.parametrize("name", ["DATABASE_URL", "CELERY_BROKER_URL"])
def test_a_server_left_to_its_default_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name)
    assert refusal() == f"{name} must be set"


@pytest.mark.parametrize(
    "name", ["STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRETS"]
)
def test_a_missing_gateway_key_is_refused(name: str) -> None:
    assert refusal(**{name: ""}) == f"{name} must be set"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("STRIPE_SECRET_KEY", "sk_test_x"),
        ("STRIPE_SECRET_KEY", "rk_test_x"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_test_x"),
    ],
)
def test_a_test_key_is_refused_since_its_money_is_not_real(name: str, key: str) -> None:
    told = refusal(**{name: key})
    assert told == f"{name} must be a live key: with a test key anyone pays by a published number"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8001",
        "http://api.stripe.com",
        "https://api.stripe.com.example.com",
        "https://api.stripe.com@example.com",
    ],
)
def test_an_api_that_is_not_stripes_is_refused(address: str) -> None:
    told = refusal(STRIPE_API_BASE=address)
    assert told == "STRIPE_API_BASE must be Stripe's own (https://api.stripe.com), not a sandbox"


def test_a_script_that_is_not_stripes_is_refused() -> None:
    told = refusal(STRIPE_JS_URL="http://127.0.0.1:8001/stripe.js")
    assert told == "STRIPE_JS_URL must be Stripe's own (https://js.stripe.com), not a sandbox"


def test_paypal_is_accepted_with_all_of_its_keys_or_none() -> None:
    assert refuse_unsafe_production(SAFE | PAYPAL) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("name", sorted(PAYPAL))
def test_a_missing_key_of_paypals_is_refused(name: str) -> None:
    told = refusal(**PAYPAL | {name: ""})
    assert told == f"{name} must be set too, or none of PayPal's keys"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8001/paypal",
        "http://api-m.paypal.com",
        "https://api-m.sandbox.paypal.com",
        "https://api-m.paypal.com.example.com",
        "https://api-m.paypal.com@example.com",
        "https://api-m.paypal.com:8443",
    ],
)
def test_an_api_that_is_not_paypals_is_refused(address: str) -> None:
    told = refusal(PAYPAL_API_BASE=address)
    assert told == "PAYPAL_API_BASE must be PayPal's own (https://api-m.paypal.com), not a sandbox"


def test_mail_that_goes_nowhere_is_refused() -> None:
    told = refusal(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend")
    assert told == "EMAIL_URL must name a mail server, or nobody gets a verification code"


def test_fault_points_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULT_POINTS", "after_gateway_charge")
    assert refusal() == "FAULT_POINTS kills processes on purpose and is for tests only"


def test_everything_is_told_at_once() -> None:
    assert len(refusal(SECRET_KEY="", SITE_URL="", ALLOWED_HOSTS=[]).split("; ")) == 3


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Starts the portal as its own process under nothing but `environment`."""
    return subprocess.run(
        [sys.executable, "-c", "import commpeak.wsgi"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_portal_does_not_start_without_configuration() -> None:
    answer = start(DEBUG="False")
    assert answer.returncode == 1
    assert "Refusing to start in production" in answer.stderr
    assert "SECRET_KEY" in answer.stderr
    assert "STRIPE_SECRET_KEY" in answer.stderr


def test_djangos_deployment_checks_find_nothing() -> None:
    """S17"""
    answer = subprocess.run(
        [PROJECT / "scripts" / "check-production"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout
