"""What the screen asks of an event beside its history, asked of each new or changed row of `learner-events` by the same rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from learners.actions.derive import known_timings
from learners.imports.approvers import Approvers
from learners.imports.common import EventRow, Place
from learners.imports.opening import Openings
from learners.models import BoardOutcome
from learners.rules.approvals import check_approver, check_extender, check_none_waits, check_said
from learners.rules.board import HEAR, KINDS, check_outcome, check_referred, check_refers
from learners.rules.terms import ASKED, check_terms
from learners.rules.timeline import at, timeline
from learners.rules.withdrawal import check_fit, check_reasons, needs_approval
from learners.withdrawal_facts import CODING, Fitting, undecided
from pqip.core.acting import actor_name
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import one_of
from pqip.exchange.datasets import Context, Row

UNDO = "learners.void_event"
VOIDED = "Voided by an import"
NOT_HEARD = "The progression board is national. A region refers, and a member of the board records what it decided."


@dataclass(frozen=True)
class Stated:
    """An event a row records: what it is now, what it takes the place of, and what else will stand of the enrolment."""

    row: Row
    place: Place
    before: EventRow | None
    event: EventRow


class Checks:
    """Every question, with what they need read once for the file."""

    def __init__(self, context: Context, approvers: Approvers, enrolments: Collection[int]) -> None:
        self.context, self.approvers = context, approvers
        self.waiting = set(undecided().filter(enrolment__in=enrolments).values_list("enrolment_id", flat=True))
        self.openings, self.fitting, self.timings = Openings(context), Fitting(), known_timings()
        self.outcomes = list(BoardOutcome.objects.values_list("title", flat=True))

    def is_history(self, place: Place, on: dt.date) -> bool:
        return self.openings.is_history(place.region_id, on)

    def ask(self, stated: Stated, standing: list[EventRow]) -> None:
        """Say on the row what the screen would refuse; `standing` are the enrolment's events as they will be."""
        others = [event for event in standing if event is not stated.event]
        try:
            self._terms(stated, others)
            match stated.event.kind:
                case "extended":
                    self._extended(stated)
                case "referred_to_board":
                    self._referred(stated, others)
                case "board_decision":
                    self._decided(stated, others)
                case "withdrawn":
                    self._withdrawn(stated)
        except RuleBroken as broken:
            stated.row.misfit(_column(broken.field), broken.message)

    def _terms(self, stated: Stated, others: list[EventRow]) -> None:
        """What changes nothing is refused; history may say again what was so, but an extension makes nothing earlier."""
        event, day = stated.event, stated.event.effective_on
        is_asked = event.kind == "extended" or (event.kind in ASKED and not self.is_history(stated.place, day))
        check_terms(event, at(timeline(others, self.timings), day) if is_asked else None)

    def _extended(self, stated: Stated) -> None:
        check_extender(stated.event.approved_by_id, stated.place.person_id)
        if not self.is_history(stated.place, stated.event.effective_on):
            check_said(stated.event.note)

    def _referred(self, stated: Stated, others: list[EventRow]) -> None:
        """One referral at a time; history may hold several."""
        if not self.is_history(stated.place, stated.event.effective_on):
            check_refers(others, stated.event.effective_on)

    def _decided(self, stated: Stated, others: list[EventRow]) -> None:
        """A decision answers a referral, with an outcome of the list; history keeps the words it was made in."""
        check_referred(others, stated.event.effective_on)
        if self.is_history(stated.place, stated.event.effective_on):
            return
        try:
            check_outcome(stated.event.board_outcome, self.outcomes)
        except RuleBroken as broken:
            raise RuleBroken(f"{broken.message} {one_of(self.outcomes)}.", broken.field) from None
        if not self.context.may(HEAR):
            raise RuleBroken(NOT_HEARD, "event")

    def ask_undo(self, row: Row, place: Place) -> None:
        """Undoing says why, by somebody who may undo; history that is still being loaded needs no reason."""
        if row["event"] == KINDS[1] and not self.is_history(place, row["effective_date"]) and not self.context.may(HEAR):
            row.error("void", NOT_HEARD, quote=False)
        elif not self.context.may(UNDO):
            row.error("void", "you may not undo what is recorded of learners.", quote=False)
        try:
            check_said(row["void_reason"] or (VOIDED if self.is_history(place, row["effective_date"]) else ""), "void_reason")
        except RuleBroken as broken:
            row.misfit("void_reason", broken.message)

    def _withdrawn(self, stated: Stated) -> None:
        event, day = stated.event, stated.event.effective_on
        past = self.is_history(stated.place, day)
        if past:
            check_fit(event.reason, event.other_reasons, self.fitting.on(event.ended_by, None))
        elif event.reason or event.other_reasons:
            check_reasons(event.reason, event.other_reasons, event.note, self.fitting.on(event.ended_by, day))
        if past or not needs_approval(event.ended_by):
            return
        if stated.before is None or any(getattr(stated.before, name) != getattr(event, name) for name in CODING):
            self._approved(stated.row, stated.place, event)

    def _approved(self, row: Row, place: Place, event: EventRow) -> None:
        """Somebody else approves what the Service ends: on the day it took effect, or today, when the screen would ask them."""
        check_none_waits(waits=place.id in self.waiting)
        named = self.approvers.keys.get(row["approved_by"] or "")
        days = (event.effective_on, self.context.today)
        check_approver(
            approver=None if named is None else self.approvers.actors.get(named, f"person:{named}"),
            proposer=actor_name(self.context.by), is_learner=named == place.person_id,
            is_allowed=named is not None and self.approvers.may(named, place, days),
        )


def _column(field: str | None) -> str:
    return "effective_date" if field in (None, "effective_on", "") else field
