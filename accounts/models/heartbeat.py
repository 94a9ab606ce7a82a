"""That background work goes on: one row, which the clock's sweep writes."""

from django.db import models
from django.db.models import Q


class Heartbeat(models.Model):
    """`beaten_at` is when a worker last did what beat had asked it for."""

    beaten_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_heartbeat"),
        ]

    def __str__(self) -> str:
        return self.beaten_at.isoformat()
