"""Record a standardisation meeting, its attendance and the actions agreed at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import IntegrityError

from assessments.models import Attendance, Standardisation, StandardisationAction
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import lock_live, supersede, void
from pqip.core.pii_check import refuse_case_identifiers
from pqip.core.refusals import translate_db_errors
from workforce.models import Person, Region

TWICE = "A meeting on this topic is recorded for that day already."
MEANWHILE = "Somebody else has just corrected who came. Yours was not saved."


def record_meeting(
    *,
    region: Region,
    held_on: dt.date,
    topic: str,
    outcome: str,
    came: Collection[int],
    invited: Collection[int],
    by: Any,
    kind: str = Standardisation.Kind.STANDARDISATION,
) -> Standardisation:
    """Record a meeting, or a session for assessors in training, and return it.

    `invited` and `came` hold people by key. Raises RuleBroken for a day in the future or nobody invited; Conflict
    where the same meeting is recorded already.
    """
    for field, text in (("topic", topic), ("outcome", outcome)):
        refuse_case_identifiers(field, text)
    if held_on > today():
        raise RuleBroken("The date held must be today or in the past.", "held_on")
    if not came or not set(came) <= set(invited):
        raise RuleBroken("Select who came.", "came")
    try:
        with acting_as(by=by):
            meeting = Standardisation.objects.create(
                region=region, held_on=held_on, topic=topic, outcome=outcome, kind=kind
            )
            Attendance.objects.bulk_create(
                Attendance(
                    meeting=meeting, person_id=key, has_come=key in set(came), effective_on=held_on
                )
                for key in invited
            )
    except IntegrityError as error:
        raise Conflict(TWICE) from error
    return meeting


def correct_attendance(
    *, meeting: Standardisation, came: Collection[int], reason: str, by: Any
) -> None:
    """Correct who came, with a reason; whoever was left out is added.

    Raises Conflict where somebody else adds them at the same time.
    """
    if not reason.strip():
        raise RuleBroken("Say why the attendance is corrected.", "reason")
    with translate_db_errors(MEANWHILE), acting_as(by=by, reason=reason):
        known = set(
            Attendance.objects.live().filter(meeting=meeting).values_list("person_id", flat=True)
        )
        Attendance.objects.bulk_create(
            Attendance(meeting=meeting, person_id=key, has_come=True, effective_on=meeting.held_on)
            for key in sorted(set(came) - known)
        )
        for row in (
            Attendance.objects.live()
            .filter(meeting=meeting)
            .order_by("pk")
            .select_for_update(no_key=True)
        ):
            if row.has_come != (row.person_id in set(came)):
                supersede(row, by=by, reason=reason, has_come=not row.has_come)


def add_action(
    *, meeting: Standardisation, what: str, owner: Person, do_by: dt.date, by: Any
) -> StandardisationAction:
    """Record an action that somebody is to do after the meeting, and return it.

    Raises RuleBroken for a day before the meeting.
    """
    refuse_case_identifiers("what", what)
    if do_by < meeting.held_on:
        raise RuleBroken("The day it is due must not be before the meeting.", "do_by")
    with acting_as(by=by):
        return StandardisationAction.objects.create(
            meeting=meeting, what=what, owner=owner, do_by=do_by, effective_on=meeting.held_on
        )


def finish_standardisation_action(
    *, action: StandardisationAction, by: Any, on: dt.date | None = None
) -> StandardisationAction:
    """Record that an action was done, on a day (default: today), and return it.

    Raises Conflict where that is recorded already.
    """
    on = on or today()
    if on > today() or on < action.meeting.held_on:
        raise RuleBroken(
            "The day it was done must be after the meeting, and not in the future.", "on"
        )
    with acting_as(by=by):
        return supersede(
            lock_live(action, "This is recorded as done already.", done_on=None),
            by=by,
            reason="Done",
            done_on=on,
        )


def undo_standardisation_action(*, action: StandardisationAction, reason: str, by: Any) -> None:
    """Undo an action that was recorded in error, with a reason."""
    if not reason.strip():
        raise RuleBroken("Say why it is taken out.", "reason")
    with acting_as(by=by, reason=reason):
        void([lock_live(action, "This has been taken out already.")], by=by, reason=reason)
