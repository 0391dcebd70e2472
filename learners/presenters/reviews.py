"""Reviews by three parties, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from learners.facts.reviews import PARTIES
from learners.models import Enrolment, Manageable, Review, ReviewAction, ReviewPart
from learners.models.reviews import Party
from learners.ports.timeline import TimelineEntry
from pqip.core.formats import date_gov, plural, short_date
from pqip.govuk.pages import Action, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table

LIST_COLUMNS = [
    Column("Learner", sort="name", second="Staff number"),
    Column("Next review", sort="due"),
    Column("Last held", sort="held"),
    Column("Agreed by"),
]


def reviews_table(rows: Iterable[Review], of: Enrolment, today: dt.date) -> Table:
    """Return a table of reviews, the latest first, each linked to its page."""
    body = [
        [
            Cell(row.get_kind_display(), address(of, row)),
            short_date(row.effective_on),
            Cell(short_date(row.held_on), tags=[state_tag(row, today)]),
        ]
        for row in rows
    ]
    return Table(
        "Reviews",
        [Column("Review"), Column("Due"), Column("Held")],
        body,
        empty=Empty("No review is laid out yet."),
    )


def address(of: Enrolment, row: Review) -> str:
    """Return the address of a review's page."""
    return reverse("learners:review", args=[of.public_id, row.effective_on.isoformat()])


def state_tag(row: Review, today: dt.date) -> Tag:
    """Return a tag for the state of a review."""
    if row.held_on:
        return Tag("Held", "green")
    return Tag("Overdue", "red") if row.effective_on < today else Tag("Planned", "blue")


def about(row: Review, today: dt.date) -> list[SummaryRow]:
    """Return the rows that say which review it is."""
    return [
        SummaryRow("Review", row.get_kind_display()),
        SummaryRow("Due", date_gov(row.effective_on)),
        SummaryRow(
            "Held", date_gov(row.held_on), tag=None if row.held_on else state_tag(row, today)
        ),
    ]


def parts_table(parts: Mapping[str, ReviewPart], *, see: bool) -> Table:
    """Return a table of what each party said, and whether they agree the record.

    The words are shown only to the parties of the review (`see`).
    """
    body = []
    nothing = "Nothing yet" if see else "For those of the review"
    for party in Party:
        part = parts.get(party)
        agreed = (
            Tag("Agreed", "green") if part and part.agreed_on else Tag("Not agreed yet", "grey")
        )
        body.append(
            [
                str(party.label),
                Cell(part.said if part and see else "", empty=nothing),
                Cell(short_date(part.agreed_on) if part else "", tags=[agreed]),
            ]
        )
    return Table("What each says", [Column("Who"), Column("What they say"), Column("Agreed")], body)


def actions_table(
    rows: Iterable[ReviewAction], of: Enrolment, today: dt.date, *, may_finish: bool
) -> Table:
    """Return a table of actions: what, by whom and when."""
    body = []
    for row in rows:
        url = reverse("learners:finish_action", args=[of.public_id, row.public_id])
        finish = Action("Record as done", url, "link", f": {row.what}")
        late = [Tag("Overdue", "red")] if row.done_on is None and row.do_by < today else []
        body.append(
            [
                row.what,
                row.get_owner_display(),
                Cell(short_date(row.do_by), tags=late),
                Cell(
                    short_date(row.done_on),
                    actions=[finish] if may_finish and row.done_on is None else [],
                    empty="",
                ),
            ]
        )
    columns = [Column("What"), Column("Who"), Column("By"), Column("Done")]
    return Table("To be done", columns, body, empty=Empty("Nothing was agreed to be done."))


def since_table(entries: Iterable[tuple[str, TimelineEntry]], since: dt.date) -> Table:
    """Return a table of what the record says has happened since the last review, in every strand."""
    body = [
        [short_date(each.on), strand, Cell(each.title, second=each.detail)]
        for strand, each in entries
    ]
    columns = [Column("Day"), Column("Strand"), Column("What happened")]
    empty = Empty("Nothing has been recorded since.")
    return Table(f"What the record says since {date_gov(since)}", columns, body, empty=empty)


def manageable_rows(answer: Manageable | None) -> list[SummaryRow]:
    """Return a row with the learner's answer."""
    answered = answer.get_answer_display() if answer else ""
    return [SummaryRow("How manageable is this?", answered, empty="Not said")]


def list_row(row: Any, name: Cell, today: dt.date) -> list[object]:
    """Return the row of a learner in the list of reviews."""
    due = Cell(
        short_date(row.review_due),
        tags=[Tag("Overdue", "red")] if row.review_due and row.review_due < today else [],
        empty="None laid out",
    )
    agreed = (
        f"{row.review_agreed or 0} of {plural(PARTIES, 'party', 'parties')}"
        if row.review_held
        else ""
    )
    return [name, due, short_date(row.review_held), agreed]
