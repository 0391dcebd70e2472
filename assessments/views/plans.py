"""Assessment plans: an assessor's list, planning with a candidate, changing and taking out, and the candidate agreeing."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments import evidence_facts, reading
from assessments.actions.planning import agree_plan, change_plan, drop_plan, plan_assessment
from assessments.evidence_facts import AGREE, PLAN
from assessments.forms.plans import ChangePlanForm, PlanForm
from assessments.models import AssessmentPlan, Registration
from assessments.presenters import plans as shown
from assessments.presenters.words import identity
from assessments.views.candidates import acting_person
from pqip.core.amending import AmendPage, UndoPage
from pqip.core.clock import today
from pqip.core.views import ActionPage, ConfirmPage, ListPage
from pqip.govuk.formats import date_gov
from pqip.govuk.pages import Empty, SummaryRow
from pqip.govuk.tables import Column, Sorting, Table


class Plans(ListPage):
    """What an assessor has planned and not done yet, soonest first."""

    permission = PLAN
    page_title = "Planned assessments"
    sorts = {"day": ("due_on",)}
    default_sort = "day"

    def rows(self) -> QuerySet[AssessmentPlan]:
        rows = evidence_facts.open_plans(self.request.user, self.permission)
        return rows.filter(due_on__lt=today()) if self.request.GET.get("show") == "late" else rows

    def whole(self, rows: QuerySet[AssessmentPlan]) -> QuerySet[AssessmentPlan]:
        return rows.select_related("registration__person", "registration__qualification", "assessor")

    def table(self, rows: list[AssessmentPlan], sorting: Sorting) -> Table:
        columns = [
            Column("Planned for", sort="day"), Column("Candidate", second="Staff number"), Column("What", second="How"),
            Column("State"), Column("Action", hidden=True),
        ]
        empty = Empty("No assessment is planned.", "Plan one from a candidate’s page.")
        body = [shown.row(row) for row in rows]
        return Table("Planned assessments", columns, body, caption_hidden=True, sorting=sorting, empty=empty)


class Plan(ActionPage):
    """Plan an assessment with a candidate."""

    permission = PLAN
    form_class = PlanForm
    page_title, submit = "Plan an assessment", "Plan"
    lead = "The candidate sees it on their own page and agrees it there."

    @cached_property
    def registration(self) -> Registration:
        rows = reading.registrations(self.request.user, self.permission).select_related("person", "qualification")
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "units": reading.units_of(self.registration)}

    def perform(self, form: Any) -> str:
        made = plan_assessment(
            registration=self.registration, assessor=acting_person(self.request), by=self.request.user, **form.cleaned_data
        )
        return f"Planned for {date_gov(made.due_on)}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(identity=identity(self.registration), **kwargs)

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.registration.public_id])


class OfPlan:
    """About one plan that is still open."""

    def facts(self) -> QuerySet[AssessmentPlan]:
        rows = evidence_facts.plans(self.request.user, self.permission)  # type: ignore[attr-defined]
        return rows.filter(public_id=self.kwargs["public_id"])  # type: ignore[attr-defined]

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.fact.registration.public_id])  # type: ignore[attr-defined]


class ChangePlan(OfPlan, AmendPage):
    """Change what is planned; the candidate agrees it anew."""

    permission = PLAN
    form_class = ChangePlanForm
    page_title, said, submit = "Change a plan", "Plan changed", "Change"
    lead = "The candidate agrees it anew. What was planned before stays in the history, with your reason."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "units": reading.units_of(self.fact.registration)}

    def stated(self) -> dict[str, Any]:
        return {**super().stated(), "criteria": [str(key) for key in self.fact.criteria]}

    def amend(self, fact: AssessmentPlan, **answers: Any) -> None:
        change_plan(plan=fact, by=self.request.user, **answers)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(identity=identity(self.fact.registration), **kwargs)


class DropPlan(OfPlan, UndoPage):
    """Take out what does not take place."""

    permission = PLAN
    page_title, said, submit = "Take out a plan", "Plan taken out", "Take it out"

    def amend(self, fact: AssessmentPlan, **answers: Any) -> None:
        drop_plan(plan=fact, reason=answers["reason"], by=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=summary(self.fact), **kwargs)


class AgreePlan(OfPlan, ConfirmPage):
    """The candidate agrees what is planned of their own work."""

    permission = AGREE
    page_title, submit = "Agree a planned assessment", "Agree"

    @cached_property
    def fact(self) -> AssessmentPlan:
        return get_object_or_404(self.facts().live())

    def perform(self, form: Any) -> str:
        agree_plan(plan=self.fact, by=self.request.user)
        return "Agreed"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        criteria = reading.criteria_of(self.fact.criteria)
        asked = [SummaryRow(one.code, one.text) for one in criteria.values()]
        return super().get_context_data(rows=[*summary(self.fact), *asked], **kwargs)


def summary(plan: AssessmentPlan) -> list[SummaryRow]:
    """What is planned."""
    return [
        SummaryRow("What", plan.what), SummaryRow("How", plan.get_method_display()),
        SummaryRow("Planned for", date_gov(plan.due_on)), SummaryRow("Assessor", plan.assessor.name),
    ]
