"""Terms that are read and agreed to before a gateway hears of a payment (article, crypto)."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import CustomerRequest, customer_required
from accounts.models import TermsAcceptance, TermsVersion
from accounts.selectors.current_terms import agreement_to, current_terms
from accounts.selectors.terms_agreed_to import terms_agreed_to
from accounts.selectors.terms_copy import terms_copy
from accounts.services.agree_to_terms import agree_to_terms
from commpeak.lib.client_address import client_address
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Conflict
from commpeak.lib.local_redirect import local_redirect_target
from payments.gateways.registry import GATEWAYS
from payments.selectors.waits_for_terms import held_by_terms
from payments.views.sync import sync_for_web


@customer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: CustomerRequest, slug: str) -> HttpResponse:
    """The text, and the button to agree. `next` leads back to where they were asked for."""
    version = _current(slug)
    if request.method == "POST":
        if request.POST.get("version") == str(version.pk) and _agree(request, version):
            return redirect(local_redirect_target(request, default=reverse("terms", args=[slug])))
        version = _current(slug)
    rules = [
        rule
        for gateway in GATEWAYS.values()
        if gateway.profile.terms == slug
        for rule in gateway.profile.words.rules
    ]
    context = {
        "version": version,
        "agreement": agreement_to(version, request.customer),
        "has_changed": request.method == "POST",
        "rules": rules,
        "next": local_redirect_target(request, default=""),
    }
    return render(request, "payments/terms.html", context)


@customer_required
@require_safe
def download(request: CustomerRequest, slug: str) -> HttpResponse:
    """A copy of what this customer has agreed to, to keep: of the version with the number
    `?version=`, whether it still holds or not; without one, of the newest they agreed to."""
    wanted = request.GET.get("version")
    for agreement in terms_agreed_to(request.customer).filter(version__slug=slug):
        if wanted in (None, str(agreement.version.number)):
            return _copy(agreement)
    raise Http404


def _copy(agreement: TermsAcceptance) -> HttpResponse:
    response = HttpResponse(terms_copy(agreement), content_type="text/plain; charset=utf-8")
    name = f"terms-{agreement.version.slug}-version-{agreement.version.number}.txt"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _current(slug: str) -> TermsVersion:
    version = current_terms(slug)
    if version is None:
        raise Http404
    return version


def _agree(request: CustomerRequest, version: TermsVersion) -> bool:
    """Whether it could be agreed to; then what waited for it is started, to be paid at once."""
    try:
        agree_to_terms(
            customer=request.customer,
            user=request.user,
            version=version,
            ip_address=client_address(request),
            now=utc_now(),
        )
    except Conflict:
        return False
    for payment in held_by_terms(customer=request.customer, slug=version.slug):
        sync_for_web(payment)
    return True
