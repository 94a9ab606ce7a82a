"""Two addresses for machines: does this process live, and can it do its work?

/healthz    200 while the process answers; asks nothing of anyone (restart me when it fails)
/readyz     200 when the database takes writes and every migration is applied, else 503 (send me
            no visitors). The broker is reported but never fatal: work lives in PostgreSQL and
            a sweep finds what a lost message left. So is a beat that is silent for 10 minutes
            (alert on it): a web process that turns visitors away would mend nothing.
"""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import OperationalError

from accounts.selectors.heartbeat import heartbeat
from commpeak.celery import app
from commpeak.lib.clock import utc_now

BROKER_SECONDS_MAX = 1
OK = "ok"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": OK})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    fatal = {"database": _ask_database(_writes), "migrations": _ask_database(_migrations)}
    ready = all(answer == OK for answer in fatal.values())
    told = {"broker": _broker(), "beat": _ask_database(_beat)}
    body = {"status": OK if ready else "not ready", **fatal, **told}
    return JsonResponse(body, status=200 if ready else 503)


def _ask_database(question: Callable[[], str]) -> str:
    """The answer, or that there is none. Details stay in the log: anyone may read this page."""
    try:
        return question()
    except DatabaseError:
        return "unreachable"


def _writes() -> str:
    """A standby, or a server set to read-only because its disk is full, cannot save a webhook."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return "read-only" if cursor.fetchone() == ("on",) else OK


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "missing" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else OK


def _beat() -> str:
    return "silent" if heartbeat(now=utc_now()).is_old else OK


def _broker() -> str:
    try:
        with Connection(app.conf.broker_url, connect_timeout=BROKER_SECONDS_MAX) as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS_MAX)
    except (OperationalError, OSError):
        return "unreachable"
    return OK
