"""Countersigning as capacity: who needs a countersigner, with the queue at today's rates, and who can be one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.facts import countersigning_capacity as facts
from assessments.models import AssessorRecord
from assessments.queries.countersigning_capacity import VIEW, givers, trainees
from assessments.queries.open_work import MANAGE
from assessments.rules import countersigning_capacity as capacity
from pqip.core.clock import today
from pqip.core.formats import number, plural, short_date
from pqip.govuk.links import with_query
from pqip.govuk.pages import Action, Count, Empty, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.generic import ListPage


class Needed(ListPage):
    """Assessors whose decisions need a countersignature: how many come each week, what waits and for whom.

    Gaps come first.
    """

    permission = VIEW
    template_name = "assessments/capacity.html"
    page_title = "Countersigning capacity"
    sorts = {
        "name": ("person__sort_name",),
        "region": ("person__region__order", "person__sort_name"),
    }
    default_sort = "name"

    @cached_property
    def loads(self) -> dict[int, facts.Load]:
        return facts.loads(trainees(self.request.user).values("person"))

    def rows(self) -> QuerySet[AssessorRecord]:
        return facts.narrowed(
            trainees(self.request.user), self.request.GET.get("show", ""), self.loads
        )

    def with_related(self, rows: QuerySet[AssessorRecord]) -> QuerySet[AssessorRecord]:
        return rows.select_related("person__region")

    def table(self, rows: list[AssessorRecord], sorting: Sorting) -> Table:
        signers = facts.countersigners_of([row.person_id for row in rows])
        columns = [
            Column("Assessor", sort="name", second="Staff number"),
            Column("Region", sort="region"),
            Column("Countersigner"),
            Column("Come a week", numeric=True),
            Column("Given a week", numeric=True),
            Column("Waiting", numeric=True),
            Column("Overdue", numeric=True),
            Column("Oldest since"),
        ]
        body = [
            needed_row(row, self.loads.get(row.person_id, facts.Load()), signers.get(row.person_id))
            for row in rows
        ]
        empty = Empty("No assessor needs a countersigner.")
        return Table("Assessors", columns, body, caption_hidden=True, sorting=sorting, empty=empty)

    def shown(self) -> dict[str, Any]:
        user, url = self.request.user, reverse("assessments:capacity")
        people = list(trainees(user).values_list("person", flat=True))
        total = facts.together(self.loads.values())
        alone = len(people) - len(facts.countersigners_of(people))
        counts = [
            Count("Need a countersigner", len(people), url),
            Count("Have nobody", alone, f"{url}?show=nobody"),
            Count("Decisions waiting", total.waiting, f"{url}?show=waiting"),
            Count("Overdue", total.overdue, f"{url}?show=overdue"),
        ]
        actions = []
        if people and user.can(MANAGE):
            shown = self.request.GET.get("show") or "all"
            naming = with_query(
                self.request.GET, reverse("assessments:name_for_assessors"), show=shown
            )
            actions.append(Action("Name countersigners", naming, kind=""))
        return {
            "counts": counts,
            "counts_label": "Countersigning",
            "actions": actions,
            "gaps": self.gaps(total, alone),
            "ahead": ahead_table(total),
        }

    def gaps(self, total: facts.Load, alone: int) -> list[str]:
        """Return the gaps in words, worst first.

        `total` is the sum of all loads; `alone` counts assessors without a countersigner.
        """
        sentences = []
        if alone:
            sentences.append(f"{plural(alone, 'assessor')} without a countersigner.")
        hours, unknown = facts.recorded_hours(givers(self.request.user))
        needed = capacity.hours(total.coming_weekly, facts.minutes())
        if needed > hours:
            sentences.append(
                f"What comes takes {number(needed, 1)} hours a week, and {number(hours, 1)} are recorded"
                f"{f'; of {unknown} countersigners none are' if unknown else ''}."
            )
        if total.coming_weekly > total.given_weekly:
            more = total.coming_weekly - total.given_weekly
            sentences.append(f"The queue grows by {number(more, 1)} decisions a week.")
        return sentences


def needed_row(row: AssessorRecord, load: facts.Load, signer: Any) -> list[object]:
    """Return the cells of an assessor who needs a countersigner."""
    return [
        Cell(row.person.name, second=row.person.staff_number),
        row.person.region,
        Cell(signer.name, second=signer.staff_number) if signer else Tag("Nobody", "red"),
        one_place(load.coming_weekly),
        one_place(load.given_weekly),
        load.waiting,
        load.overdue,
        Cell(short_date(load.oldest), empty="Nothing waits"),
    ]


def ahead_table(total: facts.Load) -> Table:
    """Return the table of the queue now and in some weeks, at today's rates."""
    rows = [
        ["Now", total.waiting],
        *([f"In {weeks} weeks", total.ahead(weeks)] for weeks in capacity.AHEAD_WEEKS),
    ]
    caption = (
        f"The queue at the rates of the last {capacity.RATE_WEEKS} weeks: {one_place(total.coming_weekly)} come and "
        f"{one_place(total.given_weekly)} are given a week"
    )
    return Table(caption, [Column("When"), Column("Decisions waiting", numeric=True)], rows)


