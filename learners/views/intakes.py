"""Planned intakes: the list beside who has come of them, a new one, another day or number, and undoing."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.intakes import change_intake, plan_intake, undo_intake
from learners.forms.intakes import ChangeIntakeForm, IntakeFilter, IntakeForm
from learners.models import PlannedIntake
from learners.presenters import intakes as shown
from learners.queries import intakes as reading
from learners.views.record import RECORD
from pqip.core.clock import today
from pqip.core.ledger import LedgerQuerySet
from pqip.govuk.filters import Filter
from pqip.govuk.pages import Action, Crumb
from pqip.govuk.tables import Sorting, Table
from pqip.pages.amending import AmendPage, UndoPage
from pqip.pages.generic import ActionPage, ListPage

TITLE = "Planned intakes"


class Intakes(ListPage):
    """Every intake planned in regions within reach, those that have begun too."""

    permission = reading.SEE
    page_title = TITLE
    lead = "How many are planned to start in each region, beside who has started and who is due to."
    of_people = False
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "start": ("effective_on", "region__order", "cohort__code", "pathway__order"),
        "cohort": ("cohort__code", "region__order", "pathway__order"),
        "region": ("region__order", "effective_on", "cohort__code", "pathway__order"),
    }
    default_sort = "-start"

    @cached_property
    def asked(self) -> IntakeFilter:
        user = self.request.user
        form = IntakeFilter(
            self.request.GET, regions=reading.regions(user), years=reading.years(user)
        )
        form.is_valid()
        return form

    @property
    def wanted(self) -> dict[str, Any]:
        return {name: value for name, value in self.asked.cleaned_data.items() if value}

    def rows(self) -> LedgerQuerySet:
        rows, wanted = reading.intakes(self.request.user).live(), self.wanted
        if "region" in wanted:
            rows = rows.filter(region__code=wanted["region"])
        return rows.filter(effective_on__year=wanted["year"]) if "year" in wanted else rows

    def with_related(self, rows: Any) -> Any:
        return rows.select_related("cohort", "region", "pathway")

    def table(self, rows: list[PlannedIntake], sorting: Sorting) -> Table:
        user = self.request.user
        may = {row.pk: reading.may_plan(user, row) for row in rows}
        came = reading.came_of(rows, today())
        return shown.table(TITLE, rows, came, may, sorting, is_filtered=bool(self.wanted))

    def shown(self) -> dict[str, Any]:
        user = self.request.user
        actions = []
        if user.can(reading.PLAN):
            actions.append(Action("Plan an intake", reverse("learners:plan_intake")))
        if user.can(RECORD):
            courses = reverse("learners:intakes_courses")
            actions.append(Action("Courses planned for intakes", courses, "link"))
        return {"filter": Filter(self.asked, self.request.GET), "actions": actions}


class ToIntakes:
    """About planned intakes: who may plan them, and the way back to the list."""

    permission = reading.PLAN

    def get_success_url(self) -> str:
        return reverse("learners:intakes")

    def crumbs(self, last: str) -> list[Crumb]:
        return [Crumb(TITLE, reverse("learners:intakes")), Crumb(last)]


class PlanIntake(ToIntakes, ActionPage):
    """One cohort's places in one region on one pathway."""

    form_class = IntakeForm
    page_title, submit = "Plan an intake", "Save"

    def get_form_kwargs(self) -> dict[str, Any]:
        regions = reading.regions(self.request.user, self.permission)
        return {**super().get_form_kwargs(), "regions": regions}

    def perform(self, form: Any) -> str:
        plan_intake(by=self.request.user, **form.cleaned_data)
        return "Intake planned"

    def shown(self) -> dict[str, Any]:
        return {"breadcrumbs": self.crumbs(self.page_title)}


class OfIntake(ToIntakes, AmendPage):
    """About one planned intake within reach."""

    def facts(self) -> LedgerQuerySet:
        return reading.intake(self.request.user, self.kwargs["intake_id"])


class ChangeIntake(OfIntake):
    """Another day, or another number of places."""

    form_class = ChangeIntakeForm
    page_title, submit, success_message = "Change a planned intake", "Save", "Changed"

    def stated(self) -> dict[str, Any]:
        return {"starts_on": self.fact.effective_on, "places": self.fact.places}

    def amend(self, fact: PlannedIntake, **answers: Any) -> None:
        change_intake(by=self.request.user, intake=fact, **answers)

    def shown(self) -> dict[str, Any]:
        return {"heading": shown.words(self.fact), "breadcrumbs": self.crumbs(self.page_title)}


class UndoIntake(OfIntake, UndoPage):
    """It is planned no more."""

    page_title, success_message = "Undo a planned intake", "Undone: the intake is planned no more"

    def amend(self, fact: PlannedIntake, **answers: Any) -> None:
        undo_intake(by=self.request.user, intake=fact, **answers)

    def shown(self) -> dict[str, Any]:
        return {"rows": shown.summary(self.fact), "breadcrumbs": self.crumbs(self.page_title)}


__all__ = ["ChangeIntake", "Intakes", "PlanIntake", "UndoIntake"]
