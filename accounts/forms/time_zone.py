"""The form with which a customer chooses the time zone that times are shown in."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.time_zones import offered_time_zones
from commpeak.lib.widgets import LongSelect


class TimeZoneForm(forms.Form):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        widget=LongSelect,
        help_text=_("Dates and times are shown in it, and a day's limits end at its midnight."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["time_zone"])
        current = str(self.initial.get("time_zone", ""))
        field.choices = [(name, name) for name in offered_time_zones(current)]
