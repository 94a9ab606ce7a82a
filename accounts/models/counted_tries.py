"""What may be tried only so often."""

from django.db import models

from accounts.models.customers import Customer
from commpeak.lib.clock import utc_now


class CountedTry(models.Model):
    """By whom, from where and when something was tried. Brakes count these rows, so they hold
    with the cache gone and their history is evidence.

    `what` is a name of those who count; `source` names the event, which counts once.
    """

    what = models.CharField(max_length=20)
    source = models.CharField(max_length=120, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    ip_address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(default=utc_now)

    class Meta:
        indexes = [
            models.Index(fields=["what", "created_at"], name="counted_try_by_time"),
        ]

    def __str__(self) -> str:
        return self.source
