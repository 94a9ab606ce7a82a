"""Every version of terms that a customer has agreed to, also those that hold no more."""

from django.db.models import QuerySet

from accounts.models import Customer, TermsAcceptance


def terms_agreed_to(customer: Customer) -> QuerySet[TermsAcceptance]:
    """With version and user, newest version first: what was started under an old one goes on
    under it, so its copy stays there to be kept."""
    agreements = TermsAcceptance.objects.filter(customer=customer)
    return agreements.select_related("version", "user").order_by(
        "version__slug", "-version__number"
    )
