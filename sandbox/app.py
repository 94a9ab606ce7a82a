"""Puts the parts of one sandbox together and serves them."""

from __future__ import annotations

import functools

from flask import Flask
from flask.typing import ResponseReturnValue

from sandbox.bank import Bank
from sandbox.bank_pages import bank_pages_blueprint
from sandbox.btcpay_api import signature as btcpay_signature
from sandbox.btcpay_api.account import BTCPayStore
from sandbox.btcpay_api.blueprint import btcpay_blueprint
from sandbox.btcpay_api.pages import btcpay_pages_blueprint
from sandbox.config import Config
from sandbox.control import control_blueprint
from sandbox.control_page import control_page_blueprint
from sandbox.faults import FaultBook
from sandbox.mail import MailFolder
from sandbox.mail_pages import mail_pages_blueprint
from sandbox.paypal_api import signature as paypal_signature
from sandbox.paypal_api.account import PayPalAccount
from sandbox.paypal_api.blueprint import paypal_blueprint
from sandbox.paypal_api.http import PayPalApi
from sandbox.paypal_api.pages import paypal_pages_blueprint
from sandbox.scheduler import Scheduler
from sandbox.stripe_api.account import Account
from sandbox.stripe_api.blueprint import api_blueprint
from sandbox.stripe_api.http import Api
from sandbox.stripe_api.pages import pages_blueprint
from sandbox.stripe_api.signature import webhook_headers
from sandbox.webhooks import Deliverer, Endpoint

BODY_BYTES_MAX = 1_000_000  # far above anything the API takes


class World:
    """Everything one process remembers."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.scheduler = Scheduler()
        self.faults = FaultBook()
        self.deliverer = Deliverer(
            scheduler=self.scheduler,
            faults=self.faults,
            endpoint=Endpoint(
                url=config.webhook_url,
                sign=functools.partial(webhook_headers, secret=config.webhook_secret),
                retry_delays_seconds=config.retry_delays_seconds,
            ),
        )
        self.account = Account(
            config=config,
            faults=self.faults,
            scheduler=self.scheduler,
            deliverer=self.deliverer,
        )
        self.api = Api(self.account)
        self.paypal = PayPalAccount(
            config=config,
            faults=self.faults,
            scheduler=self.scheduler,
            deliverer=self._paypal_deliverer(),
        )
        self.paypal_api = PayPalApi(self.paypal)
        self.btcpay = BTCPayStore(
            config=config,
            faults=self.faults,
            scheduler=self.scheduler,
            deliverer=self._btcpay_deliverer(),
        )
        self.bank = Bank()
        self.deliverers = {
            "card": self.deliverer,
            "paypal": self.paypal.deliverer,
            "crypto": self.btcpay.deliverer,
        }

    def _paypal_deliverer(self) -> Deliverer:
        return Deliverer(
            scheduler=self.scheduler,
            faults=self.faults,
            id_prefix="pp",
            endpoint=Endpoint(
                url=self.config.paypal_webhook_url,
                sign=functools.partial(paypal_signature.webhook_headers, config=self.config),
                retry_delays_seconds=self.config.paypal_retry_delays_seconds,
            ),
        )

    def _btcpay_deliverer(self) -> Deliverer:
        secret = self.config.btcpay_webhook_secret
        return Deliverer(
            scheduler=self.scheduler,
            faults=self.faults,
            id_prefix="bp",
            endpoint=Endpoint(
                url=self.config.btcpay_webhook_url,
                sign=functools.partial(btcpay_signature.webhook_headers, secret=secret),
                retry_delays_seconds=self.config.btcpay_retry_delays_seconds,
                again=btcpay_signature.redelivered,
            ),
        )

    def deliverer_of(self, delivery_id: str) -> Deliverer:
        """The one that made a delivery: its ids begin with its prefix. Raises KeyError."""
        prefix = delivery_id.partition("_")[0]
        return {d.id_prefix: d for d in self.deliverers.values()}[prefix]

    def reset(self) -> None:
        """Forget all objects, keys, faults, scheduled work and the log."""
        self.scheduler.clear()
        self.faults.clear()
        self.account.clear()
        self.api.keys.clear()
        self.paypal.clear()
        self.paypal_api.keys.clear()
        self.btcpay.clear()
        self.bank.clear()
        for deliverer in self.deliverers.values():
            deliverer.clear()


def create_app(world: World) -> Flask:
    """The web application around a world."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES_MAX
    app.register_blueprint(api_blueprint(world.api))
    app.register_blueprint(pages_blueprint(world.account))
    app.register_blueprint(paypal_blueprint(world.paypal_api))
    app.register_blueprint(paypal_pages_blueprint(world.paypal))
    app.register_blueprint(btcpay_blueprint(world.btcpay))
    app.register_blueprint(btcpay_pages_blueprint(world.btcpay))
    app.register_blueprint(control_blueprint(world))
    app.register_blueprint(control_page_blueprint(world))
    app.register_blueprint(bank_pages_blueprint(world.bank))
    app.register_blueprint(mail_pages_blueprint(MailFolder(world.config.mail_folder)))
    app.add_url_rule("/healthz", "healthz", _healthz)
    app.add_url_rule("/favicon.ico", "favicon", _no_icon)
    return app


def _healthz() -> ResponseReturnValue:
    return "ok", {"Content-Type": "text/plain"}


def _no_icon() -> ResponseReturnValue:
    return "", 204  # browsers ask; a 404 would show up among a test's console errors
