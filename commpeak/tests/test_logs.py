"""S15: whatever is logged, and by whomever, no secret reaches a log line."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from commpeak.logs import HIDDEN, logging_settings, without_secrets


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The production log while the test runs, written to a text instead of standard error."""
    out = io.StringIO()
    settings = logging_settings(level="INFO", as_json=True)
    formatter = logging.config.DictConfigurator(settings).configure_formatter(
        settings["formatters"]["line"]
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.addHandler(handler)
    yield out
    root.removeHandler(handler)


def only(lines: io.StringIO) -> dict[str, Any]:
    (line,) = lines.getvalue().splitlines()
    return dict(json.loads(line))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("key sk_live_51HxYz refused", f"key sk_live_{HIDDEN} refused"),
        ("key sk_test_51HxYz refused", f"key sk_test_{HIDDEN} refused"),
        ("signed with whsec_abc123", f"signed with whsec_{HIDDEN}"),
        ("confirm pi_3Abc_secret_9Xyz", f"confirm pi_3Abc_secret_{HIDDEN}"),
        ("Authorization: Bearer abcdef123456", f"Authorization: Bearer {HIDDEN}"),
        ("redis://:pa55word@10.0.0.1:6379/0", f"redis://:{HIDDEN}@10.0.0.1:6379/0"),
        ("postgres://portal:pa55@db/portal", f"postgres://portal:{HIDDEN}@db/portal"),
        ("card 4242 4242 4242 4242 declined", f"card {HIDDEN} declined"),
        ("card 4000002500003155 declined", f"card {HIDDEN} declined"),
    ],
)
def test_a_secret_inside_a_text_is_hidden(text: str, kept: str) -> None:
    assert without_secrets(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "payment pi_3AbcDef settled",
        "order 1234567890123456 is no card number",
        "https://billing.example.com/topup/T-123/",
        "50.000000 USD at 2026-11-23T14:20:00.123456Z",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert without_secrets(text) == text


def test_values_under_a_telling_name_are_hidden(lines: io.StringIO) -> None:
    structlog.get_logger("commpeak").info(
        "signed_in", user=7, password="hunter2", request={"Cookie": "sessionid=abc", "path": "/"}
    )
    line = only(lines)
    assert (line["event"], line["user"], line["level"]) == ("signed_in", 7, "info")
    assert line["password"] == HIDDEN
    assert line["request"] == {"Cookie": HIDDEN, "path": "/"}


def test_a_librarys_own_message_passes_the_same_sieve(lines: io.StringIO) -> None:
    logging.getLogger("kombu").warning("cannot connect to %s", "redis://:pa55word@broker/0")
    assert only(lines)["event"] == f"cannot connect to redis://:{HIDDEN}@broker/0"


def test_a_traceback_passes_it_as_well(lines: io.StringIO) -> None:
    try:
        raise ValueError("no such key: sk_live_51HxYz")
    except ValueError:
        structlog.get_logger("commpeak").exception("gateway_failed")
    assert f"ValueError: no such key: sk_live_{HIDDEN}" in only(lines)["exception"]
