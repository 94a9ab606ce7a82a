"""Tokens of switches: shown once, kept as a hash, looked up by it, revoked at once (S15)."""

import io
import logging
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client

from billing.api import site
from billing.models import Switch, SwitchToken
from billing.services.issue_switch_token import issue_switch_token, token_digest
from billing.services.revoke_switch_token import revoke_switch_token
from billing.services.use_switch_token import use_switch_token
from billing.tests.builders import NOON, make_customer
from billing.tests.switches import code_of, make_token, rated, report, switch_client
from commpeak.lib.errors import InvalidInput
from commpeak.logs import without_secrets

pytestmark = pytest.mark.django_db
READ, WRITE = SwitchToken.Scope.BALANCES_READ, SwitchToken.Scope.USAGE_WRITE
ADDRESS = "/api/v1/balances/12345674"


def test_token_is_kept_as_a_hash_only():
    token = make_token()
    kept = SwitchToken.objects.get()
    assert (len(token), token[:17]) == (52, kept.shown)
    assert bytes(kept.digest) == token_digest(token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM billing_switchtoken AS t")
        assert token not in str(cursor.fetchall())


def test_token_without_a_scope_is_not_made():
    with pytest.raises(InvalidInput):
        issue_switch_token(switch=Switch.objects.create(name="x"), scopes=[], created_by=None)


def test_database_knows_the_scopes():
    make_token()
    with pytest.raises(IntegrityError, match="switch_token_scopes_are_known"):
        SwitchToken.objects.update(scopes=["everything"])


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "missing_token"),
        ("", "missing_token"),
        ("Bearer", "missing_token"),
        ("Bearer ", "missing_token"),
        ("Basic cpswitch_x", "missing_token"),
        ("Bearer cpswitch_unknown", "invalid_token"),
        ("bearer \u00ff\ud800", "invalid_token"),
    ],
)
def test_request_without_a_good_token_is_refused(header, code):
    client = Client(headers={"Authorization": header} if header is not None else {})
    for answer in (client.get(ADDRESS), report(client, {})):
        assert (answer.status_code, code_of(answer)) == (401, code)
        assert answer["WWW-Authenticate"].startswith('Bearer realm="api"')
        assert ("invalid_token" in answer["WWW-Authenticate"]) == (code == "invalid_token")


def test_token_for_one_thing_is_not_good_for_another():
    reader, writer = switch_client(make_token(READ)), switch_client(make_token(WRITE))
    for answer, scope in ((report(reader, {}), WRITE), (writer.get(ADDRESS), READ)):
        assert (answer.status_code, code_of(answer)) == (403, "insufficient_scope")
        assert answer["WWW-Authenticate"].endswith(
            f'error="insufficient_scope", scope="{scope.value}"'
        )
    assert reader.get(ADDRESS).status_code == 404
    assert report(writer, {}).status_code == 200


def test_revoked_token_is_refused_at_once_and_another_of_the_switch_is_not():
    old, new = make_token(), make_token()
    client = switch_client(old)
    assert client.get(ADDRESS).status_code == 404
    kept = SwitchToken.objects.get(digest=token_digest(old))
    assert revoke_switch_token(token_id=kept.pk, now=NOON) is True
    assert (client.get(ADDRESS).status_code, code_of(client.get(ADDRESS))) == (
        401,
        "invalid_token",
    )
    assert switch_client(new).get(ADDRESS).status_code == 404
    assert revoke_switch_token(token_id=kept.pk, now=NOON + timedelta(days=1)) is False
    kept.refresh_from_db()
    assert kept.revoked_at == NOON


def test_last_use_is_noted_at_most_once_a_minute(django_assert_num_queries):
    token = make_token()
    seen = []
    for seconds, queries in ((0, 2), (59, 1), (60, 2), (61, 1)):
        with django_assert_num_queries(queries):
            use_switch_token(secret=token, now=NOON + timedelta(seconds=seconds))
        seen.append((SwitchToken.objects.get().last_used_at - NOON).total_seconds())
    assert seen == [0, 0, 60, 60]


@pytest.fixture
def lines():
    """All that is logged, before any sieve."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setLevel(logging.DEBUG)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler), root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler), root.setLevel(level)


@pytest.mark.parametrize("word", ["Bearer", "Basic", "Token"])
def test_token_never_reaches_the_log(lines, settings, word):
    """ninja's own HttpBearer would log one behind another word, with DEBUG on."""
    settings.DEBUG = True
    token = make_token()
    client = Client(headers={"Authorization": f"{word} {token}"})
    report(client, rated(make_customer(), "a"), {})
    client.get(ADDRESS)
    assert lines.getvalue()
    assert token[17:] not in lines.getvalue()


def test_log_hides_a_token_that_someone_prints():
    token = make_token()
    assert without_secrets(f"curl -H {token}") == f"curl -H {token[:17]}[hidden]"


def test_database_trouble_is_told_as_such_and_to_try_again(rf):
    answer = site.HANDLERS[OperationalError](rf.get(ADDRESS), OperationalError("gone"))
    assert (answer.status_code, code_of(answer), answer["Retry-After"]) == (
        503,
        "unavailable",
        "2",
    )


def test_our_own_mistake_tells_nothing_of_itself(rf):
    answer = site.HANDLERS[Exception](rf.get(ADDRESS), KeyError("inner"))
    assert (answer.status_code, code_of(answer)) == (500, "internal_error")
    assert "inner" not in answer.content.decode()
