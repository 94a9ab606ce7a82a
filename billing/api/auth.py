"""Bearer tokens of switches (RFC 6750). No session, no cookie, so no CSRF either."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security.base import AuthBase

from billing.api.errors import ApiError
from billing.models import SwitchToken
from billing.services.use_switch_token import use_switch_token
from commpeak.lib.clock import utc_now

_REALM = 'Bearer realm="api"'


class SwitchAuth(AuthBase):
    """Lets a switch in whose token has `scope`; the view finds the token as `request.auth`.

    Of our own and not ninja's HttpBearer, which logs what it does not understand: a token
    sent with another word in front of it would end up in the log.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: SwitchToken.Scope) -> None:
        super().__init__()
        self._scope = scope

    def __call__(self, request: HttpRequest) -> SwitchToken:
        """Raises ApiError: 401 for no token or one that is not good, 403 without the scope."""
        token = use_switch_token(secret=_bearer(request), now=utc_now())
        if token is None:
            raise _unauthorized(
                "invalid_token", _("The token is unknown or revoked."), 'error="invalid_token"'
            )
        if self._scope not in token.scopes:
            raise _forbidden(self._scope)
        return token


def _bearer(request: HttpRequest) -> str:
    word, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if word.lower() != "bearer" or not secret.strip():
        raise _unauthorized(
            "missing_token", _("Send the switch's token as “Authorization: Bearer …”.")
        )
    return secret.strip()


def _unauthorized(code: str, message: str, reason: str = "") -> ApiError:
    return ApiError(
        401, code, message, {"WWW-Authenticate": ", ".join(filter(None, [_REALM, reason]))}
    )


def _forbidden(scope: str) -> ApiError:
    return ApiError(
        403,
        "insufficient_scope",
        _("The token may not be used for this."),
        {"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope}"'},
    )
