"""What Python's reader takes and the standard does not is refused (W9, W10)."""

import pytest

from commpeak.lib.strict_json import strict_json


def test_json_is_read():
    assert strict_json('{"a": [1, "ü", null]}'.encode()) == {"a": [1, "ü", None]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": NaN}',
        b"[Infinity]",
        b"[-Infinity]",
        b"\xff",
        b"[" * 100_000,
        '{"a": 1}'.encode("utf-16"),
        '{"a": 1}'.encode("utf-8-sig"),
    ],
)
def test_w9_w10_what_is_not_json_in_utf8_is_refused(body):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the reason
        strict_json(body)
