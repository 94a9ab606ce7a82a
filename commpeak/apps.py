"""The composition root as an app: it comes last, when every permission is there."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommPeakConfig(AppConfig):
    name = "commpeak"

    def ready(self) -> None:
        from commpeak.staff_roles import sync_staff_roles  # noqa: PLC0415 -- needs the models

        post_migrate.connect(sync_staff_roles, sender=self)
