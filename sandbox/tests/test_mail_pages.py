"""Sent mail is shown as it is, and can do nothing."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from sandbox.app import World, create_app
from sandbox.config import Config

NAME = "20260302-120000-000001-1.eml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"  # made by the first mail


@pytest.fixture
def client(folder: Path) -> FlaskClient:
    return create_app(World(Config(mail_folder=str(folder)))).test_client()


def keep(folder: Path, name: str = NAME, *, subject: str = "Hello", html: str = "") -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "a@example.com", "b@example.com"
    message.set_content("See http://localhost:8000/ & <b>this</b>")
    if html:
        message.add_alternative(html, subtype="html")
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(message.as_bytes())


def test_the_newest_mail_is_on_top(client: FlaskClient, folder: Path):
    keep(folder, subject="First")
    keep(folder, "20260302-120001-000000-2.eml", subject="Second")
    text = client.get("/sandbox/mail/").text
    assert text.index("Second") < text.index("First")
    assert f'href="/sandbox/mail/{NAME}"' in text


def test_no_mail_and_no_folder_are_said_in_words(client: FlaskClient):
    assert "Nothing was sent yet." in client.get("/sandbox/mail/").text
    nowhere = create_app(World(Config())).test_client()
    assert "--mail-folder" in nowhere.get("/sandbox/mail/").text


def test_a_mail_is_shown_as_text_with_links_that_work(client: FlaskClient, folder: Path):
    keep(folder)
    text = client.get(f"/sandbox/mail/{NAME}").text
    assert '<a href="http://localhost:8000/" rel="noopener' in text
    assert "&amp; &lt;b&gt;this&lt;/b&gt;" in text
    assert "<iframe" not in text


def test_html_is_framed_so_that_it_can_neither_run_nor_load(client: FlaskClient, folder: Path):
    """S6"""
    keep(folder, subject="<script>alert(1)</script>", html="<p>Hi</p><script>alert(1)</script>")
    page = client.get(f"/sandbox/mail/{NAME}")
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert 'sandbox="allow-popups' in page.text
    framed = client.get(f"/sandbox/mail/{NAME}/html")
    policy = framed.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy + page.text
    assert "allow-same-origin" not in policy + page.text


@pytest.mark.parametrize(
    "name", ["..%2f..%2fetc%2fpasswd", "secret.txt", ".eml", "a%00.eml", "missing.eml", "x" * 500]
)
def test_only_the_folder_s_own_mails_are_shown(client: FlaskClient, folder: Path, name: str):
    keep(folder)
    (folder / "secret.txt").write_text("secret")
    for path in (f"/sandbox/mail/{name}", f"/sandbox/mail/{name}/html"):
        assert client.get(path).status_code == 404


def test_a_link_out_of_the_folder_is_not_followed(
    client: FlaskClient, folder: Path, tmp_path: Path
):
    keep(folder)
    (tmp_path / "other.eml").write_text("Subject: secret\n\nsecret")
    (folder / "linked.eml").symlink_to(tmp_path / "other.eml")
    assert client.get("/sandbox/mail/linked.eml").status_code == 404
    assert "secret" not in client.get("/sandbox/mail/").text


def test_a_broken_file_breaks_nothing(client: FlaskClient, folder: Path):
    keep(folder)
    (folder / "zzz.eml").write_bytes(
        b"\xff\x00Subject: x\r\nContent-Type: text/html; charset=odd\n\n\xff"
    )
    assert client.get("/sandbox/mail/").status_code == 200
    assert client.get("/sandbox/mail/zzz.eml").status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_changed(client: FlaskClient, folder: Path, method: str):
    keep(folder)
    assert getattr(client, method)(f"/sandbox/mail/{NAME}").status_code == 405
