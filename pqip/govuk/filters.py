"""The filter panel: a form sent by GET, what was chosen shown above it, each choice removable by a link.

Only what may stand in an address belongs in a filter. Names and numbers of people are looked for with `search`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from pqip.govuk.links import with_query, without_value

#: What filters leave alone in an address: order, a remembered search, the dates a list is seen at.
KEPT = ("sort", "find")


@dataclass(frozen=True)
class Chosen:
    """A chosen value, and the address without it."""

    text: str
    remove_url: str


@dataclass(frozen=True)
class ChosenGroup:
    """All that was chosen in one filter."""

    label: str
    items: Sequence[Chosen]


@dataclass(frozen=True)
class Search:
    """The box that looks for people by name or staff number; sent by POST so that no name stands in an address."""

    label: str = "Name or staff number"
    words: str = ""
    hint: str = ""
    action: str = ""


@dataclass(frozen=True)
class Filter:
    """A list's filters: a form (ours or a FilterSet's), the query it was read from, and perhaps a search box."""

    form: forms.BaseForm
    query: QueryDict
    search: Search | None = None

    @property
    def chosen(self) -> list[ChosenGroup]:
        groups = [self._group(field) for field in self.form.visible_fields()]
        if self.search and self.search.words:
            groups.insert(0, ChosenGroup("Search", [Chosen(self.search.words, with_query(self.query, find=None))]))
        return [group for group in groups if group.items]

    @property
    def clear_url(self) -> str:
        kept = QueryDict(mutable=True)
        if "sort" in self.query:
            kept["sort"] = str(self.query["sort"])
        return with_query(kept)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Hidden inputs: what the panel's form must not lose."""
        return [(name, str(self.query[name])) for name in KEPT if self.query.get(name)]

    def _group(self, field: forms.BoundField) -> ChosenGroup:
        names = dict(_flat(getattr(field.field, "choices", ())))
        values = [value for value in self.query.getlist(field.html_name) if value]
        if field.errors:
            values = []
        items = [
            Chosen(str(names.get(value, _spoken(field, value))), without_value(self.query, field.html_name, value))
            for value in values
        ]
        return ChosenGroup(str(field.label), items)


def _spoken(field: forms.BoundField, value: str) -> str:
    return "Yes" if isinstance(field.field, forms.BooleanField) else value


def _flat(choices: object) -> list[tuple[str, str]]:
    """Every (value, label), groups opened; values as text."""
    flat: list[tuple[str, str]] = []
    for value, label in choices:  # type: ignore[attr-defined]
        if isinstance(label, list | tuple):
            flat += [(str(inner), text) for inner, text in label]
        else:
            flat.append((str(value), label))
    return flat
