"""What is agreed in a support conversation: what, by whom and by when; done, put right, or undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.conversations import MEANWHILE, hold_for
from learners.models import Conversation, ConversationAction
from learners.rules.conversations import check_action
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, supersede, void
from pqip.core.pii_check import refuse_case_identifiers


def agree_action(
    *,
    by: Any,
    conversation: Conversation,
    what: str,
    owner: str,
    agreed_on: dt.date,
    do_by: dt.date,
) -> ConversationAction:
    """Record something agreed in a conversation that was held. The same again is recorded once."""
    refuse_case_identifiers("what", what)
    with acting_as(by=by):
        hold_for(by, conversation.enrolment)
        held = lock_live(conversation, MEANWHILE)
        check_action(held.held_on, what, agreed_on, do_by, None, today())
        key = {
            "enrolment": held.enrolment,
            "offered_on": held.effective_on,
            "what": what.strip(),
            "owner": owner,
        }
        there = ConversationAction.objects.live().filter(**key).first()
        if there is None:
            return ConversationAction.objects.create(effective_on=agreed_on, do_by=do_by, **key)
        if (there.effective_on, there.do_by) != (agreed_on, do_by):
            raise RuleBroken("This is agreed already, by another day. Correct it instead.", "what")
        return there


def finish_action(*, by: Any, action: ConversationAction, done_on: dt.date) -> ConversationAction:
    """Record the day on which something agreed was done.

    Raises Conflict if that is recorded already.
    """
    with acting_as(by=by):
        hold_for(by, action.enrolment)
        row = lock_live(action, "Somebody else has recorded this already.", done_on=None)
        check_action(row.effective_on, row.what, row.effective_on, row.do_by, done_on, today())
        return supersede(row, by=by, reason="Done", done_on=done_on)


def correct_action(
    *,
    by: Any,
    action: ConversationAction,
    what: str,
    owner: str,
    agreed_on: dt.date,
    do_by: dt.date,
    done_on: dt.date | None,
    reason: str,
) -> ConversationAction:
    """Put right what was agreed, or the day on which it was done."""
    refuse_case_identifiers("what", what)
    with acting_as(by=by, reason=reason):
        hold_for(by, action.enrolment)
        row = lock_live(action, MEANWHILE)
        held = Conversation.objects.live().get(enrolment=row.enrolment, effective_on=row.offered_on)
        check_action(held.held_on, what, agreed_on, do_by, done_on, today())
        same = ConversationAction.objects.live().filter(
            enrolment=row.enrolment, offered_on=row.offered_on, owner=owner, what=what.strip()
        )
        if same.exclude(pk=row.pk).exists():
            raise RuleBroken("This is agreed already, by another day. Correct it instead.", "what")
        return supersede(
            row,
            by=by,
            reason=reason,
            what=what.strip(),
            owner=owner,
            effective_on=agreed_on,
            do_by=do_by,
            done_on=done_on,
        )


def undo_action(*, by: Any, action: ConversationAction, reason: str) -> None:
    """Undo something recorded in error as agreed."""
    with acting_as(by=by, reason=reason):
        hold_for(by, action.enrolment)
        void([lock_live(action, MEANWHILE)], by=by, reason=reason)
