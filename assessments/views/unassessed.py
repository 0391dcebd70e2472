"""Candidates of every qualification whom nobody assesses."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from assessments import unassessed_facts
from assessments.models import Registration
from assessments.presenters.words import candidate_cell
from assessments.unassessed_facts import REGISTER
from pqip.core.clock import today
from pqip.core.views import ListPage
from pqip.govuk.formats import plural, short_date
from pqip.govuk.pages import Action, Empty, Tab
from pqip.govuk.tables import Cell, Column, Sorting, Table


class Unassessed(ListPage):
    """Candidates for the VQ5, the VQ3 and the assessor award with no assessor today, who waited longest first."""

    permission = REGISTER
    page_title = "Candidates with no assessor"
    sorts = {"since": ("since", "person__sort_name"), "name": ("person__sort_name",)}
    default_sort = "since"

    def everybody(self) -> QuerySet[Registration]:
        return unassessed_facts.unassessed(self.request.user, self.permission)

    def rows(self) -> QuerySet[Registration]:
        asked = self.request.GET.get("qualification", "")
        return self.everybody().filter(qualification__code=asked) if asked in unassessed_facts.CODES else self.everybody()

    def whole(self, rows: QuerySet[Registration]) -> QuerySet[Registration]:
        return unassessed_facts.with_since(rows).select_related("person__region", "qualification")

    def table(self, rows: list[Registration], sorting: Sorting) -> Table:
        naming = unassessed_facts.where_named(rows)
        columns = [
            Column("Candidate", sort="name", second="Staff number"), Column("Qualification"), Column("Region"),
            Column("Without since", sort="since", second="How long"), Column("Action", hidden=True),
        ]
        body = [self.row(one, naming.get(one.pk)) for one in rows]
        empty = Empty("Every candidate has an assessor.")
        return Table(self.page_title, columns, body, caption_hidden=True, sorting=sorting, empty=empty)

    def row(self, one: Registration, naming: str | None) -> list[Any]:
        since = one.since  # type: ignore[attr-defined]
        waited = Cell(short_date(since), second=plural((today() - since).days, "day"))
        name = [Action("Name an assessor", naming, "link", str(one.person))] if naming else []
        return [candidate_cell(one), one.qualification, one.person.region, waited, Cell(actions=name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, counts = self.request.GET.get("qualification", ""), unassessed_facts.by_qualification(self.everybody())
        tabs = [Tab("All", self.request.path, asked not in unassessed_facts.CODES, sum(counts.values()))]
        tabs += [
            Tab(code, f"{self.request.path}?qualification={code}", code == asked, counts.get(code, 0))
            for code in unassessed_facts.CODES
        ]
        psos = Action("PSOs by what is missing of their VQ3", reverse("learners:psos"), "link")
        return super().get_context_data(tabs=tabs, actions=[psos], **kwargs)
