"""Follow-up of courses in practice: a task after each attendance, with its own completion (rules C4
76, F6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import connection

from learners.models import FollowUp
from pqip.core.acting import acting_as
from pqip.core.bulk import copy_rows
from pqip.core.clock import now, today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede
from workforce.models import Person
from workforce.models.holding import hold_people

#: The days after attendance within which a course is followed up (assumed; not from the service).
DAYS = 28
NOT_ATTENDED = "The attendance was corrected"
#: A booking: keys of person and course, and the day.
Booking = tuple[int, int, dt.date]
TOUCHED = """
WITH k AS (SELECT * FROM unnest(%(people)s::bigint[], %(courses)s::bigint[], %(days)s::date[]) AS k (person_id, course_id, day)),
attended AS (
    SELECT DISTINCT k.* FROM k JOIN learners_course c ON c.id = k.course_id AND c.needs_follow_up
    JOIN learners_trainingrecord t ON t.person_id = k.person_id AND t.course_id = k.course_id AND t.effective_on = k.day
        AND t.status = 'attended' AND t.voided_at IS NULL
),
held AS (
    SELECT DISTINCT f.id, f.done_on, k.* FROM k JOIN learners_followup f
        ON f.person_id = k.person_id AND f.course_id = k.course_id AND f.effective_on = k.day AND f.voided_at IS NULL
)
SELECT h.id, person_id, course_id, day FROM attended a FULL JOIN held h USING (person_id, course_id, day)
WHERE h.id IS NULL OR (a.person_id IS NULL AND h.done_on IS NULL)
"""


def follow_up_days() -> int:
    """Return the days after attendance within which a course is followed up."""
    return getattr(settings, "PQIP_FOLLOW_UP_DAYS", DAYS)


def settle_follow_ups(bookings: Collection[Booking]) -> None:
    """Make the follow-up tasks that these bookings require, as recorded now.

    Tasks that are not done and whose attendance no longer exists are voided. It is called within
    the transaction that recorded the bookings, and needs the same number of queries for any number
    of them.
    """
    if not bookings:
        return
    people, courses, days = (list(each) for each in zip(*bookings, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, {"people": people, "courses": courses, "days": days})
        rows = cursor.fetchall()
    gone = [key for key, *_ in rows if key is not None]
    if gone:
        FollowUp._base_manager.filter(pk__in=gone).update(voided_at=now(), void_reason=NOT_ATTENDED)
    after = dt.timedelta(days=follow_up_days())
    made = [
        [person, course, day, day + after, ""] for key, person, course, day in rows if key is None
    ]
    if made:
        copy_rows(FollowUp, ["person_id", "course_id", "effective_on", "due_on", "kind"], made)


def complete_follow_up(
    *, by: Any, follow_up: FollowUp, kind: str, done_on: dt.date, done_with: Person | None = None
) -> FollowUp:
    """Record that a follow-up was done with somebody on a day: discussed, or tried under
    observation.

    Recorded again, it corrects what was recorded. `done_with` is the user who records it, unless
    another person is named. Raises RuleBroken for a day before the attendance or to come, and if
    learners would record it with themselves.
    """
    if not follow_up.effective_on <= done_on <= today():
        raise RuleBroken(
            "It is done on the day of the course or after it, and not on a day to come.", "done_on"
        )
    other = done_with.pk if done_with else getattr(by, "person_id", None)
    if other == follow_up.person_id:
        raise RuleBroken(
            "It is followed up with somebody else: their manager or assessor.", "done_with"
        )
    with acting_as(by=by):
        hold_people([follow_up.person_id])
        return supersede(
            follow_up, by=by, reason="Followed up", kind=kind, done_on=done_on, done_with_id=other
        )
