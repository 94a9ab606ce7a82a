"""Addresses of the money side. Others script against these paths: they stay."""

from django.urls import path, register_converter

from payments.converters import (
    GatewayConverter,
    RefundReferenceConverter,
    TopUpReferenceConverter,
)
from payments.views import (
    dashboard,
    leave,
    methods,
    payer,
    payment,
    refund,
    terms,
    top_up,
    webhook,
    wire,
    wire_proof,
)

register_converter(TopUpReferenceConverter, "reference")
register_converter(RefundReferenceConverter, "refund")
register_converter(GatewayConverter, "gateway")

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("methods/", methods.methods, name="methods"),
    path("topup/", top_up.topup, name="topup"),
    path("topup/sms-currency/", top_up.choose_currency, name="topup-sms-currency"),
    path("topup/<reference:reference>/", payment.status, name="topup-status"),
    path("topup/<reference:reference>/pay/", payment.pay, name="topup-pay"),
    path("topup/<reference:reference>/leave/", leave.leave, name="topup-leave"),
    path("topup/<reference:reference>/payer/", payer.payer, name="topup-payer"),
    path("topup/<reference:reference>/payer/resend/", payer.resend, name="topup-payer-resend"),
    path("topup/<reference:reference>/return/", payment.come_back, name="topup-return"),
    path("topup/<reference:reference>/cancel/", payment.cancel, name="topup-cancel"),
    path("topup/<reference:reference>/wire/", wire.wire, name="topup-wire"),
    path("topup/<reference:reference>/wire/pdf/", wire.pdf, name="topup-wire-pdf"),
    path("topup/<reference:reference>/wire/proof/", wire_proof.wire_proof, name="topup-wire-proof"),
    path("refunds/", refund.refunds, name="refunds"),
    path("refunds/new/", refund.new_refund, name="refund-new"),
    path("refunds/<refund:refund_reference>/", refund.refund, name="refund"),
    path("terms/<slug:slug>/", terms.terms, name="terms"),
    path("terms/<slug:slug>/copy/", terms.download, name="terms-copy"),
    path("webhooks/<gateway:gateway>/", webhook.webhook, name="webhook"),
]
