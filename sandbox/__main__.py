"""Runs the sandbox: python -m sandbox --port 8001 --webhook-url http://127.0.0.1:8000/webhooks/card/"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from werkzeug.serving import make_server

from sandbox.app import World, create_app
from sandbox.config import RETRY_DELAYS_SECONDS, Config


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the process is told to stop. 1 when the port is taken."""
    config = _parse(arguments)
    logging.basicConfig(level=logging.INFO, format="sandbox %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, _stop)
    try:
        server = make_server(config.host, config.port, create_app(World(config)), threaded=True)
    except (OSError, SystemExit):
        print(f"sandbox: port {config.port} is taken; choose another with --port", file=sys.stderr)
        return 1
    logging.info("ready at http://%s:%s/sandbox/", config.host, config.port)
    server.serve_forever()
    return 0


def _parse(arguments: Sequence[str] | None) -> Config:
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
    return Config(**vars(parser.parse_args(arguments)))


def _delays(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(",") if part)


def _stop(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
