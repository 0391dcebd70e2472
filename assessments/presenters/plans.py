"""Assessment plans in tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse

from assessments.models import AssessmentPlan, Criterion
from assessments.presenters.words import candidate_cell
from assessments.queries.evidence import is_late
from pqip.core.formats import short_date
from pqip.govuk.pages import Action, Empty, Tag
from pqip.govuk.tables import Cell, Column, Table


def state(plan: AssessmentPlan) -> Tag:
    """Return the tag of a plan: done, late, agreed, or still to be agreed by the candidate."""
    if plan.evidence_id:
        return Tag("Done", "green")
    if is_late(plan):
        return Tag("Day has passed", "orange")
    return Tag("Agreed", "blue") if plan.agreed_on else Tag("To be agreed", "yellow")


def of_candidate(
    plans: Iterable[AssessmentPlan],
    criteria: Mapping[int, Criterion],
    may_plan: bool,
    may_agree: bool,
) -> Table:
    """Return the table of everything planned with one candidate."""
    rows = [
        [
            Cell(plan.what, second=plan.get_method_display()),
            short_date(plan.due_on),
            codes(plan, criteria),
            state(plan),
            plan.assessor.name,
            Cell(actions=doable(plan, may_plan, may_agree)),
        ]
        for plan in plans
    ]
    columns = [
        Column("What", second="How"),
        Column("Planned for"),
        Column("Criteria"),
        Column("State"),
        Column("Assessor"),
        Column("Action", hidden=True),
    ]
    return Table("Planned assessments", columns, rows, empty=Empty("No assessment is planned."))


def codes(plan: AssessmentPlan, criteria: Mapping[int, Criterion]) -> str:
    """Return the codes of a plan's criteria, such as *1.1.1, 1.1.2*."""
    return ", ".join(one.code for key, one in criteria.items() if key in plan.criteria)


def doable(plan: AssessmentPlan, may_plan: bool, may_agree: bool) -> list[Action]:
    """Return the actions available on a plan."""
    if plan.evidence is not None:
        return [
            Action(
                "See the evidence",
                reverse("assessments:evidence", args=[plan.evidence.public_id]),
                "link",
                plan.what,
            )
        ]
    actions = []
    if may_agree and not plan.agreed_on:
        actions.append(
            Action(
                "Agree", reverse("assessments:agree_plan", args=[plan.public_id]), "link", plan.what
            )
        )
    if may_plan:
        log = reverse("assessments:log_evidence", args=[plan.registration.public_id])
        actions += [
            Action("Log evidence", f"{log}?plan={plan.public_id}", "link", f"for {plan.what}"),
            Action(
                "Change",
                reverse("assessments:change_plan", args=[plan.public_id]),
                "link",
                plan.what,
            ),
            Action(
                "Take out",
                reverse("assessments:drop_plan", args=[plan.public_id]),
                "link",
                plan.what,
            ),
        ]
    return actions


def row(plan: AssessmentPlan) -> list[object]:
    """Return the cells of a plan in the assessor's list."""
    return [
        Cell(short_date(plan.due_on)),
        candidate_cell(plan.registration),
        Cell(plan.what, second=plan.get_method_display()),
        state(plan),
        Cell(actions=doable(plan, True, False)),
    ]
