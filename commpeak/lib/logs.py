"""The log: events by name with facts as keys, never a secret or a card number."""

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger("commpeak")
