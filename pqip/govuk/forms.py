"""Forms in the design system: renderer, base form with revealed fields, and the words of missing answers.

FORM_RENDERER is `pqip.govuk.forms.Renderer`; with it, any Django form (a library's too) is shown in the design system.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.functional import cached_property

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
)
from pqip.govuk.formats import lower_first

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
]

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
DJANGO_TEMPLATES = Path(forms.__file__).parent / "templates"
REQUIRED = forms.Field.default_error_messages["required"]

#: A revealed field's name → the field and the choice that show it.
Reveals = Mapping[str, tuple[str, str]]


class Renderer(DjangoTemplates):
    """Looks in the project's templates first, then Django's."""

    form_template_name = "govuk/form.html"
    field_template_name = "govuk/field.html"
    bound_field_class = BoundField

    @cached_property
    def engine(self) -> Backend:
        return Backend(
            {
                "APP_DIRS": True,
                "DIRS": [TEMPLATES, DJANGO_TEMPLATES],
                "NAME": "govuk-forms",
                "OPTIONS": {"libraries": {"govuk": "pqip.govuk.templatetags.govuk"}},
            }
        )


class FormMixin:
    """What our forms add to Django's.

    reveals: `{"other_detail": ("reason", "other")}`: the field `other_detail` is shown, and may be required, only when
    `reason` is `other`; otherwise what it holds is dropped.
    """

    fields: dict[str, forms.Field]
    use_required_attribute = False
    reveals: ClassVar[Reveals] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            if field.label is None:
                field.label = forms.utils.pretty_name(name)

    def full_clean(self) -> None:
        """What is missing is said by the label that is shown, whatever a form has called its field since it was made."""
        for field in self.fields.values():
            if field.error_messages.get("required") == REQUIRED:
                field.error_messages["required"] = missing_answer(field)
        super().full_clean()  # type: ignore[misc]

    def revealed_by(self, name: str) -> dict[str, list[BoundField]]:
        """The fields each choice of this field shows."""
        shown: dict[str, list[BoundField]] = {}
        for revealed, (trigger, value) in self.reveals.items():
            if trigger == name:
                shown.setdefault(value, []).append(self[revealed])  # type: ignore[index]
        return shown

    def _clean_fields(self) -> None:
        """Fields that are not revealed are not asked for, whatever their box still holds."""
        everything = self.fields  # type: ignore[has-type]
        hidden = [name for name, (trigger, value) in self.reveals.items() if value not in self._sent(trigger)]
        self.fields = {name: field for name, field in everything.items() if name not in hidden}
        super()._clean_fields()  # type: ignore[misc]
        self.fields = everything
        for name in hidden:
            self.cleaned_data[name] = getattr(everything[name], "empty_value", None)  # type: ignore[attr-defined]

    def _sent(self, trigger: str) -> list[str]:
        """The values sent for the field that reveals."""
        value = self.fields[trigger].widget.value_from_datadict(self.data, self.files, self.add_prefix(trigger))  # type: ignore[attr-defined]
        return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]


class Form(FormMixin, forms.Form):
    """The form every page uses."""


class ModelForm(FormMixin, forms.ModelForm):
    """For reference data only; facts about people are written by actions."""


def missing_answer(field: forms.Field) -> str:
    """What to do about an unanswered field, from its label: *Enter start date*, *Select region*, *Select yes or no*.

    A label that is a question has words of its own: a field that asks one gives `error_messages`.
    """
    if isinstance(field, YesNoField):
        return "Select yes or no"
    if isinstance(field, forms.BooleanField):
        return "Select the box to continue"
    verb = "Select" if isinstance(field, forms.ChoiceField | forms.ModelChoiceField) else "Enter"
    label = str(field.label)
    return f"{verb} {'an answer' if label.endswith('?') else lower_first(label)}"
