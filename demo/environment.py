"""The environment of the demo. What is set already wins, so that a part can be replaced."""

import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path

from demo.state import RUN

LOOPBACK = "127.0.0.1"
MAIL_FOLDER = RUN / "mail"


class PortTakenError(Exception):
    """Another program listens there; the message says what to do."""


def require_free_port(port: int) -> None:
    """Raises PortTakenError when somebody listens on `port` of this machine."""
    for family, address in ((socket.AF_INET, LOOPBACK), (socket.AF_INET6, "::1")):
        with socket.socket(family) as probe:
            probe.settimeout(1)
            if probe.connect_ex((address, port)) == 0:
                raise PortTakenError(
                    f"Port {port} is taken by another program. "
                    f"Stop that, or choose another port: make demo PORT={port + 10}"
                )


def demo_environment(*, port: int, sandbox_port: int, servers: Mapping[str, str]) -> dict[str, str]:
    """All variables for the demo's processes: ours, then what the caller's environment says.

    The keys are made up for this one demo: the sandbox and the portal share them and nobody
    else accepts them.
    """
    sandbox = f"http://{LOOPBACK}:{sandbox_port}"
    ours = {
        **servers,
        "DEBUG": "True",
        "SITE_URL": f"http://localhost:{port}",
        "STRIPE_SECRET_KEY": f"sk_test_{secrets.token_hex(16)}",
        "STRIPE_PUBLISHABLE_KEY": f"pk_test_{secrets.token_hex(16)}",
        "STRIPE_WEBHOOK_SECRETS": f"whsec_{secrets.token_hex(16)}",
        "STRIPE_API_BASE": sandbox,
        "STRIPE_JS_URL": f"{sandbox}/stripe.js",
        "PAYPAL_CLIENT_ID": secrets.token_hex(16),
        "PAYPAL_CLIENT_SECRET": secrets.token_hex(16),
        "PAYPAL_MERCHANT_ID": secrets.token_hex(6).upper(),
        "PAYPAL_WEBHOOK_ID": secrets.token_hex(8).upper(),
        "PAYPAL_API_BASE": f"{sandbox}/paypal",
        "BTCPAY_URL": f"{sandbox}/btcpay",
        "BTCPAY_API_KEY": secrets.token_hex(16),
        "BTCPAY_STORE_ID": "DEMOSTORE",
        "BTCPAY_WEBHOOK_SECRETS": secrets.token_hex(16),
        "PRIVATE_FILES_ROOT": os.fspath(RUN / "private"),
        "EMAIL_BACKEND": "demo.mail.OutboxBackend",
        "EMAIL_FILE_PATH": os.fspath(MAIL_FOLDER),
        "PYTHONUNBUFFERED": "1",
    }
    return {**ours, **os.environ}


def uses_sandbox(environment: Mapping[str, str], sandbox_port: int) -> bool:
    """False when real gateway addresses replace the sandbox."""
    return environment["STRIPE_API_BASE"] == f"http://{LOOPBACK}:{sandbox_port}"


def beat_schedule() -> Path:
    """Where Celery's beat remembers what it did."""
    return RUN / "celerybeat-schedule"
