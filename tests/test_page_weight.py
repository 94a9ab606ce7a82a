"""Pages stay light, and production sends one style sheet."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from accounts.tests.builders import make_customer, make_user
from billing.services.open_balances import open_balances
from commpeak.static_storage import PortalStaticFilesStorage

PAGE_BYTES_MAX = 120_000
_LINKED = re.compile(r'(?:href|src)="/static/([\w./-]+)')
_IMPORTED = re.compile(r'@import url\("([\w./-]+)"\)')


def weight_of(html: str) -> int:
    """Bytes of a page and all it loads from us, before compression."""
    linked = set(_LINKED.findall(html))
    return len(html.encode()) + sum(len(content_of(name)) for name in linked)


def content_of(name: str) -> bytes:
    found = finders.find(name)
    assert found, f"{name} is linked but does not exist"
    content = Path(found).read_bytes()
    folder = str(Path(name).parent)
    parts = _IMPORTED.findall(content.decode()) if name.endswith(".css") else []
    return content + b"".join(content_of(f"{folder}/{part}") for part in parts)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/topup/?purse=voice", "/profile/", "/profile/time-zone/", "/accounts/login/"]
)
def test_a_page_with_all_it_loads_is_under_120_kb_uncompressed(path):
    user = make_user()
    customer = make_customer(user=user)
    open_balances(customer=customer, credit_limit=0)
    client = Client()
    if not path.startswith("/accounts/"):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(path)
    assert response.status_code == 200
    assert weight_of(response.content.decode()) < PAGE_BYTES_MAX


@pytest.fixture
def collected(settings, tmp_path) -> PortalStaticFilesStorage:
    """What collectstatic makes for production."""
    settings.STATIC_ROOT = tmp_path
    backend = "commpeak.static_storage.PortalStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    call_command("collectstatic", interactive=False, stdout=StringIO())
    return PortalStaticFilesStorage(location=tmp_path)


def test_production_folds_every_import_into_one_style_sheet(collected):
    sheet = Path(collected.path(collected.stored_name("css/main.css"))).read_text()
    assert "@import" not in sheet
    assert sheet.index("@layer tokens {") < sheet.index("@layer components {")
    assert "@media print {\n@layer utilities {" in sheet
    assert sheet.count("{") == sheet.count("}")
