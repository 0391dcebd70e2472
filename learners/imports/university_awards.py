"""The `university-awards` dataset: awards that universities gave learners."""

from __future__ import annotations

from typing import Any

from learners.facts.awards import offers_in_order, offers_of
from learners.imports.common import (
    CORRECTED,
    NO_LEARNER,
    LearnerDataset,
    Place,
    places,
    void_rows,
    without_errors,
)
from learners.imports.current import Rows, university_awards
from learners.models import UniversityAward
from learners.rules.awards import check_award
from pqip.core.bulk import copy_rows
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import Code, Codes, DatasetResource, Date, ImportColumn, Text
from pqip.exchange.datasets import Context, Row, register
from workforce.imports import numbers


class UniversityAwardsResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    award = ImportColumn(Code("award", "an award that a university gives"), key=True, required=True)
    awarded_on = ImportColumn(Date(), required=True)
    classification = ImportColumn(Text(60))


@register
class UniversityAwards(LearnerDataset):
    name, title = "university-awards", "Awards of the universities"
    resource = UniversityAwardsResource

    def codes(self, context: Context) -> dict[str, Codes]:
        """Awards may be given by code, or by the title that any university gives them."""
        offers = offers_in_order()
        found = Codes({offer.code: offer.code for offer in offers})
        found.known |= {offer.title.lower(): offer.code for offer in offers}
        return {"award": found}

    def current(self, context: Context) -> Rows:
        return university_awards(context)

    def plan(self, rows: list[Row], context: Context) -> None:
        found = places([row["staff_number"] for row in rows], context)
        own = {place.id: place.start_date for each in found.values() for place in each}
        held = {
            (each.enrolment_id, each.award): each
            for each in UniversityAward.objects.live().filter(enrolment__in=own)
        }
        offered = offers_of(own, context.today)
        for row in rows:
            if row["staff_number"] and row["staff_number"] not in found:
                row.error("staff_number", NO_LEARNER)
        for row in without_errors(rows):
            place = _place(row, found[row["staff_number"]], held)
            try:
                check_award(
                    award=row["award"],
                    awarded_on=row["awarded_on"],
                    offered=offered[place.id],
                    start=place.start_date,
                    today=context.today,
                )
            except RuleBroken as broken:
                row.rule_error(broken.field or "", broken.message)
                continue
            _settle(row, place, held.get((place.id, row["award"])))

    def write(self, rows: list[Row], context: Context) -> None:
        void_rows(
            UniversityAward, (row.data["held"] for row in rows if row.data["held"]), CORRECTED
        )
        copy_rows(
            UniversityAward,
            ["enrolment_id", "award", "effective_on", "classification"],
            (
                [
                    row.data["enrolment"],
                    row["award"],
                    row.data["content"]["awarded_on"],
                    row.data["content"]["classification"],
                ]
                for row in rows
            ),
        )


def _place(row: Row, own: list[Place], held: dict[tuple[int, str], UniversityAward]) -> Place:
    """Return the place for which the award is recorded, or the latest that had started on its day."""
    recorded = next((place for place in own if (place.id, row["award"]) in held), None)
    begun = (
        each for each in reversed(own) if each.start_date and each.start_date <= row["awarded_on"]
    )
    return recorded or next(begun, own[-1])


def _settle(row: Row, place: Place, held: UniversityAward | None) -> None:
    classification = (
        row["classification"] or ""
        if "classification" in row.given
        else held.classification
        if held
        else ""
    )
    after: dict[str, Any] = {"awarded_on": row["awarded_on"], "classification": classification}
    data = {"held": held.pk if held else None, "enrolment": place.id, "content": after}
    if held is None:
        row.new(after, data)
    else:
        row.settle(
            {"awarded_on": held.effective_on, "classification": held.classification}, after, data
        )
        row.data = data
