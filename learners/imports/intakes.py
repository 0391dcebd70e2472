"""The `intakes` dataset: how many of a cohort are to start in a region on a pathway, and when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from learners.imports.common import CORRECTED, pathway_codes, void_rows, without_errors
from learners.imports.current import Rows, intakes
from learners.imports.learners_known import keys_by_name
from learners.imports.learners_storing import named
from learners.imports.opening import Openings
from learners.models import Cohort, Pathway, PlannedIntake
from learners.models.intakes import MOST_PLACES
from learners.rules.entry import check_open
from pqip.core.bulk import copy_rows
from pqip.core.errors import RuleBroken
from pqip.core.words import folded
from pqip.exchange.cleaning import (
    Code,
    Codes,
    DatasetResource,
    Date,
    ImportColumn,
    Text,
    Whole,
    one_of,
)
from pqip.exchange.datasets import Context, Dataset, Row, register
from workforce.imports.lookups import reached_regions, region_codes

VALUES = ("starts_on", "places")


class IntakesResource(DatasetResource):
    cohort = ImportColumn(Text(40), key=True, required=True, help="A new one is created.")
    region = ImportColumn(Code("region", "a region"), key=True, required=True)
    pathway = ImportColumn(Code("pathway", "a pathway"), key=True, required=True)
    starts_on = ImportColumn(Date(), required=True, help="The first day of those who start.")
    places = ImportColumn(
        Whole("0", str(MOST_PLACES)),
        required=True,
        help="How many are planned to start; 0 where nobody is to start after all.",
    )


@register
class Intakes(Dataset):
    """Intakes to come, and those that have begun. A row that differs voids what was planned and records its own."""

    name, title, permission = "intakes", "Planned intakes", "learners.plan_intakes"
    resource, leads_to, of_people = IntakesResource, "learners:intakes", False

    def codes(self, context: Context) -> dict[str, Codes]:
        return {"region": region_codes(), "pathway": pathway_codes()}

    def current(self, context: Context) -> Rows:
        return intakes(context)

    def hold(self, rows: list[Row], context: Context) -> None:
        known = keys_by_name(Cohort)
        named_here = {folded(row["cohort"]) for row in rows if row["cohort"]}
        keys = [known[name] for name in named_here if name in known]
        list(Cohort.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))

    def plan(self, rows: list[Row], context: Context) -> None:
        cohorts, pathways = keys_by_name(Cohort), Pathway.objects.in_bulk()
        held = _held(rows, cohorts)
        openings = Openings(context)
        for row in rows:
            if row["region"] is not None and not context.scope.covers_region(row["region"]):
                reached = one_of(reached_regions(context))
                row.error("region", f"is not a region you look after. {reached}")
        for row in without_errors(rows):
            key = _key(row, cohorts)
            if (first := context.first_row(key, row)) != row.number:
                row.error(
                    "cohort",
                    f"is the cohort of row {first} for the same region and pathway. Keep one of the two rows",
                )
                continue
            known = held.get(key)
            is_moved = known is None or known.effective_on != row["starts_on"]
            if is_moved and not openings.is_history(row["region"], row["starts_on"]):
                _check_open(row, pathways)
            if not row.wrong:
                _settle(row, known, context, is_new_cohort=folded(row["cohort"]) not in cohorts)

    def corrects(self, row: Row) -> Iterable[Any]:
        return [row.data] if row.data is not None else []

    def write(self, rows: list[Row], context: Context) -> None:
        void_rows(PlannedIntake, (row.data.pk for row in rows if row.data is not None), CORRECTED)
        cohorts = named(Cohort, {row["cohort"] for row in rows})
        copy_rows(
            PlannedIntake,
            ["cohort_id", "region_id", "pathway_id", "effective_on", "places"],
            (
                [
                    cohorts[folded(row["cohort"])],
                    row["region"],
                    row["pathway"],
                    *(row[name] for name in VALUES),
                ]
                for row in rows
            ),
        )


def _key(row: Row, cohorts: dict[str, int]) -> tuple[Any, ...]:
    """Which intake a row is about: a cohort that is known by its key, however it is named."""
    cohort = folded(row["cohort"])
    return cohorts.get(cohort, cohort), row["region"], row["pathway"]


def _held(rows: list[Row], cohorts: dict[str, int]) -> dict[tuple[Any, ...], PlannedIntake]:
    """What is planned of the file's cohorts, by cohort, region and pathway."""
    named_here = {folded(row["cohort"]) for row in rows if row["cohort"]}
    keys = [cohorts[name] for name in named_here if name in cohorts]
    live = PlannedIntake.objects.live().filter(cohort__in=keys)
    return {(row.cohort_id, row.region_id, row.pathway_id): row for row in live}


def _check_open(row: Row, pathways: dict[int, Pathway]) -> None:
    try:
        check_open(pathways[row["pathway"]], row["starts_on"])
    except RuleBroken as broken:
        row.rule_error(broken.field or "pathway", broken.message)


def _settle(
    row: Row, known: PlannedIntake | None, context: Context, *, is_new_cohort: bool
) -> None:
    after = {name: row[name] for name in VALUES}
    if is_new_cohort:
        context.announce("cohort", row["cohort"])
    if known is None:
        row.new(after)
    else:
        row.settle({"starts_on": known.effective_on, "places": known.places}, after, known)
