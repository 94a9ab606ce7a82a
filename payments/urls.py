"""Addresses of the money side. Others script against these paths: they stay."""

from django.contrib import admin
from django.urls import path, register_converter

import billing.converters  # noqa: F401 - registers <purse:…>
from payments.admin.find_payment import case_for_customer, find_payment
from payments.converters import (
    GatewayConverter,
    RefundReferenceConverter,
    TopUpReferenceConverter,
)
from payments.views import (
    cards,
    dashboard,
    find_own_payment,
    leave,
    methods,
    payer,
    payment,
    refill,
    refill_form,
    refill_link,
    refund,
    terms,
    top_up,
    view_as,
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
    path("find-payment/", find_own_payment.find_own_payment, name="find-payment"),
    # before the admin's own addresses, whose last one answers for all that it does not know
    path("admin/find-payment/", admin.site.admin_view(find_payment), name="admin-find-payment"),
    path(
        "admin/find-payment/case/",
        admin.site.admin_view(case_for_customer),
        name="admin-find-payment-case",
    ),
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
    path("profile/refill/", refill.refill, name="refill"),
    path("profile/refill/<purse:purse>/", refill.history, name="refill-history"),
    path("profile/refill/<purse:purse>/new/", refill_form.turn_on, name="refill-new"),
    path("profile/refill/<purse:purse>/change/", refill_form.change, name="refill-change"),
    path("profile/refill/<purse:purse>/pause/", refill.pause, name="refill-pause"),
    path("profile/refill/<purse:purse>/resume/", refill.resume, name="refill-resume"),
    path("profile/refill/<purse:purse>/cancel/", refill.cancel, name="refill-cancel"),
    path("refill/pause/<str:token>/", refill_link.pause_by_link, name="refill-pause-link"),
    path("profile/cards/", cards.cards, name="cards"),
    path("profile/cards/add/", cards.add, name="card-add"),
    path("profile/cards/add/<int:setup_id>/", cards.setup, name="card-setup"),
    path("profile/cards/add/<int:setup_id>/done/", cards.setup_done, name="card-setup-done"),
    path("profile/cards/<int:card_id>/first/", cards.first, name="card-first"),
    path("profile/cards/<int:card_id>/replace/", cards.replace, name="card-replace"),
    path("profile/cards/<int:card_id>/remove/", cards.remove, name="card-remove"),
    path("view-as/stop/", view_as.stop, name="view-as-stop"),
    path("webhooks/<gateway:gateway>/", webhook.webhook, name="webhook"),
]
