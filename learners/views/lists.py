"""Lists of learners: all within reach, those who need a decision this week, and a line manager's
own.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from learners.facts import practice
from learners.facts.next_due import next_due_of
from learners.facts.qualified import with_exceptions
from learners.forms.filters import LearnerFilter
from learners.models import Enrolment
from learners.models.enrolments import EnrolmentQuerySet
from learners.ports import vocational
from learners.presenters.needs import WORDS, said_of_one
from learners.presenters.practice import KINDS_OF_DAY, cases_cell, day_cell, due_cell, hours_cell
from learners.presenters.statuses import status_tag
from learners.queries import records
from learners.queries.needs import (
    NEEDS,
    StrandKeys,
    count_needs,
    needing_anything,
    needs_of,
    strand_keys,
    with_needs,
)
from learners.queries.voice import challenges
from learners.queries.withdrawals import APPROVE, codings, proposals
from pqip.core.clock import today
from pqip.core.formats import short_date
from pqip.exchange.writing import Kind
from pqip.exchange.writing import SheetColumn as FileColumn
from pqip.govuk.filters import Filter, Search
from pqip.govuk.links import record_url, with_query
from pqip.govuk.pages import Action, Count, Empty
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.generic import ListPage, SearchedList
from pqip.pages.lists import csv_file
from workforce.ports.landing_pages import counts_for

SORTS: dict[str, tuple[str, ...]] = {
    "name": ("person__sort_name",),
    "status": ("status",),
    "pathway": ("pathway__order",),
    "region": ("region__order",),
    "start": ("start_date",),
    "end": ("planned_end",),
}


class LearnerRows(ListPage):
    """What the lists of learners share."""

    permission = records.VIEW
    sorts = SORTS
    default_sort = "name"

    def with_related(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        return rows.for_lists()


class LearnerList(SearchedList, LearnerRows):
    """The list of every learner within reach, filtered, searched and sorted."""

    page_title = "Learners"

    @cached_property
    def filter(self) -> LearnerFilter:
        return LearnerFilter(self.request.GET)

    def rows(self) -> EnrolmentQuerySet:
        rows = self.filter.applied_to(records.enrolments(self.request.user))
        return rows.matching(self.words)

    def file(self) -> HttpResponse:
        """Return the list as a file, with codes and full dates rather than the page's words, for
        further use.
        """
        rows = self.rows().order_by("person__sort_name", "pk")
        self.hand_out(rows.count())
        values = rows.values_list(*(path for path, _ in FILE_COLUMNS)).iterator(chunk_size=5_000)
        return csv_file("learners", [column for _, column in FILE_COLUMNS], values)

    @property
    def need(self) -> str:
        """The code of the need that was chosen; empty for none."""
        code = self.request.GET.get("need", "")
        return code if code in NEEDS else ""

    @cached_property
    def strand_keys(self) -> StrandKeys:
        return strand_keys(records.enrolments(self.request.user), today())

    def with_related(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        shown = rows.listed()
        return with_needs(shown, today(), self.strand_keys) if self.need else shown

    def table(self, rows: list[Enrolment], sorting: Sorting) -> Table:
        columns, body = (
            (NEED_COLUMNS, map(need_row, rows)) if self.need else (COLUMNS, self.progressed(rows))
        )
        return Table(
            "Learners",
            columns,
            list(body),
            caption_hidden=True,
            sorting=sorting,
            empty=self.empty(),
        )

    def progressed(self, rows: list[Enrolment]) -> list[list[object]]:
        units = vocational.vocational().units_of([row.person_id for row in rows], today())
        return [learner_row(row, units.get(row.person_id)) for row in rows]

    def empty(self) -> Empty:
        if self.request.GET:
            return Empty("No learners match.", "Remove a filter or search for other words.")
        return Empty("No learners yet.", "Learners appear here once they are imported or enrolled.")

    def shown(self) -> dict[str, Any]:
        panel = Filter(self.filter, self.request.GET, Search(words=self.words))
        enrol = (
            [Action("Enrol a learner", reverse("learners:enrol"))]
            if self.request.user.can("learners.record_event")
            else []
        )
        many = with_query(self.request.GET, reverse("learners:allocate_many"))
        move = [Action("Allocate many", many)] if self.request.user.can("learners.allocate") else []
        return {"filter": panel, "actions": [*enrol, *move]}


COLUMNS = [
    Column("Name", sort="name", second="Staff number"),
    Column("Status", sort="status"),
    Column("Pathway", sort="pathway"),
    Column("Region", sort="region"),
    Column("Started", sort="start"),
    Column("Planned end", sort="end"),
    Column("Units"),
]
#: The columns of the list's file: the lookup of each value, and its name. Codes are used, for
#: further use.
FILE_COLUMNS = [
    ("person__staff_number", FileColumn("staff_number", "Staff number")),
    ("person__first_name", FileColumn("first_name", "First name")),
    ("person__last_name", FileColumn("last_name", "Last name")),
    ("status", FileColumn("status", "Status")),
    ("region__code", FileColumn("region", "Region")),
    ("pdu__code", FileColumn("pdu", "Probation delivery unit")),
    ("cohort__code", FileColumn("cohort", "Cohort")),
    ("pathway__code", FileColumn("pathway", "Pathway")),
    ("fte", FileColumn("fte", "Hours", kind=Kind.DECIMAL)),
    ("start_date", FileColumn("start_date", "Start date", kind=Kind.DATE)),
    ("planned_end", FileColumn("planned_end", "Planned end", kind=Kind.DATE)),
    ("pta__staff_number", FileColumn("pta", "Practice tutor assessor")),
    ("line_manager__staff_number", FileColumn("line_manager", "Line manager")),
]


NEED_COLUMNS = [
    Column("Name", sort="name", second="Staff number"),
    Column("Status", sort="status"),
    Column("What they need"),
    Column("Region", sort="region"),
    Column("Planned end", sort="end"),
]


def need_row(row: Enrolment) -> list[object]:
    """Return the row of a learner in a list of needs.

    It shows all their needs, not only the one asked for.
    """
    return [
        name_cell(row),
        status_tag(row.status),
        said_of_one(needs_of(row)),
        Cell(row.region, second=row.pdu or ""),
        short_date(row.planned_end),
    ]


def learner_row(row: Enrolment, units: vocational.Units | None) -> list[object]:
    """Return the row of a learner in a list."""
    return [
        name_cell(row),
        status_tag(row.status),
        row.pathway,
        Cell(row.region, second=row.pdu or ""),
        short_date(row.start_date),
        short_date(row.planned_end),
        f"{units.units_achieved} of {units.units_total}" if units else "",
    ]


def name_cell(row: Enrolment, to: str = "learners:learner") -> Cell:
    """Return a cell with the learner's name over their staff number, linked to the record or the
    page `to` of it.
    """
    return Cell(row.person.name, record_url(to, row.public_id), second=row.person.staff_number)


class Decisions(LearnerRows):
    """A learning manager's first page: learners for whom the service must decide something."""

    template_name = "layouts/home.html"
    permission = "learners.record_event"
    page_title = "What needs a decision this week"
    default_sort = "end"

    @cached_property
    def reached(self) -> EnrolmentQuerySet:
        return records.enrolments(self.request.user, self.permission)

    @cached_property
    def strand_keys(self) -> StrandKeys:
        return strand_keys(self.reached, today())

    def rows(self) -> EnrolmentQuerySet:
        return needing_anything(self.reached, today(), self.strand_keys)

    def with_related(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        return with_needs(rows.for_lists(), today(), self.strand_keys, decided=True)

    def table(self, rows: list[Enrolment], sorting: Sorting) -> Table:
        columns = [
            Column("Learner", sort="name", second="Staff number"),
            Column("What it is"),
            Column("Status", sort="status"),
            Column("Planned end", sort="end"),
        ]
        body = [
            [
                name_cell(row),
                Cell(said_of_one(needs_of(row, decided=True))),
                status_tag(row.status),
                short_date(row.planned_end),
            ]
            for row in rows
        ]
        empty = Empty("Nothing needs a decision this week.")
        return Table(
            "Learners who need a decision",
            columns,
            body,
            caption_hidden=True,
            sorting=sorting,
            empty=empty,
        )

    def shown(self) -> dict[str, Any]:
        found = count_needs(self.reached, today(), self.strand_keys)
        url = reverse("learners:list")
        own = {
            "starters": reverse("learners:starters"),
            "past_return": f"{reverse('learners:on_a_break')}?late=yes",
            "review": f"{reverse('learners:reviews')}?state=overdue",
        }
        counts = [
            Count(WORDS[code].title, number, own.get(code, f"{url}?need={code}"))
            for code, number in found.items()
        ]
        every = [*counts, *self.endings(), *counts_for(self.request.user)]
        return {"counts": every, "counts_label": "By what they need"}

    def endings(self) -> list[Count]:
        """Return counts of incomplete protection, and of withdrawals that wait for a second person."""
        on, user = today(), self.request.user
        seen = records.enrolments(user)
        among = (
            None
            if user.scope(records.VIEW).everywhere
            else list(seen.order_by().values_list("pk", flat=True))
        )
        officers = len(with_exceptions(on, among=among))
        url = f"{reverse('learners:newly_qualified')}?exception=any"
        wrong = challenges(user, self.permission).count()
        counts = [
            Count("Newly qualified, not protected as planned", officers, url),
            Count("Said to be wrong by learners", wrong, reverse("learners:challenges")),
        ]
        if user.can(APPROVE):
            counts += [
                Count(
                    "Withdrawals to approve",
                    proposals(user).count(),
                    reverse("learners:withdrawals"),
                ),
                Count(
                    "Coding of withdrawals to check",
                    codings(user, on).count(),
                    reverse("learners:codings"),
                ),
            ]
        return counts


class MyLearners(LearnerRows):
    """The list of a line manager's own learners.

    It shows this week's study and VQ day, effective time now, cases allowed, and what is due next.
    """

    template_name = "layouts/home.html"
    page_title = "My learners this week"

    def rows(self) -> EnrolmentQuerySet:
        return (
            records.enrolments(self.request.user)
            .filter(line_manager=self.request.user.person_id)
            .on_programme()
        )

    def table(self, rows: list[Enrolment], sorting: Sorting) -> Table:
        on = today()
        days, due = (
            practice.days_of_week([row.person_id for row in rows], on),
            next_due_of(rows, on),
        )
        effective, allowed = practice.effective_of(rows, on), practice.allowed_of(rows, on)
        columns = [
            Column("Learner", sort="name", second="Staff number"),
            Column("Status", sort="status"),
            Column("Study day"),
            Column("VQ day"),
            Column("Effective time now"),
            Column("Kinds of case allowed"),
            Column("Next due"),
        ]
        body = [
            [
                name_cell(row),
                status_tag(row.status),
                *(day_cell(days[row.person_id].get(kind), on) for kind in KINDS_OF_DAY),
                hours_cell(effective.get(row.pk)),
                cases_cell(allowed[row.pk], row.public_id),
                due_cell(due.get(row.pk)),
            ]
            for row in rows
        ]
        empty = Empty("You have no learners now.")
        return Table(
            "My learners this week",
            columns,
            body,
            caption_hidden=True,
            sorting=sorting,
            empty=empty,
        )

    def shown(self) -> dict[str, Any]:
        return {"counts": counts_for(self.request.user)}
