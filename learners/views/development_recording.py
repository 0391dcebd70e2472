"""Forms about a PSO's development: induction, observations, and who looks after them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners.actions.allocations import allocate, end_allocation, void_allocation
from learners.actions.allocations_eligible import Nomination
from learners.actions.development import (
    hold_observation,
    plan_observation,
    show_items,
    void_item,
    void_observation,
)
from learners.forms import development as asked
from learners.forms.allocations import EndAllocationForm
from learners.models import Allocation, InductionRecord, PracticeObservation
from learners.models.allocations import AllocationRole
from learners.presenters.development import ROLES
from learners.queries import development as development_reading
from learners.queries.development import DEVELOP
from learners.views.allocations import checked_taker
from learners.views.checked import CheckedPage
from learners.views.development import OfPso
from learners.views.events import NOBODY
from learners.views.record import ALLOCATE
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.formats import date_gov, lower_first
from pqip.govuk.pages import SummaryRow
from pqip.pages.amending import UndoPage
from pqip.pages.generic import ActionPage
from workforce.models import Person


class PsoAction(OfPso, ActionPage):
    """A form about one PSO."""

    permission = DEVELOP
    success_message: ClassVar[str] = "Recorded"
    renamed: ClassVar[dict[str, str]] = {"observer": "staff_number", "other": "staff_number"}

    def get_success_url(self) -> str:
        return self.address()

    def common(self) -> dict[str, Any]:
        return {**super().common(), "identity": self.identity()}

    def colleague(self, staff_number: str) -> Person:
        """Return the person of the PSO's own region with that number.

        Raises RuleBroken if nobody has it.
        """
        found = development_reading.colleague(self.person, staff_number)
        if found is None:
            raise RuleBroken(NOBODY, "staff_number")
        return found


class RecordInduction(PsoAction):
    form_class = asked.InductionForm
    page_title, success_message = "Record induction", "Induction recorded"

    def get_form_kwargs(self) -> dict[str, Any]:
        items = development_reading.induction_of(self.person.pk, self.pso.developed.started_on)
        return super().get_form_kwargs() | {
            "left": [(item.code, item.title) for item in items if item.record is None]
        }

    def perform(self, form: Any) -> str:
        show_items(by=self.request.user, person=self.person, **form.cleaned_data)
        return self.success_message


class PlanObservation(PsoAction):
    form_class = asked.PlanObservationForm
    page_title, success_message = "Plan an observation", "Observation planned"

    def perform(self, form: Any) -> str:
        number = form.cleaned_data["staff_number"]
        observer = self.colleague(number) if number else None
        plan_observation(
            by=self.request.user, person=self.person, on=form.cleaned_data["on"], observer=observer
        )
        return self.success_message


class LookAfter(CheckedPage, PsoAction):
    form_class = asked.LookAfterForm
    page_title, submit, success_message = "Name who looks after a PSO", "Continue", "Recorded"
    lead = "Whoever has the role now, without a last day, hands over the day before."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"assessors": self.request.user.can(ALLOCATE)}

    def asked(self, form: Any) -> dict[str, Any]:
        """Return the arguments of the action."""
        content = dict(form.cleaned_data)
        return {
            "person": self.person,
            "other": self.colleague(content.pop("staff_number")),
            **content,
        }

    def checked(self, form: Any) -> dict[str, Any]:
        answers = self.asked(form)
        named = Nomination(answers["other"].pk, self.person.pk, answers["from_date"])
        return checked_taker(answers["role"], answers["other"], [named]) | {"submit": "Save"}

    def perform(self, form: Any) -> str:
        allocate(by=self.request.user, **self.asked(form))
        return self.success_message


class OfObservation(OfPso):
    """A page about one observation of this PSO."""

    def facts(self) -> QuerySet[PracticeObservation]:
        return development_reading.observations(self.person.pk, self.kwargs["observation_id"])


class HoldObservation(OfObservation, PsoAction):
    form_class = asked.ObservationHeldForm
    page_title, success_message = "Record an observation", "Observation recorded"

    @cached_property
    def observation(self) -> PracticeObservation:
        found = get_object_or_404(self.facts())
        if found.is_void or found.held_on:
            raise Conflict("This observation has been recorded or undone already.")
        return found

    def get_initial(self) -> dict[str, Any]:
        observer = self.observation.observer
        return {"staff_number": observer.staff_number} if observer else {}

    def perform(self, form: Any) -> str:
        content = dict(form.cleaned_data)
        observer = self.colleague(content.pop("staff_number"))
        hold_observation(
            by=self.request.user, observation=self.observation, observer=observer, **content
        )
        return self.success_message

    def shown(self) -> dict[str, Any]:
        return {"lead": f"Planned for {date_gov(self.observation.effective_on)}."}


class UndoOfPso(OfPso, UndoPage):
    """A page to undo one fact of a PSO's development."""

    permission = DEVELOP

    def get_success_url(self) -> str:
        return self.address()

    def summary(self) -> list[SummaryRow]:
        raise NotImplementedError

    def shown(self) -> dict[str, Any]:
        return {"identity": self.identity(), "rows": self.summary()}


