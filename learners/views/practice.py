"""Learning in practice: the page of the record, and its forms."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners.actions.practice import (
    allow_case_type,
    co_work,
    end_co_work,
    plan_placement,
    record_placement,
    undo_practice,
)
from learners.actions.practice_days import plan_days, record_day, undo_day
from learners.facts import practice as facts
from learners.forms import practice as asked
from learners.models import CaseTypeOverride, CoWork, Placement, ProtectedDay
from learners.presenters import practice as shown
from learners.queries.practice import facts_of
from learners.views.events import LearnerAction, found
from learners.views.facts_amend import OfLearner
from learners.views.record import LearnerPage
from pqip.core.acting import actor_name
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov, plural
from pqip.govuk.pages import Action, Summary, SummaryRow
from pqip.pages.amending import UndoPage

PRACTICE, SPEAK = "learners.record_practice", "learners.speak"
AROUND = dt.timedelta(weeks=4)


class Practice(LearnerPage):
    """The page about effective time, kinds of case, study and VQ days, placements and co-working."""

    page_title = "Practice"
    template_name = "learners/practice.html"
    url_name = "learners:practice"

    def shown(self) -> dict[str, Any]:
        who, on, user = self.enrolment, today(), self.request.user
        may, own = self.may(PRACTICE), user.person_id == who.person_id
        days = facts.days_between(who.person_id, on - AROUND, on + AROUND)
        theirs, me = facts.recorded_as_lost_by_learner(days), actor_name(user)
        mine = {day.pk for day in days if day.recorded_by == me}
        open_to = [day for day in days if (day.pk in mine if own else may and day.pk not in theirs)]
        key = who.public_id
        return {
            "summary": Summary(
                shown.effective_rows(facts.effective_of([who], on).get(who.pk)), "Effective time"
            ),
            "tables": [
                shown.days_table(
                    days,
                    dict(facts.lost_reasons()),
                    on,
                    {day.pk: shown.day_actions(day, key, own=own) for day in open_to},
                ),
                shown.cases_table(facts.allowed_of([who], on)[who.pk], key, may_change=may),
                shown.placements_table(facts.placements_of(who), key, may_change=may),
                shown.co_work_table(facts.co_work_of(who), on, key, may_change=may),
            ],
            "actions": self.doable(),
        }

    def doable(self) -> list[Action]:
        if self.request.user.person_id == self.enrolment.person_id:
            return self.action(SPEAK, "Record a lost day", "own_day")
        steps = {
            "plan_days": "Plan study and VQ days",
            "record_day": "Record a day",
            "plan_placement": "Plan a placement",
            "co_work": "Record co-worked work",
            "allow_case": "Allow a kind of case",
        }
        return [
            action for name, label in steps.items() for action in self.action(PRACTICE, label, name)
        ]


class PracticeAction(LearnerAction):
    """A form about a learner's practice."""

    permission, back, submit = PRACTICE, "learners:practice", "Save"
    renamed: ClassVar[dict[str, str]] = {}


class PlanDays(PracticeAction):
    form_class = asked.PlanDaysForm
    page_title, submit = "Plan study and VQ days", "Plan"
    lead = "One university day and one VQ day a week. Bank holidays, breaks and days planned already are left out."

    def get_initial(self) -> dict[str, Any]:
        return {"first": today()}

    def perform(self, form: Any) -> str:
        answers = form.cleaned_data
        days = plan_days(
            by=self.request.user,
            enrolment=self.enrolment,
            first=answers["first"],
            weeks=answers["weeks"],
            weekdays=form.weekdays(),
        )
        return f"{plural(len(days), 'day')} planned"


class RecordDay(PracticeAction):
    """The page to record the outcome of a day."""

    form_class = asked.DayForm
    page_title, success_message = "Record a study or VQ day", "Recorded"
    lead = "A day that the learner recorded as lost is theirs alone to change."
    start_with: ClassVar[dict[str, Any]] = {}

    def get_initial(self) -> dict[str, Any]:
        given = {
            name: self.request.GET[name] for name in ("on", "kind") if name in self.request.GET
        }
        try:
            return (
                self.start_with
                | given
                | ({"on": dt.date.fromisoformat(given["on"])} if "on" in given else {})
            )
        except ValueError:
            return self.start_with

    def act(self, **content: Any) -> None:
        record_day(by=self.request.user, person=self.enrolment.person, **content)


