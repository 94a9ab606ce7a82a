"""How log lines look, and what never gets into them (S15).

One line per event on standard error: readable in development, JSON in production. Every line of
ours, of Django and of every library passes the same two sieves: values under a telling name,
and texts that look like a key, a password in an address, or a card number.
"""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = "[hidden]"
_TELLING_NAME = re.compile(
    r"password|passwd|secret|token|authorization|cookie|api_?key|card_?number|cvc|csrf", re.I
)
_SECRETS = [
    re.compile(r"\b((?:sk|rk|pk)_(?:live|test)_)\w+"),  # a gateway's keys
    re.compile(r"\b(whsec_)\w+"),
    re.compile(r"\b(cpswitch_[\w-]{8})[\w-]+"),  # a switch's token
    re.compile(r"\b((?:pi|seti)_\w+?_secret_)\w+"),  # lets a browser confirm a payment
    re.compile(r"(?i)\b((?:bearer|basic) )[\w.~+/=-]{8,}"),
    re.compile(r"(\b[a-z][a-z0-9+]*://[^\s:/@]*:)[^\s@/]+(?=@)"),  # user:password@ in an address
]
_DIGITS = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w.-])")

Event = MutableMapping[str, Any]


def logging_settings(*, level: str, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING: one handler for everything at `level` and above. Sets up structlog."""
    structlog.configure(
        processors=[*_every_event(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # a kept logger would not notice a test that listens
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_rendering(as_json=as_json),
        ],
        "foreign_pre_chain": _every_event(),
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django's own handlers would print twice, and mail whole requests to ADMINS
        "loggers": {
            **{name: {"handlers": [], "propagate": True} for name in _DJANGO_LOGGERS},
            "paypalrestsdk": {"level": "WARNING"},  # else two lines for every request
            "fontTools": {"level": "WARNING"},  # else each PDF tells every letter in it
        },
    }


_DJANGO_LOGGERS = ("django", "django.server")


def without_secrets(text: str) -> str:
    """`text` with keys, passwords in addresses and card numbers replaced by HIDDEN."""
    for secret in _SECRETS:
        text = secret.sub(rf"\g<1>{HIDDEN}", text)
    return _DIGITS.sub(_hide_card_number, text)


def _hide_card_number(found: re.Match[str]) -> str:
    """Only digits that pass the cards' check sum: an order number should stay readable."""
    digits = [int(digit) for digit in re.sub(r"\D", "", found[0])]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return HIDDEN if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else found[0]


def _every_event() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide_telling_names,
    ]


def _rendering(*, as_json: bool) -> list[Any]:
    """Tracebacks are texts before the last sieve, so that it sees them as well."""
    renderer: list[Any] = [
        structlog.dev.ConsoleRenderer(
            colors=False,
            pad_event_to=30,
            # Rich draws a traceback with every local in half a second
            exception_formatter=structlog.dev.plain_traceback,
        )
    ]
    if as_json:
        renderer = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return [*renderer, lambda _logger, _method, line: without_secrets(line)]


def _hide_telling_names(_logger: Any, _method: str, event: Event) -> Event:
    return {name: _hidden_inside(name, value) for name, value in event.items()}


def _hidden_inside(name: str, value: Any) -> Any:
    if _TELLING_NAME.search(name):
        return HIDDEN
    if isinstance(value, dict):
        return {key: _hidden_inside(str(key), inner) for key, inner in value.items()}
    return value
