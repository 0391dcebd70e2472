"""The answers of a form, shown for checking before they are sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pqip.core.formats import date_gov
from pqip.govuk.pages import SummaryRow


def answers(form: Any) -> list[SummaryRow]:
    """Return each question with its answer in words and a link back to it."""
    return [
        SummaryRow(
            str(field.label),
            _in_words(field, form.cleaned_data.get(field.name)),
            empty="Not given",
            change_at=field.first_id,
        )
        for field in form.visible_fields()
    ]


def _in_words(field: Any, value: Any) -> str:
    if isinstance(value, dt.date):
        return date_gov(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    names = dict(_flat(getattr(field.field, "choices", ())))
    if isinstance(value, list | tuple):
        return ", ".join(names.get(str(each), str(each)) for each in value)
    return "" if value in (None, "") else str(names.get(str(value), value))


def _flat(choices: Any) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for value, label in choices:
        flat += (
            [(str(inner), text) for inner, text in label]
            if isinstance(label, list | tuple)
            else [(str(value), str(label))]
        )
    return flat
