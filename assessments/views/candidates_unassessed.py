"""The list of candidates without an assessor, in every qualification."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from assessments.models import Registration
from assessments.presenters.words import candidate_cell
from assessments.queries import candidates_unassessed
from assessments.queries.candidates_unassessed import REGISTER
from pqip.core.clock import today
from pqip.core.formats import plural, short_date
from pqip.govuk.pages import Action, Empty, Tab
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.generic import ListPage


class Unassessed(ListPage):
    """Candidates for the VQ5, the VQ3 and the assessor award without an assessor today, longest without first."""

    permission = REGISTER
    page_title = "Candidates with no assessor"
    sorts = {"since": ("since", "person__sort_name"), "name": ("person__sort_name",)}
    default_sort = "since"

    def everybody(self) -> QuerySet[Registration]:
        return candidates_unassessed.unassessed(self.request.user, self.permission)

    def rows(self) -> QuerySet[Registration]:
        asked = self.request.GET.get("qualification", "")
        return (
            self.everybody().filter(qualification__code=asked)
            if asked in candidates_unassessed.CODES
            else self.everybody()
        )

    def with_related(self, rows: QuerySet[Registration]) -> QuerySet[Registration]:
        return candidates_unassessed.with_since(rows).select_related(
            "person__region", "qualification"
        )

    def table(self, rows: list[Registration], sorting: Sorting) -> Table:
        naming = candidates_unassessed.where_named(rows)
        columns = [
            Column("Candidate", sort="name", second="Staff number"),
            Column("Qualification"),
            Column("Region"),
            Column("Without since", sort="since", second="How long"),
            Column("Action", hidden=True),
        ]
        body = [self.row(one, naming.get(one.pk)) for one in rows]
        empty = Empty("Every candidate has an assessor.")
        return Table(
            self.page_title, columns, body, caption_hidden=True, sorting=sorting, empty=empty
        )

    def row(self, one: Registration, naming: str | None) -> list[Any]:
        since = one.since  # type: ignore[attr-defined]
        waited = Cell(short_date(since), second=plural((today() - since).days, "day"))
        name = [Action("Name an assessor", naming, "link", str(one.person))] if naming else []
        return [
            candidate_cell(one),
            one.qualification,
            one.person.region,
            waited,
            Cell(actions=name),
        ]

    def shown(self) -> dict[str, Any]:
        asked, counts = (
            self.request.GET.get("qualification", ""),
            candidates_unassessed.by_qualification(self.everybody()),
        )
        tabs = [
            Tab(
                "All",
                self.request.path,
                asked not in candidates_unassessed.CODES,
                sum(counts.values()),
            )
        ]
        tabs += [
            Tab(
                code,
                f"{self.request.path}?qualification={code}",
                code == asked,
                counts.get(code, 0),
            )
            for code in candidates_unassessed.CODES
        ]
        psos = Action("PSOs by what is missing of their VQ3", reverse("learners:psos"), "link")
        return {"tabs": tabs, "actions": [psos]}
