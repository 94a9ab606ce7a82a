#!/usr/bin/env python3
"""Django's command line.

In development it needs no configuration: while `make demo` runs, commands reach its database;
otherwise the embedded servers run for as long as the command does.
"""

import os
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import environ

DOT_ENV = Path(__file__).resolve().parent / ".env"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commpeak.settings")
    with ExitStack() as servers:
        if _may_use_development_servers():
            _use_development_servers(servers)
        from django.core.management import execute_from_command_line  # noqa: PLC0415

        execute_from_command_line(sys.argv)


def _may_use_development_servers() -> bool:
    """Never in production: only with DEBUG on, no database named, and the packages there."""
    environ.Env.read_env(DOT_ENV)
    debug = environ.Env().bool("DEBUG", default=False)
    return debug and "DATABASE_URL" not in os.environ and find_spec("embedded") is not None


def _use_development_servers(servers: ExitStack) -> None:
    import embedded  # noqa: PLC0415
    from demo.state import running_demo  # noqa: PLC0415

    try:
        found = running_demo() or servers.enter_context(embedded.servers())
    except embedded.EmbeddedError as error:
        sys.exit(f"The embedded servers did not start. {error}")
    for name, value in found.items():
        os.environ.setdefault(name, value)


if __name__ == "__main__":
    main()
