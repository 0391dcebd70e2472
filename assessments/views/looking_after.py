"""Who looks after assessors: named for many at once, or ended, put right and undone one by one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments import capacity_facts, reading
from assessments.models import AssessorRecord
from assessments.views.assessors import MANAGE, OfAssessor
from assessments.views.handover import taker
from learners import reading as learners
from learners.actions.allocate import correct_allocation, end_allocation, void_allocation
from learners.actions.allocate_many import MOST
from learners.forms.people import CorrectAllocationForm, EndAllocationForm
from learners.models import Allocation
from learners.models.allocations import AllocationRole
from learners.views.allocate_many import AllocatedPage, AllocateManyPage, Many, UndoAllocatedPage, is_uuid
from pqip.core.amending import AmendPage, UndoPage
from pqip.core.views import ActionPage
from pqip.govuk.formats import date_gov, lower_first
from pqip.govuk.links import with_query
from pqip.govuk.pages import SummaryRow
from workforce.models import Person


class OfAssessors(Many):
    """Assessors of the list."""

    permission = MANAGE
    kind, noun = "assessor_allocations", "assessor"
    listed, done, undo = "assessments:assessors", "assessments:named_for_assessors", "assessments:undo_named_for_assessors"


class NameForAssessors(OfAssessors, AllocateManyPage):
    """Who countersigns, quality assures, assesses for the award or mentors: for assessors of the list, or for one of them."""

    page_title = "Name who looks after assessors"
    roles = [
        (AllocationRole.COUNTERSIGNER, "Countersigner"), (AllocationRole.IQA, "Internal quality assurer"),
        (AllocationRole.PTA, "Assessor for the award"), (AllocationRole.MENTOR, "Mentor"),
    ]

    @property
    def chosen(self) -> bool:  # type: ignore[override]
        """One person, or a narrowed list, is meant as a whole."""
        return bool(self.request.GET)

    def offered(self) -> list[tuple[str, Person, str]]:
        some = list(self.narrowed().select_related("person__region").order_by("person__sort_name", "pk")[: MOST + 1])
        signers = capacity_facts.countersigners_of([row.person_id for row in some])
        return [
            (str(row.person.public_id), row.person,
             f"{row.person.region or row.person.organisation}. Countersigner: {signers.get(row.person_id) or 'none'}")
            for row in some
        ]

    def narrowed(self) -> QuerySet[AssessorRecord]:
        """Assessors within reach: one, those the page of countersigning capacity was narrowed to, or all."""
        user, who, shown = self.request.user, self.request.GET.get("who", ""), self.request.GET.get("show", "")
        if who:
            return reading.assessors(user).filter(person__public_id=who) if is_uuid(who) else reading.assessors(user).none()
        if shown in (*capacity_facts.SHOWN, "all"):
            return capacity_facts.narrowed(capacity_facts.trainees(user, MANAGE), shown)
        return reading.assessors(user)

    def get_cancel_url(self) -> str:
        """Back to where one came from."""
        if "show" in self.request.GET:
            return with_query(self.request.GET, reverse("assessments:capacity"))
        return reverse(self.listed)

    def taker(self, role: str, staff_number: str) -> Person:
        return taker(self.request.user, role, staff_number)


class NamedForAssessors(OfAssessors, AllocatedPage):
    """Somebody looks after them."""


class UndoNamedForAssessors(OfAssessors, UndoAllocatedPage):
    """Taken back."""


class OfSupporter(OfAssessor):
    """About one person who looks after an assessor."""

    def facts(self) -> QuerySet[Allocation]:
        rows = learners.allocation(
            self.request.user, self.permission, self.kwargs["allocation_id"], undone=True  # type: ignore[attr-defined]
        )
        return rows.filter(person=self.person)

    def get_success_url(self) -> str:
        return reverse("assessments:assessor", args=[self.person.public_id])


def supporter_rows(row: Allocation) -> list[SummaryRow]:
    """Who looks after whom, as what, from when until when."""
    return [
        SummaryRow("Assessor", row.person.name), SummaryRow("Role", row.get_role_display()), SummaryRow("Who", row.other.name),
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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.allocation
        lead = f"{row.other}, {lower_first(row.get_role_display())} of {row.person} from {date_gov(row.effective_on)}."
        return super().get_context_data(lead=lead, **kwargs)


class CorrectSupporter(OfSupporter, AmendPage):
    form_class = CorrectAllocationForm
    page_title = "Correct who looks after an assessor"

    def stated(self) -> dict[str, Any]:
        return {"from_date": self.fact.effective_on, "to_date": self.fact.ended_on}

    def amend(self, fact: Allocation, **answers: Any) -> None:
        correct_allocation(by=self.request.user, allocation=fact, **answers)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=supporter_rows(self.fact), **kwargs)


class UndoSupporter(OfSupporter, UndoPage):
    page_title = "Undo who looks after an assessor"
    warn = "Whoever handed over for it keeps their last day. Correct that too if they look after the assessor again."

    def amend(self, fact: Allocation, **answers: Any) -> None:
        void_allocation(by=self.request.user, allocation=fact, **answers)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=supporter_rows(self.fact), **kwargs)
