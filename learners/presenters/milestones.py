"""Milestones as tables: past and next ones, what would move, and how the planned end came about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise

from learners.facts.milestones_outlook import Outlook
from learners.rules.events_moves import DEFERRED, DUE_TO_START
from learners.rules.milestones import Milestone
from learners.rules.milestones_what_if import Move
from learners.rules.timeline import StatusPeriod
from pqip.core.formats import plural, short_date
from pqip.govuk.pages import Empty, Tag
from pqip.govuk.tables import Cell, Column, Table

NOT_KNOWN = "Not known"


def milestones_table(outlook: Outlook, today: dt.date) -> Table:
    """Return a table of every milestone in date order: done, passed, next or ahead.

    During a break it says what each date depends on.
    """
    found = outlook.milestones
    coming = next(
        (each.code for each in found if each.on and each.on >= today and each.done_on is None), ""
    )
    rows = [
        [
            Cell(each.title, second=each.how),
            Cell(short_date(each.on), second=outlook.condition(each.code), empty=NOT_KNOWN),
            each.strand,
            _state(each, coming, today),
        ]
        for each in found
    ]
    columns = [Column("Milestone"), Column("Date"), Column("Strand"), Column("Where it stands")]
    return Table(
        "Milestones",
        columns,
        rows,
        empty=Empty("There are no milestones until a start date is known."),
    )


def _state(each: Milestone, coming: str, today: dt.date) -> object:
    if each.done_on is not None:
        return Tag("Done", "green")
    if each.code == coming:
        return Tag("Next", "blue")
    if each.on is None:
        return ""
    return Tag("Date passed", "yellow") if each.on < today else Tag("Ahead", "grey")


def moves_table(
    moves: Iterable[Move], *, before: str = "Now", after: str = "Then", title: str = "Milestones"
) -> Table:
    """Return a table of milestones before and after, with the number of days by which each moves."""
    rows = [
        [
            Cell(move.title, second=move.strand),
            Cell(short_date(move.before), empty=NOT_KNOWN),
            Cell(short_date(move.after), empty=NOT_KNOWN),
            _by(move),
        ]
        for move in moves
    ]
    columns = [Column("Milestone"), Column(before), Column(after), Column("Moves by")]
    return Table(
        title, columns, rows, empty=Empty("There are no milestones until a start date is known.")
    )


def _by(move: Move) -> str:
    if move.days is None:
        return "" if move.before == move.after else "Cannot be said"
    if move.days == 0:
        return "Stays"
    return f"{plural(abs(move.days), 'day')} {'later' if move.days > 0 else 'earlier'}"


def ends_table(parts: Sequence[StatusPeriod], today: dt.date) -> Table:
    """Return a table of the changes that moved the planned end or the opening of assessment."""
    rows = [
        [short_date(on), what, *(Cell(short_date(day), empty=NOT_KNOWN) for day in dates)]
        for on, what, dates in _changes(parts, today)
    ]
    columns = [
        Column("From"),
        Column("What changed"),
        Column("Planned end before"),
        Column("Planned end after"),
        Column("Assessment opens before"),
        Column("Assessment opens after"),
    ]
    return Table(
        "How the dates came about",
        columns,
        rows,
        empty=Empty("Nothing has moved the dates since the first terms."),
    )


def _changes(
    parts: Sequence[StatusPeriod], today: dt.date
) -> Iterable[tuple[dt.date, str, tuple[dt.date | None, ...]]]:
    for before, part in pairwise(parts):
        if part.from_on > today or before.start_date is None:
            continue
        until = min(part.to_on or today, today) if part.status == DEFERRED else part.from_on
        ends = before.planned_end_on(part.from_on), part.planned_end_on(until)
        opens = before.assessment_opens_on(part.from_on), part.assessment_opens_on(until)
        if ends[0] != ends[1] or opens[0] != opens[1]:
            yield part.from_on, _what(before, part), (*ends, *opens)


def _what(before: StatusPeriod, part: StatusPeriod) -> str:
    changes = []
    if part.status == DEFERRED and before.status != DEFERRED:
        changes.append("Break")
    if part.pathway_id != before.pathway_id:
        changes.append("Another pathway")
    if part.fte != before.fte:
        changes.append("Other hours")
    if part.extended_to != before.extended_to:
        changes.append("Extension")
    if before.status == DUE_TO_START and part.status != DUE_TO_START:
        changes.append("Start")
    return ", ".join(changes) or "Change of terms"
