"""Pages that name who looks after assessors, for many at once, and end, correct and undo one such allocation."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.facts import countersigning_capacity
from assessments.models import AssessorRecord
from assessments.queries import records as reading
from assessments.queries.countersigning_capacity import trainees
from assessments.views.assessors import MANAGE, OfAssessor
from assessments.views.handovers import taker
from learners.actions.allocations import correct_allocation, end_allocation, void_allocation
from learners.actions.allocations_many import MOST
from learners.forms.allocations import CorrectAllocationForm, EndAllocationForm
from learners.models import Allocation
from learners.models.allocations import AllocationRole
from learners.queries import records as learners
from learners.views.allocations_many import (
    AllocatedPage,
    AllocateManyPage,
    Many,
    UndoAllocatedPage,
    is_uuid,
)
from pqip.core.formats import date_gov, lower_first
from pqip.core.spans import SpanQuerySet
from pqip.govuk.links import with_query
from pqip.govuk.pages import SummaryRow
from pqip.pages.amending import AmendPage, UndoPage
from pqip.pages.generic import ActionPage
from workforce.models import Person


class OfAssessors(Many):
    """Base of the pages about allocations to assessors in the list."""

    permission = MANAGE
    kind, noun = "assessor_allocations", "assessor"
    listed, done, undo = (
        "assessments:assessors",
        "assessments:named_for_assessors",
        "assessments:undo_named_for_assessors",
    )


class NameForAssessors(OfAssessors, AllocateManyPage):
    """Name a countersigner, quality assurer, assessor for the award or mentor, for one assessor or several in the list."""

    page_title = "Name who looks after assessors"
    roles = [
        (AllocationRole.COUNTERSIGNER, "Countersigner"),
        (AllocationRole.IQA, "Internal quality assurer"),
        (AllocationRole.PTA, "Assessor for the award"),
        (AllocationRole.MENTOR, "Mentor"),
    ]

    @property
    def chosen(self) -> bool:  # type: ignore[override]
        """Whether all assessors listed start out selected: the address names one person or narrows the list."""
        return bool(self.request.GET)

    def offered(self) -> list[tuple[str, Person, str]]:
        some = list(
            self.narrowed()
            .select_related("person__region")
            .order_by("person__sort_name", "pk")[: MOST + 1]
        )
        signers = countersigning_capacity.countersigners_of([row.person_id for row in some])
        return [
            (
                str(row.person.public_id),
                row.person,
                f"{row.person.region or row.person.organisation}. Countersigner: {signers.get(row.person_id) or 'none'}",
            )
            for row in some
        ]

    def narrowed(self) -> QuerySet[AssessorRecord]:
        """Return the visible assessors to choose from: one, those narrowed to on the page of countersigning capacity, or
        all.
        """
        user, who, shown = (
            self.request.user,
            self.request.GET.get("who", ""),
            self.request.GET.get("show", ""),
        )
        if who:
            return (
                reading.assessors(user).filter(person__public_id=who)
                if is_uuid(who)
                else reading.assessors(user).none()
            )
        if shown in (*countersigning_capacity.SHOWN, "all"):
            return countersigning_capacity.narrowed(trainees(user, MANAGE), shown)
        return reading.assessors(user)

    def get_cancel_url(self) -> str:
        """Return the page the user came from."""
        if "show" in self.request.GET:
            return with_query(self.request.GET, reverse("assessments:capacity"))
        return reverse(self.listed)

    def taker(self, role: str, staff_number: str) -> Person:
        return taker(self.request.user, role, staff_number)


class NamedForAssessors(OfAssessors, AllocatedPage):
    """The page after naming: somebody now looks after these assessors."""


class UndoNamedForAssessors(OfAssessors, UndoAllocatedPage):
    """Undo what was named for many at once."""


class OfSupporter(OfAssessor):
    """Base of the pages about one allocation to an assessor."""

    def facts(self) -> SpanQuerySet[Allocation]:
        rows = learners.allocation(
            self.request.user, self.permission, self.kwargs["allocation_id"], undone=True
        )
        return rows.filter(person=self.person)

    def get_success_url(self) -> str:
        return reverse("assessments:assessor", args=[self.person.public_id])


def supporter_rows(row: Allocation) -> list[SummaryRow]:
    """Return summary rows of an allocation: who looks after whom, in which role, from when until when."""
    return [
        SummaryRow("Assessor", row.person.name),
        SummaryRow("Role", row.get_role_display()),
        SummaryRow("Who", row.other.name),
        SummaryRow("First day", date_gov(row.effective_on)),
        SummaryRow("Last day", date_gov(row.ended_on), empty="It lasts"),
    ]


class EndSupporter(OfSupporter, ActionPage):
    form_class = EndAllocationForm
    page_title, submit = "End who looks after an assessor", "End"
    renamed = {"to_date": "on"}

    @cached_property
    def allocation(self) -> Allocation:
        return get_object_or_404(self.facts().live())

    def perform(self, form: Any) -> str:
        end_allocation(by=self.request.user, allocation=self.allocation, **form.cleaned_data)
        return "Ended"

    def shown(self) -> dict[str, Any]:
        row = self.allocation
        lead = f"{row.other}, {lower_first(row.get_role_display())} of {row.person} from {date_gov(row.effective_on)}."
        return {"lead": lead}


class CorrectSupporter(OfSupporter, AmendPage):
    form_class = CorrectAllocationForm
    page_title = "Correct who looks after an assessor"

    def stated(self) -> dict[str, Any]:
        return {"from_date": self.fact.effective_on, "to_date": self.fact.ended_on}

    def amend(self, fact: Allocation, **answers: Any) -> None:
        correct_allocation(by=self.request.user, allocation=fact, **answers)

    def shown(self) -> dict[str, Any]:
        return {"rows": supporter_rows(self.fact)}


class UndoSupporter(OfSupporter, UndoPage):
    page_title = "Undo who looks after an assessor"
    warn = "Whoever handed over for it keeps their last day. Correct that too if they look after the assessor again."

    def amend(self, fact: Allocation, **answers: Any) -> None:
        void_allocation(by=self.request.user, allocation=fact, **answers)

    def shown(self) -> dict[str, Any]:
        return {"rows": supporter_rows(self.fact)}
