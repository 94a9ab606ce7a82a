"""A real PostgreSQL and a real Valkey from PyPI wheels: development, demo and tests only.

    with embedded.servers() as environment:        # the demo's books, kept between starts
    with embedded.servers(throw_away=True) as …    # an empty cluster, deleted afterwards
    python -m embedded run -- CMD                  # the same for a command

How it holds together is told in docs/decisions/0002-embedded-servers.md.
"""

from embedded.errors import EmbeddedError
from embedded.lease import servers

__all__ = ["EmbeddedError", "servers"]
