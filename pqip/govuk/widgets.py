"""Widgets whose ids and parts follow the design system."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

PARTS = ("day", "month", "year")


class _FirstIdIsPlain:
    """Gives the first choice the field's own id, to which the error summary links; the next are `-2`, `-3`…"""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        if not index or index == "0":
            return id_
        return f"{id_}-{int(index) + 1}" if index.isdigit() else f"{id_}-{index}"


class Radios(_FirstIdIsPlain, forms.RadioSelect):
    """Radio buttons."""


class Checkboxes(_FirstIdIsPlain, forms.CheckboxSelectMultiple):
    """Several checkboxes, any number of which may be ticked."""


class DateInput(forms.Widget):
    """Day, month and year in three boxes, sent as `name-day`, `name-month`, `name-year`.

    A single `name` with `2026-06-04` is also read. The boxes keep what was typed.
    """

    template_name = ""  # shown by `pqip.govuk.groups`, with its label
    use_fieldset = True

    def id_for_label(self, id_: str) -> str:
        """Return the id of the first box, to which an error links."""
        return f"{id_}-day" if id_ else id_

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> tuple[str, str, str] | str | None:
        parts = tuple(str(data.get(f"{name}-{part}") or "").strip() for part in PARTS)
        if any(parts):
            return parts  # type: ignore[return-value]
        return data.get(name) or None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and not any(f"{name}-{part}" in data for part in PARTS)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        values = split_date(value)
        context["widget"]["attrs"].pop("placeholder", None)
        wrong = context["widget"]["attrs"].pop("wrong", ())
        base = context["widget"]["attrs"].get("id") or name
        context["widget"]["parts"] = [
            {
                "name": f"{name}-{part}",
                "id": f"{base}-{part}",
                "label": part.capitalize(),
                "value": values[index],
                "width": 4 if part == "year" else 2,
                "error": part in wrong,
            }
            for index, part in enumerate(PARTS)
        ]
        return context


def split_date(value: Any) -> tuple[str, str, str]:
    """Return day, month and year as text, from a date, from `2026-06-04` or from the three parts as typed."""
    if isinstance(value, date):
        return str(value.day), str(value.month), str(value.year)
    if isinstance(value, str) and value:
        pieces = value.split("-")
        return (pieces[2], pieces[1], pieces[0]) if len(pieces) == 3 else (value, "", "")
    return tuple(value) if value else ("", "", "")
