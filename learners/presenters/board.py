"""The progression board and breaks, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.urls import reverse

from learners.models import (
    BoardAction,
    BoardAppeal,
    BoardPaper,
    BreakReview,
    Enrolment,
    Event,
    ReturnPlan,
)
from learners.presenters.events import details_of, title_of
from learners.rules.board import DECIDED, last_day_to_appeal
from pqip.core.formats import short_date
from pqip.govuk.pages import Action, Empty, Tag
from pqip.govuk.tables import Cell, Column, Table


def referrals_table(
    events: Iterable[Event], reasons: Mapping[str, str], appeal_days: int, *, may_amend: bool
) -> Table:
    """Return a table of referrals and decisions, the latest first, with the last day to appeal.

    Only members of the board may amend a decision.
    """
    body = [
        [
            short_date(row.effective_on),
            Cell(title_of(row), second=details_of(row, reasons, see_break_reason=False)),
            short_date(last_day_to_appeal(row.effective_on, appeal_days))
            if row.kind == DECIDED
            else "",
            Cell(actions=_amend(row) if may_amend and row.kind == DECIDED else []),
        ]
        for row in sorted(events, key=lambda row: (row.effective_on, row.pk), reverse=True)
    ]
    columns = [
        Column("Date"),
        Column("What happened"),
        Column("Last day to appeal"),
        Column("Actions", hidden=True),
    ]
    return Table(
        "Referrals and decisions",
        columns,
        body,
        empty=Empty("They have not been referred to the board."),
    )


def _amend(event: Event) -> list[Action]:
    steps = {"Correct": "learners:correct_board_decision", "Undo": "learners:undo_board_decision"}
    hidden = f" the decision of {short_date(event.effective_on)}"
    return [
        Action(label, reverse(name, args=[event.public_id]), "link", hidden)
        for label, name in steps.items()
    ]


def papers_table(rows: Iterable[BoardPaper]) -> Table:
    """Return a table of papers."""
    body = [[short_date(row.effective_on), row.title, row.kept_at] for row in rows]
    return Table(
        "Papers",
        [Column("Date"), Column("Paper"), Column("Where it is kept")],
        body,
        empty=Empty("No papers."),
    )


def actions_table(
    rows: Iterable[BoardAction], of: Enrolment, today: dt.date, *, may_record: bool
) -> Table:
    """Return a table of what the board asked for, by whom and when."""
    body = []
    for row in rows:
        url = reverse("learners:finish_board_action", args=[of.public_id, row.public_id])
        finish = (
            [Action("Record as done", url, "link", f": {row.what}")]
            if may_record and row.done_on is None
            else []
        )
        late = [Tag("Overdue", "red")] if row.done_on is None and row.do_by < today else []
        done = Cell(short_date(row.done_on), actions=finish)
        body.append([row.what, row.owner.name, Cell(short_date(row.do_by), tags=late), done])
    columns = [Column("What"), Column("Who"), Column("By"), Column("Done")]
    return Table(
        "What the board asked for", columns, body, empty=Empty("The board asked for nothing.")
    )


def appeals_table(rows: Iterable[BoardAppeal], of: Enrolment, *, may_record: bool) -> Table:
    """Return a table of appeals and their outcomes."""
    body = []
    for row in rows:
        url = reverse("learners:decide_appeal", args=[of.public_id, row.public_id])
        is_open = may_record and not row.outcome
        decide = (
            [Action("Record what came of it", url, "link", f" of {short_date(row.effective_on)}")]
            if is_open
            else []
        )
        outcome = row.get_outcome_display()
        body.append(
            [
                short_date(row.effective_on),
                short_date(row.decision_on),
                row.grounds,
                Cell(outcome, second=short_date(row.decided_on), actions=decide, empty=""),
            ]
        )
    columns = [
        Column("Made on"),
        Column("Against the decision of"),
        Column("Grounds"),
        Column("What came of it"),
    ]
    return Table("Appeals", columns, body, empty=Empty("No appeal was made."))


def breaks_table(events: Iterable[Event], reasons: Mapping[str, str], *, see_reason: bool) -> Table:
    """Return a table of breaks and returns, the latest first."""
    body = [
        [
            short_date(row.effective_on),
            Cell(title_of(row), second=details_of(row, reasons, see_break_reason=see_reason)),
        ]
        for row in sorted(events, key=lambda row: (row.effective_on, row.pk), reverse=True)
    ]
    return Table(
        "Breaks",
        [Column("Date"), Column("What happened")],
        body,
        empty=Empty("They have not been on a break."),
    )


def break_reviews_table(
    rows: Iterable[BreakReview], of: Enrolment, today: dt.date, *, may_record: bool, see_note: bool
) -> Table:
    """Return a table of days for reviewing a break."""
    body = []
    for row in rows:
        url = reverse("learners:hold_look", args=[of.public_id, row.public_id])
        is_open = may_record and row.held_on is None
        hold = (
            [Action("Record", url, "link", f" of {short_date(row.effective_on)}")]
            if is_open
            else []
        )
        late = [Tag("Overdue", "red")] if row.held_on is None and row.effective_on < today else []
        body.append(
            [
                Cell(short_date(row.effective_on), tags=late),
                Cell(short_date(row.held_on), second=row.note if see_note else "", actions=hold),
            ]
        )
    columns = [Column("To be looked at on"), Column("Looked at on")]
    return Table(
        "The break looked at again",
        columns,
        body,
        empty=Empty("No day is set to look at the break again."),
    )


def plans_table(
    rows: Iterable[ReturnPlan], of: Enrolment, *, may_record: bool, see_plan: bool
) -> Table:
    """Return a table of plans for the return and the meeting.

    The arrangements are shown only to users who may see them (`see_plan`).
    """
    body = []
    for row in rows:
        url = reverse("learners:return_meeting", args=[of.public_id, row.public_id])
        meet = (
            [
                Action(
                    "Record the return meeting", url, "link", f" of {short_date(row.effective_on)}"
                )
            ]
            if may_record and row.meeting_held_on is None
            else []
        )
        plan, met = (
            row.plan if see_plan else "Arranged",
            Cell(short_date(row.meeting_held_on), actions=meet),
        )
        body.append([short_date(row.effective_on), plan, met])
    columns = [Column("Return on"), Column("What is arranged"), Column("Return meeting")]
    return Table("Return", columns, body, empty=Empty("No return is planned yet."))
