"""The progression board, and breaks: pages of the record, forms, and lists."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners.actions import board, breaks_ahead
from learners.facts import reviews as facts
from learners.forms import reviews as asked
from learners.models import BoardAction, BoardAppeal, BreakReview, ReturnPlan
from learners.models.enrolments import EnrolmentQuerySet, Status
from learners.presenters import board as shown
from learners.presenters.record import doable
from learners.presenters.voice import accounts_table
from learners.queries import records
from learners.queries.voice import accounts_of
from learners.rules.board import HEAR, KINDS
from learners.views.events import LearnerAction, found
from learners.views.lists import LearnerRows, name_cell
from learners.views.record import RECORD, LearnerPage
from pqip.core.clock import today
from pqip.core.formats import date_gov, short_date
from pqip.govuk.filters import Filter
from pqip.govuk.pages import Action, Empty, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table

RUN, REASON = "learners.run_board", "learners.see_break_reason"


class Board(LearnerPage):
    """The page about the board: referrals, papers, decisions, actions and appeals."""

    page_title = "Progression board"
    url_name = "learners:board"

    def shown(self) -> dict[str, Any]:
        who, on = self.enrolment, today()
        may, hears = self.may(RUN), self.may(HEAR)
        papers, tasks, appeals = facts.board_of(who)
        events = [row for row in records.events_of(who) if row.kind in KINDS and not row.is_void]
        tables = [
            shown.referrals_table(
                events, records.reason_labels(), board.appeal_days(), may_amend=hears
            ),
            shown.papers_table(papers),
            shown.actions_table(tasks, who, on, may_record=may),
            shown.appeals_table(appeals, who, may_record=hears),
        ]
        return {"tables": tables, "actions": [*self.events(), *self.doable(bool(events))]}

    def events(self) -> list[Action]:
        """Return the actions that record events: a region refers, and the board decides."""
        steps = doable(self.enrolment, self.request.user, today())
        refer = [action for action in steps if action.url == self.address("refer_to_board")]
        decide = self.action(HEAR, "Record the board’s decision", "board_decision")
        return [*refer, *(decide if facts.is_referred(self.enrolment) else [])]

    def doable(self, referred: bool) -> list[Action]:
        steps = {
            "add_paper": (RUN, "Add a paper"),
            "add_board_action": (HEAR, "Record what the board asked for"),
            "appeal": (RUN, "Record an appeal"),
        }
        return (
            [act for name, (who, label) in steps.items() for act in self.action(who, label, name)]
            if referred
            else []
        )


class BoardAct(LearnerAction):
    """A form that records something about the board."""

    permission, back, submit = RUN, "learners:board", "Save"
    renamed: ClassVar[dict[str, str]] = {}


class AddPaper(BoardAct):
    form_class, page_title, success_message = asked.PaperForm, "Add a paper", "Paper added"

    def act(self, **content: Any) -> None:
        board.add_paper(by=self.request.user, enrolment=self.enrolment, **content)


class AddBoardAction(BoardAct):
    permission = HEAR
    form_class, page_title, success_message = (
        asked.BoardActionForm,
        "Record what the board asked for",
        "Recorded",
    )

    def act(self, *, staff_number: str, **content: Any) -> None:
        owner = found(self.request.user, "workforce.view_person", staff_number)
        board.add_board_action(
            by=self.request.user, enrolment=self.enrolment, owner=owner, **content
        )


class Appeal(BoardAct):
    form_class, page_title, success_message = (
        asked.AppealForm,
        "Record an appeal",
        "Appeal recorded",
    )

    def act(self, **content: Any) -> None:
        board.record_appeal(by=self.request.user, enrolment=self.enrolment, **content)


class OfFact(LearnerAction):
    """A form about one open ledger row of this learner."""

    submit = "Save"
    renamed: ClassVar[dict[str, str]] = {}
    model: ClassVar[Any]
    still_open: ClassVar[dict[str, Any]] = {}

    @cached_property
    def fact(self) -> Any:
        return get_object_or_404(
            facts.open_fact(self.model, self.enrolment, self.kwargs["key"], **self.still_open)
        )

    def shown(self) -> dict[str, Any]:
        return {"lead": f"Of {date_gov(self.fact.effective_on)}."}


class FinishBoardAction(OfFact):
    permission, back, model, still_open = RUN, "learners:board", BoardAction, {"done_on": None}
    form_class, page_title, success_message = asked.DoneForm, "Record as done", "Recorded as done"

    def act(self, **content: Any) -> None:
        board.finish_board_action(by=self.request.user, action=self.fact, **content)


class DecideAppeal(OfFact):
    permission, back, model, still_open = HEAR, "learners:board", BoardAppeal, {"outcome": ""}
    form_class, page_title, success_message = (
        asked.AppealOutcomeForm,
        "Record what came of an appeal",
        "Recorded",
    )

    def act(self, **content: Any) -> None:
        board.decide_appeal(by=self.request.user, appeal=self.fact, **content)


class Breaks(LearnerPage):
    """The page about a break: its reviews, and the return."""

    page_title = "Breaks"
    url_name = "learners:breaks"

    def shown(self) -> dict[str, Any]:
        who, user = self.enrolment, self.request.user
        may, see = self.may(RECORD), self.may(REASON)
        looks, plans = facts.breaks_of(who)
        events = [
            row
            for row in records.events_of(who)
            if row.kind in {"deferred", "resumed"} and not row.is_void
        ]
        tables = [
            shown.breaks_table(events, records.reason_labels(), see_reason=see),
            shown.break_reviews_table(looks, who, today(), may_record=may, see_note=see),
            shown.plans_table(
                plans, who, may_record=may, see_plan=see or user.person_id == who.person_id
            ),
            *accounts_table(accounts_of(who, "break", user)),
        ]
        steps = {
            "resume": "End the break",
            "plan_look": "Set a day to look at it again",
            "plan_return": "Plan the return",
        }
        steps = (
            steps
            if who.status == Status.DEFERRED
            else {"defer": "Start a break"}
            if who.status == Status.ACTIVE
            else {}
        )
        return {
            "tables": tables,
            "actions": [
                act for name, label in steps.items() for act in self.action(RECORD, label, name)
            ],
        }


class BreakAct(LearnerAction):
    back, submit = "learners:breaks", "Save"
    renamed: ClassVar[dict[str, str]] = {}


class PlanBreakReview(BreakAct):
    form_class, page_title, success_message = (
        asked.BreakReviewForm,
        "Set a day to look at a break again",
        "Day set",
    )

    def act(self, **content: Any) -> None:
        breaks_ahead.plan_break_review(by=self.request.user, enrolment=self.enrolment, **content)


class PlanReturn(BreakAct):
    form_class, page_title, success_message = asked.ReturnForm, "Plan the return", "Return planned"

    def act(self, **content: Any) -> None:
        breaks_ahead.plan_return(by=self.request.user, enrolment=self.enrolment, **content)


class HoldBreakReview(OfFact):
    permission, back, model, still_open = RECORD, "learners:breaks", BreakReview, {"held_on": None}
    form_class, page_title, success_message = (
        asked.BreakReviewHeldForm,
        "Record that a break was looked at",
        "Recorded",
    )

    def act(self, **content: Any) -> None:
        breaks_ahead.hold_break_review(by=self.request.user, review=self.fact, **content)


class ReturnMeeting(OfFact):
    permission, back, model, still_open = (
        RECORD,
        "learners:breaks",
        ReturnPlan,
        {"meeting_held_on": None},
    )
    form_class, page_title, success_message = (
        asked.HeldForm,
        "Record the return meeting",
        "Return meeting recorded",
    )

    def act(self, **content: Any) -> None:
        breaks_ahead.meet_on_return(by=self.request.user, plan=self.fact, **content)


class Referrals(LearnerRows):
    """The list of learners referred to the board who wait for its decision."""

    permission = RUN
    page_title = "Referred to the progression board"
    lead = "Each waits for the board's decision."
    sorts = {"on": ("referred_on",), "name": ("person__sort_name",), "region": ("region__order",)}
    default_sort = "on"

    def rows(self) -> EnrolmentQuerySet:
        return facts.open_referrals(records.enrolments(self.request.user, RUN))

    def with_related(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        return facts.open_referrals(rows).for_lists()

    def table(self, rows: list[facts.Referred], sorting: Sorting) -> Table:
        columns = [
            Column("Learner", sort="name", second="Staff number"),
            Column("Pathway"),
            Column("Region", sort="region"),
            Column("Referred on", sort="on"),
        ]
        body = [
            [name_cell(row, "learners:board"), row.pathway, row.region, short_date(row.referred_on)]
            for row in rows
        ]
        empty = Empty("Nobody waits for the board.")
        return Table(
            self.page_title, columns, body, caption_hidden=True, sorting=sorting, empty=empty
        )


class OnABreak(LearnerRows):
    """The list of learners on a break: since when, when expected back, and the next review of the
    break.
    """

    permission = RECORD
    page_title = "On a break"
    lead = "Whoever is past their expected return is to be asked, or given another day."
    sorts = {"back": ("back_on",), "since": ("away_since",), "name": ("person__sort_name",)}
    default_sort = "back"

    def rows(self) -> EnrolmentQuerySet:
        rows = facts.on_a_break(records.enrolments(self.request.user, RECORD), today())
        form = asked.BreakFilter(self.request.GET)
        return (
            rows.filter(back_on__lt=today())
            if form.is_valid() and form.cleaned_data.get("late")
            else rows
        )

    def with_related(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        return facts.on_a_break(rows, today()).for_lists()

    def table(self, rows: list[facts.OnABreak], sorting: Sorting) -> Table:
        on = today()
        columns = [
            Column("Learner", sort="name", second="Staff number"),
            Column("Since", sort="since"),
            Column("Expected back", sort="back"),
            Column("Looked at next"),
            Column("Return planned"),
        ]
        body = [
            [
                name_cell(row, "learners:breaks"),
                short_date(row.away_since),
                _late(row.back_on, on, "Not known"),
                _late(row.look_on, on, "No day set"),
                Cell(short_date(row.return_on), empty="Not yet"),
            ]
            for row in rows
        ]
        empty = (
            Empty("Nobody matches.", "Remove the filter.")
            if self.request.GET
            else Empty("Nobody is on a break.")
        )
        return Table(
            self.page_title, columns, body, caption_hidden=True, sorting=sorting, empty=empty
        )

    def shown(self) -> dict[str, Any]:
        return {"filter": Filter(asked.BreakFilter(self.request.GET), self.request.GET)}


def _late(day: Any, on: Any, empty: str) -> Cell:
    return Cell(
        short_date(day),
        tags=[Tag("Overdue", "red")] if day is not None and day < on else [],
        empty=empty,
    )
