"""Admin pages of what passes through stages: only the actions that do something are offered."""

from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest

from commpeak.lib.read_only_admin import ReadOnlyAdmin


class ActionsByStage(ReadOnlyAdmin):
    """`actions_by_stage` names the actions of `actions_detail` by the value of `stage_field`.

    The others have no button, and are not forbidden: whoever presses one on a page that was
    opened earlier is told by the service what has become of it meanwhile.
    """

    stage_field = "stage"
    actions_by_stage: Mapping[str, Collection[str]] = {}

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        shown = self.get_object(request, str(object_id))
        useful = self.actions_by_stage.get(getattr(shown, self.stage_field, ""), ())
        names = {f"{self.opts.app_label}_{self.opts.model_name}_{name}" for name in useful}
        allowed = super().get_actions_detail(request, object_id)
        return [action for action in allowed if action.action_name in names]
