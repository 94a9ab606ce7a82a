"""What browsers load: the library, the card fields in their own frame, the bank's page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.stripe_api.account import Account, Challenge
from sandbox.stripe_api.challenges import answer_challenge, intent_of, is_open
from sandbox.stripe_api.money import readable

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'"
)
LIBRARY = Path(__file__).parent.parent / "static" / "stripe.js"
ANSWERS = {"complete": True, "fail": False, "cancel": False}


def pages_blueprint(account: Account) -> Blueprint:
    """/stripe.js, /elements/payment and /3ds/<id>."""
    blueprint = Blueprint("stripe_pages", __name__)

    @blueprint.get("/stripe.js")
    def library() -> ResponseReturnValue:
        response = Response(LIBRARY.read_bytes(), mimetype="text/javascript")
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    @blueprint.get("/elements/payment")
    def card_fields() -> ResponseReturnValue:
        return _page("card_fields.html", f"{POLICY}; frame-ancestors *")

    @blueprint.get("/3ds/<challenge_id>")
    def question(challenge_id: str) -> ResponseReturnValue:
        challenge = _challenge(challenge_id)
        with account.lock:
            facts = _facts(account, challenge)
        return _page("three_d_secure.html", f"{POLICY}; frame-ancestors *", **facts)

    @blueprint.post("/3ds/<challenge_id>")
    def answer(challenge_id: str) -> ResponseReturnValue:
        challenge = _challenge(challenge_id)
        if request.form.get("answer") not in ANSWERS:
            abort(400)
        address = answer_challenge(account, challenge, is_approved=ANSWERS[request.form["answer"]])
        return redirect(address or request.path, code=303)

    def _challenge(challenge_id: str) -> Challenge:
        found = account.challenges.get(challenge_id)
        if found is None:
            abort(404)
        return found

    return blueprint


def _facts(account: Account, challenge: Challenge) -> dict[str, Any]:
    intent = intent_of(account, challenge)
    amount = intent.get("amount")
    return {
        "challenge_id": challenge.id,
        "amount": readable(amount, intent["currency"]).upper() if amount else "",
        "is_open": is_open(account, challenge),
        "status": intent["status"],
    }


def _page(template: str, policy: str, **facts: Any) -> ResponseReturnValue:
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return render_template(template, **facts), 200, headers
