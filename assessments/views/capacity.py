"""Countersigning as capacity: who needs it, with the queue at today's rates; and who can give it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property

from assessments import capacity_facts as facts
from assessments.models import AssessorRecord
from assessments.open_work_facts import MANAGE
from assessments.rules import capacity
from pqip.core.clock import today
from pqip.core.views import ListPage
from pqip.govuk.formats import number, plural, short_date
from pqip.govuk.links import with_query
from pqip.govuk.pages import Action, Count, Empty, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table


class Needed(ListPage):
    """Assessors whose decisions need a countersignature: what comes a week, what waits, with whom; gaps said first."""

    permission = facts.VIEW
    template_name = "assessments/capacity.html"
    page_title = "Countersigning capacity"
    sorts = {"name": ("person__sort_name",), "region": ("person__region__order", "person__sort_name")}
    default_sort = "name"

    @cached_property
    def loads(self) -> dict[int, facts.Load]:
        return facts.loads(facts.trainees(self.request.user).values("person"))

    def rows(self) -> QuerySet[AssessorRecord]:
        return facts.narrowed(facts.trainees(self.request.user), self.request.GET.get("show", ""), self.loads)

    def whole(self, rows: QuerySet[AssessorRecord]) -> QuerySet[AssessorRecord]:
        return rows.select_related("person__region")

    def table(self, rows: list[AssessorRecord], sorting: Sorting) -> Table:
        signers = facts.countersigners_of([row.person_id for row in rows])
        columns = [
            Column("Assessor", sort="name", second="Staff number"), Column("Region", sort="region"), Column("Countersigner"),
            Column("Come a week", numeric=True), Column("Given a week", numeric=True), Column("Waiting", numeric=True),
            Column("Overdue", numeric=True), Column("Oldest since"),
        ]
        body = [needed_row(row, self.loads.get(row.person_id, facts.Load()), signers.get(row.person_id)) for row in rows]
        empty = Empty("No assessor needs a countersigner.")
        return Table("Assessors", columns, body, caption_hidden=True, sorting=sorting, empty=empty)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, url = self.request.user, reverse("assessments:capacity")
        people = list(facts.trainees(user).values_list("person", flat=True))
        whole = facts.together(self.loads.values())
        alone = len(people) - len(facts.countersigners_of(people))
        counts = [
            Count("Need a countersigner", len(people), url), Count("Have nobody", alone, f"{url}?show=nobody"),
            Count("Decisions waiting", whole.waiting, f"{url}?show=waiting"),
            Count("Overdue", whole.overdue, f"{url}?show=overdue"),
        ]
        actions = []
        if people and user.can(MANAGE):
            shown = self.request.GET.get("show") or "all"
            naming = with_query(self.request.GET, reverse("assessments:name_for_assessors"), show=shown)
            actions.append(Action("Name countersigners", naming, kind=""))
        return super().get_context_data(
            counts=counts, counts_label="Countersigning", actions=actions, gaps=self.gaps(whole, alone),
            ahead=ahead_table(whole), **kwargs,
        )

    def gaps(self, whole: facts.Load, alone: int) -> list[str]:
        """What does not add up, in words, the worst first."""
        said = []
        if alone:
            said.append(f"{plural(alone, 'assessor')} without a countersigner.")
        hours, unknown = facts.recorded_hours(facts.givers(self.request.user))
        needed = capacity.hours(whole.coming_weekly, facts.minutes())
        if needed > hours:
            said.append(f"What comes takes {number(needed, 1)} hours a week, and {number(hours, 1)} are recorded"
                        f"{f'; of {unknown} countersigners none are' if unknown else ''}.")
        if whole.coming_weekly > whole.given_weekly:
            more = whole.coming_weekly - whole.given_weekly
            said.append(f"The queue grows by {number(more, 1)} decisions a week.")
        return said


def needed_row(row: AssessorRecord, load: facts.Load, signer: Any) -> list[object]:
    """An assessor who needs a countersigner."""
    return [
        Cell(row.person.name, second=row.person.staff_number), row.person.region,
        Cell(signer.name, second=signer.staff_number) if signer else Tag("Nobody", "red"),
        one_place(load.coming_weekly), one_place(load.given_weekly), load.waiting, load.overdue,
        Cell(short_date(load.oldest), empty="Nothing waits"),
    ]


def ahead_table(whole: facts.Load) -> Table:
    """The queue now and in some weeks, at today's rates."""
    rows = [["Now", whole.waiting], *([f"In {weeks} weeks", whole.ahead(weeks)] for weeks in capacity.AHEAD_WEEKS)]
    caption = (
        f"The queue at the rates of the last {capacity.RATE_WEEKS} weeks: {one_place(whole.coming_weekly)} come and "
        f"{one_place(whole.given_weekly)} are given a week"
    )
    return Table(caption, [Column("When"), Column("Decisions waiting", numeric=True)], rows)


def one_place(value: Decimal) -> str:
    return number(value, 1)


class Countersigners(ListPage):
    """Who may countersign today: for what, until when, hours a week, for whom, what they give and what waits with them."""

    permission = facts.VIEW
    page_title = "Who can countersign"
    sorts = {"name": ("person__sort_name",), "until": ("countersign_until",)}
    default_sort = "name"

    def rows(self) -> QuerySet[AssessorRecord]:
        return facts.givers(self.request.user)

    def whole(self, rows: QuerySet[AssessorRecord]) -> QuerySet[AssessorRecord]:
        return rows.select_related("person__region")

    def table(self, rows: list[AssessorRecord], sorting: Sorting) -> Table:
        whom = facts.trainees_of([row.person_id for row in rows])
        loads = facts.loads({key for keys in whom.values() for key in keys})
        columns = [
            Column("Countersigner", sort="name", second="Staff number"), Column("For"), Column("Last day", sort="until"),
            Column("Hours a week", numeric=True), Column("Hours needed", numeric=True), Column("Assessors", numeric=True),
            Column("Waiting", numeric=True), Column("Overdue", numeric=True), Column("Oldest since"), Column("Reminded"),
        ]
        reminded = facts.chased([row.person_id for row in rows])
        body = [giver_row(row, whom.get(row.person_id, []), loads, reminded.get(row.person_id)) for row in rows]
        empty = Empty("Nobody may countersign.", "Record an authority to countersign on an assessor’s page.")
        return Table("Countersigners", columns, body, caption_hidden=True, sorting=sorting, empty=empty)


def giver_row(
    row: AssessorRecord, whom: list[int], loads: dict[int, facts.Load], reminded: dt.date | None
) -> list[object]:
    """Somebody who may countersign, with what their assessors make come and wait."""
    load = facts.together([loads[key] for key in whom if key in loads])
    until = row.countersign_until
    ends = (Tag("Ends soon", "yellow"),) if until and (until - today()).days < SOON else ()
    return [
        Cell(row.person.name, second=row.person.staff_number), ", ".join(row.allowed_qualifications),
        Cell(short_date(until), tags=ends, empty="None"),
        Cell("" if row.weekly_hours is None else one_place(row.weekly_hours), empty="Not recorded"),
        one_place(capacity.hours(load.coming_weekly, facts.minutes())), len(whom), load.waiting, load.overdue,
        Cell(short_date(load.oldest), empty="Nothing waits"), Cell(short_date(reminded), empty="Never"),
    ]


#: Days before its last day within which an authority ends soon.
SOON = 60
