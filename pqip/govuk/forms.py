"""Forms in the design system: renderer, base form with revealed fields, and messages for missing answers.

FORM_RENDERER is `pqip.govuk.forms.Renderer`: with it any Django form, also a library's, is shown in the design system.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.renderers import BaseRenderer
from django.template import engines

from pqip.core.formats import lower_first
from pqip.govuk.boundfield import BoundField
from pqip.govuk.fields import (
    BooleanField,
    CharField,
    CheckboxesField,
    ChoiceField,
    DateField,
    DecimalField,
    EmailField,
    FileField,
    IntegerField,
    Look,
    ModelCheckboxesField,
    ModelChoiceField,
    ModelRadioField,
    RadioField,
    TextField,
    YesNoField,
    codes_of,
)

__all__ = [
    "BooleanField",
    "CharField",
    "CheckboxesField",
    "ChoiceField",
    "DateField",
    "DecimalField",
    "EmailField",
    "FileField",
    "Form",
    "IntegerField",
    "Look",
    "ModelCheckboxesField",
    "ModelChoiceField",
    "ModelForm",
    "ModelRadioField",
    "RadioField",
    "Renderer",
    "TextField",
    "YesNoField",
    "codes_of",
]

REQUIRED = forms.Field.default_error_messages["required"]

#: The name of a revealed field → the field and the choice that reveal it.
Reveals = Mapping[str, tuple[str, str]]


class Renderer(BaseRenderer):
    """Renders forms, and Django widgets shown by themselves, with the template engine of the pages."""

    form_template_name = "components/form.html"
    bound_field_class = BoundField

    def get_template(self, template_name: str) -> Any:
        return engines["jinja2"].get_template(template_name)


class FormMixin(forms.BaseForm):
    """What our forms add to Django's.

    `reveals = {"other_detail": ("reason", "other")}`: the field `other_detail` is shown, and may be required, only when
    `reason` is `other`; otherwise its content is dropped.
    """

    fields: dict[str, forms.Field]
    use_required_attribute = False
    reveals: ClassVar[Reveals] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.label is None:
                field.label = forms.utils.pretty_name(name)

    def choice_field(self, name: str) -> forms.ChoiceField:
        """Return a choice field, so that its choices can be set. Raises TypeError for a field of another kind."""
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(f"{name} is no field of choices.")
        return field

    def model_field(self, name: str) -> forms.ModelChoiceField:
        """Return a field of records, so that its queryset can be set. Raises TypeError for a field of another kind."""
        field = self.fields[name]
        if not isinstance(field, forms.ModelChoiceField):
            raise TypeError(f"{name} is no field of rows.")
        return field

    def full_clean(self) -> None:
        """Validate; messages for missing answers use the label that is shown, even where a form has changed it."""
        for field in self.fields.values():
            if field.error_messages.get("required") == REQUIRED:
                field.error_messages["required"] = missing_answer(field)
        super().full_clean()

    def revealed_by(self, name: str) -> dict[str, list[forms.BoundField]]:
        """Return the fields that each choice of this field reveals."""
        shown: dict[str, list[forms.BoundField]] = {}
        for revealed, (trigger, value) in self.reveals.items():
            if trigger == name:
                shown.setdefault(value, []).append(self[revealed])
        return shown

    def _clean_fields(self) -> None:
        """Clean the fields, ignoring those that are not revealed, whatever they contain."""
        everything = self.fields
        hidden = [
            name
            for name, (trigger, value) in self.reveals.items()
            if value not in self._sent(trigger)
        ]
        self.fields = {name: field for name, field in everything.items() if name not in hidden}
        super()._clean_fields()  # type: ignore[misc]
        self.fields = everything
        for name in hidden:
            self.cleaned_data[name] = getattr(everything[name], "empty_value", None)

    def _sent(self, trigger: str) -> list[str]:
        """Return the values sent for the field that reveals another."""
        value = self.fields[trigger].widget.value_from_datadict(
            self.data, self.files, self.add_prefix(trigger)
        )
        return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]


class Form(FormMixin, forms.Form):
    """Base of the forms of every page."""


class ModelForm(FormMixin, forms.ModelForm):
    """For reference data only; facts about people are written by actions."""


def missing_answer(field: forms.Field) -> str:
    """Return the message for a missing answer, from its label: *Enter start date*, *Select region*, *Select yes or no*.

    A field whose label is a question has its own message in `error_messages`.
    """
    if isinstance(field, YesNoField):
        return "Select yes or no"
    if isinstance(field, forms.BooleanField):
        return "Select the box to continue"
    verb = "Select" if isinstance(field, forms.ChoiceField | forms.ModelChoiceField) else "Enter"
    label = str(field.label)
    return f"{verb} {'an answer' if label.endswith('?') else lower_first(label)}"
