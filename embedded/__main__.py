"""python -m embedded run [--throw-away] [--no-fsync] -- CMD: the servers for one command.

DATABASE_URL, CELERY_BROKER_URL and CACHE_URL that are already set stay as they are. The exit
code is the command's.
"""

import argparse
import os
import signal
import subprocess
import sys

from embedded import EmbeddedError, servers


def main() -> int:
    options = _parser().parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        _parser().error("say which command to run: python -m embedded run -- CMD")
    try:
        with servers(throw_away=options.throw_away, durable=not options.no_fsync) as environment:
            return _run(command, {**environment, **os.environ})
    except EmbeddedError as error:
        print(f"The embedded servers did not start. {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m embedded", description=__doc__)
    run = parser.add_subparsers(required=True).add_parser("run", help="run a command with servers")
    run.add_argument("--throw-away", action="store_true", help="a new cluster, deleted afterwards")
    run.add_argument("--no-fsync", action="store_true", help="faster and unsafe: tests only")
    run.add_argument("command", nargs=argparse.REMAINDER)
    return parser


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Ctrl-C reaches the command by itself; a request to terminate is passed on to it."""
    child = subprocess.Popen(command, env=environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    code = child.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
