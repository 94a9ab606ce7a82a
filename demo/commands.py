"""The command of each process of the portal, for the demo and for tests on real processes."""

import sys
from collections.abc import Mapping
from pathlib import Path

from demo.environment import LOOPBACK

WEB_THREADS = 8
WORKER_PROCESSES = 2
# it may run as root here: it has no more to lose than the demo
_AS_ROOT = "ignore:You're running the worker with superuser privileges"
_CELERY = [sys.executable, "-W", _AS_ROOT, "-m", "celery", "--quiet", "--app", "commpeak"]


def manage_command(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def sandbox_command(environment: Mapping[str, str], port: int, sandbox_port: int) -> list[str]:
    return [
        sys.executable, "-m", "sandbox",
        "--port", str(sandbox_port),
        "--webhook-url", f"http://{LOOPBACK}:{port}/webhooks/card/",
        "--webhook-secret", environment["STRIPE_WEBHOOK_SECRETS"].split(",")[0],
        "--secret-key", environment["STRIPE_SECRET_KEY"],
        "--publishable-key", environment["STRIPE_PUBLISHABLE_KEY"],
        "--paypal-webhook-url", f"http://{LOOPBACK}:{port}/webhooks/paypal/",
        "--paypal-webhook-id", environment["PAYPAL_WEBHOOK_ID"],
        "--paypal-client-id", environment["PAYPAL_CLIENT_ID"],
        "--paypal-client-secret", environment["PAYPAL_CLIENT_SECRET"],
        "--paypal-merchant-id", environment["PAYPAL_MERCHANT_ID"],
        "--btcpay-api-key", environment["BTCPAY_API_KEY"],
        "--btcpay-store-id", environment["BTCPAY_STORE_ID"],
        "--btcpay-webhook-url", f"http://{LOOPBACK}:{port}/webhooks/crypto/",
        "--btcpay-webhook-secret", environment["BTCPAY_WEBHOOK_SECRETS"].split(",")[0],
        "--mail-folder", environment["EMAIL_FILE_PATH"],
    ]  # fmt: skip


def web_command(port: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "commpeak.wsgi",
        "--bind", f"{LOOPBACK}:{port}",
        "--threads", str(WEB_THREADS),
        "--log-level", "warning",
    ]  # fmt: skip


def switch_command(port: int) -> list[str]:
    """Small calls of the demo customer, one in 10 to 20 seconds by day; it never takes the last."""
    return manage_command(
        "simulate_usage",
        "--customers", "demo@example.com",
        "--rate", "6",
        "--leave", "10",
        "--url", f"http://{LOOPBACK}:{port}",
    )  # fmt: skip


def worker_command(*, log_level: str = "info") -> list[str]:
    return [*_CELERY, "worker", "--concurrency", str(WORKER_PROCESSES), "--loglevel", log_level]


def beat_command(schedule: Path) -> list[str]:
    """`schedule`: the file where beat remembers what it did."""
    return [*_CELERY, "beat", "--schedule", str(schedule)]


def refill_command() -> list[str]:
    """Charges automatic refills at once; without it the worker's sweep does, more slowly."""
    return manage_command("refill")
