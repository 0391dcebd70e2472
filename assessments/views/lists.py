"""A practice tutor assessor's lists: what waits for them, and their caseload."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property

from assessments import caseload_facts, facts, reading
from assessments.models import Evidence, Registration
from assessments.presenters import caseload as shown
from assessments.presenters.words import candidate_cell, piece_cell, wait_tag, waited
from assessments.rules.stages import BOUNDARIES, STAGES, Course
from pqip.core.clock import today
from pqip.core.views import ListPage
from pqip.govuk.pages import Count, Empty
from pqip.govuk.tables import Column, Sorting, Table

CASELOAD = "assessments.view_caseload"
#: Candidates shown on the first page where nothing waits.
FIRST = 10
#: What `?show=` narrows the list to.
SHOWN = {"returned": {"is_new": False}, "new": {"is_new": True}}


class Waiting(ListPage):
    """An assessor's first page: what was returned to them, then what waits for them, oldest first; counts beside it."""

    permission = reading.DECIDE
    template_name = "assessments/home.html"
    page_title = "Waiting for me"

    def rows(self) -> QuerySet[Evidence]:
        waiting = self.all_waiting()
        asked = self.request.GET.get("show", "")
        if asked == "overdue":
            return waiting.filter(waits_from__lt=facts.overdue_on(today()))
        return waiting.filter(**SHOWN.get(asked, {}))

    def all_waiting(self) -> QuerySet[Evidence]:
        """Evidence of one's own candidates that waits for a decision."""
        return reading.waiting_for_decision(reading.evidence(self.request.user, self.permission))

    def order(self, sorting: Sorting) -> list[Any]:
        return ["is_new", "waits_from", "pk"]

    def whole(self, rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
        return reading.with_candidate(rows)

    def table(self, rows: list[Evidence], sorting: Sorting) -> Table:
        overdue, on = facts.overdue_on(today()), today()
        body = []
        for piece in rows:
            wait = next(one for one in piece.open_waits if one.kind == one.Kind.DECISION)  # type: ignore[attr-defined]
            decide = reverse("assessments:decide", args=[piece.public_id])
            since = waited(wait.from_on, overdue, on)
            body.append([piece_cell(piece, decide), candidate_cell(piece.registration), wait_tag(wait), since])
        columns = [
            Column("Evidence", second="Reference"), Column("Candidate", second="Staff number"), Column("State"),
            Column("Waiting since", second="How long"),
        ]
        return Table("Evidence to decide", columns, body, caption_hidden=True, empty=Empty("Nothing waits for you."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = self.all_waiting()
        url = reverse("assessments:waiting")
        counts = [
            Count("Returned to me", waiting.filter(**SHOWN["returned"]).count(), f"{url}?show=returned"),
            Count("New", waiting.filter(**SHOWN["new"]).count(), f"{url}?show=new"),
            Count("Overdue", waiting.filter(waits_from__lt=facts.overdue_on(today())).count(), f"{url}?show=overdue"),
        ]
        instead = None if waiting.exists() else self.candidates()
        return super().get_context_data(counts=counts, counts_label="Of these", instead=instead, **kwargs)

    def candidates(self) -> Table | None:
        """What is worth seeing where nothing waits: the first of one's caseload, which has a page of its own."""
        if not self.request.user.can(CASELOAD):
            return None
        rows = reading.registrations(self.request.user, CASELOAD).select_related("person", "qualification")
        return caseload_table(list(rows.order_by("person__sort_name", "pk")[:FIRST]))


class Caseload(ListPage):
    """The candidates allocated to an assessor: their stage, how far each unit is, what is planned and what waits."""

    permission = CASELOAD
    template_name = "assessments/caseload.html"
    page_title = "My caseload"
    lead = f"{BOUNDARIES} Beneath each stage is the planned end."
    sorts = {"name": ("person__sort_name",), "end": ("ends_on", "person__sort_name")}
    default_sort = "name"

    def everybody(self) -> QuerySet[Registration]:
        return caseload_facts.with_end(reading.registrations(self.request.user, self.permission))

    @cached_property
    def courses(self) -> dict[int, Course]:
        """The time of everybody in the caseload."""
        return caseload_facts.courses(reading.registrations(self.request.user, self.permission))

    def rows(self) -> QuerySet[Registration]:
        asked = self.request.GET.get("stage", "")
        if asked not in STAGES:
            return self.everybody()
        return self.everybody().filter(pk__in=[key for key, course in self.courses.items() if course.stage(today()) == asked])

    def whole(self, rows: QuerySet[Registration]) -> QuerySet[Registration]:
        return rows.select_related("person", "qualification")

    def table(self, rows: list[Registration], sorting: Sorting) -> Table:
        self.listed = rows
        return caseload_table(rows, sorting)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stages = shown.stage_tabs(self.courses.values(), self.request.path, self.request.GET.get("stage", ""), today())
        context = super().get_context_data(tabs=stages, **kwargs)
        return context | {"maps": shown.unit_maps(self.listed, caseload_facts.units_of(self.listed))}


def caseload_table(rows: list[Registration], sorting: Sorting | None = None) -> Table:
    """Candidates of a caseload; its caption shows where the table stands beneath another."""
    keys = [row.pk for row in rows]
    counts, plans = reading.candidate_counts(keys), caseload_facts.next_planned(keys)
    progress = reading.candidate_progress([row.person_id for row in rows], today())
    courses = caseload_facts.courses(rows)
    body = [
        shown.row(row, counts.get(row.pk, {}), progress.get(row.pk, {}), courses.get(row.pk, Course()), plans.get(row.pk))
        for row in rows
    ]
    empty = Empty("No candidates are allocated to you.", "A learning manager allocates them.")
    caption = "Candidates" if sorting else "Your candidates"
    return Table(caption, shown.COLUMNS, body, caption_hidden=sorting is not None, sorting=sorting, empty=empty)
