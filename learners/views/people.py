"""Pages for allocations, results and training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners import reading
from learners.actions.allocate import allocate, check_allocation, end_allocation
from learners.actions.eligible import Named, look_at
from learners.actions.record_module_result import record_module_result
from learners.actions.record_training import record_training
from learners.forms import people as asked
from learners.looking_after_facts import choice_of, choices
from learners.models import Allocation
from learners.models.allocations import AllocationRole
from learners.presenters import taking
from learners.views.actions import LearnerAction, found_by_words
from learners.views.checked import CheckedPage
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.govuk.formats import date_gov
from pqip.govuk.pages import SummaryRow
from workforce.models import Person

STAFF = "workforce.view_person"


class Allocate(CheckedPage, LearnerAction):
    """Who takes a role: chosen, shown with their place and how many they look after, then recorded. `?role=` says which."""

    permission = "learners.allocate"
    form_class = asked.AllocateForm
    page_title, submit, said, back = "Allocate", "Continue", "Allocated", "learners:people"
    lead = "Whoever has the role now, without a last day, hands over the day before."
    renamed = {"other": "staff_number"}

    @cached_property
    def role(self) -> str:
        """The role one came for; empty where it is still to be chosen."""
        wanted = self.request.GET.get("role", "")
        return wanted if wanted in AllocationRole.values else ""

    def get_form_kwargs(self) -> dict[str, Any]:
        place = (self.enrolment.region_id, self.enrolment.pdu_id)
        within = reading.people_within(self.request.user, STAFF).exclude(pk=self.enrolment.person_id)
        offered = [(one.person.staff_number, taking.option(one)) for one in choices(within, self.role, place, today())]
        return {**super().get_form_kwargs(), "role": self.role, "offered": offered}

    def asked(self, form: Any) -> dict[str, Any]:
        """What the action takes."""
        said = dict(form.cleaned_data)
        return {"other": found_by_words(self.request.user, STAFF, said.pop("staff_number")), **said}

    def checked(self, form: Any) -> dict[str, Any]:
        said = self.asked(form)
        check_allocation(person=self.enrolment.person, **said)
        named = Named(said["other"].pk, self.enrolment.person_id, said["from_date"], said["to_date"])
        return checked_taker(said["role"], said["other"], [named]) | {"submit": "Allocate"}

    def act(self, **content: Any) -> None:
        allocate(by=self.request.user, person=self.enrolment.person, **content)

    def perform(self, form: Any) -> str:
        self.act(**self.asked(form))
        return self.said

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"page_title": f"Allocate: {AllocationRole(self.role).label.lower()}"} if self.role else {}
        return super().get_context_data(**{**words, **kwargs})


def checked_taker(role: str, other: Person, named: Sequence[Named]) -> dict[str, Any]:
    """What a check shows of whoever takes a role: who they are, and what to know. Raises RuleBroken where they may not."""
    looked = look_at(role, named)
    if words := next((one.refusal for one in looked if one.refusal), ""):
        raise RuleBroken(words, "other")
    first, last = min(one.first for one in named), named[0].last
    choice = choice_of(other, role, max(first, today()))
    rows = [SummaryRow("Role", AllocationRole(role).label), *taking.rows(choice), SummaryRow("First day", date_gov(first))]
    if last is not None and len({(one.first, one.last) for one in named}) == 1:
        rows.append(SummaryRow("Last day", date_gov(last)))
    notes = dict.fromkeys(words for one in looked for words in one.notes)
    return {"rows": rows, "warn": taking.warning(choice, len({one.person for one in named}), list(notes))}


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
