"""Role training and reviews as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from learners.models import Review, TrainingRecord
from learners.presenters.statuses import TRAINING
from pqip.govuk.formats import short_date
from pqip.govuk.pages import Action, Empty, Tag
from pqip.govuk.tables import Cell, Column, Table


def training_table(rows: Iterable[TrainingRecord], of: Any = None) -> Table:
    """Bookings, latest first; `of` is the learner's public identifier for those who may correct and undo them."""
    columns = [Column("Course"), Column("Booked for"), Column("Delivery"), Column("Status"), Column("Actions", hidden=True)]
    body = [
        [
            Cell(row.course.title, second=row.course.code),
            short_date(row.effective_on),
            row.get_delivery_display(),
            TRAINING[row.status],
            Cell(actions=_amend(row, of) if of else ()),
        ]
        for row in rows
    ]
    return Table("Role training", columns, body, empty=Empty("No training is booked yet."))


def _amend(row: TrainingRecord, of: Any) -> list[Action]:
    where, hidden = [of, row.course.code, row.effective_on.isoformat()], f" {row.course.title}, {short_date(row.effective_on)}"
    return [
        Action(label, reverse(f"learners:{name}", args=where), "link", hidden)
        for label, name in {"Correct": "correct_training", "Undo": "undo_training"}.items()
    ]


def reviews_table(rows: Iterable[Review], today: dt.date) -> Table:
    """Reviews, latest first."""
    body = [[row.get_kind_display(), short_date(row.effective_on), short_date(row.held_on), _state(row, today)] for row in rows]
    columns = [Column("Review"), Column("Due"), Column("Held"), Column("Status")]
    return Table("Reviews", columns, body, empty=Empty("No review is planned yet."))


def _state(row: Review, today: dt.date) -> Tag:
    if row.held_on:
        return Tag("Held", "green")
    return Tag("Overdue", "red") if row.effective_on < today else Tag("Planned", "blue")
