"""What learners said is wrong, and their own accounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from learners.models import Challenge, Enrolment, Event, OwnAccount, Review
from learners.reading import may

#: What a learner may give an account of, and the event that says when it was.
ABOUT = {"break": "deferred", "withdrawal": "withdrawn"}
#: Who else reads an account: those who hold reviews, may see reasons of breaks, and record withdrawals.
READERS = {"review": "learners.hold_review", "break": "learners.see_break_reason", "withdrawal": "learners.record_event"}


def challenges(user: Any, permission: str) -> QuerySet[Challenge]:
    """Those that nobody has answered, within reach; never one's own."""
    rows = Challenge.objects.live().visible_to(user, permission).filter(outcome="")
    return rows.exclude(enrolment__person=user.person_id) if user.person_id else rows


def challenges_of(enrolment: Enrolment) -> QuerySet[Challenge]:
    """What a learner said is wrong, and what came of it, latest first."""
    return Challenge.objects.live().filter(enrolment=enrolment).order_by("-effective_on", "-id")


def tellable(enrolment: Enrolment) -> list[tuple[str, dt.date]]:
    """What a learner may give their account of: reviews due or held, breaks, a withdrawal; by its day, latest first."""
    reviews = Review.objects.live().filter(person=enrolment.person_id).values_list("effective_on", flat=True)
    events = Event.objects.live().filter(enrolment=enrolment, kind__in=ABOUT.values()).values_list("kind", "effective_on")
    told = {kind: about for about, kind in ABOUT.items()}
    found = [("review", day) for day in reviews] + [(told[kind], day) for kind, day in events]
    return sorted(found, key=lambda pair: pair[1], reverse=True)


def accounts_of(enrolment: Enrolment, about: str, user: Any) -> list[OwnAccount]:
    """The learner's own accounts of that kind, for the learner and those who may read them."""
    if user.person_id != enrolment.person_id and not may(user, READERS[about], enrolment):
        return []
    return list(OwnAccount.objects.live().filter(enrolment=enrolment, about=about).order_by("-about_on"))
