"""The audit log: who did what and when, why, and how it was before and after.

Two things write it. What staff press (commpeak/lib/staff_action.py) is one entry with its reason,
whatever the object. What they type into plain forms is written when a model is saved that
AUDITLOG_INCLUDE_TRACKING_MODELS lists. Entries of one request share their `cid`. Why so, and
why with django-auditlog: docs/decisions/0017-audit-log.md.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from auditlog.models import LogEntry
from django.db.models import BinaryField, Model
from django.http import HttpRequest, HttpResponse

from commpeak.lib.client_address import client_address

HIDDEN = "…"
# never told, of whatever model; nor are bytes, such as tokens' hashes and webhooks' bodies
SECRETS = frozenset(
    {
        *("password", "secret", "token", "data", "key", "code_hash", "fingerprint"),
        *("session_key", "session_data", "session_hash"),
    }
)
MADE_BY_SIGNING_UP = frozenset(
    {"accounts.User", "accounts.Customer", "accounts.Address", "accounts.Membership"}
)

_request: ContextVar[HttpRequest | None] = ContextVar("audited_request", default=None)
_reason: ContextVar[str] = ContextVar("audited_reason", default="")


class AuditLogMiddleware:
    """Lets entries know in which request they are written; costs nothing when there are none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


def name_the_actor(instance: Any, **_signal: Any) -> None:
    """Fills in who and from where, before an entry is saved. Outside of requests: nobody."""
    request = _request.get()
    if request is not None:
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            instance.actor, instance.actor_email = user, user.email
        instance.remote_addr = client_address(request) or None
        instance.cid = request.__dict__.setdefault("audit_id", uuid4().hex)
    if instance.additional_data is None and _reason.get():
        instance.additional_data = {"reason": _reason.get()}


def is_worth_an_entry(sender: type[Model], action: int, **_signal: Any) -> bool:
    """Asked before auditlog compares anything. A customer who signs up opens rows of these
    models, which is no news and would be most of the log; staff who make one are."""
    if action != LogEntry.Action.CREATE or sender._meta.label not in MADE_BY_SIGNING_UP:
        return True
    user = getattr(_request.get(), "user", None)
    return bool(user is not None and user.is_authenticated and user.is_staff)


def hidden(_secret: str) -> str:
    """For `mask_callable`: that it was changed is told, not from what to what."""
    return HIDDEN


@dataclass(slots=True)
class AuditedAction:
    """Set `outcome` to what was told to the person, before the block ends."""

    outcome: str = "It broke off."


@contextmanager
def audited_action(subject: Model, *, action: str, reason: str) -> Iterator[AuditedAction]:
    """Writes one entry about what happens to `subject` in the block, also when it fails.

    After the block and in a transaction of its own, since gateways are asked in there; should
    the process die in between, the actor stands in the rows that the services wrote.
    """
    before, acted = facts_of(subject), AuditedAction()
    token = _reason.set(reason)
    try:
        yield acted
    finally:
        _reason.reset(token)
        now = type(subject)._base_manager.filter(pk=subject.pk).first()
        LogEntry.objects.log_create(
            now or subject,
            force_log=True,
            action=LogEntry.Action.UPDATE,
            changes=_changes(before, facts_of(now) if now else {}),
            additional_data={"action": action, "reason": reason, "outcome": acted.outcome},
        )


def audit_creation(subject: Model, *, action: str, reason: str) -> None:
    """Writes that `subject` was made by hand, and why. For models that are not listed."""
    LogEntry.objects.log_create(
        subject,
        force_log=True,
        action=LogEntry.Action.CREATE,
        changes=_changes({}, facts_of(subject)),
        additional_data={"action": action, "reason": reason},
    )


def facts_of(subject: Model) -> dict[str, str]:
    """The fields of a row as text, without secrets and without bytes."""
    return {
        field.name: str(getattr(subject, field.attname))
        for field in subject._meta.concrete_fields
        if field.name not in SECRETS and not isinstance(field, BinaryField)
    }


def _changes(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str]]:
    return {
        name: [before.get(name, ""), after.get(name, "")]
        for name in before | after
        if before.get(name, "") != after.get(name, "")
    }
