"""Who may report usage: the switches, and the tokens they show."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commpeak.lib.clock import utc_now

SHOWN_LENGTH = 17  # "cpswitch_" and eight symbols: enough to recognise, useless to an attacker


class Switch(models.Model):
    """A telephone switch that reports what was used, and asks before it lets a call start.

    Its id is part of the source of every event it reports, so a new token of the same switch
    can send an event again without charging it twice.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    created_at = models.DateTimeField(_("made at"), default=utc_now, editable=False)

    class Meta:
        verbose_name = _("switch")
        verbose_name_plural = _("switches")

    def __str__(self) -> str:
        return self.name


class SwitchToken(models.Model):
    """A bearer token of a switch. We keep its SHA-256; the token itself was shown once.

    `shown` are its first symbols, by which people recognise it. `last_used_at` is right to
    the minute. A token without `revoked_at` works.
    """

    class Scope(models.TextChoices):
        USAGE_WRITE = "usage:write", _("Report usage")
        BALANCES_READ = "balances:read", _("Read balances")

    switch = models.ForeignKey(Switch, on_delete=models.PROTECT, related_name="tokens")
    shown = models.CharField(_("begins with"), max_length=SHOWN_LENGTH)
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope.choices), verbose_name=_("may")
    )
    created_at = models.DateTimeField(_("made at"), default=utc_now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("switch token")
        verbose_name_plural = _("switch tokens")
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="switch_token_is_unique"),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=["usage:write", "balances:read"]),
                name="switch_token_scopes_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shown}…"
