"""Why a file is not read as camt.053, in words for staff who can do something about it."""

from __future__ import annotations

from xml.sax import SAXParseException

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payments.statements.base import StatementError

_OTHER_MESSAGES = {
    "camt.052": gettext_lazy("a report within the day, of which nothing is final"),
    "camt.054": gettext_lazy("an advice of single movements, without balances"),
    "pain.001": gettext_lazy("an order to pay"),
    "pain.002": gettext_lazy("a report on orders to pay"),
    "pain.008": gettext_lazy("an order to collect"),
}


def another_message(name: str) -> StatementError:
    what = _OTHER_MESSAGES.get(name, gettext_lazy("another kind of message"))
    return StatementError(
        _("This is a %(name)s, %(what)s. Download the account statement (camt.053) instead.")
        % {"name": name, "what": what}
    )


def no_statement(*, is_camt053: bool) -> StatementError:
    if is_camt053:
        return StatementError(
            _("There is no statement in this camt.053. Ask the bank for a file with one.")
        )
    return StatementError(
        _("This XML is no bank statement. Download the account statement (camt.053) instead.")
    )


def hostile(error: Exception) -> StatementError:
    """A DTD, an entity or a reference to elsewhere: nothing of the file was followed."""
    return StatementError(
        _(
            "The file defines entities or refers to elsewhere, as no bank's statement does. "
            "It was not read. Find out where it comes from."
        ),
        f"camt.053 refused: {type(error).__name__}",
    )


def broken(error: Exception) -> StatementError:
    log_text = f"camt.053 not read: {error}"
    if not isinstance(error, SAXParseException):
        return StatementError(
            _("The file's encoding is unknown. Download it from the bank once more."), log_text
        )
    place = {"line": error.getLineNumber()}
    if error.getMessage() in {"no element found", "unclosed token", "unclosed CDATA section"}:
        text = _("The file ends in the middle, at line %(line)d. Download it once more.")
    else:
        text = _(
            "The file is damaged or in another encoding than it says, at line %(line)d. "
            "Download it from the bank once more, and do not open and save it in between."
        )
    return StatementError(text % place, log_text)
