"""Dataset `unit-signoffs`: units signed off. A unit counts as achieved on the later of this and its last criterion."""

from __future__ import annotations

from assessments.imports.base import (
    AssessmentDataset,
    Candidate,
    candidates,
    copy_facts,
    people,
    qualification_words,
    refuse_future,
    sound,
    void_changed,
)
from assessments.imports.current import Rows, signoffs
from assessments.models import Unit, UnitSignoff
from pqip.exchange.cleaning import Column, DatasetResource, Date, Whole, one_of
from pqip.exchange.datasets import Context, Row, register
from workforce.imports import numbers


class UnitSignoffsResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    qualification = Column(qualification_words(), key=True, required=True)
    unit = Column(Whole("1", "99"), key=True, required=True)
    signed_off_on = Column(Date(), required=True)
    signed_off_by = numbers.staff_number(required=True)


@register
class UnitSignoffs(AssessmentDataset):
    name, title = "unit-signoffs", "Unit sign-offs"
    resource = UnitSignoffsResource

    def current(self, context: Context) -> Rows:
        return signoffs(context)

    def plan(self, rows: list[Row], context: Context) -> None:
        found = people(rows, context, "staff_number", "signed_off_by")
        held = candidates(found.values(), {row["qualification"] for row in rows if row["qualification"]})
        units = context.memory.setdefault("units", _units())
        live = UnitSignoff.objects.live().filter(registration__in={one.key for one in held.values()})
        signed = {(one.registration_id, one.unit_id): one for one in live.select_related("signed_off_by")}
        whole = sound(rows)
        for row in rows:
            refuse_future(row, context, "signed_off_on")
        for row in whole:
            candidate = held.get((found[row["staff_number"]], row["qualification"]))
            if candidate is None:
                row.error("qualification", "is not one this candidate is registered for. Import the registration first")
            else:
                self._settle(row, candidate.on(row["signed_off_on"]), found[row["signed_off_by"]], units, signed)

    def _settle(self, row: Row, candidate: Candidate, signer: int, units: dict[int, dict[int, int]],
                signed: dict[tuple[int, int], UnitSignoff]) -> None:
        unit = units.get(candidate.version, {}).get(row["unit"])
        if unit is None:
            row.error("unit", f"is not a unit of {candidate.qualification}. {one_of(map(str, units.get(candidate.version, {})))}")
        if signer == candidate.person:
            row.error("signed_off_by", "is the candidate. Nobody signs off a unit of their own")
        if row["signed_off_on"] < candidate.registered_on:
            row.error("signed_off_on", f"is before the candidate was registered, on {candidate.registered_on:%d/%m/%Y}")
        if row.wrong or unit is None:
            return
        current = signed.get((candidate.key, unit))
        after = {"signed_off_on": row["signed_off_on"], "signed_off_by": row["signed_off_by"]}
        data = {"registration": candidate.key, "unit": unit, "signer": signer, "current": current}
        if current is None:
            row.new(after, data)
        else:
            row.settle({"signed_off_on": current.effective_on, "signed_off_by": current.signed_off_by.staff_number}, after, data)

    def write(self, rows: list[Row], context: Context) -> None:
        void_changed(rows, context)
        copy_facts(UnitSignoff, ["registration_id", "unit_id", "signed_off_by_id", "effective_on"], (
            (row.data["registration"], row.data["unit"], row.data["signer"], row["signed_off_on"]) for row in rows
        ))
        self.touched(context, (row.data["registration"] for row in rows))


def _units() -> dict[int, dict[int, int]]:
    """Keys of units by version and number."""
    found: dict[int, dict[int, int]] = {}
    for version, number, key in Unit.objects.order_by("number").values_list("version_id", "number", "pk"):
        found.setdefault(version, {})[number] = key
    return found