class OwnDay(RecordDay):
    """The page on which the learner records their own day."""

    permission = SPEAK
    page_title = "Record a lost day"
    lead = "A day that you record as lost is yours alone to change."
    start_with: ClassVar[dict[str, Any]] = {"taken": "no"}


class PlanPlacement(PracticeAction):
    form_class = asked.PlacementForm
    page_title, success_message = "Plan a placement", "Placement planned"

    def act(self, **content: Any) -> None:
        plan_placement(by=self.request.user, enrolment=self.enrolment, **content)


class OfFact(PracticeAction):
    """A page about one live placement, co-working or override."""

    model: ClassVar[Any]

    @cached_property
    def fact(self) -> Any:
        rows = facts_of(self.model, self.request.user, PRACTICE, self.enrolment, self.kwargs["key"])
        return get_object_or_404(rows, voided_at=None)


class RecordPlacement(OfFact):
    model, form_class = Placement, asked.PlacementOutcomeForm
    page_title, success_message = "Record a placement", "Placement recorded"

    def get_initial(self) -> dict[str, Any]:
        held = {
            name: getattr(self.fact, name)
            for name in ("began_on", "ended_on", "quality", "feedback")
        }
        return held | ({} if held["began_on"] else {"began_on": self.fact.effective_on})

    def act(self, **content: Any) -> None:
        record_placement(by=self.request.user, placement=self.fact, **content)


class CoWorking(PracticeAction):
    form_class = asked.CoWorkForm
    page_title, success_message = "Record co-worked work", "Co-worked work recorded"

    def act(self, *, officer: str, **content: Any) -> None:
        try:
            who = found(self.request.user, "workforce.view_person", officer)
        except RuleBroken as broken:
            raise RuleBroken(broken.message, "officer") from broken
        co_work(by=self.request.user, enrolment=self.enrolment, officer=who, **content)


class EndCoWork(OfFact):
    model, form_class = CoWork, asked.EndForm
    page_title, submit, success_message = "End co-worked work", "End", "Ended"

    def act(self, **content: Any) -> None:
        end_co_work(by=self.request.user, work=self.fact, **content)


class AllowCase(PracticeAction):
    form_class = asked.OverrideForm
    page_title, submit, success_message = (
        "Allow a kind of case before its training",
        "Allow",
        "Allowed",
    )

    def act(self, **content: Any) -> None:
        allow_case_type(by=self.request.user, enrolment=self.enrolment, **content)


class UndoPractice(OfLearner, UndoPage):
    """A page to undo something about a learner's practice."""

    permission, back = PRACTICE, "learners:practice"
    model: ClassVar[Any]

    def facts(self) -> QuerySet:
        return facts_of(self.model, self.request.user, PRACTICE, self.enrolment, self.kwargs["key"])

    def amend(self, fact: Any, *, reason: str) -> None:
        undo_practice(by=self.request.user, fact=fact, reason=reason)

    def rows(self) -> list[SummaryRow]:
        what = {
            Placement: "setting",
            CoWork: "tasks",
            CaseTypeOverride: "case_type",
            ProtectedDay: "kind",
        }[type(self.fact)]
        what_was_recorded = getattr(
            self.fact, f"get_{what}_display", lambda: getattr(self.fact, what)
        )()
        return [
            SummaryRow("What", what_was_recorded),
            SummaryRow("Day", date_gov(self.fact.effective_on)),
        ]


class UndoPlacement(UndoPractice):
    model, page_title = Placement, "Undo a placement"


class UndoCoWork(UndoPractice):
    model, page_title = CoWork, "Undo co-worked work"


class UndoOverride(UndoPractice):
    model, page_title = CaseTypeOverride, "Undo a kind of case allowed before its training"


class UndoDay(UndoPractice):
    page_title = "Undo a study or VQ day"

    def facts(self) -> QuerySet[ProtectedDay]:
        return facts.protected_day(self.enrolment, self.kwargs["key"])

    def amend(self, fact: Any, *, reason: str) -> None:
        undo_day(by=self.request.user, day=fact, reason=reason)


class UndoOwnDay(UndoDay):
    """The page on which the learner undoes a day that they recorded."""

    permission = SPEAK

    def facts(self) -> QuerySet[ProtectedDay]:
        return super().facts().filter(recorded_by=actor_name(self.request.user))
