"""What learners said is wrong, and their own accounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from learners.models import Challenge, Enrolment, Event, OwnAccount, Review
from learners.queries.records import may

#: What a learner may give an account of, and the kind of event that gives its day.
ABOUT = {"break": "deferred", "withdrawal": "withdrawn"}
#: The permission to read each kind of account: holding reviews, seeing reasons for breaks,
#: recording withdrawals.
READERS = {
    "review": "learners.hold_review",
    "break": "learners.see_break_reason",
    "withdrawal": "learners.record_event",
}


def challenges(user: Any, permission: str) -> QuerySet[Challenge]:
    """Return challenges within reach that nobody has answered, without the user's own."""
    rows = Challenge.objects.live().visible_to(user, permission).filter(outcome="")
    return rows.exclude(enrolment__person=user.person_id) if user.person_id else rows


def challenges_of(enrolment: Enrolment) -> QuerySet[Challenge]:
    """Return what a learner said is wrong, and its outcome, the latest first."""
    return Challenge.objects.live().filter(enrolment=enrolment).order_by("-effective_on", "-id")


def tellable(enrolment: Enrolment) -> list[tuple[str, dt.date]]:
    """Return what a learner may give an account of, with its day, the latest first.

    They are reviews due or held, breaks, and a withdrawal.
    """
    reviews = (
        Review.objects.live()
        .filter(person=enrolment.person_id)
        .values_list("effective_on", flat=True)
    )
    events = (
        Event.objects.live()
        .filter(enrolment=enrolment, kind__in=ABOUT.values())
        .values_list("kind", "effective_on")
    )
    kinds = {kind: about for about, kind in ABOUT.items()}
    found = [("review", day) for day in reviews] + [(kinds[kind], day) for kind, day in events]
    return sorted(found, key=lambda pair: pair[1], reverse=True)


def accounts_of(enrolment: Enrolment, about: str, user: Any) -> list[OwnAccount]:
    """Return the learner's own accounts of that kind, for the learner and for users who may read
    them.
    """
    if user.person_id != enrolment.person_id and not may(user, READERS[about], enrolment):
        return []
    return list(
        OwnAccount.objects.live().filter(enrolment=enrolment, about=about).order_by("-about_on")
    )
