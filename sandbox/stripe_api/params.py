"""Checks a request against the TypedDicts of the installed `stripe` package.

The package is generated from Stripe's own description of its API, so a parameter that is not
in it, or no longer in it, is refused here as it would be there. The package leaves its
enumerations open (`Literal[...] | str`); Stripe does not, so they are closed again.
"""

from __future__ import annotations

import functools
import sys
import types
import typing
from typing import Annotated, Any, Literal, NotRequired, Required, Union

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from stripe import StripeContext, StripeObject
from stripe._request_options import RequestOptions
from typing_extensions import TypedDict, is_typeddict

from sandbox.stripe_api.errors import Json, StripeError, invalid_request
from sandbox.stripe_api.forms import field_name

OPTIONS = frozenset(RequestOptions.__annotations__)  # of the client, never sent
STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


def check(params_type: type, raw: Json) -> Json:
    """Give back `raw` with its strings turned into integers and booleans.

    Raises StripeError as Stripe words it: parameter_unknown, parameter_missing,
    parameter_invalid_integer, parameter_invalid_empty …
    """
    try:
        return typing.cast(Json, _adapter(params_type).validate_python(raw))
    except ValidationError as error:
        raise _translate(error, raw) from None


@functools.cache
def _adapter(params_type: type) -> TypeAdapter[Any]:
    return TypeAdapter(_close(params_type))


def _close(annotation: Any) -> Any:
    """The same type with enumerations closed, options dropped and unknown keys forbidden."""
    if is_typeddict(annotation):
        return _close_typeddict(annotation)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (NotRequired, Required, list):  # a dict is metadata: values may be empty
        closed = tuple(map(_close, arguments))
        return origin[closed if len(closed) > 1 else closed[0]]
    if origin in (Union, types.UnionType):
        return Union[tuple(map(_close, _sendable(arguments)))]  # noqa: UP007
    return _SCALARS.get(annotation, annotation)


@functools.cache
def _close_typeddict(params_type: Any) -> Any:
    module = vars(sys.modules[params_type.__module__])
    namespace = {**vars(typing), "StripeContext": StripeContext, **module}
    hints = typing.get_type_hints(params_type, namespace, include_extras=True)
    fields = {name: _close(hint) for name, hint in hints.items() if name not in OPTIONS}
    make_typeddict: Any = TypedDict  # by a call, since the fields are only known here
    closed = make_typeddict(params_type.__name__, fields)
    closed.__pydantic_config__ = STRICT
    return closed


def _sendable(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The branches of a union that can arrive in a form, enumerations closed."""
    arguments = tuple(branch for branch in arguments if not _is_object(branch))
    values = {
        value
        for argument in arguments
        if typing.get_origin(argument) is Literal
        for value in typing.get_args(argument)
    }
    if values - {""}:
        return tuple(argument for argument in arguments if argument is not str)
    if values:  # text that may be unset with an empty string
        return tuple(Annotated[str, "unset"] if branch is str else branch for branch in arguments)
    return arguments


def _is_object(branch: Any) -> bool:
    """The client also takes the objects it gave out; they are sent as plain data."""
    origin = typing.get_origin(branch) or branch
    return isinstance(origin, type) and issubclass(origin, StripeObject)


def _integer(value: Any) -> Any:
    if isinstance(value, str) and not value.removeprefix("-").isdecimal():
        raise ValueError("integer")
    return value


def _boolean(value: Any) -> Any:
    if value not in ("true", "false", True, False):
        raise ValueError("boolean")
    return value


_SCALARS: dict[Any, Any] = {
    int: Annotated[int, BeforeValidator(_integer)],
    bool: Annotated[bool, BeforeValidator(_boolean)],
    str: Annotated[str, Field(min_length=1)],
}


# --- pydantic's words into Stripe's ---------------------------------------------------------


def _translate(error: ValidationError, raw: Json) -> StripeError:
    details = error.errors(include_url=False, include_context=True)
    unknown = [_name(detail, raw) for detail in details if detail["type"] == "extra_forbidden"]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        return invalid_request(
            f"Received unknown parameter{plural}: {', '.join(unknown)}",
            code="parameter_unknown",
            param=unknown[0],
        )
    deepest = max(details, key=lambda detail: len(detail["loc"]))  # the branch that fits best
    return _translate_one(deepest, _name(deepest, raw))


def _translate_one(detail: Any, name: str) -> StripeError:
    code: str | None
    match detail["type"], str(detail.get("ctx", {}).get("error", "")):
        case "missing", _:
            message, code = f"Missing required param: {name}.", "parameter_missing"
        case "string_too_short", _:
            message = (
                f"You passed an empty string for '{name}'. We assume empty values are an attempt "
                f"to unset a parameter; however '{name}' cannot be unset. You should remove "
                f"'{name}' from your request or supply a non-empty value."
            )
            code = "parameter_invalid_empty"
        case _, "integer":
            message, code = f"Invalid integer: {detail['input']}", "parameter_invalid_integer"
        case _, "boolean":
            message, code = f"Invalid boolean: {detail['input']}", None
        case "literal_error", _:
            expected = detail["ctx"]["expected"].replace("'", "")
            message, code = f"Invalid {name}: must be one of {expected}", None
        case _:
            message, code = f"Invalid value for {name}", None
    return invalid_request(message, code=code, param=name)


def _name(detail: Any, raw: Json) -> str:
    """The field an error is about; pydantic also names the branch of a union it tried."""
    path: list[Any] = []
    node: Any = raw
    steps = detail["loc"]
    for step in steps:
        if _holds(node, step):
            node = node[step]
        elif step is not steps[-1] or detail["type"] != "missing":
            continue
        path.append(step)
    return field_name(path or steps)


def _holds(node: Any, step: Any) -> bool:
    if isinstance(node, list):
        return isinstance(step, int) and step < len(node)
    return isinstance(node, dict) and step in node
