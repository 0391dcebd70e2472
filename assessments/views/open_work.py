"""Pages of open work: the list, and settling what waits once an assessor has qualified."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.countersigning_settling import settle
from assessments.facts import progress as assessed
from assessments.forms.open_work import KEEP, SettleForm
from assessments.models import AssessorRecord, Decision
from assessments.presenters import assessors as shown
from assessments.presenters.words import outcome_words, waited
from assessments.queries import open_work as facts
from assessments.queries import records
from assessments.views.assessors import MANAGE, OfAssessor
from assessments.views.handovers import taker
from pqip.core.clock import today
from pqip.core.formats import date_gov, plural, short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Action, Empty, Tab
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.generic import ActionPage, ListPage


class OpenWork(ListPage):
    """Assessors who leave, are away or may no longer countersign, with whom they look after; and those who have just
    qualified.
    """

    permission = MANAGE
    page_title = "Open work to hand over"
    sorts = {"name": ("person__sort_name",)}
    default_sort = "name"

    @property
    def of_qualified(self) -> bool:
        return self.request.GET.get("show") == "qualified"

    def rows(self) -> QuerySet[AssessorRecord]:
        return (facts.just_qualified if self.of_qualified else facts.leaving_or_away)(
            self.request.user
        )

    def with_related(self, rows: QuerySet[AssessorRecord]) -> QuerySet[AssessorRecord]:
        return facts.with_reasons(rows).select_related("person")

    def table(self, rows: list[AssessorRecord], sorting: Sorting) -> Table:
        work = facts.work_of([row.person_id for row in rows])
        columns = [
            Column("Assessor", sort="name", second="Staff number"),
            Column("Why", second="When"),
        ]
        if self.of_qualified:
            columns += [
                Column("Own decisions that wait", numeric=True),
                Column("Action", hidden=True),
            ]
            body = [qualified_row(row, work[row.person_id]) for row in rows]
            empty = Empty("No qualified assessor has a countersigner still.")
        else:
            columns += [
                Column("Learners", numeric=True),
                Column("Evidence to decide", numeric=True),
                Column("Assessors", numeric=True),
                Column("Decisions to countersign", numeric=True),
                Column("Action", hidden=True),
            ]
            body = [open_row(row, work[row.person_id]) for row in rows]
            empty = Empty("Nobody who leaves or is away looks after anybody.")
        return Table("Assessors", columns, body, caption_hidden=True, sorting=sorting, empty=empty)

    def shown(self) -> dict[str, Any]:
        user, url = self.request.user, self.request.path
        leaving, qualified = facts.leaving_or_away(user).count(), facts.just_qualified(user).count()
        tabs = [
            Tab("Leaving or away", url, not self.of_qualified, leaving),
            Tab("Qualified", f"{url}?show=qualified", self.of_qualified, qualified),
        ]
        return {"tabs": tabs}


def who(row: AssessorRecord) -> Cell:
    """Return the cell with an assessor's name, linked to their record, above their staff number."""
    return Cell(
        row.person.name,
        record_url("assessments:assessor", row.person.public_id),
        second=row.person.staff_number,
    )


def open_row(row: Any, work: facts.Work) -> list[object]:
    """Return the cells of somebody who leaves, is away or may no longer countersign, with their open work."""
    hand = Action(
        "Hand over",
        reverse("assessments:hand_over", args=[row.person.public_id]),
        "link",
        f"from {row.person}",
    )
    return [
        who(row),
        why(row),
        work.learners,
        work.to_decide,
        work.assessors,
        work.to_countersign,
        Cell(actions=[hand]),
    ]


def why(row: Any) -> Cell:
    """Return the cell with the strongest reason: gone, away, leaving soon, away soon, without authority."""
    on = today()
    if row.last_day and row.last_day < on:
        return Cell("Left", second=short_date(row.last_day))
    if row.away_from and row.away_from <= on:
        until = (
            f"expected until {short_date(row.away_until)}" if row.away_until else "return not known"
        )
        return Cell("Away", second=f"Since {short_date(row.away_from)}, {until}")
    if row.last_day and row.last_day <= on + dt.timedelta(days=facts.AHEAD_DAYS):
        return Cell("Leaves", second=short_date(row.last_day))
    if row.away_from:
        return Cell("Will be away", second=f"From {short_date(row.away_from)}")
    return Cell(
        "May not countersign", second=short_date(row.countersign_until) or short_date(row.lapsed_on)
    )


def qualified_row(row: AssessorRecord, work: facts.Work) -> list[object]:
    """Return the cells of a qualified assessor for whom it is not settled who countersigns what waits."""
    go = Action(
        "Settle",
        reverse("assessments:settle", args=[row.person.public_id]),
        "link",
        f"for {row.person}",
    )
    return [
        who(row),
        Cell("Qualified", second=short_date(row.achieved_on)),
        work.own,
        Cell(actions=[go]),
    ]


class Settle(OfAssessor, ActionPage):
    """Show what still waits of an assessor who has qualified, and settle all of it at once."""

    form_class = SettleForm
    template_name = "assessments/settle.html"
    page_title, submit = "Settle what waits", "Save"
    renamed = {
        "to_date": "last_day",
        "from_date": "last_day",
        "taken_by": "staff_number",
        "other": "staff_number",
    }

    @cached_property
    def waiting(self) -> list[Decision]:
        return list(records.with_evidence(facts.waiting_of(self.person.pk)))

    @cached_property
    def signer(self) -> Any:
        return facts.countersigner_of(self.person.pk)

    def get_form_kwargs(self) -> dict[str, Any]:
        signer = self.signer.other.name if self.signer else ""
        return {**super().get_form_kwargs(), "signer": signer, "waits": bool(self.waiting)}

    def get_initial(self) -> dict[str, Any]:
        last = assessed.due_days([today()])[today()] if self.waiting else today()
        return {
            "last_day": last,
            "who": KEEP if self.signer else "",
            "seen": ",".join(str(one.pk) for one in self.waiting),
        }

    def perform(self, form: Any) -> str:
        answers = form.cleaned_data
        taken_by = (
            taker(self.request.user, "countersigner", answers["staff_number"])
            if form.moves()
            else None
        )
        seen, last = form.seen_keys(), answers["last_day"]
        made = settle(
            person=self.person, seen=seen, last_day=last, taken_by=taken_by, by=self.request.user
        )
        return f"{made.other} countersigns until {date_gov(made.ended_on)}"

    def shown(self) -> dict[str, Any]:
        overdue, on = assessed.overdue_on(today()), today()
        body = [
            [
                one.evidence.reference,
                one.evidence.registration.person.name,
                short_date(one.effective_on),
                outcome_words(one),
                waited(one.effective_on, overdue, on),
            ]
            for one in self.waiting
        ]
        columns = [
            Column("Evidence"),
            Column("Candidate"),
            Column("Decided"),
            Column("Decision"),
            Column("Waiting since", second="How long"),
        ]
        empty = Empty("Nothing waits for a countersignature.")
        signer = (
            f"{self.signer.other} countersigns for them."
            if self.signer
            else "Nobody countersigns for them."
        )
        lead = (
            f"{signer} Waiting from before they qualified: {plural(len(self.waiting), 'decision')}."
        )
        return {
            "identity": shown.identity(self.person, records.record_of(self.person), on),
            "lead": lead,
            "waiting": Table("What waits", columns, body, caption_hidden=True, empty=empty),
            "nothing": not (self.signer or self.waiting),
        }

    def get_success_url(self) -> str:
        return reverse("assessments:assessor", args=[self.person.public_id])
