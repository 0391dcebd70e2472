"""The form for every kind of reference data, made from its declaration."""

from __future__ import annotations

from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.forms import modelform_factory
from django.forms.models import ModelForm

from pqip.core.reference import Kind
from pqip.govuk import forms

NOT_TOGETHER = "What is entered does not fit together. Check dates and numbers against each other."
#: The form field for each kind of column; the first that fits is used.
FIELDS: list[tuple[type[models.Field], type[Any]]] = [
    (models.ForeignKey, forms.ModelChoiceField),
    (models.BooleanField, forms.YesNoField),
    (models.DateField, forms.DateField),
    (models.IntegerField, forms.IntegerField),
]


class ReferenceForm(forms.ModelForm):
    """What a row says, checked by its model's own constraints. A change also needs a reason."""

    def __init__(self, *args: Any, asks_reason: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_reason:
            self.fields["reason"] = forms.CharField(label="Reason for the change", max_length=200)
            self.fields["reason"].error_messages["required"] = "Enter why"

    def _update_errors(self, errors: ValidationError) -> None:
        """Give plain words to a constraint that has none of its own."""
        for error in chain.from_iterable(errors.error_dict.values()):
            if str(error.message).startswith("Constraint "):
                error.message = NOT_TOGETHER
        super()._update_errors(errors)  # type: ignore[misc]


def form_for(kind: Kind) -> type[ModelForm]:
    """Return the form of a kind of reference data."""
    return modelform_factory(
        kind.model, form=ReferenceForm, fields=kind.fields, formfield_callback=_field
    )


def _field(column: models.Field, **kwargs: Any) -> Any:
    common = {
        "label": _label(column),
        "help_text": column.help_text,
        "required": not column.blank,
        "initial": column.get_default(),
    }
    if column.choices:
        return (
            forms.ChoiceField(choices=column.choices, **common)
            if not isinstance(column, models.IntegerField)
            else (_integer_choice(column, common))
        )
    for kind_of_column, field in FIELDS:
        if isinstance(column, kind_of_column):
            more = (
                {"queryset": column.remote_field.model._default_manager.all()}
                if column.remote_field
                else {}
            )
            common["required"] = (
                common["required"] and not column.null
                if not isinstance(column, models.BooleanField)
                else True
            )
            return field(**more, **common)
    return forms.CharField(max_length=column.max_length, **common)


def _integer_choice(column: models.Field, common: dict[str, Any]) -> Any:
    field = forms.ChoiceField(choices=column.choices, **common)
    field.clean = lambda value: int(value) if value else None  # type: ignore[method-assign]
    return field


def _label(column: models.Field) -> str:
    text = str(column.verbose_name)
    return text[:1].upper() + text[1:]
