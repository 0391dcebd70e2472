"""The `reviews` dataset: reviews due and held."""

from __future__ import annotations

from typing import Any

from learners.actions.reviews import agree_anew
from learners.imports.common import (
    CORRECTED,
    PERMISSION,
    PeopleDataset,
    people,
    void_rows,
    without_errors,
)
from learners.imports.current import Rows, reviews
from learners.models import Review
from learners.rules.reviews import check_held
from pqip.core.bulk import copy_rows
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import DatasetResource, Date, ImportColumn, Words
from pqip.exchange.datasets import Context, Row, register
from workforce.imports import numbers


class ReviewsResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    due_on = ImportColumn(Date(), key=True, required=True)
    held_on = ImportColumn(Date())
    kind = ImportColumn(Words(Review.Kind.choices), help="Blank: three_way.")


@register
class Reviews(PeopleDataset):
    name, title, permission = "reviews", "Reviews", PERMISSION
    leads_to = "learners:reviews"
    resource = ReviewsResource

    def current(self, context: Context) -> Rows:
        return reviews(context)

    def plan(self, rows: list[Row], context: Context) -> None:
        found = people(rows, context, "staff_number")
        live = Review.objects.live().filter(person__in=found.values())
        held = {(row.person_id, row.effective_on): row for row in live}
        for row in without_errors(rows):
            person = found[row["staff_number"]]
            _settle(row, person, held.get((person, row["due_on"])), context)

    def write(self, rows: list[Row], context: Context) -> None:
        agree_anew(
            [(row.data["person"], row["due_on"]) for row in rows if "held_on" in row.before],
            by=context.by,
        )
        void_rows(Review, (row.data["held"] for row in rows if row.data["held"]), CORRECTED)
        copy_rows(
            Review,
            ["person_id", "effective_on", "held_on", "kind"],
            (
                [row.data["person"], row["due_on"], row.data["held_on"], row.data["kind"]]
                for row in rows
            ),
        )


def _settle(row: Row, person: int, held: Review | None, context: Context) -> None:
    before: dict[str, Any] = {
        "held_on": held.held_on if held else None,
        "kind": held.kind if held else None,
    }
    after = {name: row[name] if name in row.given else value for name, value in before.items()}
    after["kind"] = after["kind"] or Review.Kind.THREE_WAY.value
    try:
        check_held(after["held_on"], context.today)
    except RuleBroken as broken:
        row.rule_error(broken.field or "", broken.message)
        return
    data = {"person": person, "held": held.pk if held else None, **after}
    if held is None:
        row.new(after, data)
    else:
        row.settle(before, after, data)
