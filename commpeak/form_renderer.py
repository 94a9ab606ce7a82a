"""Forms come out in the portal's look by themselves: `{{ form }}`, `{{ field.as_field_group }}`.

The admin keeps its own: it never renders a form or a field group through these templates.
"""

from django.forms.renderers import TemplatesSetting


class PortalFormRenderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