def one_place(value: Decimal) -> str:
    """Return a number with one decimal."""
    return number(value, 1)


class Countersigners(ListPage):
    """Those who may countersign today: qualifications, last day, weekly hours, for whom, what they give and what waits for
    them.
    """

    permission = VIEW
    page_title = "Who can countersign"
    sorts = {"name": ("person__sort_name",), "until": ("countersign_until",)}
    default_sort = "name"

    def rows(self) -> QuerySet[AssessorRecord]:
        return givers(self.request.user)

    def with_related(self, rows: QuerySet[AssessorRecord]) -> QuerySet[AssessorRecord]:
        return rows.select_related("person__region")

    def table(self, rows: list[AssessorRecord], sorting: Sorting) -> Table:
        whom = facts.trainees_of([row.person_id for row in rows])
        loads = facts.loads({key for keys in whom.values() for key in keys})
        columns = [
            Column("Countersigner", sort="name", second="Staff number"),
            Column("For"),
            Column("Last day", sort="until"),
            Column("Hours a week", numeric=True),
            Column("Hours needed", numeric=True),
            Column("Assessors", numeric=True),
            Column("Waiting", numeric=True),
            Column("Overdue", numeric=True),
            Column("Oldest since"),
            Column("Reminded"),
        ]
        reminded = facts.chased([row.person_id for row in rows])
        body = [
            giver_row(row, whom.get(row.person_id, []), loads, reminded.get(row.person_id))
            for row in rows
        ]
        empty = Empty(
            "Nobody may countersign.", "Record an authority to countersign on an assessor’s page."
        )
        return Table(
            "Countersigners", columns, body, caption_hidden=True, sorting=sorting, empty=empty
        )


def giver_row(
    row: AssessorRecord, whom: list[int], loads: dict[int, facts.Load], reminded: dt.date | None
) -> list[object]:
    """Return the cells of somebody who may countersign, with the decisions of their assessors."""
    load = facts.together([loads[key] for key in whom if key in loads])
    until = row.countersign_until
    ends = (Tag("Ends soon", "yellow"),) if until and (until - today()).days < SOON else ()
    return [
        Cell(row.person.name, second=row.person.staff_number),
        ", ".join(row.allowed_qualifications),
        Cell(short_date(until), tags=ends, empty="None"),
        Cell("" if row.weekly_hours is None else one_place(row.weekly_hours), empty="Not recorded"),
        one_place(capacity.hours(load.coming_weekly, facts.minutes())),
        len(whom),
        load.waiting,
        load.overdue,
        Cell(short_date(load.oldest), empty="Nothing waits"),
        Cell(short_date(reminded), empty="Never"),
    ]


#: An authority ends soon within this number of days before its last day.
SOON = 60
