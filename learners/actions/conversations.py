"""Support conversations: offer one, record that it was held or declined, and put right or undo that.

Whoever may do so on the day does: the learner's line manager, and learning managers of their place.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import Conversation, ConversationAction, Enrolment
from learners.queries.conversations import HOLD, ON_PROGRAMME
from learners.queries.records import may
from learners.rules.conversations import check_came, check_offered
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, supersede, supersede_all, void

MEANWHILE = "Somebody else has changed this."
HELD, DECLINED = "held", "declined"


def offer_conversation(*, by: Any, enrolment: Enrolment, offered_on: dt.date) -> Conversation:
    """Record that a conversation was offered on a day. The same day again is recorded once.

    Raises RuleBroken for days to come or before the start, for learners who are not on the
    programme, and while another offer waits.
    """
    with acting_as(by=by):
        held = hold_for(by, enrolment)
        check_offered(offered_on, held.start_date, None, today())
        if held.status not in ON_PROGRAMME:
            raise RuleBroken("They are not on the programme.")
        rows = Conversation.objects.live().filter(enrolment=held)
        if same := rows.filter(effective_on=offered_on).first():
            return same
        if rows.filter(held_on=None, declined_on=None).exists():
            raise RuleBroken("A conversation is offered already. Say what came of it first.")
        return Conversation.objects.create(
            enrolment=held, effective_on=offered_on, offered_by_id=getattr(by, "person_id", None)
        )


def record_outcome(
    *, by: Any, conversation: Conversation, came: str, came_on: dt.date
) -> Conversation:
    """Record that a conversation was held or declined on a day.

    Raises Conflict if somebody has recorded that already.
    """
    with acting_as(by=by):
        hold_for(by, conversation.enrolment)
        held = lock_live(conversation, MEANWHILE, held_on=None, declined_on=None)
        check_came(held.effective_on, came, came_on, today())
        return supersede(
            held, by=by, reason="What came of the conversation", **_outcome(came, came_on)
        )


def correct_conversation(
    *,
    by: Any,
    conversation: Conversation,
    offered_on: dt.date,
    came: str,
    came_on: dt.date | None,
    reason: str,
) -> Conversation:
    """Put right the day of the offer, or what came of it. What was agreed follows the offer.

    Raises RuleBroken where something was agreed that the conversation would no longer bear, where
    another conversation is in the way, and for a day on which the learner was not on the programme.
    """
    with acting_as(by=by, reason=reason):
        enrolment = hold_for(by, conversation.enrolment)
        held = lock_live(conversation, MEANWHILE)
        check_offered(offered_on, enrolment.start_date, enrolment.placed_until, today())
        check_came(offered_on, came, came_on, today())
        others = Conversation.objects.live().filter(enrolment=enrolment).exclude(pk=held.pk)
        if others.filter(effective_on=offered_on).exists():
            raise RuleBroken("Another conversation was offered on that day.", "offered_on")
        if not came and others.filter(held_on=None, declined_on=None).exists():
            raise RuleBroken("Another conversation is offered already.", "came")
        agreed = _agreed(held)
        _check_bears(agreed, came, came_on)
        if offered_on != held.effective_on:
            supersede_all(agreed, by=by, reason=reason, offered_on=offered_on)
        return supersede(
            held, by=by, reason=reason, effective_on=offered_on, **_outcome(came, came_on)
        )


def undo_conversation(*, by: Any, conversation: Conversation, reason: str) -> None:
    """Undo a conversation recorded in error.

    Raises RuleBroken while something agreed in it stands.
    """
    with acting_as(by=by, reason=reason):
        hold_for(by, conversation.enrolment)
        held = lock_live(conversation, MEANWHILE)
        if _agreed(held):
            raise RuleBroken("Undo what was agreed in it first.")
        void([held], by=by, reason=reason)


def hold_for(by: Any, enrolment: Enrolment) -> Enrolment:
    """Lock the enrolment and return it, for whoever may hold conversations with the learner now.

    Raises RuleBroken for the learner themself, and for anybody who may not: having been their line
    manager is not enough.
    """
    held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
    if isinstance(by, Job):
        return held
    if getattr(by, "person_id", None) == held.person_id:
        raise RuleBroken("Somebody else records support conversations with you.")
    if not may(by, HOLD, held):
        raise RuleBroken(
            "Only their line manager and the learning managers of their place hold conversations with them."
        )
    return held


def _outcome(came: str, came_on: dt.date | None) -> dict[str, dt.date | None]:
    return {
        "held_on": came_on if came == HELD else None,
        "declined_on": came_on if came == DECLINED else None,
    }


def _agreed(conversation: Conversation) -> list[ConversationAction]:
    return list(
        ConversationAction.objects.live().filter(
            enrolment=conversation.enrolment_id, offered_on=conversation.effective_on
        )
    )


def _check_bears(agreed: list[ConversationAction], came: str, came_on: dt.date | None) -> None:
    """Raise RuleBroken if something was agreed and the conversation was not held by then."""
    if not agreed:
        return
    if came != HELD:
        raise RuleBroken("Something was agreed in it. Undo that first.", "came")
    if came_on and came_on > min(row.effective_on for row in agreed):
        raise RuleBroken("Something was agreed in it before that day.", "came_on")
