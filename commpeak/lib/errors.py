"""The errors of the whole product.

    AppError
    ├── InvalidInput        the request cannot be understood or is not allowed as typed
    ├── Refused             understood, and the answer is no (limit reached, address missing …)
    ├── Conflict            the same key was used for something else, or the state moved on
    └── GatewayError        an outside party failed; see payments.gateways.base

Every error carries two texts: `user_text`, said to the customer as it stands, and `log_text`,
which may name internals. Neither ever holds a secret or a card number.
"""


class AppError(Exception):
    """Base of every error this product raises on purpose."""

    def __init__(self, user_text: str, log_text: str = "") -> None:
        self.user_text = user_text
        self.log_text = log_text or str(user_text)
        super().__init__(self.log_text)


class InvalidInput(AppError):
    """The input cannot be accepted as typed; `user_text` says what to type instead."""


class Refused(AppError):
    """A rule of the house says no; `user_text` says which and what to do next."""


class Conflict(AppError):
    """The same key already stands for another request, or someone else was faster."""
