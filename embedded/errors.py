"""The one error of this package; its text says what to do."""


class EmbeddedError(Exception):
    """The embedded servers cannot be started or used; the message is meant for people."""
