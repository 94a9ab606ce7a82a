"""The books prove: every promise of the ledger, checked from outside."""

from django.core.management import call_command

from payments.models import PaymentFact
from payments.states import FactKind


def assert_books_prove() -> None:
    """verify_ledger finds nothing wrong."""
    call_command("verify_ledger")


def captures_of(reference: str) -> list[tuple[str, str]]:
    """Each recorded payment of a top-up: amount and what the ledger says of it."""
    facts = PaymentFact.objects.filter(
        payment__top_up__reference=reference, kind=FactKind.CAPTURE
    ).select_related("entry")
    return [(str(fact.money), fact.entry.source) for fact in facts if fact.entry]
