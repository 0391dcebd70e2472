"""The progression board: refer a learner to it, and record what it decided (rule C2 44)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings

from learners.actions.events import changing
from learners.models import BoardAction, BoardAppeal, BoardOutcome, BoardPaper, Enrolment, Event
from learners.rules.board import APPEAL_DAYS, DECIDED, REFERRED, check_appeal, check_outcome
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, supersede, void
from pqip.core.pii_check import refuse_case_identifiers
from workforce.models import Person


def refer_to_board(*, by: Any, enrolment: Enrolment, on: dt.date, note: str) -> Event:
    """Refer a learner whose progress causes concern; `note` gives the concern.

    Raises RuleBroken while another referral waits.
    """
    with changing(enrolment, by=by) as history:
        return history.add(REFERRED, on, note=note)


def record_board_decision(
    *,
    by: Any,
    enrolment: Enrolment,
    on: dt.date,
    board_outcome: str,
    reason: str = "",
    note: str = "",
) -> Event:
    """Record the board's decision on the open referral, with its reason.

    `board_outcome` is the title of an outcome, and `reason` the code of one of its reasons. Raises
    RuleBroken for any other, and if no referral made by that day waits for a decision.
    """
    outcomes = {str(outcome): outcome for outcome in BoardOutcome.objects.all()}
    check_outcome(board_outcome, outcomes)
    outcome = outcomes[board_outcome]
    if not outcome.reasons.filter(code=reason).exists():
        raise RuleBroken(f"Choose a reason that goes with “{outcome}”.", "reason")
    with changing(enrolment, by=by) as history:
        return history.add(DECIDED, on, board_outcome=board_outcome, reason=reason, note=note)


def add_paper(
    *, by: Any, enrolment: Enrolment, on: dt.date, title: str, kept_at: str
) -> BoardPaper:
    """Record a paper for the board: its title and where it is kept.

    Sent twice, it is recorded once.
    """
    refuse_case_identifiers("title", title)
    with acting_as(by=by):
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        stated = {
            "enrolment": enrolment,
            "effective_on": on,
            "title": title.strip(),
            "kept_at": kept_at.strip(),
        }
        return BoardPaper.objects.live().filter(**stated).first() or BoardPaper.objects.create(
            **stated
        )


def add_board_action(
    *, by: Any, enrolment: Enrolment, owner: Person, what: str, do_by: dt.date
) -> BoardAction:
    """Record what the board asked somebody to do by a day. Sent twice, it is recorded once."""
    refuse_case_identifiers("what", what)
    with acting_as(by=by):
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        stated = {"enrolment": enrolment, "owner": owner, "what": what.strip(), "do_by": do_by}
        same = BoardAction.objects.live().filter(done_on=None, **stated).first()
        return same or BoardAction.objects.create(effective_on=today(), **stated)


def finish_board_action(*, by: Any, action: BoardAction, on: dt.date) -> BoardAction:
    """Record the day on which an action was done. Raises Conflict if that is recorded already."""
    if on > today():
        raise RuleBroken("It cannot have been done on a day to come.", "on")
    with acting_as(by=by):
        held = lock_live(action, "Somebody else has recorded this already.", done_on=None)
        return supersede(held, by=by, reason="Done", done_on=on)


def appeal_days() -> int:
    """Return the number of days after a decision within which a learner may appeal."""
    return int(getattr(settings, "PQIP_APPEAL_DAYS", APPEAL_DAYS))


def record_appeal(*, by: Any, enrolment: Enrolment, on: dt.date, grounds: str) -> BoardAppeal:
    """Record the learner's appeal against the latest decision.

    Raises RuleBroken if there is no decision, if it is too late, and if there is an appeal already.
    """
    refuse_case_identifiers("grounds", grounds)
    with changing(enrolment, by=by) as history:
        decisions = [
            e.effective_on for e in history.events if e.kind == DECIDED and e.effective_on <= on
        ]
        if not decisions:
            raise RuleBroken("There is no decision of the board on or before that date.", "on")
        check_appeal(on, max(decisions), appeal_days())
        _check_not_appealed(enrolment, max(decisions))
        return BoardAppeal.objects.create(
            enrolment=history.enrolment,
            effective_on=on,
            decision_on=max(decisions),
            grounds=grounds.strip(),
        )


def undo_appeals(enrolment: Enrolment, decision_on: dt.date, *, by: Any, reason: str) -> None:
    """Void the appeals against a decision that is undone."""
    void(
        BoardAppeal.objects.live().filter(enrolment=enrolment, decision_on=decision_on),
        by=by,
        reason=reason,
    )


def move_appeals(
    enrolment: Enrolment, decision_on: dt.date, on: dt.date, *, by: Any, reason: str
) -> None:
    """Move the appeals against a decision whose day is corrected.

    Raises RuleBroken if an appeal would be out of time by the new day.
    """
    for appeal in BoardAppeal.objects.live().filter(enrolment=enrolment, decision_on=decision_on):
        check_appeal(appeal.effective_on, on, appeal_days())
        _check_not_appealed(enrolment, on)
        supersede(appeal, by=by, reason=reason, decision_on=on)


def _check_not_appealed(enrolment: Enrolment, decision_on: dt.date) -> None:
    if BoardAppeal.objects.live().filter(enrolment=enrolment, decision_on=decision_on).exists():
        raise RuleBroken("An appeal against this decision is recorded already.", "on")


def decide_appeal(*, by: Any, appeal: BoardAppeal, outcome: str, on: dt.date) -> BoardAppeal:
    """Record the outcome of an appeal.

    Raises RuleBroken for a day before the appeal, and Conflict if it is decided already.
    """
    if on < appeal.effective_on:
        raise RuleBroken("It cannot be decided before it was made.", "on")
    with acting_as(by=by):
        held = lock_live(appeal, "Somebody else has recorded this already.", outcome="")
        return supersede(held, by=by, reason="Decided", outcome=outcome, decided_on=on)
