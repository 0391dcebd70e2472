"""The `targets` and `staffing` datasets: what a place should have in post, and totals as published or returned."""

from __future__ import annotations

from typing import Any, ClassVar

from pqip.core.bulk import copy_rows
from pqip.core.ledger import void
from pqip.exchange.cleaning import (
    Code,
    Codes,
    DatasetResource,
    Date,
    ImportColumn,
    Number,
    Text,
    Whole,
    Words,
)
from pqip.exchange.datasets import Context, Dataset, Row, register
from workforce.imports.current import Rows, totals
from workforce.imports.lookups import (
    check_place,
    grade_codes,
    pdu_codes,
    region_codes,
    regions_of_units,
)
from workforce.models import StaffingReturn, Target

PLACE = "A region, or NAT for a national figure, which is never summed with regions."


class TargetsResource(DatasetResource):
    region = ImportColumn(Code("region", "a region"), key=True, required=True, help=PLACE)
    pdu = ImportColumn(
        Code("pdu", "a probation delivery unit"), key=True, help="Blank: the whole region."
    )
    grade = ImportColumn(Code("grade", "a grade"), key=True, required=True)
    effective_from = ImportColumn(
        Date(), key=True, required=True, help="The target holds from this day until the next."
    )
    target_fte = ImportColumn(Number("0", "99999"), required=True, help="Full-time equivalents.")


class ReturnsResource(DatasetResource):
    region = ImportColumn(Code("region", "a region"), key=True, required=True, help=PLACE)
    pdu = ImportColumn(
        Code("pdu", "a probation delivery unit"), key=True, help="Blank: the whole region."
    )
    grade = ImportColumn(Code("grade", "a grade"), key=True, required=True)
    as_at = ImportColumn(Date(), key=True, required=True, help="The day the totals are of.")
    fte = ImportColumn(Number("0", "99999"), required=True, help="In post, full-time equivalents.")
    headcount = ImportColumn(Whole())
    learners_fte = ImportColumn(Number("0", "99999"))
    non_effective_fte = ImportColumn(Number("0", "99999"))
    joiners_12m = ImportColumn(Whole())
    leavers_12m = ImportColumn(Whole())
    status = ImportColumn(Words(StaffingReturn.Status.choices))
    source = ImportColumn(
        Text(200), required=True, help="Where the figures are published or who returned them."
    )


class Totals(Dataset):
    """Dated figures of a place and a grade.

    A row that differs voids the figure it corrects and records its own.
    """

    leads_to, of_people = "reports:index", False
    model: ClassVar[Any]
    date_column: ClassVar[str]
    values: ClassVar[list[str]]

    def codes(self, context: Context) -> dict[str, Codes]:
        context.memory["units"] = regions_of_units()
        return {"region": region_codes(national=True), "pdu": pdu_codes(), "grade": grade_codes()}

    def current(self, context: Context) -> Rows:
        return totals(self.model.objects.live(), context, self.date_column, self.values)

    def plan(self, rows: list[Row], context: Context) -> None:
        held = self._held(rows)
        for row in rows:
            if row["region"] is not None:
                check_place(row, context, context.memory["units"])
            if row.wrong:
                continue
            current = held.get((row["region"], row["pdu"], row["grade"], row[self.date_column]))
            after = {name: self._value(row, name) for name in self.values if name in row.given}
            if current is None:
                row.new(after)
            else:
                row.settle({name: getattr(current, name) for name in after}, after, current)

    def corrects(self, row: Row) -> list[Any]:
        return [row.data]

    def write(self, rows: list[Row], context: Context) -> None:
        void(
            [row.data for row in rows if row.data is not None],
            by=context.by,
            reason="Corrected by an import",
        )
        columns = ["region_id", "pdu_id", "grade_id", "effective_on", *self.values]
        copy_rows(
            self.model,
            columns,
            (
                [
                    row["region"],
                    row["pdu"],
                    row["grade"],
                    row[self.date_column],
                    *(self._stated(row, name) for name in self.values),
                ]
                for row in rows
            ),
        )

    def _stated(self, row: Row, name: str) -> Any:
        """Return what the row says, or what was recorded before if the file has no such column."""
        return (
            self._value(row, name)
            if name in row.given or row.data is None
            else getattr(row.data, name)
        )

    def _value(self, row: Row, name: str) -> Any:
        return "" if row[name] is None and name == "status" else row[name]

    def _held(self, rows: list[Row]) -> dict[tuple[Any, ...], Any]:
        """Return live figures of the file's places and days, by natural key."""
        wanted = {
            "region_id__in": {row["region"] for row in rows},
            "effective_on__in": {row[self.date_column] for row in rows},
        }
        found = self.model.objects.live().filter(
            **{name: keys - {None} for name, keys in wanted.items()}
        )
        return {(one.region_id, one.pdu_id, one.grade_id, one.effective_on): one for one in found}


@register
class Targets(Totals):
    name, title, permission = "targets", "Staffing targets", "workforce.import_staffing"
    resource, model, date_column = TargetsResource, Target, "effective_from"
    values = ["target_fte"]


@register
class Returns(Totals):
    name, title, permission = (
        "staffing",
        "Staffing totals, published or returned",
        "workforce.import_staffing",
    )
    resource, model, date_column = ReturnsResource, StaffingReturn, "as_at"
    values = [
        "fte",
        "headcount",
        "learners_fte",
        "non_effective_fte",
        "joiners_12m",
        "leavers_12m",
        "status",
        "source",
    ]
