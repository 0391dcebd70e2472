"""Pages for allocations, results, training and new places."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners import reading
from learners.actions.allocate import allocate, end_allocation
from learners.actions.enrol import enrol
from learners.actions.record_module_result import record_module_result
from learners.actions.record_training import record_training
from learners.forms import people as asked
from learners.models import Allocation
from learners.views.actions import LearnerAction, found
from pqip.core.errors import RuleBroken
from pqip.core.views import ActionPage


class Allocate(LearnerAction):
    permission = "learners.allocate"
    form_class = asked.AllocateForm
    page_title, submit, said, back = "Allocate", "Allocate", "Allocated", "learners:people"
    lead = "Whoever has the role now, without a last day, hands over the day before."
    renamed = {"other": "staff_number"}

    def act(self, *, staff_number: str, **content: Any) -> None:
        other = found(self.request.user, "workforce.view_person", staff_number)
        allocate(by=self.request.user, person=self.enrolment.person, other=other, **content)


class EndAllocation(LearnerAction):
    permission = "learners.allocate"
    form_class = asked.EndAllocationForm
    page_title, submit, said, back = "End an allocation", "End", "Allocation ended", "learners:people"
    renamed = {"to_date": "on"}

    @cached_property
    def allocation(self) -> Allocation:
        rows = reading.allocation(self.request.user, self.permission, self.kwargs["allocation_id"])
        return get_object_or_404(rows, person_id=self.enrolment.person_id)

    def act(self, **content: Any) -> None:
        end_allocation(by=self.request.user, allocation=self.allocation, **content)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        who = f"{self.allocation.other}, {self.allocation.get_role_display().lower()}"
        return super().get_context_data(lead=who, **kwargs)


class RecordResult(LearnerAction):
    form_class = asked.ResultForm
    page_title, submit, said, back = "Record a result", "Save", "Result recorded", "learners:academic"

    def act(self, **content: Any) -> None:
        record_module_result(by=self.request.user, enrolment=self.enrolment, **content)


class RecordTraining(LearnerAction):
    form_class = asked.TrainingForm
    page_title, submit, said, back = "Record training", "Save", "Training recorded", "learners:training"

    def act(self, **content: Any) -> None:
        record_training(by=self.request.user, person=self.enrolment.person, **content)


class Enrol(ActionPage):
    """A place for somebody already known to the service."""

    permission = "learners.record_event"
    form_class = asked.EnrolForm
    page_title, submit = "Enrol a learner", "Enrol"
    lead = "New people come from the learners import. Their start is confirmed on the first day."

    def perform(self, form: Any) -> str:
        content = form.terms()
        user = self.request.user
        if content["applied_on"] and not user.can("learners.decide_pathway"):
            raise RuleBroken("You may not decide a pathway. Leave this blank.", "applied_on")
        if not user.scope(self.permission).covers_region(content["region"].pk):
            raise RuleBroken("Choose a region you look after.", "region")
        person = found(user, "workforce.view_person", content.pop("staff_number"))
        try:
            self.enrolment = enrol(by=user, person=person, **content)
        except RuleBroken as broken:
            raise RuleBroken(
                broken.message, {"person": "staff_number", "to_fte": "fte"}.get(broken.field or "", broken.field)
            ) from broken
        return "Enrolled"

    def get_success_url(self) -> str:
        made = getattr(self, "enrolment", None)
        return reverse("learners:learner", args=[made.public_id]) if made else reverse("learners:list")
