"""Hands out what a customer has uploaded: as a download, with nothing that could run."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import CustomerRequest, customer_required
from commpeak.lib.private_files import open_private_file
from payments.gateways.registry import INTO_OUR_BANK
from payments.models.wire import WireProof
from payments.selectors.wire_announcements import newest_announcement


@customer_required
@never_cache
@require_safe
def wire_proof(request: CustomerRequest, reference: str) -> FileResponse:
    """The proof that the owner of this top-up has uploaded last."""
    top_up = get_object_or_404(
        request.customer.top_ups, reference=reference, method__in=INTO_OUR_BANK
    )
    said = newest_announcement(top_up.payments.latest("pk"))
    return proof_response(said.proof if said else None)


def proof_response(proof: WireProof | None) -> FileResponse:
    """Raises Http404 where there is none. A browser saves it, whatever the bytes would like to
    be: the type is the one that they have been checked for, and may not be guessed anew."""
    if proof is None:
        raise Http404
    try:
        content = open_private_file(proof.stored_as)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=proof.name, content_type=proof.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
