"""Locks an allocation together with its wire."""

from payments.models import Allocation, Receipt


def lock_allocation(*, allocation_id: int) -> Allocation:
    """Within a transaction; the wire's row first, as everywhere: receipt → customer (where a
    top-up is opened) → payments → balances, several of one kind in the order of their ids.

    Raises Allocation.DoesNotExist.
    """
    receipt_id = Allocation.objects.values_list("receipt_id", flat=True).get(pk=allocation_id)
    Receipt.objects.select_for_update(of=("self",)).get(pk=receipt_id)
    return Allocation.objects.select_related(
        "receipt__line", "receipt__bank_account", "top_up__customer", "proposed_by", "decided_by"
    ).get(pk=allocation_id)
