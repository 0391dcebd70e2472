"""Assessment plans: an assessor's list, planning, changing and undoing a plan, and the candidate's agreement."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.plans import agree_plan, change_plan, drop_plan, plan_assessment
from assessments.forms.plans import ChangePlanForm, PlanForm
from assessments.models import AssessmentPlan, Registration
from assessments.models.reach import ReachLedgerQuerySet
from assessments.presenters import plans as shown
from assessments.presenters.words import identity
from assessments.queries import evidence, records
from assessments.queries.evidence import AGREE, PLAN
from assessments.views.candidates import acting_person
from pqip.core.access import OfPage
from pqip.core.clock import today
from pqip.core.formats import date_gov
from pqip.govuk.pages import Empty, SummaryRow
from pqip.govuk.tables import Column, Sorting, Table
from pqip.pages.amending import AmendPage, UndoPage
from pqip.pages.generic import ActionPage, ConfirmPage, ListPage


class Plans(ListPage):
    """What an assessor has planned and not done yet, soonest first."""

    permission = PLAN
    page_title = "Planned assessments"
    sorts = {"day": ("due_on",)}
    default_sort = "day"

    def rows(self) -> QuerySet[AssessmentPlan]:
        rows = evidence.open_plans(self.request.user, self.permission)
        return rows.filter(due_on__lt=today()) if self.request.GET.get("show") == "late" else rows

    def with_related(self, rows: QuerySet[AssessmentPlan]) -> QuerySet[AssessmentPlan]:
        return rows.select_related(
            "registration__person", "registration__qualification", "assessor"
        )

    def table(self, rows: list[AssessmentPlan], sorting: Sorting) -> Table:
        columns = [
            Column("Planned for", sort="day"),
            Column("Candidate", second="Staff number"),
            Column("What", second="How"),
            Column("State"),
            Column("Action", hidden=True),
        ]
        empty = Empty("No assessment is planned.", "Plan one from a candidate’s page.")
        body = [shown.row(row) for row in rows]
        return Table(
            "Planned assessments", columns, body, caption_hidden=True, sorting=sorting, empty=empty
        )


class Plan(ActionPage):
    """Plan an assessment with a candidate."""

    permission = PLAN
    form_class = PlanForm
    page_title, submit = "Plan an assessment", "Plan"
    lead = "The candidate sees it on their own page and agrees it there."

    @cached_property
    def registration(self) -> Registration:
        rows = records.registrations(self.request.user, self.permission).select_related(
            "person", "qualification"
        )
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "units": records.units_of(self.registration)}

    def perform(self, form: Any) -> str:
        made = plan_assessment(
            registration=self.registration,
            assessor=acting_person(self.request),
            by=self.request.user,
            **form.cleaned_data,
        )
        return f"Planned for {date_gov(made.due_on)}"

    def shown(self) -> dict[str, Any]:
        return {"identity": identity(self.registration)}

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.registration.public_id])


class OfPlan(OfPage):
    """Base of the pages about one plan that is not done yet."""

    def facts(self) -> ReachLedgerQuerySet[AssessmentPlan]:
        rows = evidence.plans(self.request.user, self.permission)
        return rows.filter(public_id=self.kwargs["public_id"])

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.fact.registration.public_id])  # type: ignore[attr-defined]


class ChangePlan(OfPlan, AmendPage):
    """Change a plan; the candidate has to agree it again."""

    permission = PLAN
    form_class = ChangePlanForm
    page_title, success_message, submit = "Change a plan", "Plan changed", "Change"
    lead = "The candidate agrees it anew. What was planned before stays in the history, with your reason."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "units": records.units_of(self.fact.registration)}

    def stated(self) -> dict[str, Any]:
        return {**super().stated(), "criteria": [str(key) for key in self.fact.criteria]}

    def amend(self, fact: AssessmentPlan, **answers: Any) -> None:
        change_plan(plan=fact, by=self.request.user, **answers)

    def shown(self) -> dict[str, Any]:
        return {"identity": identity(self.fact.registration)}


class DropPlan(OfPlan, UndoPage):
    """Undo a plan that will not take place."""

    permission = PLAN
    page_title, success_message, submit = "Take out a plan", "Plan taken out", "Take it out"

    def amend(self, fact: AssessmentPlan, **answers: Any) -> None:
        drop_plan(plan=fact, reason=answers["reason"], by=self.request.user)

    def shown(self) -> dict[str, Any]:
        return {"rows": summary(self.fact)}


class AgreePlan(OfPlan, ConfirmPage):
    """The candidate agrees a plan for their own work."""

    permission = AGREE
    page_title, submit = "Agree a planned assessment", "Agree"

    @cached_property
    def fact(self) -> AssessmentPlan:
        return get_object_or_404(self.facts().live())

    def perform(self, form: Any) -> str:
        agree_plan(plan=self.fact, by=self.request.user)
        return "Agreed"

    def shown(self) -> dict[str, Any]:
        criteria = records.criteria_of(self.fact.criteria)
        asked = [SummaryRow(one.code, one.text) for one in criteria.values()]
        return {"rows": [*summary(self.fact), *asked]}


def summary(plan: AssessmentPlan) -> list[SummaryRow]:
    """Return summary rows of a plan."""
    return [
        SummaryRow("What", plan.what),
        SummaryRow("How", plan.get_method_display()),
        SummaryRow("Planned for", date_gov(plan.due_on)),
        SummaryRow("Assessor", plan.assessor.name),
    ]
