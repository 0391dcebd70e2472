"""Learning in practice as tables: effective time, kinds of case, days, placements and co-worked work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.urls import reverse

from learners.facts.practice import Allowed, Effective
from learners.models import CoWork, Placement, ProtectedDay
from pqip.core.formats import lower_first, number, percent, short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Action, Due, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table

KINDS_OF_DAY = (ProtectedDay.Kind.UNIVERSITY, ProtectedDay.Kind.VOCATIONAL)
TAKEN, LOST, PLANNED, NOT_SAID = (
    Tag("Taken", "green"),
    Tag("Lost", "red"),
    Tag("Planned", "blue"),
    Tag("Not said", "grey"),
)


def effective_rows(found: Effective | None) -> list[SummaryRow]:
    """Return the rows that show how much of the week is for work with people on probation."""
    if found is None:
        return [
            SummaryRow("Effective time", "", empty="Not known before a start date and hours are")
        ]
    for_learning = (
        "Not known beyond month 18"
        if found.percent is None
        else f"{percent(found.percent)} of the week"
    )
    return [
        SummaryRow("Contracted hours", f"{number(found.contracted)} a week"),
        SummaryRow("For learning", for_learning),
        SummaryRow(
            "Effective time now",
            f"{number(found.hours)} hours a week" if found.hours is not None else "",
            empty="Not known beyond month 18",
        ),
    ]


def hours_cell(found: Effective | None) -> Cell:
    """Return a cell with the effective hours a week."""
    return Cell(
        f"{number(found.hours)} hours" if found and found.hours is not None else "",
        empty="Not known",
    )


def day_cell(day: ProtectedDay | None, today: dt.date) -> Cell:
    """Return a cell with this week's day of a kind and its state."""
    return (
        Cell(short_date(day.effective_on), tags=[day_tag(day, today)])
        if day
        else Cell("", empty="None planned")
    )


def cases_cell(allowed: Sequence[Allowed], of: UUID) -> Cell:
    """Return a cell with the number of kinds of case that may be allocated, linked to their page.

    It lists those not allowed yet, if some are.
    """
    may, not_yet = (
        sum(each.is_allowed for each in allowed),
        [str(each.case_type) for each in allowed if not each.is_allowed],
    )
    some = f"{may} of {len(allowed)}"
    words = (
        {0: "All", len(allowed): "None yet"}.get(len(not_yet), some)
        if allowed
        else "None need training"
    )
    second = f"Not yet: {', '.join(not_yet)}" if may and not_yet else ""
    return Cell(words, record_url("learners:practice", of), second=second)


def due_cell(due: Due | None) -> Cell:
    """Return a cell with what is due next, and when."""
    if due is None:
        return Cell("", empty="Nothing with a date")
    return Cell(
        due.title, second=short_date(due.on), tags=[Tag("Overdue", "red")] if due.overdue else []
    )


def cases_table(allowed: Iterable[Allowed], of: UUID, *, may_change: bool) -> Table:
    """Return a table of kinds of case that need training, and whether they may be allocated now."""
    body = []
    for each in allowed:
        override = each.override
        actions = (
            [_undo(of, "override", override.public_id, f" for {each.case_type}")]
            if override and may_change
            else []
        )
        body.append(
            [str(each.case_type), _state(each), Cell(", ".join(each.missing), actions=actions)]
        )
    columns = [Column("Kind of case"), Column("May be allocated"), Column("Training still to do")]
    note = (
        "Which kinds need which training is assumed; not from the service. Training must have been attended: an exemption "
        "does not count."
    )
    return Table(
        "Kinds of case",
        columns,
        body,
        note=note,
        empty=Empty("No kind of case needs training first."),
    )


def _state(each: Allowed) -> Cell:
    if each.by_training:
        return Cell(tags=[Tag("Yes", "green")])
    if each.override is not None:
        until = f"until {short_date(each.override.ended_on)}: {each.override.reason}"
        return Cell(tags=[Tag("Yes, before its training", "yellow")], second=until)
    return Cell(tags=[Tag("Not yet", "grey")])


def day_tag(day: ProtectedDay, today: dt.date) -> Tag:
    """Return a tag for the state of a protected day."""
    if day.taken is None:
        return PLANNED if day.effective_on >= today else NOT_SAID
    return TAKEN if day.taken else LOST


