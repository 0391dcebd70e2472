"""Checks of each new or changed row of `learner-events`, by the same rules as on screen.

They go beyond whether the event fits the history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from learners.facts.timelines import known_timings
from learners.imports.common import EventRow, Place
from learners.imports.learner_events_approvers import Approvers
from learners.imports.opening import Openings
from learners.models import BoardOutcome
from learners.queries.withdrawals import CODING, Fitting, undecided
from learners.rules.approvals import (
    check_approver,
    check_extender,
    check_none_waits,
    check_reason_given,
)
from learners.rules.board import DECIDED, HEAR, check_outcome
from learners.rules.events_terms import ASKED, check_terms
from learners.rules.timeline import at, timeline
from learners.rules.withdrawals import check_fit, check_reasons, needs_approval
from pqip.core.acting import actor_name
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import one_of
from pqip.exchange.datasets import Context, Row

UNDO = "learners.void_event"
VOIDED = "Voided by an import"
NOT_HEARD = "The progression board is national. A region refers, and a member of the board records what it decided."


@dataclass(frozen=True)
class Stated:
    """An event that a row records, and the event it replaces, if any."""

    row: Row
    place: Place
    before: EventRow | None
    event: EventRow


class Checks:
    """The checks, with everything they need read once for the file."""

    def __init__(self, context: Context, approvers: Approvers, enrolments: Collection[int]) -> None:
        self.context, self.approvers = context, approvers
        self.waiting = set(
            undecided().filter(enrolment__in=enrolments).values_list("enrolment_id", flat=True)
        )
        self.openings, self.fitting, self.timings = Openings(context), Fitting(), known_timings()
        self.outcomes = list(BoardOutcome.objects.values_list("title", flat=True))

    def is_history(self, place: Place, on: dt.date) -> bool:
        """Return True if a day is before the region's record was kept here."""
        return self.openings.is_history(place.region_id, on)

    def is_history_of(self, places: Mapping[int, Place]) -> Callable[[int, dt.date], bool]:
        """Return the question `is_history` for the places that a file names, by their keys."""
        return lambda enrolment, on: self.is_history(places[enrolment], on)

    def ask(self, stated: Stated, events: list[EventRow]) -> None:
        """Add to the row as an error what the screen would refuse.

        `events` are the enrolment's events as they will be after the file.
        """
        others = [event for event in events if event is not stated.event]
        try:
            self._terms(stated, others)
            match stated.event.kind:
                case "extended":
                    self._extended(stated)
                case "board_decision":
                    self._decided(stated)
                case "withdrawn":
                    self._withdrawn(stated)
        except RuleBroken as broken:
            stated.row.rule_error(_column(broken.field), broken.message)

    def _terms(self, stated: Stated, others: list[EventRow]) -> None:
        """Refuse an event that changes nothing.

        History may repeat what was so already, but an extension never moves the end earlier.
        """
        event, day = stated.event, stated.event.effective_on
        is_asked = event.kind == "extended" or (
            event.kind in ASKED and not self.is_history(stated.place, day)
        )
        check_terms(event, at(timeline(others, self.timings), day) if is_asked else None)

    def _extended(self, stated: Stated) -> None:
        check_extender(stated.event.approved_by_id, stated.place.person_id)
        if not self.is_history(stated.place, stated.event.effective_on):
            check_reason_given(stated.event.note)

    def _decided(self, stated: Stated) -> None:
        """Check that a decision has an outcome from the list and is recorded by a member of the
        board.

        History keeps the wording in which it was decided.
        """
        if self.is_history(stated.place, stated.event.effective_on):
            return
        try:
            check_outcome(stated.event.board_outcome, self.outcomes)
        except RuleBroken as broken:
            raise RuleBroken(f"{broken.message} {one_of(self.outcomes)}.", broken.field) from None
        if not self.context.may(HEAR):
            raise RuleBroken(NOT_HEARD, "event")

    def ask_undo(self, row: Row, place: Place) -> None:
        """Check that undoing has a reason and is done by somebody who may undo.

        History that is still being loaded needs no reason.
        """
        if (
            row["event"] == DECIDED
            and not self.is_history(place, row["effective_date"])
            and not self.context.may(HEAR)
        ):
            row.error("void", NOT_HEARD, quote=False)
        elif not self.context.may(UNDO):
            row.error("void", "you may not undo what is recorded of learners.", quote=False)
        try:
            check_reason_given(
                row["void_reason"]
                or (VOIDED if self.is_history(place, row["effective_date"]) else ""),
                "void_reason",
            )
        except RuleBroken as broken:
            row.rule_error("void_reason", broken.message)

    def _withdrawn(self, stated: Stated) -> None:
        event, day = stated.event, stated.event.effective_on
        past = self.is_history(stated.place, day)
        if past:
            check_fit(event.reason, event.other_reasons, self.fitting.on(event.ended_by, None))
        elif event.reason or event.other_reasons:
            check_reasons(
                event.reason, event.other_reasons, event.note, self.fitting.on(event.ended_by, day)
            )
        if past or not needs_approval(event.ended_by):
            return
        if stated.before is None or any(
            getattr(stated.before, name) != getattr(event, name) for name in CODING
        ):
            self._approved(stated.row, stated.place, event)

    def _approved(self, row: Row, place: Place, event: EventRow) -> None:
        """Check that somebody else approves what the Service ends.

        They must be allowed to on the day it took effect, or today, when the screen would ask them.
        """
        check_none_waits(waits=place.id in self.waiting)
        named = self.approvers.keys.get(row["approved_by"] or "")
        days = (event.effective_on, self.context.today)
        check_approver(
            approver=None if named is None else self.approvers.actors.get(named, f"person:{named}"),
            proposer=actor_name(self.context.by),
            is_learner=named == place.person_id,
            is_allowed=named is not None and self.approvers.may(named, place, days),
        )


def _column(field: str | None) -> str:
    return "effective_date" if field in (None, "effective_on", "") else field
