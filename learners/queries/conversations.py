"""Support conversations, for the learner, their line manager and the learning managers of their place."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from learners.facts.conversations import Called, calls_of
from learners.models import Conversation, ConversationAction, Enrolment
from learners.models.enrolments import GOING, EnrolmentQuerySet, Status

#: Where learners stand to whom a conversation may be offered.
ON_PROGRAMME = (Status.ACTIVE, Status.DEFERRED)
SEE, HOLD = "learners.view_conversations", "learners.hold_conversation"


def conversations_of(enrolment: Enrolment) -> list[Conversation]:
    """Return the conversations offered to a learner, the latest first."""
    rows = Conversation.objects.live().filter(enrolment=enrolment).select_related("offered_by")
    return list(rows.order_by("-effective_on"))


def may_be_offered(enrolment: Enrolment, rows: Iterable[Conversation]) -> bool:
    """Return True if a learner who was offered these may be offered another: they are on the programme,
    and none waits for what came of it.
    """
    waits = any(row.held_on is None and row.declined_on is None for row in rows)
    return enrolment.status in ON_PROGRAMME and not waits


def agreed_with(enrolment: Enrolment) -> list[ConversationAction]:
    """Return what was agreed with a learner: what is to be done first, the soonest first."""
    rows = ConversationAction.objects.live().filter(enrolment=enrolment)
    return sorted(rows, key=lambda row: (row.done_on is not None, row.do_by, row.pk))


def conversation(user: Any, enrolment: Enrolment, public_id: Any) -> QuerySet[Conversation]:
    """Return a conversation that this user may hold, even if undone or corrected."""
    rows = Conversation.objects.visible_to(user, HOLD).filter(enrolment=enrolment)
    return rows.filter(public_id=public_id).select_related("enrolment")


def agreed_action(user: Any, enrolment: Enrolment, public_id: Any) -> QuerySet[ConversationAction]:
    """Return something agreed that this user may change, even if undone or corrected."""
    rows = ConversationAction.objects.visible_to(user, HOLD).filter(enrolment=enrolment)
    return rows.filter(public_id=public_id).select_related("enrolment")


def to_hold_with(user: Any) -> EnrolmentQuerySet:
    """Return the learners with whom this user may hold conversations now; never themself."""
    rows = Enrolment.objects.visible_to(user, HOLD)
    return rows.exclude(person=user.person_id) if user.person_id else rows


def called_for(user: Any, on: dt.date) -> dict[int, list[Called]]:
    """Return, by enrolment, what calls for a conversation that was not offered yet, within reach."""
    rows = to_hold_with(user).filter(status=Status.ACTIVE)
    keys = list(rows.order_by().values_list("pk", flat=True))
    return {
        key: calls
        for key, calls in calls_of(keys, on).items()
        if any(not call.is_answered for call in calls)
    }


def waiting(rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """Filter for learners on the programme with an offer of which nothing has come yet."""
    open_ = Conversation.objects.live().filter(
        enrolment=OuterRef("pk"), held_on=None, declined_on=None
    )
    return rows.filter(Exists(open_), status__in=GOING)


def overdue(rows: EnrolmentQuerySet, on: dt.date) -> EnrolmentQuerySet:
    """Filter for learners on the programme with whom something was agreed that is overdue.

    Once they have left, nothing is done about it any more, so it would be listed for ever.
    """
    late = ConversationAction.objects.live().filter(
        enrolment=OuterRef("pk"), done_on=None, do_by__lt=on
    )
    return rows.filter(Exists(late), status__in=GOING)


def latest(enrolments: Collection[int]) -> dict[int, Conversation]:
    """Return, by enrolment, the conversation offered last."""
    rows = Conversation.objects.live().filter(enrolment__in=enrolments).order_by("effective_on")
    return {row.enrolment_id: row for row in rows}


def still_open(enrolments: Collection[int]) -> dict[int, list[ConversationAction]]:
    """Return, by enrolment, what was agreed and is not done."""
    found: dict[int, list[ConversationAction]] = defaultdict(list)
    rows = ConversationAction.objects.live().filter(enrolment__in=enrolments, done_on=None)
    for row in rows.order_by("do_by", "pk"):
        found[row.enrolment_id].append(row)
    return found
