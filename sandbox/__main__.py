"""Runs the sandbox: python -m sandbox --port 8001 --webhook-url http://127.0.0.1:8000/webhooks/card/"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Any

from werkzeug.serving import make_server

from sandbox.app import World, create_app
from sandbox.config import (
    BTCPAY_RETRY_DELAYS_SECONDS,
    PAYPAL_RETRY_DELAYS_SECONDS,
    RETRY_DELAYS_SECONDS,
    Config,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop. The first line printed ends in the address. 1: port taken."""
    options = _parse(arguments)
    until_stdin_closes = options.pop("until_stdin_closes")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, _stop)
    try:
        listener = socket.create_server((options["host"], options["port"]))
    except OSError as error:
        print(f"sandbox: port {options['port']}: {error.strerror}; try --port", file=sys.stderr)
        return 1
    options["port"] = listener.getsockname()[1]
    if until_stdin_closes:
        threading.Thread(target=_stop_with_stdin, daemon=True).start()
    _serve(Config(**options), listener)
    return 0


def _serve(config: Config, listener: socket.socket) -> None:
    app = create_app(World(config))
    server = make_server(config.host, config.port, app, threaded=True, fd=listener.fileno())
    print(f"sandbox ready at http://{config.host}:{config.port}", flush=True)
    server.serve_forever()


def _parse(arguments: Sequence[str] | None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    default = Config()
    parser.add_argument("--host", default=default.host)
    parser.add_argument("--port", type=int, default=default.port)
    parser.add_argument("--secret-key", default=default.secret_key)
    parser.add_argument("--publishable-key", default=default.publishable_key)
    parser.add_argument("--webhook-url", default="", help="where events go; empty: nowhere")
    parser.add_argument("--webhook-secret", default=default.webhook_secret)
    parser.add_argument(
        "--retry-delays",
        dest="retry_delays_seconds",
        type=_delays,
        default=RETRY_DELAYS_SECONDS,
        metavar="SECONDS,…",
        help="waits before a failed webhook is sent again; empty: never",
    )
    parser.add_argument("--paypal-client-id", default=default.paypal_client_id)
    parser.add_argument("--paypal-client-secret", default=default.paypal_client_secret)
    parser.add_argument("--paypal-merchant-id", default=default.paypal_merchant_id)
    parser.add_argument("--paypal-webhook-id", default=default.paypal_webhook_id)
    parser.add_argument("--paypal-webhook-url", default="", help="as --webhook-url, for PayPal's")
    parser.add_argument(
        "--paypal-retry-delays",
        dest="paypal_retry_delays_seconds",
        type=_delays,
        default=PAYPAL_RETRY_DELAYS_SECONDS,
        metavar="SECONDS,…",
        help="as --retry-delays, for PayPal's webhooks",
    )
    _add_btcpay(parser, default)
    parser.add_argument(
        "--mail-folder", default="", help="folder of .eml files to show; empty: none"
    )
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="stop when the parent process is gone"
    )
    return vars(parser.parse_args(arguments))


def _add_btcpay(parser: argparse.ArgumentParser, default: Config) -> None:
    parser.add_argument("--btcpay-api-key", default=default.btcpay_api_key)
    parser.add_argument("--btcpay-store-id", default=default.btcpay_store_id)
    parser.add_argument("--btcpay-webhook-secret", default=default.btcpay_webhook_secret)
    parser.add_argument("--btcpay-webhook-url", default="", help="as --webhook-url, for BTCPay's")
    parser.add_argument(
        "--btcpay-retry-delays",
        dest="btcpay_retry_delays_seconds",
        type=_delays,
        default=BTCPAY_RETRY_DELAYS_SECONDS,
        metavar="SECONDS,…",
        help="as --retry-delays, for BTCPay's webhooks",
    )


def _delays(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(",") if part)


def _stop_with_stdin() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _stop(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
