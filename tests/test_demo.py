"""`make demo` as a newcomer meets it: one command up, everything there, one Ctrl-C down."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

import pytest
import requests

from demo.state import PROJECT
from embedded.valkey import free_port

pytestmark = pytest.mark.demo

OURS = re.compile(
    r"DATABASE_URL|CELERY_|CACHE_|STRIPE_|PAYPAL_|EMAIL_|SITE_URL|DJANGO_|DEMO_|DEBUG|TMPDIR"
)
STOPS_WITHIN_SECONDS = 60  # it takes three; a test that hangs tells nothing
LAST_LINE_OF_WELCOME = "Ctrl-C stops everything"

# what `manage.py shell` is asked
QUESTIONS = """
import stripe
from django.conf import settings
from django.core.mail import send_mail
from accounts.models import User

print(User.objects.count(), "logins")
client = stripe.StripeClient(
    settings.STRIPE_SECRET_KEY, base_addresses={"api": settings.STRIPE_API_BASE}
)
print(client.v1.customers.create({"email": "a@example.com"}).email, "is known to the sandbox")
send_mail("Hello", "code 1", None, ["a@b.c"])
"""
WAIT_FOR_A_SWITCH = """
from billing.models import SwitchToken
from tests.waiting import wait_until

wait_until(SwitchToken.objects.exists, within_seconds=60, what="a switch with a token")
print(SwitchToken.objects.count())
"""


@dataclass
class Demo:
    """A running demo with books and a state folder of its own."""

    port: int
    variables: Mapping[str, str]
    process: subprocess.Popen[str]
    welcome: str

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="d", dir="/var/tmp"))
    folder.chmod(0o711)
    others = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    variables = {**others, "DEBUG": "True", "TMPDIR": str(folder), "DEMO_FOLDER": f"{folder}/run"}
    port = free_port()
    process = start(port, variables)
    yield Demo(port, variables, process, read_welcome(process))
    if process.poll() is None:
        stop(process)
    shutil.rmtree(folder)


def start(port: int, variables: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "demo", "--port", str(port)],
        cwd=PROJECT,
        env=dict(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_welcome(process: subprocess.Popen[str]) -> str:
    """What it prints until the end of the box; all of it when it ends before."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if LAST_LINE_OF_WELCOME in line:
            break
    return "".join(lines)


def stop(process: subprocess.Popen[str]) -> str:
    """Ctrl-C, and what it says then."""
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=STOPS_WITHIN_SECONDS)[0]


def manage(demo: Demo, code: str) -> str:
    command = [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", code]
    answer = subprocess.run(
        command, cwd=PROJECT, env=dict(demo.variables), capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def test_the_welcome_names_the_address_and_every_login(demo: Demo) -> None:
    assert f"http://localhost:{demo.port}/" in demo.welcome
    for email in ("demo@example.com", "new@example.com", "staff@example.com", "clerk@example.com"):
        assert f"│ {email} " in demo.welcome


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/accounts/login/", "/admin/login/"])
def test_its_pages_answer(demo: Demo, path: str) -> None:
    with urllib.request.urlopen(demo.url(path), timeout=30) as answer:
        assert answer.status == 200


def log_in(demo: Demo) -> requests.Session:
    """The demo's first customer, with the password that the welcome names."""
    session = requests.Session()
    session.trust_env = False  # no proxy to this machine
    login = "demo@example.com"
    password = re.search(rf"{login} +([^ ]+)", demo.welcome)
    assert password
    session.get(demo.url("/accounts/login/"), timeout=30)
    fields = {"login": login, "password": password[1]}
    answer = session.post(demo.url("/accounts/login/"), fields | token(session), timeout=30)
    assert answer.url == demo.url("/")
    return session


def token(session: requests.Session) -> dict[str, str]:
    return {"csrfmiddlewaretoken": session.cookies["csrftoken"]}


def test_its_customer_checks_out_by_each_method_with_its_promo_code(demo: Demo) -> None:
    """With the demo's own seeds: the keys of the sandbox, the bank accounts, WELCOME10."""
    session = log_in(demo)
    panel = demo.url("/topup/?purse=voice&amount=50&promo_code=WELCOME10")
    assert "Pay 50.00 USD, get 55.00 USD" in session.get(panel, timeout=30).text
    led_to = {}
    for method in ("card", "paypal", "crypto", "wire"):
        asked = {"purse": "voice", "method": method, "frequency": "once", "amount": "50"}
        promo = {"promo_code": "WELCOME10", "request_key": str(uuid4())}
        page = session.post(demo.url("/topup/"), asked | promo | token(session), timeout=30)
        reference = re.findall("T-[0-9A-Z]{10}", page.url)[0]
        led_to[method] = unquote(page.url.removeprefix(demo.url(""))).replace(reference, "T")
        status = session.get(demo.url(f"/topup/{reference}/"), timeout=30).text
        assert "Bonus 5.00 USD with code WELCOME10" in status, method
    assert led_to == {
        "card": "/topup/T/pay/",
        "paypal": "/topup/T/pay/",
        "crypto": "/terms/crypto/?next=/topup/T/pay/",
        "wire": "/topup/T/wire/",
    }


def test_commands_find_the_running_demo(demo: Demo) -> None:
    """Its database, its sandbox by the demo's keys, and its mail; one process, as each takes
    seconds to start."""
    said = manage(demo, QUESTIONS)
    assert said.splitlines() == [
        "5 logins",
        "a@example.com is known to the sandbox",
        "E-mail to a@b.c: Hello",
        "    code 1",
    ]
    kept = [mail.read_text() for mail in Path(demo.variables["DEMO_FOLDER"], "mail").glob("*.eml")]
    assert ["Subject: Hello" in mail for mail in kept].count(True) == 1


def test_a_switch_is_at_work(demo: Demo) -> None:
    assert manage(demo, WAIT_FOR_A_SWITCH) == "1"


def test_a_second_demo_of_the_same_checkout_is_told_where_the_first_is(demo: Demo) -> None:
    said = start(free_port(), demo.variables).communicate()[0]
    assert f"The demo runs already: http://localhost:{demo.port}" in said


def test_a_taken_port_is_told_before_anything_starts(demo: Demo) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        second = start(port, demo.variables)
        said = second.communicate()[0]
    assert second.returncode == 1
    assert f"Port {port} is taken by another program" in said
    assert f"make demo PORT={port + 10}" in said
    assert "starting PostgreSQL" not in said


def test_ctrl_c_stops_everything(demo: Demo) -> None:
    """Last, as nothing runs afterwards."""
    said = stop(demo.process)
    assert demo.process.returncode == 0
    assert said.rstrip().endswith("everything has stopped")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", demo.port), timeout=5)
    assert list(Path(demo.variables["TMPDIR"]).glob("commpeak-*/servers.json")) == []
