"""Disputes: a person named as having approved a withdrawal or an extension says that they did not.

What depends on the approval is undone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from learners.actions.events import changing
from learners.actions.events_amend import take_out
from learners.models import Event
from learners.rules.approvals import check_disputed, check_reason_given
from pqip.core.acting import actor_name
from pqip.messages.sending import send
from workforce.actions.approvals_telling import tell_named
from workforce.models import User

IN_YOUR_NAME, DISPUTED = "approvals_in_your_name", "approval_disputed"


def tell_approvers(people: Collection[int], *, by: Any) -> None:
    """Tell people that somebody else named them as approvers, with a link to look at it and dispute
    it.
    """
    tell_named(IN_YOUR_NAME, people, by=by, page="learners:approvals")


def dispute_approval(*, by: Any, event: Event, reason: str) -> None:
    """Undo an event that somebody recorded in the user's name, and tell whoever recorded it.

    Raises RuleBroken for anybody but the person named, for what they recorded themselves, and if
    the remaining events would not follow. Raises Conflict if it is undone already.
    """
    check_reason_given(reason, "reason")
    with changing(event.enrolment, by=by, reason=reason) as history:
        held = history.current(event)
        is_named = held.approved_by_id is not None and held.approved_by_id == getattr(
            by, "person_id", None
        )
        check_disputed(is_named=is_named, is_recorder=held.recorded_by == actor_name(by))
        take_out(history, held, by=by, reason=reason)
        _tell(held, by)


def _tell(event: Event, by: Any) -> None:
    kind, _, key = event.recorded_by.partition(":")
    recorder = User.objects.filter(pk=int(key), is_active=True).first() if kind == "user" else None
    if recorder is not None:
        send(DISPUTED, to=recorder, reference=f"{DISPUTED}:{event.pk}", by=by)
