"""Fills in any form of the service as somebody might: the shortest answers that are right."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms as django_forms
from django.core.files.uploadedfile import SimpleUploadedFile

from pqip.core.clock import today
from pqip.govuk import forms

WORDS = "Agreed when we met"


def answers(form: Any, **own: Any) -> dict[str, Any]:
    """What a browser would send of the form, by name; `own` answers are taken as they are."""
    sent: dict[str, Any] = {}
    for bound in form:
        if bound.name in own or not (bound.field.required or _is_asked(form, bound.name)):
            continue
        value = bound.value()
        sent |= _sent(bound, value)
    for name, value in own.items():
        sent |= date(name, value) if isinstance(value, dt.date) else {name: value}
    return {name: value for name, value in sent.items() if value is not None}


def date(name: str, day: dt.date) -> dict[str, str]:
    """A date in its three boxes."""
    return {
        f"{name}-day": str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
    }


def _is_asked(form: Any, name: str) -> bool:
    field = form.fields[name]
    return field.widget.is_hidden or form[name].value() not in (None, "", [])


def _sent(bound: Any, value: Any) -> dict[str, Any]:
    field, name = bound.field, bound.html_name
    if isinstance(field, forms.DateField):
        return date(name, value if isinstance(value, dt.date) else today())
    if isinstance(field, forms.FileField):
        return {name: SimpleUploadedFile("record.csv", b"staff_number,grade\n", "text/csv")}
    if hasattr(field, "choices"):
        chosen = value if value not in (None, "", []) else _first(field)
        many = isinstance(
            field, django_forms.MultipleChoiceField | django_forms.ModelMultipleChoiceField
        )
        return {name: chosen if many and isinstance(chosen, list) else [chosen] if many else chosen}
    if isinstance(field, django_forms.BooleanField):
        return {name: "on"}
    if value not in (None, ""):
        return {name: value}
    if isinstance(field, forms.IntegerField | forms.DecimalField):
        return {name: "1"}
    return {name: "somebody@example.com" if isinstance(field, django_forms.EmailField) else WORDS}


def _first(field: Any) -> Any:
    for value, label in field.choices:
        if isinstance(label, list | tuple):
            return label[0][0]
        if str(value):
            return str(value)
    return None
