"""The progression board: refer a learner to it, record what it decided (rule C2 44)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings

from learners.actions.changing import changing
from learners.models import BoardAction, BoardAppeal, BoardOutcome, BoardPaper, Enrolment, Event
from learners.rules.board import APPEAL_DAYS, KINDS, check_appeal, check_outcome, check_referred, check_refers
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, take_hold
from pqip.core.naming import refuse_case_identifiers
from workforce.models import Person


def refer_to_board(*, by: Any, enrolment: Enrolment, on: dt.date, note: str) -> Event:
    """Refer a learner about whose progress there is concern; `note` says what it is. Raises RuleBroken while one waits."""
    with changing(enrolment, by=by) as history:
        check_refers(history.events, on)
        return history.add("referred_to_board", on, note=note)


def record_board_decision(
    *, by: Any, enrolment: Enrolment, on: dt.date, board_outcome: str, reason: str = "", note: str = ""
) -> Event:
    """What the board decided of the open referral, with its reason.

    `board_outcome` is the title of an outcome and `reason` the code of one of its reasons. Raises RuleBroken for others, and
    where nothing referred by that day waits for a decision.
    """
    outcomes = {str(outcome): outcome for outcome in BoardOutcome.objects.all()}
    check_outcome(board_outcome, outcomes)
    outcome = outcomes[board_outcome]
    if not outcome.reasons.filter(code=reason).exists():
        raise RuleBroken(f"Choose a reason that goes with “{outcome}”.", "reason")
    with changing(enrolment, by=by) as history:
        check_referred(history.events, on)
        return history.add("board_decision", on, board_outcome=board_outcome, reason=reason, note=note)


def add_paper(*, by: Any, enrolment: Enrolment, on: dt.date, title: str, kept_at: str) -> BoardPaper:
    """A paper put before the board: what it is called and where it is kept. Pressed twice, it is recorded once."""
    refuse_case_identifiers("title", title)
    with act(by=by):
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        stated = {"enrolment": enrolment, "effective_on": on, "title": title.strip(), "kept_at": kept_at.strip()}
        return BoardPaper.objects.live().filter(**stated).first() or BoardPaper.objects.create(**stated)


def add_board_action(*, by: Any, enrolment: Enrolment, owner: Person, what: str, do_by: dt.date) -> BoardAction:
    """Something the board asked of somebody by a day. Pressed twice, it is recorded once."""
    refuse_case_identifiers("what", what)
    with act(by=by):
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        stated = {"enrolment": enrolment, "owner": owner, "what": what.strip(), "do_by": do_by}
        same = BoardAction.objects.live().filter(done_on=None, **stated).first()
        return same or BoardAction.objects.create(effective_on=today(), **stated)


def finish_board_action(*, by: Any, action: BoardAction, on: dt.date) -> BoardAction:
    """It was done on a day. Raises Conflict where somebody has recorded it already."""
    if on > today():
        raise RuleBroken("It cannot have been done on a day to come.", "on")
    with act(by=by):
        held = take_hold(action, "Somebody else has recorded this already.", done_on=None)
        return supersede(held, by=by, reason="Done", done_on=on)


def appeal_days() -> int:
    """Days after a decision within which a learner may appeal."""
    return int(getattr(settings, "PQIP_APPEAL_DAYS", APPEAL_DAYS))


def record_appeal(*, by: Any, enrolment: Enrolment, on: dt.date, grounds: str) -> BoardAppeal:
    """The learner appeals against the latest decision. Raises RuleBroken without one, too late, or where one was made."""
    refuse_case_identifiers("grounds", grounds)
    with changing(enrolment, by=by) as history:
        decisions = [e.effective_on for e in history.events if e.kind == KINDS[1] and e.effective_on <= on]
        if not decisions:
            raise RuleBroken("There is no decision of the board on or before that date.", "on")
        check_appeal(on, max(decisions), appeal_days())
        if BoardAppeal.objects.live().filter(enrolment=enrolment, decision_on=max(decisions)).exists():
            raise RuleBroken("An appeal against this decision is recorded already.", "on")
        return BoardAppeal.objects.create(
            enrolment=history.enrolment, effective_on=on, decision_on=max(decisions), grounds=grounds.strip()
        )


def decide_appeal(*, by: Any, appeal: BoardAppeal, outcome: str, on: dt.date) -> BoardAppeal:
    """What came of an appeal. Raises RuleBroken for a day before it, Conflict where it has been decided."""
    if on < appeal.effective_on:
        raise RuleBroken("It cannot be decided before it was made.", "on")
    with act(by=by):
        held = take_hold(appeal, "Somebody else has recorded this already.", outcome="")
        return supersede(held, by=by, reason="Decided", outcome=outcome, decided_on=on)