def days_table(
    days: Iterable[ProtectedDay],
    reasons: Mapping[str, str],
    today: dt.date,
    actions: Mapping[int, Sequence[Action]],
) -> Table:
    """Return a table of study and VQ days, the latest first, each with its actions."""
    body = [
        [
            short_date(day.effective_on),
            day.get_kind_display(),
            Cell(tags=[day_tag(day, today)], second=reasons.get(day.reason_lost, day.reason_lost)),
            Cell(actions=actions.get(day.pk, ())),
        ]
        for day in days
    ]
    columns = [
        Column("Day"),
        Column("Kind"),
        Column("What came of it"),
        Column("Actions", hidden=True),
    ]
    note = "A day that the learner recorded as lost is theirs alone to change."
    empty = Empty("No days are planned around today.")
    return Table(
        "Study and VQ days, four weeks around today", columns, body, note=note, empty=empty
    )


def day_actions(day: ProtectedDay, of: UUID, *, own: bool) -> list[Action]:
    """Return the actions to record the outcome of a day and to undo it; `own` is for the learner
    themselves.
    """
    words = f" {day.get_kind_display()} on {short_date(day.effective_on)}"
    query = f"?on={day.effective_on.isoformat()}&kind={day.kind}"
    record = reverse("learners:own_day" if own else "learners:record_day", args=[of]) + query
    return [
        Action("Record", record, "link", words),
        _undo(of, "own_day" if own else "day", day.public_id, words),
    ]


def placements_table(rows: Iterable[Placement], of: UUID, *, may_change: bool) -> Table:
    """Return a table of placements as planned and as they happened."""
    body = [
        [
            row.get_setting_display(),
            _days(row.effective_on, row.planned_to),
            Cell(_days(row.began_on, row.ended_on), empty="Not begun"),
            Cell(row.get_quality_display(), second=row.feedback, empty=""),
            Cell(actions=_placement_actions(row, of) if may_change else []),
        ]
        for row in rows
    ]
    columns = [
        Column("Where"),
        Column("Planned"),
        Column("What happened"),
        Column("How it was"),
        Column("Actions", hidden=True),
    ]
    return Table("Placements", columns, body, empty=Empty("No placement is planned yet."))


def _placement_actions(row: Placement, of: UUID) -> list[Action]:
    words = f" {lower_first(row.get_setting_display())} from {short_date(row.effective_on)}"
    record = Action(
        "Record", reverse("learners:record_placement", args=[of, row.public_id]), "link", words
    )
    return [record, _undo(of, "placement", row.public_id, words)]


def co_work_table(rows: Iterable[CoWork], today: dt.date, of: UUID, *, may_change: bool) -> Table:
    """Return a table of co-working: the tasks, and who stays responsible."""
    body = [
        [
            Cell(row.tasks),
            Cell(row.responsible_officer.name, second=row.responsible_officer.staff_number),
            _days(row.effective_on, row.ended_on),
            Cell(
                short_date(row.review_on), tags=[Tag("Overdue", "red")] if _late(row, today) else []
            ),
            Cell(actions=_work_actions(row, of) if may_change else []),
        ]
        for row in rows
    ]
    columns = [
        Column("Tasks"),
        Column("Responsible officer", second="Staff number"),
        Column("From, to"),
        Column("Look at again"),
        Column("Actions", hidden=True),
    ]
    note = "The officer named keeps overall responsibility for the case."
    return Table(
        "Co-worked work", columns, body, note=note, empty=Empty("No co-worked work is recorded.")
    )


def _late(row: CoWork, today: dt.date) -> bool:
    return row.ended_on is None and row.review_on is not None and row.review_on < today


def _work_actions(row: CoWork, of: UUID) -> list[Action]:
    words = f" co-working with {row.responsible_officer}"
    ending = reverse("learners:end_co_work", args=[of, row.public_id])
    end = [Action("End", ending, "link", words)] if row.ended_on is None else []
    return [*end, _undo(of, "co_work", row.public_id, words)]


def _undo(of: UUID, what: str, key: UUID, words: str) -> Action:
    return Action("Undo", reverse(f"learners:undo_{what}", args=[of, key]), "link", words)


def _days(first: dt.date | None, last: dt.date | None) -> str:
    if first is None:
        return ""
    return f"{short_date(first)} to {short_date(last)}" if last else f"From {short_date(first)}"
