"""Support needs and who has read them, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from learners.models import Enrolment, SupportNeed
from pqip.core.formats import date_gov, datetime_gov, short_date
from pqip.core.models import AccessEntry
from pqip.govuk.pages import Action, Empty, Tag
from pqip.govuk.tables import Cell, Column, Table

PLACES = {
    "support": "Support needs",
    "starting": "Before day one",
    "brief": "What their manager must know",
    "starters": "A list of starters",
    "change": "A form to change it",
    "conversations": "Support conversations",
}


def support_table(
    enrolment: Enrolment, rows: Iterable[SupportNeed], on: dt.date, *, may_change: bool
) -> Table:
    """Return a table of adjustments with what came of each."""
    body = [
        [
            Cell(
                row.adjustment,
                second=f"Looked after by {row.owner}" if row.owner else "",
                tags=_ended(row, on),
            ),
            short_date(row.effective_on),
            Cell(short_date(row.in_place_on), empty="Not yet"),
            _review(row, on),
            Cell(actions=_links(enrolment, row) if may_change else ()),
        ]
        for row in rows
    ]
    columns = [
        Column("What is done"),
        Column("Agreed"),
        Column("In place"),
        Column("To be reviewed"),
        Column("Actions", hidden=True),
    ]
    return Table("Adjustments agreed", columns, body, empty=Empty("No adjustment is recorded."))


def _ended(row: SupportNeed, on: dt.date) -> list[Tag]:
    return (
        [Tag(f"Needed no more from {short_date(row.ended_on)}", "grey")]
        if row.ended_on and row.ended_on <= on
        else []
    )


def _review(row: SupportNeed, on: dt.date) -> Cell:
    is_due = row.review_on is not None and row.review_on <= on and not _ended(row, on)
    return Cell(short_date(row.review_on), tags=[Tag("Due", "yellow")] if is_due else [])


def _links(enrolment: Enrolment, row: SupportNeed) -> list[Action]:
    of = f"the adjustment agreed on {date_gov(row.effective_on)}: {row.adjustment}"
    return [
        Action(
            label,
            reverse(f"learners:{name}", args=[enrolment.public_id, row.public_id]),
            "link",
            of,
        )
        for label, name in (("Change", "change_support"), ("Remove", "remove_support"))
    ]


def readings_table(rows: Iterable[AccessEntry], reader: Any) -> Table:
    """Return a table of who has read a learner's support needs, for the learner."""
    body = [
        [
            datetime_gov(row.at),
            "You" if row.user_id == reader.pk else _name(row),
            _where(row),
            row.get_kind_display(),
        ]
        for row in rows
    ]
    columns = [Column("When"), Column("Who"), Column("Where"), Column("How")]
    return Table(
        "Who has read them",
        columns,
        body,
        caption_hidden=True,
        empty=Empty("Nobody has read your support needs."),
    )


def _where(row: AccessEntry) -> str:
    return PLACES.get(row.detail.get("where", ""), "")


def _name(row: AccessEntry) -> str:
    """Return the person's name if the account belongs to one."""
    return str(row.user) if row.user else "The system"
