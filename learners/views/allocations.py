"""Pages to allocate somebody to a learner, one short page at a time, and to end an allocation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners.actions.allocations import allocate, end_allocation
from learners.actions.allocations_eligible import Nomination, check_nominations
from learners.facts.allocations import choice_of, choices
from learners.forms import allocations as asked
from learners.models import Allocation
from learners.models.allocations import AllocationRole
from learners.presenters import allocations_taking
from learners.queries import records
from learners.views.checked import CheckedPage
from learners.views.events import LearnerAction, found_by_words
from learners.views.record import EXTERNAL
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov, lower_first
from pqip.govuk.pages import SummaryRow
from workforce.models import Person

STAFF = "workforce.view_person"


def of_kind(rows: QuerySet[Allocation], permission: str) -> QuerySet[Allocation]:
    """Filter for the allocations that the permission concerns.

    The national team names the awarding body's own assurers; everybody else who looks after a
    learner is named by their region.
    """
    external = Q(role=AllocationRole.EQA)
    return rows.filter(external if permission == EXTERNAL else ~external)


class Allocate(CheckedPage, LearnerAction):
    """The page to choose who takes a role, check it, and record it.

    The check shows their place and their number of people. `?role=` gives the role.
    """

    permission = "learners.allocate"
    form_class = asked.AllocateForm
    page_title, submit, success_message, back = (
        "Allocate",
        "Continue",
        "Allocated",
        "learners:people",
    )
    lead = "Whoever has the role now, without a last day, hands over the day before."
    renamed = {"other": "staff_number"}

    @cached_property
    def role(self) -> str:
        """The role in the address; empty if it must be chosen."""
        wanted = self.request.GET.get("role", "")
        return wanted if wanted in AllocationRole.values and wanted != AllocationRole.EQA else ""

    def get_form_kwargs(self) -> dict[str, Any]:
        place = (self.enrolment.region_id, self.enrolment.pdu_id)
        within = records.people_within(self.request.user, STAFF).exclude(
            pk=self.enrolment.person_id
        )
        offered = [
            (one.person.staff_number, allocations_taking.option(one))
            for one in choices(within, self.role, place, today())
        ]
        return {**super().get_form_kwargs(), "role": self.role, "offered": offered}

    def asked(self, form: Any) -> dict[str, Any]:
        """Return the arguments of the action."""
        answers = dict(form.cleaned_data)
        return {
            "other": found_by_words(self.request.user, STAFF, answers.pop("staff_number")),
            **answers,
        }

    def checked(self, form: Any) -> dict[str, Any]:
        answers = self.asked(form)
        named = Nomination(
            answers["other"].pk, self.enrolment.person_id, answers["from_date"], answers["to_date"]
        )
        return checked_taker(answers["role"], answers["other"], [named]) | {"submit": "Allocate"}

    def act(self, **content: Any) -> None:
        allocate(by=self.request.user, person=self.enrolment.person, **content)

    def perform(self, form: Any) -> str:
        self.act(**self.asked(form))
        return self.success_message

    def shown(self) -> dict[str, Any]:
        words = (
            {"page_title": f"Allocate: {lower_first(AllocationRole(self.role).label)}"}
            if self.role
            else {}
        )
        return words


class NameExternal(Allocate):
    """The page to name the candidate to an external quality assurer between two days."""

    permission = EXTERNAL
    form_class = asked.NameExternalForm
    lead = "They read the candidate’s assessment on these days, and change nothing in it."
    role = AllocationRole.EQA.value


def checked_taker(role: str, other: Person, named: Sequence[Nomination]) -> dict[str, Any]:
    """Return what the check shows about whoever takes a role: who they are, and what to know.

    Raises RuleBroken if they may not have it.
    """
    findings = check_nominations(role, named)
    if words := next((one.refusal for one in findings if one.refusal), ""):
        raise RuleBroken(words, "other")
    first, last = min(one.first for one in named), named[0].last
    choice = choice_of(other, role, max(first, today()))
    rows = [
        SummaryRow("Role", AllocationRole(role).label),
        *allocations_taking.rows(choice),
        SummaryRow("First day", date_gov(first)),
    ]
    if last is not None and len({(one.first, one.last) for one in named}) == 1:
        rows.append(SummaryRow("Last day", date_gov(last)))
    notes = dict.fromkeys(words for one in findings for words in one.notes)
    return {
        "rows": rows,
        "warn": allocations_taking.warning(choice, len({one.person for one in named}), list(notes)),
    }


class EndAllocation(LearnerAction):
    permission = "learners.allocate"
    form_class = asked.EndAllocationForm
    page_title, submit, success_message, back = (
        "End an allocation",
        "End",
        "Allocation ended",
        "learners:people",
    )
    renamed = {"to_date": "on"}

    @cached_property
    def allocation(self) -> Allocation:
        rows = records.allocation(self.request.user, self.permission, self.kwargs["allocation_id"])
        return get_object_or_404(of_kind(rows, self.permission), person_id=self.enrolment.person_id)

    def act(self, **content: Any) -> None:
        end_allocation(by=self.request.user, allocation=self.allocation, **content)

    def shown(self) -> dict[str, Any]:
        who = f"{self.allocation.other}, {lower_first(self.allocation.get_role_display())}"
        return {"lead": who}


class EndExternal(EndAllocation):
    permission = EXTERNAL
    page_title = "End what an external quality assurer reads"
