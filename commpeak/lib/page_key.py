"""The key in an address from which a list goes on: ?before=1234."""

KEY_DIGITS_MAX = 18  # always fits a bigint


def page_key(text: str) -> int | None:
    """The number; None for whatever is no key, so that odd addresses show the first page."""
    is_key = text.isascii() and text.isdigit() and len(text) <= KEY_DIGITS_MAX
    return int(text) if is_key else None
