"""paypalrestsdk with its faults mended, each shown against a server that answers as told."""

import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

import pytest

from payments.gateways.base import GatewayError
from payments.gateways.paypal.api import PayPalApi, PayPalRefusal
from tests.http_server import serving

TOKEN = {"access_token": "A21AA-secret", "token_type": "Bearer", "expires_in": 32400}
NO = {"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": "ORDER_NOT_APPROVED"}]}


@dataclass
class Server:
    """Gives a token; every other request is answered with `status` and `body`."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def paths(self) -> list[str]:
        return [path for _method, path, _headers, _body in self.requests]


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told.requests.append((self.command, self.path, dict(self.headers), body))
            is_token = self.path == "/v1/oauth2/token"
            self.send_response(200 if is_token else told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(TOKEN).encode() if is_token else told.body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *arguments: object) -> None:
            pass

    with serving(Handler) as told.url:
        yield told


@pytest.fixture
def api(server: Server) -> PayPalApi:
    return PayPalApi(endpoint=server.url, client_id="client", client_secret="hidden")


def test_a_get_has_no_body(server, api):
    api.get("/v2/x")
    assert [(method, path, body) for method, path, _headers, body in server.requests] == [
        ("POST", "/v1/oauth2/token", b"grant_type=client_credentials"),
        ("GET", "/v2/x", b""),
    ]


def test_a_calls_headers_do_not_leak_into_the_token_request(server, api):
    api.post("/v2/x", {"a": 1}, request_id="k1")
    token_headers, call_headers = (headers for _m, _p, headers, _b in server.requests)
    assert "PayPal-Request-Id" not in token_headers
    assert "Prefer" not in token_headers
    assert call_headers["PayPal-Request-Id"] == "k1"
    assert call_headers["Authorization"] == "Bearer A21AA-secret"


def test_a_token_is_asked_for_once(server, api):
    api.get("/v2/x")
    api.get("/v2/y")
    assert server.paths() == ["/v1/oauth2/token", "/v2/x", "/v2/y"]


def test_a_401_that_stays_is_tried_twice_and_no_more(server, api):
    server.status = 401
    with pytest.raises(PayPalRefusal) as refusal:
        api.get("/v2/x")
    assert server.paths() == ["/v1/oauth2/token", "/v2/x", "/v1/oauth2/token", "/v2/x"]
    assert refusal.value.permanent is False


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (404, True), (422, True), (403, False), (409, False), (429, False), (500, False)],
)
def test_every_refusal_is_raised_and_says_whether_to_try_again(server, api, status, permanent):
    server.status, server.body = status, json.dumps(NO).encode()
    server.headers = {"PayPal-Debug-Id": "f00"}
    with pytest.raises(PayPalRefusal) as refusal:
        api.post("/v2/x")
    assert refusal.value.permanent is permanent
    assert refusal.value.log_text == f"PayPal {status} ORDER_NOT_APPROVED f00"


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"null", b'"x"', b"\xff"])
def test_nonsense_is_an_unknown_outcome(server, api, body):
    server.body = body
    with pytest.raises(GatewayError) as unknown:
        api.get("/v2/x")
    assert unknown.value.permanent is False


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"details":"x"}', b'{"details":[1]}'])
def test_a_refusal_in_another_shape_is_still_a_refusal(server, api, body):
    server.status, server.body = 422, body
    with pytest.raises(PayPalRefusal) as refusal:
        api.get("/v2/x")
    assert (refusal.value.status, refusal.value.issue) == (422, "")


def test_a_redirect_is_not_followed(server, api):
    server.status, server.headers = 302, {"Location": "/elsewhere"}
    with pytest.raises(GatewayError) as unknown:
        api.get("/v2/x")
    assert unknown.value.permanent is False
    assert server.paths() == ["/v1/oauth2/token", "/v2/x"]


def test_an_answer_that_never_comes_is_given_up(monkeypatch):
    monkeypatch.setattr("payments.gateways.paypal.api.TIMEOUT_SECONDS", (1, 0.05))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        api = PayPalApi(endpoint=endpoint, client_id="client", client_secret="hidden")
        with pytest.raises(GatewayError, match="ReadTimeout") as unknown:
            api.get("/v2/x")
    assert unknown.value.permanent is False


def test_a_server_that_is_not_there_is_an_unknown_outcome():
    api = PayPalApi(endpoint="http://127.0.0.1:9", client_id="client", client_secret="hidden")
    with pytest.raises(GatewayError) as unknown:
        api.get("/v2/x")
    assert unknown.value.permanent is False


def test_s15_neither_token_nor_secret_is_logged(server, api, caplog):
    caplog.set_level(logging.DEBUG)
    server.status = 422
    with pytest.raises(PayPalRefusal) as refusal:
        api.post("/v2/x", {"card": "4242"})
    logged = caplog.text + refusal.value.log_text
    assert "POST" in logged
    assert [text for text in ("A21AA", "hidden", "4242", "Basic ") if text in logged] == []
