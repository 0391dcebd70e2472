"""Pages of a trainee assessor's own route to the award, and of their record of professional development."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from assessments.actions.assessors_development import correct_cpd, record_cpd, undo_cpd
from assessments.forms.assessors_development import CorrectCpdForm, CpdForm
from assessments.models import CpdEntry, Registration
from assessments.presenters import assessors as assessor
from assessments.presenters import assessors_route as shown
from assessments.presenters.candidates import progress_map
from assessments.queries import assessors as assessor_facts
from assessments.queries import records
from assessments.queries.assessors import DEVELOP
from assessments.queries.standardisation import sessions_of
from assessments.views.candidates import acting_person
from pqip.core.clock import today
from pqip.core.formats import number, short_date
from pqip.govuk.pages import Action, Empty, SummaryRow
from pqip.govuk.progress import ProgressMap
from pqip.govuk.tables import Column, Sorting, Table
from pqip.pages.amending import AmendPage, UndoPage
from pqip.pages.generic import ActionPage, ListPage, Page
from workforce.models import Person

#: The number of the record's entries shown on the route; the record's own page shows all.
FEW = 10


def route_of(person: Person, award: Registration | None, user: Any) -> dict[str, Any]:
    """Return what a page shows of a route to the award, for the trainee and for whoever looks after assessors."""
    way = assessor_facts.way_of(person, award)
    hours, supporters = assessor_facts.hours_in_a_year(person), assessor_facts.supporters_of(person)
    is_over = (
        way.achieved_on is not None and award is None
    )  # achieved long ago, and no portfolio is held here
    tables = (
        []
        if is_over
        else [
            shown.portfolio_table(assessor_facts.portfolio_of(person, award)),
            shown.observations_table(assessor_facts.observations_of(person)),
        ]
    )
    tables.append(shown.cpd_table(assessor_facts.cpd_of(person)[:FEW]))
    return {
        "way": shown.rows(way, supporters, hours, sessions_of(person), today()),
        "tables": tables,
        "map": _map(award, user) if award else None,
        "is_over": is_over,
    }


def _map(award: Registration, user: Any) -> ProgressMap:
    """Return the map of criteria and evidence; evidence is linked for those who may see it."""
    found = progress_map(
        records.units_of(award),
        records.pieces_of(award),
        records.met_now(award),
        records.achieved_now(award),
    )
    if user.can(records.VIEW) and records.registrations(user).filter(pk=award.pk).exists():
        return found
    return replace(found, evidence=[replace(one, url="") for one in found.evidence])


class Route(Page):
    """One's own route to the award: due date, supporters, and what the portfolio holds and lacks."""

    permission = DEVELOP
    template_name = "assessments/route.html"
    page_title = "My route to the award"

    def shown(self) -> dict[str, Any]:
        person = acting_person(self.request)
        award = assessor_facts.award_of(self.request.user, DEVELOP, person.pk)
        record = Action(
            "Record professional development", reverse("assessments:record_cpd"), kind=""
        )
        every = Action("All professional development", reverse("assessments:cpd"), "link")
        return {
            "identity": assessor.identity(person, records.record_of(person), today()),
            "actions": [record, every],
            **route_of(person, award, self.request.user),
        }


class Cpd(ListPage):
    """One's own record of professional development."""

    permission = DEVELOP
    page_title = "My professional development"
    sorts = {"day": ("effective_on",), "hours": ("hours",)}
    default_sort = "-day"

    def rows(self) -> QuerySet[CpdEntry]:
        return assessor_facts.own_cpd(self.request.user).filter(voided_at=None)

    def table(self, rows: list[CpdEntry], sorting: Sorting) -> Table:
        body = [[*shown.cpd_row(row), shown.cpd_actions(row)] for row in rows]
        empty = Empty(
            "Nothing is recorded yet.",
            "Record what you do to stay competent, and what you took from it.",
        )
        columns = [*shown.CPD_COLUMNS, Column("Action", hidden=True)]
        return Table(
            self.page_title, columns, body, caption_hidden=True, sorting=sorting, empty=empty
        )

    def shown(self) -> dict[str, Any]:
        hours = assessor_facts.hours_in_a_year(acting_person(self.request))
        record = Action(
            "Record professional development", reverse("assessments:record_cpd"), kind=""
        )
        lead = f"{number(hours, 1)} hours in the last 12 months."
        return {"lead": lead, "actions": [record]}


class OfCpd:
    """Base of the pages that lead back to the record of professional development."""

    permission = DEVELOP

    def get_success_url(self) -> str:
        return reverse("assessments:cpd")


class RecordCpd(OfCpd, ActionPage):
    """Add an entry to one's own record."""

    form_class = CpdForm
    page_title, submit = "Record professional development", "Save"

    def perform(self, form: Any) -> str:
        record_cpd(person=acting_person(self.request), by=self.request.user, **form.cleaned_data)
        return "Professional development recorded"


class OfEntry(OfCpd):
    """Base of the pages about one of one's own entries."""

    request: Any
    kwargs: dict[str, Any]

    def facts(self) -> QuerySet[CpdEntry]:
        return assessor_facts.own_cpd(self.request.user).filter(public_id=self.kwargs["public_id"])


class CorrectCpd(OfEntry, AmendPage):
    """Correct an entry."""

    form_class = CorrectCpdForm
    page_title = "Correct professional development"

    def stated(self) -> dict[str, Any]:
        return {**super().stated(), "on": self.fact.effective_on}

    def amend(self, fact: CpdEntry, **answers: Any) -> None:
        answers["effective_on"] = answers.pop("on")
        correct_cpd(entry=fact, by=self.request.user, **answers)


class UndoCpd(OfEntry, UndoPage):
    """Undo an entry recorded in error."""

    page_title = "Undo professional development"

    def amend(self, fact: CpdEntry, **answers: Any) -> None:
        undo_cpd(entry=fact, by=self.request.user, **answers)

    def shown(self) -> dict[str, Any]:
        rows = [
            SummaryRow("Day", short_date(self.fact.effective_on)),
            SummaryRow("What you did", self.fact.what),
            SummaryRow("Hours", self.fact.hours),
        ]
        return {"rows": rows}
