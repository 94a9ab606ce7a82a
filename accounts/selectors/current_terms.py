"""Which terms hold now, and whether a customer has agreed to them."""

from accounts.models import Customer, TermsAcceptance, TermsVersion


def current_terms(slug: str) -> TermsVersion | None:
    """The newest published version; None while there is none."""
    return TermsVersion.objects.filter(slug=slug, number__isnull=False).order_by("-number").first()


def agreement_to(version: TermsVersion, customer: Customer) -> TermsAcceptance | None:
    found = TermsAcceptance.objects.filter(version=version, customer=customer)
    return found.select_related("user").first()


def has_agreed(*, customer_id: int, slug: str) -> bool:
    """To the version that holds now. False where none is published: nobody can have agreed."""
    version = current_terms(slug)
    if version is None:
        return False
    return TermsAcceptance.objects.filter(version=version, customer_id=customer_id).exists()
