"""/sandbox/mail/: what the portal sent, for who tries the demo without a mail server."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from sandbox.mail import Mail, MailFolder

# A message may hold anything: its page runs nothing, and its HTML is shown in a frame that can
# neither run, load, submit nor see anything, not even the sandbox's own pages.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def mail_pages_blueprint(folder: MailFolder) -> Blueprint:
    """The list, one message, and the HTML of one message. Nothing here changes anything."""
    blueprint = Blueprint("mail_pages", __name__, url_prefix="/sandbox/mail")

    @blueprint.get("/")
    def show_all() -> ResponseReturnValue:
        page = render_template("mail_list.html", mails=folder.newest(), has_folder=folder.path)
        return page, 200, _headers(PAGE_POLICY)

    @blueprint.get("/<name>")
    def show_one(name: str) -> ResponseReturnValue:
        return render_template("mail.html", mail=_existing(name)), 200, _headers(PAGE_POLICY)

    @blueprint.get("/<name>/html")
    def show_html(name: str) -> ResponseReturnValue:
        headers = _headers(HTML_POLICY) | {"Content-Type": "text/html; charset=utf-8"}
        return _opens_links_outside(_existing(name).html), 200, headers

    def _existing(name: str) -> Mail:
        return folder.get(name) or abort(404)

    return blueprint


def _opens_links_outside(html: str) -> str:
    """The portal refuses to be shown in a frame."""
    return html.replace("<head>", '<head><base target="_blank">', 1)


def _headers(content_security_policy: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": content_security_policy,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
