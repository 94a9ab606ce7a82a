"""A customer over plain HTTP, for tests that need no browser but real processes."""

import re
from uuid import uuid4

import requests

from accounts.models import Customer
from tests.customers import session_cookie
from tests.portal import Portal

ANSWER_SECONDS_MAX = 30
_SECRET = re.compile(r'data-client-secret="([^"]+)"')


class HttpCustomer:
    """Logged in at the running portal; keeps its own cookies."""

    def __init__(self, portal: Portal, customer: Customer) -> None:
        self._portal = portal
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy to this machine
        self._session.cookies.set("sessionid", session_cookie(customer))

    def get(self, path: str) -> requests.Response:
        return self._session.get(self._portal.url + path, timeout=ANSWER_SECONDS_MAX)

    def post(self, path: str, **fields: str) -> requests.Response:
        """With the CSRF token that the last page brought."""
        data = fields | {"csrfmiddlewaretoken": self._session.cookies["csrftoken"]}
        return self._session.post(
            self._portal.url + path, data, timeout=ANSWER_SECONDS_MAX, allow_redirects=False
        )

    def check_out(self, amount: str = "50") -> str:
        """Asks for credit on Voice; the top-up's reference."""
        self.get("/topup/?purse=voice")
        answer = self.post(
            "/topup/",
            purse="voice",
            method="card",
            frequency="once",
            amount=amount,
            request_key=str(uuid4()),
        )
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"].split("/")[2]

    def client_secret(self, reference: str) -> str:
        """What the card page gives to the card fields."""
        found = _SECRET.search(self.get(f"/topup/{reference}/pay/").text)
        assert found
        return found[1]
