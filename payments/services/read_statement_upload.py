"""The dry run of a statement file: what it says, line by line, with nothing posted."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commpeak.lib.private_files import open_private_file
from commpeak.lib.template_filters import money_text
from payments.models import BankAccount, StatementLine, StatementUpload
from payments.models.statements import PROBLEM_LENGTH
from payments.selectors.bank_account_of import bank_account_of
from payments.selectors.column_mapping_of import column_mapping_of
from payments.services.keep_statement import keep_statement
from payments.statements.base import LineKind, ParsedStatement, StatementError
from payments.statements.detect import (
    DelimitedSettings,
    NeedsMapping,
    ReadFile,
    read_statement_file,
)

State = StatementUpload.State
_ZIP = b"PK"


@transaction.atomic
def read_statement_upload(*, upload_id: int, now: datetime) -> None:
    """From READING to READY, or to REFUSED with the reason, or to UNMAPPED for a CSV whose
    columns nobody has confirmed. In one transaction: a worker that dies reads it anew.

    A file with a statement that does not add up is refused with the difference, one of an account
    that is not ours with its number: nothing of the file is taken, and what was read is kept to
    look at. Nothing happens to a file that is not to be read.
    """
    upload = StatementUpload.objects.select_for_update(of=("self",)).get(pk=upload_id)
    if upload.state != State.READING:
        return
    upload.state, problems = _read(upload)
    upload.problem = " ".join(problems)[:PROBLEM_LENGTH]
    upload.credits_count = StatementLine.objects.filter(
        statement__upload=upload, kind=LineKind.CREDIT, is_known=False
    ).count()
    upload.due_at = None
    upload.save(update_fields=["state", "problem", "due_at", "format", "credits_count"])


def _read(upload: StatementUpload) -> tuple[State, list[str]]:
    with open_private_file(upload.stored_as) as file:
        content = file.read()
    try:
        files = read_statement_file(upload.name, content, delimited=_delimited(upload))
    except StatementError as error:
        return State.REFUSED, [error.user_text]
    upload.format = ", ".join(sorted({str(one.format.label) for one in files if one.format}))
    if any(isinstance(one.error, NeedsMapping) for one in files):
        if content.startswith(_ZIP):
            return State.REFUSED, [_("Upload CSV files by themselves, not in a ZIP.")]
        return State.UNMAPPED, []
    problems = [_named(one, files) for one in files if one.error]
    problems += _keep(upload, [parsed for one in files for parsed in one.statements])
    return (State.REFUSED if problems else State.READY), problems


def _named(file: ReadFile, files: Sequence[ReadFile]) -> str:
    """Which file of a zip it is, where there are several."""
    said = file.error.user_text if file.error else ""
    return f"{file.name}: {said}" if len(files) > 1 else said


def _delimited(upload: StatementUpload) -> DelimitedSettings | None:
    account, mapping = upload.bank_account, column_mapping_of(upload)
    if account is None or mapping is None:
        return None
    return DelimitedSettings(account.iban or account.account_number, account.currency, mapping)


def _keep(upload: StatementUpload, statements: Sequence[ParsedStatement]) -> list[str]:
    problems: list[str] = []
    seen: set[str] = set()
    for parsed in statements:
        account = _account(upload, parsed)
        if account is None:
            problems.append(_not_ours(parsed))
            continue
        keep_statement(upload=upload, bank_account=account, parsed=parsed, seen=seen)
        if parsed.difference:
            problems.append(_does_not_add_up(parsed))
    return problems


def _account(upload: StatementUpload, parsed: ParsedStatement) -> BankAccount | None:
    return bank_account_of(account=parsed.account, currency=parsed.currency)


def _not_ours(parsed: ParsedStatement) -> str:
    return _(
        "No bank account of ours is %(number)s in %(currency)s. Add it under “Bank accounts”, "
        "then read the file again."
    ) % {"number": parsed.account, "currency": parsed.currency}


def _does_not_add_up(parsed: ParsedStatement) -> str:
    return _(
        "Statement %(name)s does not add up: its closing balance is off by %(difference)s. Ask the "
        "bank for the whole statement."
    ) % {
        "name": parsed.statement_id or parsed.account,
        "difference": money_text(parsed.difference) if parsed.difference else "",
    }
