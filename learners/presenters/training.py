"""Role training and reviews as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from learners.models import CourseEvaluation, FollowUp, Review, TrainingExemption, TrainingRecord
from learners.presenters.statuses import TRAINING
from pqip.core.formats import short_date
from pqip.govuk.pages import Action, Empty, Tag
from pqip.govuk.tables import Cell, Column, Table

NOT_KNOWN = "Not known"


def required_table(
    rows: Iterable[Mapping[str, Any]],
    exemptions: Iterable[TrainingExemption],
    *,
    of: UUID,
    may_end: bool,
    planned: Mapping[int, dt.date] | None = None,
) -> Table:
    """Return a table of every course required of somebody: when it is due, its state, and when it
    is due again.

    `planned` gives, by course, the next day planned for their intake.
    """
    exempt = {row.course_id: row for row in exemptions}
    columns = [
        Column("Course"),
        Column("Due"),
        Column("Attended"),
        Column("Due again"),
        Column("Status"),
    ]
    body = [
        [
            Cell(row["title"], second=f"{row['code']}, {row['category']}"),
            short_date(row["due_on"]),
            short_date(row["attended_on"]),
            _again(row),
            _state_cell(
                row,
                exempt.get(row["course_id"]),
                (planned or {}).get(row["course_id"]),
                of,
                may_end=may_end,
            ),
        ]
        for row in rows
    ]
    note = (
        "Attendance is not completion: what was learned is followed up into practice. How often most mandatory courses are "
        "due again is not known, so they are not shown as due again."
    )
    return Table(
        "Required courses", columns, body, note=note, empty=Empty("No course is required of them.")
    )


def _again(row: Mapping[str, Any]) -> str:
    if row["category"] != "mandatory" or row["is_exempt"]:
        return ""
    if row["recurs_months"] is None:
        return NOT_KNOWN
    return short_date(row["next_due"])


def _state_cell(
    row: Mapping[str, Any],
    exemption: TrainingExemption | None,
    planned: dt.date | None,
    of: UUID,
    *,
    may_end: bool,
) -> Cell:
    if row["is_exempt"] and exemption is not None:
        url = reverse("learners:end_exemption", args=[of, exemption.public_id])
        undo = (
            [Action("End", url, kind="link", hidden=f"exemption from {row['title']}")]
            if may_end
            else []
        )
        return Cell(tags=[Tag("Exempt", "grey")], second=exemption.reason, actions=undo)
    return Cell(tags=[course_tag(row)], second=_when(row, planned))


def _when(row: Mapping[str, Any], planned: dt.date | None) -> str:
    """Return the day for which it is booked, or planned for their intake.

    If a course is due and neither, it says that it waits to be booked.
    """
    if row["is_attended"]:
        return ""
    if row["booked_for"]:
        return f"Booked for {short_date(row['booked_for'])}"
    if planned:
        return f"Planned for {short_date(planned)}, not booked"
    return "Not booked: waiting for the service" if row["is_unbooked"] else ""


def course_tag(row: Mapping[str, Any]) -> Tag:
    """Return a tag for the state of a required course."""
    if row["is_attended"]:
        return Tag("Attended", "green")
    if row["is_overdue"]:
        return Tag("Overdue", "red")
    if row["is_due"]:
        return Tag("Due today", "yellow")
    return Tag("Booked", "blue") if row["booked_for"] else Tag("To book", "grey")


def training_table(
    rows: Iterable[TrainingRecord],
    answers: Iterable[CourseEvaluation],
    of: UUID,
    *,
    may_amend: bool,
    evaluates: str,
) -> Table:
    """Return a table of bookings, the latest first, with the evaluation levels answered for each
    attendance.

    `evaluates` is the URL name where the user records an evaluation; empty if they may not.
    """
    answered: dict[tuple[int, dt.date], list[CourseEvaluation]] = {}
    for answer in answers:
        answered.setdefault((answer.course_id, answer.effective_on), []).append(answer)
    columns = [
        Column("Course"),
        Column("Booked for"),
        Column("Delivery"),
        Column("Status"),
        Column("Evaluation"),
        Column("Actions", hidden=True),
    ]
    body = [
        [
            Cell(row.course.title, second=row.course.code),
            short_date(row.effective_on),
            row.get_delivery_display(),
            TRAINING[row.status],
            _evaluation(
                row,
                answered.get((row.course_id, row.effective_on), []),
                of,
                may_amend=may_amend,
                evaluates=evaluates,
            ),
            Cell(actions=_amend(row, of) if may_amend else ()),
        ]
        for row in rows
    ]
    note = (
        "Of an evaluation, only which of its four levels were answered is kept: 1 reaction, 2 learning, 3 application, "
        "4 impact."
    )
    return Table(
        "Bookings and attendance",
        columns,
        body,
        note=note,
        empty=Empty("No training is booked yet."),
    )


def _evaluation(
    row: TrainingRecord,
    answers: Sequence[CourseEvaluation],
    of: UUID,
    *,
    may_amend: bool,
    evaluates: str,
) -> Cell:
    """Return a cell with the levels answered for an attendance, and links to record and undo one."""
    if row.status != "attended":
        return Cell("")
    where, hidden = (
        [of, row.course.code, row.effective_on.isoformat()],
        f" of {row.course.title}, {short_date(row.effective_on)}",
    )
    actions = []
    if evaluates and len(answers) < len(CourseEvaluation.Level):
        actions.append(
            Action(
                "Record",
                reverse(f"learners:{evaluates}", args=where),
                "link",
                f"evaluation{hidden}",
            )
        )
    if may_amend:
        actions += [
            Action(
                f"Undo {answer.level}",
                reverse("learners:undo_evaluation", args=[*where, answer.level]),
                "link",
                hidden,
            )
            for answer in answers
        ]
    levels = f"Level {', '.join(str(answer.level) for answer in answers)}" if answers else ""
    return Cell(levels, empty="None answered", actions=actions)


def follow_ups_table(
    rows: Sequence[FollowUp], today: dt.date, *, of: UUID, may_record: bool
) -> Table:
    """Return a table of follow-ups, those that are not done first."""
    columns = [
        Column("Course"),
        Column("Attended"),
        Column("Due"),
        Column("Followed up"),
        Column("Status"),
    ]
    body = [
        [
            Cell(row.course.title, second=row.course.code),
            short_date(row.effective_on),
            short_date(row.due_on),
            Cell(short_date(row.done_on), second=_how(row)),
            Cell(tags=[follow_up_tag(row, today)], actions=_record(row, of) if may_record else []),
        ]
        for row in rows
    ]
    return Table(
        "Followed up into practice", columns, body, empty=Empty("Nothing is to be followed up yet.")
    )


def follow_up_tag(row: FollowUp, today: dt.date) -> Tag:
    """Return a tag for the state of a follow-up."""
    if row.done_on:
        return Tag("Done", "green")
    return Tag("Overdue", "red") if row.due_on < today else Tag("To do", "blue")


def _how(row: FollowUp) -> str:
    if not row.done_on:
        return ""
    return (
        f"{row.get_kind_display()} with {row.done_with.name}"
        if row.done_with
        else row.get_kind_display()
    )


def _record(row: FollowUp, of: UUID) -> list[Action]:
    url = reverse("learners:follow_up", args=[of, row.public_id])
    return [
        Action(
            "Correct" if row.done_on else "Record",
            url,
            kind="link",
            hidden=f"follow-up of {row.course.title}",
        )
    ]


def _amend(row: TrainingRecord, of: Any) -> list[Action]:
    where, hidden = (
        [of, row.course.code, row.effective_on.isoformat()],
        f" {row.course.title}, {short_date(row.effective_on)}",
    )
    return [
        Action(label, reverse(f"learners:{name}", args=where), "link", hidden)
        for label, name in {"Correct": "correct_training", "Undo": "undo_training"}.items()
    ]


def reviews_table(rows: Iterable[Review], today: dt.date) -> Table:
    """Return a table of reviews, the latest first."""
    body = [
        [
            row.get_kind_display(),
            short_date(row.effective_on),
            short_date(row.held_on),
            _state(row, today),
        ]
        for row in rows
    ]
    columns = [Column("Review"), Column("Due"), Column("Held"), Column("Status")]
    return Table("Reviews", columns, body, empty=Empty("No review is planned yet."))


def _state(row: Review, today: dt.date) -> Tag:
    if row.held_on:
        return Tag("Held", "green")
    return Tag("Overdue", "red") if row.effective_on < today else Tag("Planned", "blue")
