"""Dataset `unit-signoffs`: signed-off units. A unit counts as achieved on the later of its sign-off and its last criterion.

History comes in any order, so a file, unlike the screen, may sign a unit off before its last criterion is met. The unit is
locked all the same: only decisions on record by then can still be countersigned, and it is released once it is achieved.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef, Q

from assessments.actions.units_locks import CLAIMED
from assessments.facts.units_signing_off import needs
from assessments.imports.base import (
    AssessmentDataset,
    Candidate,
    candidate_of,
    candidates,
    copy_facts,
    people,
    qualification_words,
    refuse_future,
    refuse_unit,
    void_changed,
    without_errors,
)
from assessments.imports.current import Rows, signoffs
from assessments.models import (
    CertificateClaim,
    Criterion,
    CriterionMet,
    Unit,
    UnitRelease,
    UnitSignoff,
    VersionMove,
)
from assessments.models.holding import hold
from assessments.rules.units_signing_off import check_signer
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import DatasetResource, Date, ImportColumn, Whole, one_of
from pqip.exchange.datasets import CHANGED, NEW, Context, Row, register
from workforce.imports import numbers


class UnitSignoffsResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    qualification = ImportColumn(qualification_words(), key=True, required=True)
    unit = ImportColumn(Whole("1", "99"), key=True, required=True)
    signed_off_on = ImportColumn(Date(), required=True)
    signed_off_by = numbers.staff_number(required=True)


@register
class UnitSignoffs(AssessmentDataset):
    name, title = "unit-signoffs", "Unit sign-offs"
    resource = UnitSignoffsResource

    def current(self, context: Context) -> Rows:
        return signoffs(context)

    def plan(self, rows: list[Row], context: Context) -> None:
        self._compare(rows, context)
        _refuse_what_stands(rows)
        _refuse_unkept_rules(rows, context.memory["ruled"])

    def _compare(self, rows: list[Row], context: Context) -> None:
        found = people(rows, context, "staff_number", "signed_off_by")
        held = candidates(
            found.values(), {row["qualification"] for row in rows if row["qualification"]}
        )
        if "units" not in context.memory:
            context.memory["units"], context.memory["ruled"] = _units(), _ruled()
            optional = Unit.objects.filter(group__isnull=False)
            context.memory["optional_units"] = set(optional.values_list("pk", flat=True))
        units = context.memory["units"]
        live = UnitSignoff.objects.live().filter(
            registration__in={one.key for one in held.values()}
        )
        signed = {
            (one.registration_id, one.unit_id): one for one in live.select_related("signed_off_by")
        }
        valid = without_errors(rows)
        for row in rows:
            refuse_future(row, context, "signed_off_on")
        for row in valid:
            if candidate := candidate_of(row, found, held):
                self._settle(
                    row,
                    context,
                    candidate.on(row["signed_off_on"]),
                    found[row["signed_off_by"]],
                    units,
                    signed,
                )

    def _settle(
        self,
        row: Row,
        context: Context,
        candidate: Candidate,
        signer: int,
        units: dict[int, dict[int, int]],
        signed: dict[tuple[int, int], UnitSignoff],
    ) -> None:
        unit = units.get(candidate.version, {}).get(row["unit"])
        if unit is None:
            row.error(
                "unit",
                f"is not a unit of {candidate.qualification}. {one_of(map(str, units.get(candidate.version, {})))}",
            )
        try:
            check_signer(signer=signer, candidate=candidate.person)
        except RuleBroken as broken:
            row.error("signed_off_by", f"is the candidate. {broken.message.rstrip('.')}")
        if row["signed_off_on"] < candidate.registered_on:
            row.error(
                "signed_off_on",
                f"is before the candidate was registered, on {candidate.registered_on:%d/%m/%Y}",
            )
        if unit in context.memory["optional_units"]:
            refuse_unit(row, "unit", row["unit"], is_chosen=unit in candidate.chosen)
        if row.wrong or unit is None:
            return
        current = signed.get((candidate.key, unit))
        after = {"signed_off_on": row["signed_off_on"], "signed_off_by": row["signed_off_by"]}
        data = {"registration": candidate.key, "unit": unit, "signer": signer, "current": current}
        if current is None:
            row.new(after, data)
        else:
            row.settle(
                {
                    "signed_off_on": current.effective_on,
                    "signed_off_by": current.signed_off_by.staff_number,
                },
                after,
                data,
            )

    def write(self, rows: list[Row], context: Context) -> None:
        hold(registrations={row.data["registration"] for row in rows})
        void_changed(rows, context)
        copy_facts(
            UnitSignoff,
            ["registration_id", "unit_id", "signed_off_by_id", "effective_on"],
            (
                (
                    row.data["registration"],
                    row.data["unit"],
                    row.data["signer"],
                    row["signed_off_on"],
                )
                for row in rows
            ),
        )
        self.touched(context, (row.data["registration"] for row in rows))


def _refuse_what_stands(rows: list[Row]) -> None:
    """Refuse to correct a sign-off that was released or that a certificate claim uses, as the screen does."""
    settled = [row for row in rows if row.kind in (NEW, CHANGED)]
    held = [row.data["current"].pk for row in settled if row.data["current"]]
    released = set(
        UnitRelease.objects.live().filter(signoff__in=held).values_list("signoff", flat=True)
    )
    asked = {row.data["registration"] for row in settled}
    claimed = set(
        CertificateClaim.objects.live()
        .filter(registration__in=asked)
        .values_list("registration", flat=True)
    )
    for row in settled:
        if row.data["current"] and row.data["current"].pk in released:
            row.error(
                "unit",
                f"unit {row['unit']} is released. A quality assurer must unlock it first.",
                quote=False,
            )
        elif row.data["registration"] in claimed:
            row.error("unit", CLAIMED, quote=False)


def _refuse_unkept_rules(rows: list[Row], ruled: Collection[int]) -> None:
    """Refuse a unit with every criterion met that does not satisfy its own rule on the day it is achieved, as the screen
    does.
    """
    settled = [
        row
        for row in rows
        if row.kind in (NEW, CHANGED) and not row.wrong and row.data["unit"] in ruled
    ]
    if not settled:
        return
    last: dict[tuple[int, int], list[dt.date]] = defaultdict(list)
    left = VersionMove.objects.live().filter(
        registration=OuterRef("registration"), effective_on=OuterRef("to_on")
    )
    still_met = CriterionMet.objects.filter(
        Q(to_on=None) | Exists(left),
        registration__in={
            row.data["registration"] for row in settled
        },  # until its version was left
    )
    for registration, unit, day in still_met.values_list(
        "registration", "criterion__unit", "from_on"
    ):
        last[registration, unit].append(day)
    asked = (
        Criterion.objects.filter(unit__in=ruled)
        .order_by()
        .values("unit")
        .annotate(every=Count("pk"))
    )
    every = dict(asked.values_list("unit", "every"))
    days = {}
    for row in settled:
        key = row.data["registration"], row.data["unit"]
        if len(last[key]) == every[key[1]]:
            days[key] = max(row["signed_off_on"], *last[key])
    wanted = needs(days)
    for row in settled:
        if missing := wanted.get((row.data["registration"], row.data["unit"])):
            row.error(
                "unit",
                f"unit {row['unit']} cannot be signed off: {'; '.join(missing)}.",
                quote=False,
            )


def _ruled() -> set[int]:
    """Return the keys of the units that require more than one piece of evidence."""
    return {one.pk for one in Unit.objects.all() if one.has_rule}


def _units() -> dict[int, dict[int, int]]:
    """Return the keys of units by version and number."""
    found: dict[int, dict[int, int]] = {}
    for version, number, key in Unit.objects.order_by("number").values_list(
        "version_id", "number", "pk"
    ):
        found.setdefault(version, {})[number] = key
    return found
