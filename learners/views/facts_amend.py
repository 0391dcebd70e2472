"""Pages to undo or correct an allocation, a module result or a training record."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.allocations import correct_allocation, void_allocation
from learners.actions.modules_results import correct_module_result, void_module_result
from learners.actions.training import correct_training, void_training
from learners.forms.allocations import CorrectAllocationForm
from learners.forms.modules import CorrectResultForm
from learners.forms.training import CorrectTrainingForm
from learners.models import Allocation, Enrolment, ModuleResult, TrainingRecord
from learners.presenters.record import identity
from learners.queries import records
from learners.views.allocations import of_kind
from learners.views.record import EXTERNAL
from pqip.core.formats import date_gov
from pqip.govuk.pages import SummaryRow
from pqip.pages.amending import AmendPage, UndoPage


class OfLearner(AmendPage):
    """A page about a fact of one learner, fetched through the scope of recording it."""

    permission = "learners.record_event"
    template_name = "layouts/confirm.html"
    back: ClassVar[str] = ""

    @cached_property
    def enrolment(self) -> Enrolment:
        rows = records.enrolments(self.request.user, self.permission).for_record()
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def rows(self) -> list[SummaryRow]:
        """Return rows that say which fact it is."""
        raise NotImplementedError

    def shown(self) -> dict[str, Any]:
        return {"identity": identity(self.enrolment), "rows": self.rows()}

    def get_success_url(self) -> str:
        return reverse(self.back, args=[self.enrolment.public_id])


class OfAllocation(OfLearner):
    permission = "learners.allocate"
    back = "learners:people"

    def facts(self) -> QuerySet[Allocation]:
        rows = records.allocation(
            self.request.user, self.permission, self.kwargs["allocation_id"], undone=True
        )
        return of_kind(rows, self.permission).filter(person=self.enrolment.person_id)

    def rows(self) -> list[SummaryRow]:
        return [
            SummaryRow("Role", self.fact.get_role_display()),
            SummaryRow("Who", self.fact.other.name),
            SummaryRow("First day", date_gov(self.fact.effective_on)),
            SummaryRow("Last day", date_gov(self.fact.ended_on), empty="It lasts"),
        ]


class CorrectAllocation(OfAllocation):
    form_class = CorrectAllocationForm
    page_title = "Correct an allocation"

    def stated(self) -> dict[str, Any]:
        return {"from_date": self.fact.effective_on, "to_date": self.fact.ended_on}

    def amend(self, fact: Allocation, **answers: Any) -> None:
        correct_allocation(by=self.request.user, allocation=fact, **answers)


class UndoAllocation(OfAllocation, UndoPage):
    page_title = "Undo an allocation"
    warn = "Whoever handed over for it keeps their last day. Correct that too if they look after the learner again."

    def amend(self, fact: Allocation, **answers: Any) -> None:
        void_allocation(by=self.request.user, allocation=fact, **answers)


class CorrectExternal(CorrectAllocation):
    permission = EXTERNAL
    page_title = "Correct what an external quality assurer reads"


class UndoExternal(UndoAllocation):
    permission = EXTERNAL
    page_title = "Undo what an external quality assurer reads"


class OfResult(OfLearner):
    back = "learners:academic"

    def facts(self) -> QuerySet[ModuleResult]:
        return records.attempt(self.enrolment, self.kwargs["module"], self.kwargs["attempt"])

    def rows(self) -> list[SummaryRow]:
        return [
            SummaryRow("Module", self.fact.module.title),
            SummaryRow("Attempt", self.fact.attempt),
            SummaryRow("Outcome", self.fact.get_outcome_display()),
        ]


class CorrectResult(OfResult):
    form_class = CorrectResultForm
    page_title = "Correct a result"

    def amend(self, fact: ModuleResult, **answers: Any) -> None:
        correct_module_result(by=self.request.user, result=fact, **answers)


class UndoResult(OfResult, UndoPage):
    page_title = "Undo a result"

    def amend(self, fact: ModuleResult, **answers: Any) -> None:
        void_module_result(by=self.request.user, result=fact, **answers)


def booked_day(kwargs: dict[str, Any]) -> dt.date:
    """Return the day of a booking in an address. Raises Http404 if it is not a day."""
    try:
        return dt.date.fromisoformat(kwargs["booked"])
    except ValueError:
        raise Http404 from None


class OfTraining(OfLearner):
    back = "learners:training"

    def facts(self) -> QuerySet[TrainingRecord]:
        return records.booking(
            self.enrolment.person_id, self.kwargs["course"], booked_day(self.kwargs)
        )

    def rows(self) -> list[SummaryRow]:
        return [
            SummaryRow("Course", self.fact.course.title),
            SummaryRow("Booked for", date_gov(self.fact.effective_on)),
            SummaryRow("Status", self.fact.get_status_display()),
        ]


class CorrectTraining(OfTraining):
    form_class = CorrectTrainingForm
    page_title = "Correct a training record"

    def stated(self) -> dict[str, Any]:
        return {**super().stated(), "booked_for": self.fact.effective_on}

    def amend(self, fact: TrainingRecord, **answers: Any) -> None:
        correct_training(by=self.request.user, training=fact, **answers)


class UndoTraining(OfTraining, UndoPage):
    page_title = "Undo a training record"

    def amend(self, fact: TrainingRecord, **answers: Any) -> None:
        void_training(by=self.request.user, training=fact, **answers)
