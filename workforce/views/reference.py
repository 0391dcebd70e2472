"""Reference data: the rows of each kind, with dates and source; adding and changing them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.columns import own_field
from pqip.core.formats import number, short_date
from pqip.core.reference import Kind, kinds
from pqip.core.reference_loading import name_of, row_named
from pqip.core.sources import SOURCES
from pqip.govuk.pages import Action, Crumb, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.generic import ActionPage, ListPage, Page
from workforce.actions.reference import add_row, change_row
from workforce.forms.reference import form_for

MANAGE = "workforce.manage_reference"
#: Columns that qualify a row rather than say something. They are shown as tags.
FLAGS = {"assumed": Tag("Assumed", "yellow"), "is_placeholder": Tag("Placeholder", "yellow")}


class ReferenceIndex(Page):
    """The list of every kind of reference data."""

    permission = MANAGE
    template_name = "workforce/reference.html"
    page_title = "Reference data"
    lead = "What the programme is made of. A change here needs no release, and a release does not undo it."

    def shown(self) -> dict[str, Any]:
        columns = [
            Column("What"),
            Column("Rows", numeric=True),
            Column("Dated"),
            Column("Where it comes from"),
        ]
        rows = [
            [
                Cell(kind.title, reverse("workforce:reference_kind", args=[kind.slug])),
                number(kind.current().count()),
                "Each row has its date" if kind.is_dated else "",
                kind.source,
            ]
            for kind in kinds.values()
        ]
        sources = Table(
            "Sources, by the code they are cited with",
            [Column("Code"), Column("Document")],
            SOURCES.items(),
        )
        return {
            "table": Table("Reference data", columns, rows, caption_hidden=True),
            "sources": sources,
        }


class KindMixin:
    """The kind that a page is about."""

    permission = MANAGE
    kwargs: dict[str, Any]

    @cached_property
    def kind(self) -> Kind:
        try:
            return kinds[self.kwargs["slug"]]
        except KeyError:
            raise Http404 from None

    def get_success_url(self) -> str:
        return reverse("workforce:reference_kind", args=[self.kind.slug])

    def common(self) -> dict[str, Any]:
        crumbs = [Crumb("Reference data", reverse("workforce:reference")), Crumb(self.kind.title)]
        common = super().common()  # type: ignore[misc]
        return {**common, "page_title": self.title, "breadcrumbs": crumbs}

    @property
    def title(self) -> str:
        return self.kind.title


class KindList(KindMixin, ListPage):
    """The list of the rows of one kind, in their own order."""

    page_size = 200
    of_people = False

    @property
    def page_title(self) -> str:  # type: ignore[override]
        return self.kind.title

    def rows(self) -> models.QuerySet:
        return self.kind.current()

    def order(self, sorting: Sorting) -> list[str]:
        return [*map(str, self.kind.model._meta.ordering or ()), "pk"]

    def with_related(self, rows: models.QuerySet) -> models.QuerySet:
        return rows.select_related(*paths_to(self.kind.model))

    def table(self, rows: list[Any], sorting: Sorting) -> Table:
        names = [name for name in self.kind.fields if name not in FLAGS]
        columns = [Column(self._label(name)) for name in names] + [Column("Action", hidden=True)]
        body = [[*self._cells(row, names), Cell(actions=[self._change(row)])] for row in rows]
        return Table(
            self.kind.title, columns, body, caption_hidden=True, note=f"Source: {self.kind.source}"
        )

    def shown(self) -> dict[str, Any]:
        add = [
            Action(
                f"Add a {self.kind.one}", reverse("workforce:reference_add", args=[self.kind.slug])
            )
        ]
        return {"actions": add}

    def _cells(self, row: Any, names: list[str]) -> list[Cell]:
        tags = [tag for name, tag in FLAGS.items() if getattr(row, name, False)]
        cells = [Cell(_shown(row, name)) for name in names]
        cells[0] = Cell(_shown(row, names[0]), tags=tags)
        return cells

    def _change(self, row: Any) -> Action:
        url = reverse("workforce:reference_change", args=[self.kind.slug, name_of(self.kind, row)])
        return Action("Change", url, "link", hidden=name_of(self.kind, row))

    def _label(self, name: str) -> str:
        text = str(own_field(self.kind.model, name).verbose_name)
        return text[:1].upper() + text[1:]


class RowPage(KindMixin, ActionPage):
    """A form for a row. The model's own constraints check what is typed."""

    def get_form_class(self) -> Any:
        return form_for(self.kind)


class AddRow(RowPage):
    """The page to add a row."""

    submit = "Add"

    def perform(self, form: Any) -> str:
        add_row(by=self.request.user, kind=self.kind, row=form.instance)
        return f"The {self.kind.one} is added."

    @property
    def title(self) -> str:
        return f"Add a {self.kind.one}"


class ChangeRow(RowPage):
    """The page to correct a row, for a reason.

    A dated row is voided and recorded anew; to change it from a day, another row is added.
    """

    @cached_property
    def row(self) -> models.Model:
        return get_object_or_404(self.kind.current(), pk=row_named(self.kind, self.kwargs["name"]))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.row, "asks_reason": True}

    def perform(self, form: Any) -> str:
        change_row(
            by=self.request.user,
            kind=self.kind,
            row=form.instance,
            reason=form.cleaned_data["reason"],
        )
        return "The change is recorded."

    def shown(self) -> dict[str, Any]:
        dated = "This puts the row right from its own date. For something new from a later day, add a row."
        return {"lead": dated if self.kind.is_dated else ""}

    @property
    def title(self) -> str:
        return f"Change a {self.kind.one}"


def paths_to(model: type[models.Model]) -> list[str]:
    """Return lookups of everything that a row and its name refer to, so that a list needs one
    query.
    """
    found = []
    for field in model._meta.concrete_fields:
        if field.remote_field and field.name not in {"recorded_by", "voided_by"}:
            found += [
                field.name,
                *(f"{field.name}__{path}" for path in paths_to(field.remote_field.model)),
            ]
    return found


def _shown(row: Any, name: str) -> Any:
    field = row._meta.get_field(name)
    value = getattr(row, name)
    if field.choices:
        return getattr(row, f"get_{name}_display")()
    if isinstance(field, models.BooleanField):
        return "Yes" if value else "No"
    return short_date(value) if isinstance(field, models.DateField) else value
