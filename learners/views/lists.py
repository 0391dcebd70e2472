"""Lists of learners: all within reach, what needs a decision this week, and a line manager's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from learners import ports, practice_facts, reading
from learners.forms.filters import LearnerFilter
from learners.models import Enrolment
from learners.models.enrolments import EnrolmentQuerySet
from learners.needs import NEEDS, Known, count_needs, needing_anything, needs_of, told, with_needs
from learners.next_facts import next_due_of
from learners.presenters.practice import KINDS_OF_DAY, cases_cell, day_cell, due_cell, hours_cell
from learners.presenters.statuses import status_tag
from learners.qualified_facts import with_exceptions
from learners.voice_facts import challenges
from learners.withdrawal_facts import APPROVE, codings, proposals
from pqip.core.clock import today
from pqip.core.views import ListPage, SearchedList
from pqip.exchange.lists import csv_file
from pqip.exchange.writing import Column as FileColumn
from pqip.exchange.writing import Kind
from pqip.govuk.filters import Filter, Search
from pqip.govuk.formats import short_date
from pqip.govuk.links import record_url, with_query
from pqip.govuk.pages import Action, Count, Empty
from pqip.govuk.tables import Cell, Column, Sorting, Table
from workforce.homes import counts_for

SORTS = {
    "name": ("person__sort_name",), "status": ("status",), "pathway": ("pathway__order",), "region": ("region__order",),
    "start": ("start_date",), "end": ("planned_end",),
}


class LearnerRows(ListPage):
    """What lists of learners share."""

    permission = reading.VIEW
    sorts = SORTS
    default_sort = "name"

    def whole(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        return rows.for_lists()


class LearnerList(SearchedList, LearnerRows):
    """Every learner within reach, filtered, searched and sorted."""

    page_title = "Learners"

    def rows(self) -> EnrolmentQuerySet:
        rows = LearnerFilter(self.request.GET).applied_to(reading.enrolments(self.request.user))
        return rows.matching(self.words)

    def file(self) -> HttpResponse:
        """Codes and whole dates, not the page's words, so that the file can be worked with."""
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
    def told(self) -> Known:
        return told(reading.enrolments(self.request.user), today())

    def whole(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        return with_needs(super().whole(rows), today(), self.told) if self.need else super().whole(rows)

    def table(self, rows: list[Enrolment], sorting: Sorting) -> Table:
        columns, body = (NEED_COLUMNS, map(need_row, rows)) if self.need else (COLUMNS, self.progressed(rows))
        return Table("Learners", columns, list(body), caption_hidden=True, sorting=sorting, empty=self.empty())

    def progressed(self, rows: list[Enrolment]) -> list[list[object]]:
        progress = ports.vocational().progress_of([row.person_id for row in rows], today())
        return [learner_row(row, progress.get(row.person_id)) for row in rows]

    def empty(self) -> Empty:
        if self.request.GET:
            return Empty("No learners match.", "Remove a filter or search for other words.")
        return Empty("No learners yet.", "Learners appear here once they are imported or enrolled.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        panel = Filter(LearnerFilter(self.request.GET), self.request.GET, Search(words=self.words))
        enrol = [Action("Enrol a learner", reverse("learners:enrol"))] if self.request.user.can("learners.record_event") else []
        many = with_query(self.request.GET, reverse("learners:allocate_many"))
        move = [Action("Allocate many", many)] if self.request.user.can("learners.allocate") else []
        return super().get_context_data(filter=panel, actions=[*enrol, *move], **kwargs)


COLUMNS = [
    Column("Name", sort="name", second="Staff number"), Column("Status", sort="status"), Column("Pathway", sort="pathway"),
    Column("Region", sort="region"), Column("Started", sort="start"), Column("Planned end", sort="end"), Column("Units"),
]
#: A learner in the list's file: where each column is read, and what it is called. Codes, so that the file can be worked with.
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
    Column("Name", sort="name", second="Staff number"), Column("Status", sort="status"), Column("What they need"),
    Column("Region", sort="region"), Column("Planned end", sort="end"),
]


def need_row(row: Enrolment) -> list[object]:
    """A learner in a list of those who need something: everything they need, not only what was asked for."""
    return [
        name_cell(row), status_tag(row.status), ". ".join(need.of_one for need in needs_of(row)) + ".",
        Cell(row.region, second=row.pdu or ""), short_date(row.planned_end),
    ]


def learner_row(row: Enrolment, progress: ports.Progress | None) -> list[object]:
    """A learner in a list."""
    return [
        name_cell(row), status_tag(row.status), row.pathway, Cell(row.region, second=row.pdu or ""), short_date(row.start_date),
        short_date(row.planned_end), f"{progress.units_achieved} of {progress.units_total}" if progress else "",
    ]


def name_cell(row: Enrolment, to: str = "learners:learner") -> Cell:
    """The learner's name, which opens the record (or that page of it), over their staff number."""
    return Cell(row.person.name, record_url(to, row.public_id), second=row.person.staff_number)


class Decisions(LearnerRows):
    """A learning manager's first page: who waits for the service to decide something."""

    template_name = "layouts/home.html"
    permission = "learners.record_event"
    page_title = "What needs a decision this week"
    default_sort = "end"

    @cached_property
    def reached(self) -> EnrolmentQuerySet:
        return reading.enrolments(self.request.user, self.permission)

    @cached_property
    def told(self) -> Known:
        return told(self.reached, today())

    def rows(self) -> EnrolmentQuerySet:
        return needing_anything(self.reached, today(), self.told)

    def whole(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        return with_needs(rows.for_lists(), today(), self.told)

    def table(self, rows: list[Enrolment], sorting: Sorting) -> Table:
        columns = [
            Column("Learner", sort="name", second="Staff number"),
            Column("What it is"),
            Column("Status", sort="status"),
            Column("Planned end", sort="end"),
        ]
        body = [
            [name_cell(row), Cell(". ".join(need.of_one for need in needs_of(row, decided=True)) + "."), status_tag(row.status),
             short_date(row.planned_end)]
            for row in rows
        ]
        empty = Empty("Nothing needs a decision this week.")
        return Table("Learners who need a decision", columns, body, caption_hidden=True, sorting=sorting, empty=empty)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = count_needs(self.reached, today(), self.told)
        url = reverse("learners:list")
        own = {"starters": reverse("learners:starters"), "past_return": f"{reverse('learners:on_a_break')}?late=yes",
               "review": f"{reverse('learners:reviews')}?state=overdue", "board": reverse("learners:referrals")}
        counts = [Count(NEEDS[code].title, number, own.get(code, f"{url}?need={code}")) for code, number in found.items()]
        every = [*counts, *self.endings(), *counts_for(self.request.user)]
        return super().get_context_data(counts=every, counts_label="By what they need", **kwargs)

    def endings(self) -> list[Count]:
        """What is not kept of the newly qualified; withdrawals that wait for a second person."""
        on, user = today(), self.request.user
        officers = reading.enrolments(user).filter(pk__in=with_exceptions(on)).count()
        url = f"{reverse('learners:newly_qualified')}?exception=any"
        wrong = challenges(user, self.permission).count()
        counts = [Count("Newly qualified, not protected as planned", officers, url),
                  Count("Said to be wrong by learners", wrong, reverse("learners:challenges"))]
        if user.can(APPROVE):
            counts += [
                Count("Withdrawals to approve", proposals(user).count(), reverse("learners:withdrawals")),
                Count("Coding of withdrawals to check", codings(user, on).count(), reverse("learners:codings")),
            ]
        return counts


class MyLearners(LearnerRows):
    """A line manager's own learners: this week's study and VQ day, effective time now, cases allowed, what is due next."""

    page_title = "My learners this week"

    def rows(self) -> EnrolmentQuerySet:
        return reading.enrolments(self.request.user).filter(line_manager=self.request.user.person_id).on_programme()

    def table(self, rows: list[Enrolment], sorting: Sorting) -> Table:
        on = today()
        days, due = practice_facts.days_of_week([row.person_id for row in rows], on), next_due_of(rows, on)
        effective, allowed = practice_facts.effective_of(rows, on), practice_facts.allowed_of(rows, on)
        columns = [Column("Learner", sort="name", second="Staff number"), Column("Status", sort="status"), Column("Study day"),
                   Column("VQ day"), Column("Effective time now"), Column("Kinds of case allowed"), Column("Next due")]
        body = [
            [name_cell(row), status_tag(row.status), *(day_cell(days[row.person_id].get(kind), on) for kind in KINDS_OF_DAY),
             hours_cell(effective.get(row.pk)), cases_cell(allowed[row.pk], row.public_id), due_cell(due.get(row.pk))]
            for row in rows
        ]
        empty = Empty("You have no learners now.")
        return Table("My learners this week", columns, body, caption_hidden=True, sorting=sorting, empty=empty)
