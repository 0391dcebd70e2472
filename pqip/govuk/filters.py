"""The filter panel: a form sent by GET; what was chosen is shown above it, and a link removes each choice.

Only what may be in an address belongs in a filter. Names and numbers of people are found by `search`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from pqip.govuk.links import with_query, without_value

#: Parameters that filters leave unchanged: order, a remembered search, the dates of a list.
KEPT = ("sort", "find")


@dataclass(frozen=True)
class ChosenValue:
    """A chosen value, and the address without it."""

    text: str
    remove_url: str


@dataclass(frozen=True)
class ChosenGroup:
    """Everything chosen in one filter."""

    label: str
    items: Sequence[ChosenValue]


@dataclass(frozen=True)
class Search:
    """The box that finds people by name or staff number. It is sent by POST, so that no name is in an address."""

    label: str = "Name or staff number"
    words: str = ""
    hint: str = ""
    action: str = ""


@dataclass(frozen=True)
class Filter:
    """A list's filters: a form (ours or a FilterSet's), the query it was read from, and optionally a search box."""

    form: forms.BaseForm
    query: QueryDict
    search: Search | None = None

    @property
    def chosen(self) -> list[ChosenGroup]:
        groups = [self._group(field) for field in self.form.visible_fields()]
        if self.search and self.search.words:
            groups.insert(
                0,
                ChosenGroup(
                    "Search", [ChosenValue(self.search.words, with_query(self.query, find=None))]
                ),
            )
        return [group for group in groups if group.items]

    @property
    def clear_url(self) -> str:
        kept = QueryDict(mutable=True)
        if "sort" in self.query:
            kept["sort"] = str(self.query["sort"])
        return with_query(kept)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return hidden inputs with the parameters that the panel's form must keep."""
        return [(name, str(self.query[name])) for name in KEPT if self.query.get(name)]

    def _group(self, field: forms.BoundField) -> ChosenGroup:
        values = [
            value for value in self.query.getlist(field.html_name) if value and not field.errors
        ]
        names = (
            dict(_flat(getattr(field.field, "choices", ()))) if values else {}
        )  # choices may query the database
        items = [
            ChosenValue(
                str(names.get(value, _in_words(field, value))),
                without_value(self.query, field.html_name, value),
            )
            for value in values
        ]
        return ChosenGroup(str(field.label), items)


def _in_words(field: forms.BoundField, value: str) -> str:
    return "Yes" if isinstance(field.field, forms.BooleanField) else value


def _flat(choices: object) -> list[tuple[str, str]]:
    """Return every (value, label) of choices, also within groups; values as text."""
    flat: list[tuple[str, str]] = []
    for value, label in choices:  # type: ignore[attr-defined]
        if isinstance(label, list | tuple):
            flat += [(str(inner), text) for inner, text in label]
        else:
            flat.append((str(value), label))
    return flat
