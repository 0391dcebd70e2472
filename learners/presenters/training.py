"""Role training and reviews as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from learners.models import Review, TrainingRecord
from learners.presenters.statuses import TRAINING
from pqip.govuk.formats import short_date
from pqip.govuk.pages import Empty, Tag
from pqip.govuk.tables import Cell, Column, Table


def training_table(rows: Iterable[TrainingRecord]) -> Table:
    """Bookings, latest first."""
    columns = [Column("Course"), Column("Booked for"), Column("Delivery"), Column("Status")]
    body = [
        [
            Cell(row.course.title, second=row.course.code),
            short_date(row.effective_on),
            row.get_delivery_display(),
            TRAINING[row.status],
        ]
        for row in rows
    ]
    return Table("Role training", columns, body, empty=Empty("No training is booked yet."))


def reviews_table(rows: Iterable[Review], today: dt.date) -> Table:
    """Reviews, latest first."""
    body = [[row.get_kind_display(), short_date(row.effective_on), short_date(row.held_on), _state(row, today)] for row in rows]
    columns = [Column("Review"), Column("Due"), Column("Held"), Column("Status")]
    return Table("Reviews", columns, body, empty=Empty("No review is planned yet."))


def _state(row: Review, today: dt.date) -> Tag:
    if row.held_on:
        return Tag("Held", "green")
    return Tag("Overdue", "red") if row.effective_on < today else Tag("Planned", "blue")
