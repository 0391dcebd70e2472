"""The `records-complete` dataset: from when every post of a grade in a region is on record here."""

from __future__ import annotations

from typing import Any

from pqip.core.bulk import copy_rows
from pqip.core.ledger import void
from pqip.exchange.cleaning import Code, Codes, DatasetResource, Date, ImportColumn, one_of
from pqip.exchange.datasets import Context, Dataset, Row, register
from workforce.imports.current import Rows, complete
from workforce.imports.lookups import grade_codes, reached_regions, region_codes
from workforce.models import RecordsComplete


class CompleteResource(DatasetResource):
    region = ImportColumn(Code("region", "a region"), key=True, required=True)
    grade = ImportColumn(Code("grade", "a grade"), key=True, required=True)
    complete_from = ImportColumn(
        Date(),
        required=True,
        help="From this day every post of the grade in the region is on record here.",
    )
    complete_until = ImportColumn(Date(), help="The last such day; blank while it lasts.")


@register
class Complete(Dataset):
    """From when the record holds every post of a grade in a region.

    Figures are then counted from it (docs/reports.md).
    """

    name, title, permission = (
        "records-complete",
        "Records declared complete",
        "workforce.import_staffing",
    )
    resource, leads_to, of_people = CompleteResource, "reports:index", False

    def codes(self, context: Context) -> dict[str, Codes]:
        return {"region": region_codes(), "grade": grade_codes()}

    def current(self, context: Context) -> Rows:
        return complete(context)

    def plan(self, rows: list[Row], context: Context) -> None:
        live = RecordsComplete.objects.live().filter(
            region_id__in={row["region"] for row in rows} - {None}
        )
        held = {(row.region_id, row.grade_id): row for row in live}
        for row in rows:
            if row["region"] is not None and not context.scope.covers_region(row["region"]):
                row.error(
                    "region", f"is not a region you look after. {one_of(reached_regions(context))}"
                )
            if (
                row["complete_from"]
                and row["complete_until"]
                and row["complete_until"] < row["complete_from"]
            ):
                row.error(
                    "complete_until", "is before complete_from. The last day comes after the first"
                )
            if row.wrong:
                continue
            after: dict[str, Any] = {
                name: row[name] for name in ("complete_from", "complete_until") if name in row.given
            }
            known = held.get((row["region"], row["grade"]))
            if known is None:
                row.new(after)
            else:
                before = {"complete_from": known.effective_on, "complete_until": known.ended_on}
                row.settle({name: before[name] for name in after}, after, known)

    def corrects(self, row: Row) -> list[Any]:
        return [row.data]

    def write(self, rows: list[Row], context: Context) -> None:
        void(
            [row.data for row in rows if row.data is not None],
            by=context.by,
            reason="Corrected by an import",
        )
        copy_rows(
            RecordsComplete,
            ["region_id", "grade_id", "effective_on", "ended_on"],
            ([row["region"], row["grade"], row["complete_from"], self._until(row)] for row in rows),
        )

    def _until(self, row: Row) -> Any:
        is_left = row.data is not None and "complete_until" not in row.given
        return row.data.ended_on if is_left else row["complete_until"]