class UndoInduction(UndoOfPso):
    page_title = "Undo an item of the induction"

    def facts(self) -> QuerySet[InductionRecord]:
        return development_reading.records_of(self.person.pk, self.kwargs["item"])

    def amend(self, fact: InductionRecord, **answers: Any) -> None:
        void_item(by=self.request.user, record=fact, **answers)

    def summary(self) -> list[SummaryRow]:
        items = development_reading.induction_of(self.person.pk, self.pso.developed.started_on)
        title = next((item.title for item in items if item.code == self.fact.item), self.fact.item)
        return [SummaryRow("Item", title), SummaryRow("Shown", date_gov(self.fact.effective_on))]


class UndoObservation(OfObservation, UndoOfPso):
    page_title = "Undo an observation"

    def amend(self, fact: PracticeObservation, **answers: Any) -> None:
        void_observation(by=self.request.user, observation=fact, **answers)

    def summary(self) -> list[SummaryRow]:
        held = date_gov(self.fact.held_on) if self.fact.held_on else ""
        return [
            SummaryRow("Planned for", date_gov(self.fact.effective_on)),
            SummaryRow("Held", held, empty="Not yet"),
        ]


class OfAllocation(OfPso):
    """A page about their mentor, or their assessor for users who allocate assessors."""

    def facts(self) -> QuerySet[Allocation]:
        roles = [
            AllocationRole.MENTOR,
            *([AllocationRole.PTA] if self.request.user.can(ALLOCATE) else []),
        ]
        return development_reading.allocations(self.person.pk, self.kwargs["allocation_id"], roles)


class EndLookingAfter(OfAllocation, PsoAction):
    form_class = EndAllocationForm
    page_title, submit, success_message = "End a mentor or assessor", "End", "Ended"
    renamed: ClassVar[dict[str, str]] = {"to_date": "on"}

    @cached_property
    def allocation(self) -> Allocation:
        found = self.facts().filter(voided_at=None).first()
        if found is None:
            raise Conflict("Somebody else has changed this.") if self.facts().exists() else Http404
        return found

    def perform(self, form: Any) -> str:
        end_allocation(by=self.request.user, allocation=self.allocation, **form.cleaned_data)
        return self.success_message

    def shown(self) -> dict[str, Any]:
        lead = f"{self.allocation.other.name}, {lower_first(ROLES[self.allocation.role])}."
        return {"lead": lead}


class UndoLookingAfter(OfAllocation, UndoOfPso):
    page_title = "Undo a mentor or assessor"

    def amend(self, fact: Allocation, **answers: Any) -> None:
        void_allocation(by=self.request.user, allocation=fact, **answers)

    def summary(self) -> list[SummaryRow]:
        return [
            SummaryRow(ROLES[self.fact.role], self.fact.other.name),
            SummaryRow("First day", date_gov(self.fact.effective_on)),
        ]
