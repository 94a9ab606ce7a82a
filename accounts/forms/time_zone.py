"""The form with which a customer chooses the time zone that times are shown in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.time_zones import time_zones
from commpeak.lib.widgets import LongSelect


class TimeZoneForm(forms.Form):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        widget=LongSelect,
        choices=lambda: [(name, name) for name in time_zones()],
        help_text=_("Dates and times are shown in it, and a day's limits end at its midnight."),
    )
