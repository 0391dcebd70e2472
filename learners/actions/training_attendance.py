"""Attendance sheets: the outcome of a course's bookings of one day, all or nothing, with one undo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from learners.actions.training_follow_ups import settle_follow_ups
from learners.models import Course, TrainingRecord
from learners.rules.training_attendance import check_sheet
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict
from pqip.core.ledger import void
from workforce.models.holding import hold_people

REASON = "Attendance sheet"
UNDONE = "Attendance sheet undone"
MEANWHILE = "Somebody else has recorded attendance of people on this sheet since you opened it. Nothing was saved; open it anew."


@dataclass(frozen=True)
class Sheet:
    """The keys of the rows that a sheet recorded, each with the key of the row it replaced, or
    None.
    """

    rows: dict[int, int | None]


def record_attendance(
    *,
    by: Any,
    course: Course,
    on: dt.date,
    marks: Mapping[int, str],
    seen: Mapping[int, int],
    delivery: str = "",
) -> Sheet:
    """Record each person's mark (`attended`, `did_not_attend`), by the person's key.

    A record that says the same already is left as it is. A blank `delivery` keeps that of each
    booking. `seen` holds the keys of the records that the user was shown. Raises RuleBroken (see
    `rules/training_attendance`), and Conflict if a record that would be replaced is not the one
    shown.
    """
    check_sheet(list(marks), on, today())
    with acting_as(by=by, reason=REASON):
        hold_people(marks)
        held = {
            row.person_id: row
            for row in TrainingRecord.objects.live().filter(
                course=course, effective_on=on, person__in=marks
            )
        }
        fresh: list[TrainingRecord] = []
        for person, status in marks.items():
            before = held.get(person)
            how = delivery or (before.delivery if before else "")
            if before is None or (before.status, before.delivery) != (status, how):
                fresh.append(_row(person, course.pk, on, status, how))
        replaced = {row.person_id: held[row.person_id] for row in fresh if row.person_id in held}
        if any(
            getattr(held.get(row.person_id), "pk", None) != seen.get(row.person_id) for row in fresh
        ):
            raise Conflict(MEANWHILE)
        void(replaced.values(), by=by, reason=REASON)
        TrainingRecord.objects.bulk_create(fresh)
        settle_follow_ups([(row.person_id, course.pk, on) for row in fresh])
    return Sheet(
        {row.pk: replaced[row.person_id].pk if row.person_id in replaced else None for row in fresh}
    )


def undo_attendance(*, by: Any, sheet: Sheet, reason: str = UNDONE) -> None:
    """Undo a whole sheet: the earlier records are recorded again.

    Raises Conflict if one of its rows was changed since.
    """
    with acting_as(by=by, reason=reason):
        hold_people(
            set(TrainingRecord.objects.filter(pk__in=sheet.rows).values_list("person", flat=True))
        )
        rows = list(TrainingRecord.objects.live().filter(pk__in=sheet.rows))
        if len(rows) != len(sheet.rows):
            raise Conflict(
                "Some of this sheet has been corrected since, so it cannot be undone as a whole."
            )
        void(rows, by=by, reason=reason)
        before = TrainingRecord.objects.filter(
            pk__in=[key for key in sheet.rows.values() if key is not None]
        )
        TrainingRecord.objects.bulk_create(
            [
                _row(row.person_id, row.course_id, row.effective_on, row.status, row.delivery)
                for row in before
            ]
        )
        settle_follow_ups([_booking(row) for row in rows])


def _row(person: int, course: int, on: dt.date, status: str, delivery: str) -> TrainingRecord:
    return TrainingRecord(
        person_id=person, course_id=course, effective_on=on, status=status, delivery=delivery
    )


def _booking(row: TrainingRecord) -> tuple[int, int, dt.date]:
    return row.person_id, row.course_id, row.effective_on
