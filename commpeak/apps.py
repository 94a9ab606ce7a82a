"""The composition root as an app: it comes last, when every permission is there."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_save


class CommPeakConfig(AppConfig):
    name = "commpeak"

    def ready(self) -> None:
        from auditlog.models import LogEntry  # noqa: PLC0415 -- these need the models
        from auditlog.signals import pre_log  # noqa: PLC0415

        from commpeak.lib.audit_log import (  # noqa: PLC0415
            is_worth_an_entry,
            name_the_actor,
        )
        from commpeak.staff_roles import sync_staff_roles  # noqa: PLC0415

        post_migrate.connect(sync_staff_roles, sender=self)
        pre_save.connect(name_the_actor, sender=LogEntry)
        pre_log.connect(is_worth_an_entry)
