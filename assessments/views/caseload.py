"""A practice tutor assessor's lists: what waits for them, and their caseload."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.facts import caseload as caseload_facts
from assessments.facts import progress as facts
from assessments.models import Evidence, Registration
from assessments.presenters import caseload as shown
from assessments.presenters.words import candidate_cell, piece_cell, wait_tag, waited
from assessments.queries import records
from assessments.rules.stages import BOUNDARIES, STAGES, Course
from pqip.core.clock import today
from pqip.govuk.pages import Count, Empty
from pqip.govuk.tables import Column, Sorting, Table
from pqip.pages.generic import ListPage

CASELOAD = "assessments.view_caseload"
#: The number of candidates shown on the first page where nothing waits.
FIRST = 10
#: Returned evidence first, then what has waited longest.
ORDER = ("is_new", "waits_from", "pk")


class Waiting(ListPage):
    """An assessor's first page: evidence returned to them, then evidence waiting for them, oldest first; with counts."""

    permission = records.DECIDE
    template_name = "assessments/home.html"
    page_title = "Waiting for me"

    @cached_property
    def overdue(self) -> dt.date:
        """What has waited since before this day is overdue."""
        return facts.overdue_on(today())

    def rows(self) -> QuerySet[Evidence]:
        asked = self.asked_for()
        return (
            self.all_waiting if asked is self.keys["all"] else self.all_waiting.filter(pk__in=asked)
        )

    @cached_property
    def all_waiting(self) -> QuerySet[records.WaitingEvidence]:
        """Return the evidence of one's own candidates that waits for a decision."""
        return records.waiting_for_decision(records.evidence(self.request.user, self.permission))

    @cached_property
    def keys(self) -> dict[str, list[int]]:
        """Return the keys of the evidence that waits, in order: all of it, and of each state that is counted.

        An assessor's candidates are few, so that all are read at once and counted here.
        """
        waiting = list(self.all_waiting.order_by(*ORDER).values_list(*ORDER))
        return {
            "all": [key for _new, _since, key in waiting],
            "returned": [key for is_new, _since, key in waiting if not is_new],
            "new": [key for is_new, _since, key in waiting if is_new],
            "overdue": [key for _new, since, key in waiting if since < self.overdue],
        }

    def asked_for(self) -> list[int]:
        """Return the keys of what the address asks to see."""
        return self.keys.get(self.request.GET.get("show", ""), self.keys["all"])

    def page_of(self, rows: Any, sorting: Sorting) -> tuple[list[Any], Page]:
        page = Paginator(self.asked_for(), self.page_size).get_page(self.request.GET.get("page"))
        return self._fetched(rows, list(page.object_list)), page

    def order(self, sorting: Sorting) -> list[Any]:
        return list(ORDER)

    def with_related(self, rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
        return records.with_candidate(rows)

    def table(self, rows: list[Evidence], sorting: Sorting) -> Table:
        overdue, on = self.overdue, today()
        body = []
        for piece in rows:
            waits = (one for one in piece.open_waits if one.kind == one.Kind.DECISION)  # type: ignore[attr-defined]
            wait = next(waits, None)
            if wait is None:  # decided since its key was read
                continue
            decide = reverse("assessments:decide", args=[piece.public_id])
            since = waited(wait.from_on, overdue, on)
            body.append(
                [
                    piece_cell(piece, decide),
                    candidate_cell(piece.registration),
                    wait_tag(wait),
                    since,
                ]
            )
        columns = [
            Column("Evidence", second="Reference"),
            Column("Candidate", second="Staff number"),
            Column("State"),
            Column("Waiting since", second="How long"),
        ]
        return Table(
            "Evidence to decide",
            columns,
            body,
            caption_hidden=True,
            empty=Empty("Nothing waits for you."),
        )

    def shown(self) -> dict[str, Any]:
        url = reverse("assessments:waiting")
        counts = [
            Count(label, len(self.keys[show]), f"{url}?show={show}")
            for show, label in (
                ("returned", "Returned to me"),
                ("new", "New"),
                ("overdue", "Overdue"),
            )
        ]
        instead = None if self.keys["all"] else self.candidates()
        return {"counts": counts, "counts_label": "Of these", "instead": instead}

    def candidates(self) -> Table | None:
        """Return the first candidates of one's caseload, shown where nothing waits; None otherwise."""
        if not self.request.user.can(CASELOAD):
            return None
        found = records.registrations(self.request.user, CASELOAD).select_related(
            "person", "qualification"
        )
        rows = list(found.order_by("person__sort_name", "pk")[:FIRST])
        return caseload_table(rows, caseload_facts.courses(rows))


class Caseload(ListPage):
    """The candidates allocated to an assessor: stage, state of each unit, what is planned and what waits."""

    permission = CASELOAD
    template_name = "assessments/caseload.html"
    page_title = "My caseload"
    lead = f"{BOUNDARIES} Beneath each stage is the planned end."
    sorts = {"name": ("person__sort_name",), "end": ("ends_on", "person__sort_name")}
    default_sort = "name"

    def everybody(self) -> QuerySet[Registration]:
        return records.registrations(self.request.user, self.permission)

    @cached_property
    def courses(self) -> dict[int, Course]:
        """Return the course of everybody in the caseload, by registration."""
        return caseload_facts.courses(self.everybody())

    def rows(self) -> QuerySet[Registration]:
        asked, rows = self.request.GET.get("stage", ""), self.everybody()
        if "end" in self.request.GET.get(
            "sort", ""
        ):  # what nothing is ordered by is not worked out
            rows = caseload_facts.with_end(rows)
        if asked not in STAGES:
            return rows
        return rows.filter(
            pk__in=[key for key, course in self.courses.items() if course.stage(today()) == asked]
        )

    def with_related(self, rows: QuerySet[Registration]) -> QuerySet[Registration]:
        return rows.select_related("person", "qualification")

    def table(self, rows: list[Registration], sorting: Sorting) -> Table:
        self.listed = rows
        return caseload_table(rows, self.courses, sorting)

    def shown(self) -> dict[str, Any]:
        stage = self.request.GET.get("stage", "")
        tabs = shown.stage_tabs(self.courses.values(), self.request.path, stage, today())
        return {"tabs": tabs}

    def common(self) -> dict[str, Any]:
        listed = super().common()
        maps = shown.unit_maps(self.listed, caseload_facts.units_of(self.listed))
        return {**listed, "maps": maps}


def caseload_table(
    rows: list[Registration], courses: dict[int, Course], sorting: Sorting | None = None
) -> Table:
    """Return the table of a caseload's candidates, with the course of each.

    Its caption is visible where it stands below another table.
    """
    keys = [row.pk for row in rows]
    counts, plans = records.candidate_counts(keys), caseload_facts.next_planned(keys)
    progress = records.candidate_progress([row.person_id for row in rows], today())
    body = [
        shown.row(
            row,
            counts.get(row.pk, {}),
            progress.get(row.pk, {}),
            courses.get(row.pk, Course()),
            plans.get(row.pk),
        )
        for row in rows
    ]
    empty = Empty("No candidates are allocated to you.", "A learning manager allocates them.")
    caption = "Candidates" if sorting else "Your candidates"
    return Table(
        caption,
        shown.COLUMNS,
        body,
        caption_hidden=sorting is not None,
        sorting=sorting,
        empty=empty,
    )
