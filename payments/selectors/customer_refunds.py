"""A customer's refunds, for their own pages."""

from django.db.models import QuerySet

from accounts.models import Customer
from payments.models import Refund


def customer_refunds(customer: Customer) -> QuerySet[Refund]:
    """Newest first, each with its payment and top-up."""
    refunds = Refund.objects.filter(payment__top_up__customer=customer)
    return refunds.select_related("payment__top_up__customer").order_by("-created_at", "-pk")
