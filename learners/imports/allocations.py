"""The `allocations` dataset: who looks after whom, from when to when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from learners.actions.allocations_eligible import Nomination, check_nominations
from learners.derived.enrolments import refresh_standing
from learners.facts.allocations import over_target
from learners.imports.common import (
    CORRECTED,
    PERMISSION,
    PeopleDataset,
    people,
    void_rows,
    without_errors,
)
from learners.imports.current import Rows, allocations
from learners.models import Allocation, Enrolment
from learners.models.allocations import AllocationRole
from learners.ports import vocational
from learners.rules.allocations import PTA, Stretch, check_days, check_other
from pqip.core.bulk import copy_rows
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov
from pqip.exchange.cleaning import DatasetResource, Date, ImportColumn, Whole, Words
from pqip.exchange.datasets import CHANGED, NEW, Context, Row, register
from workforce.imports import numbers
from workforce.models import Person

#: Roles that a file may state. External quality assurers are named on screen only, with a last day.
ROLES = [choice for choice in AllocationRole.choices if choice[0] != AllocationRole.EQA]
PER_UNIT = (AllocationRole.PTA, AllocationRole.COUNTERSIGNER, AllocationRole.IQA)


class AllocationsResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True, help="Who is looked after.")
    role = ImportColumn(Words(ROLES), key=True, required=True)
    from_date = ImportColumn(Date(), key=True, required=True)
    to_date = ImportColumn(Date(), help="The last day. Blank: it lasts.")
    other_staff_number = numbers.staff_number(required=True, help="Who has the role.")
    unit = ImportColumn(Whole("1", "99"), help="Only where it is for one unit.")


@dataclass
class Span:
    """An allocation as it will be; `row` is set if the file states it."""

    id: int | None
    other: int
    unit: int | None
    since: dt.date
    until: dt.date | None
    row: Row | None = None

    @property
    def days(self) -> Stretch:
        """The days on which the role is held."""
        return Stretch(self.since, self.until)


@register
class Allocations(PeopleDataset):
    name, title, permission = "allocations", "Allocations", PERMISSION
    leads_to = "learners:list"
    resource = AllocationsResource
    #: All rows are one batch, because overlaps are looked for across the whole file.
    batch = 1_000_000

    def current(self, context: Context) -> Rows:
        return allocations(context, [role for role, _ in ROLES])

    def hold(self, rows: list[Row], context: Context) -> None:
        """Lock first the awards and authorities of the people named for roles, then the people of
        the rows.
        """
        named = Person.objects.filter(
            staff_number__in={
                row["other_staff_number"] for row in rows if row["other_staff_number"]
            }
        )
        vocational.vocational().hold_standing(list(named.values_list("pk", flat=True)))
        super().hold(rows, context)

    def plan(self, rows: list[Row], context: Context) -> None:
        found = people(rows, context, "staff_number", "other_staff_number")
        names = {key: number for number, key in found.items()}
        spans = _live(set(found.values()))
        for row in rows:
            _check_consistency(row)
        for row in without_errors(rows):
            self._settle(
                row, found, spans.setdefault((found[row["staff_number"]], row["role"]), []), names
            )
        for own in spans.values():
            _refuse_overlaps(own, names)
        _check_nominees(without_errors(rows), context)
        _remark_on_caseloads(without_errors(rows), spans, context)

    def _settle(
        self, row: Row, found: dict[str, int], own: list[Span], names: dict[int, str]
    ) -> None:
        person, other = found[row["staff_number"]], found[row["other_staff_number"]]
        stated = Span(None, other, row["unit"], row["from_date"], row["to_date"], row)
        same = [span for span in own if span.since == stated.since and span.row is None]
        current = next(
            (span for span in same if span.unit == stated.unit), same[0] if same else None
        )
        data = {
            "person": person,
            "span": stated,
            "held": current.id if current else None,
            "adds": True,
        }
        if current is None:
            own.append(stated)
            row.new(_cells(stated, row["other_staff_number"]), data)
            return
        for column, name in (("to_date", "until"), ("unit", "unit")):
            if column not in row.given:
                setattr(stated, name, getattr(current, name))
        own[own.index(current)] = stated
        data["adds"] = current.other != stated.other or not current.days.covers(stated.days)
        row.settle(
            _cells(current, names.get(current.other, "another person")),
            _cells(stated, row["other_staff_number"]),
            data,
        )

    def write(self, rows: list[Row], context: Context) -> None:
        void_rows(Allocation, (row.data["held"] for row in rows if row.data["held"]), CORRECTED)
        copy_rows(
            Allocation,
            ["person_id", "role", "other_id", "unit", "effective_on", "ended_on"],
            (
                [row.data["person"], row["role"], span.other, span.unit, span.since, span.until]
                for row in rows
                for span in [row.data["span"]]
            ),
        )
        changed = Enrolment.objects.filter(person__in={row.data["person"] for row in rows})
        refresh_standing(list(changed.values_list("pk", flat=True)))


def _check_consistency(row: Row) -> None:
    try:
        if row["staff_number"]:
            check_other(person=row["staff_number"], other=row["other_staff_number"] or "")
    except RuleBroken as broken:
        row.error("other_staff_number", f"is the same person. {broken.message.rstrip('.')}")
    try:
        if row["from_date"]:
            check_days(row["from_date"], row["to_date"])
    except RuleBroken:
        row.error("to_date", "is before from_date. The last day comes after the first")
    if row["unit"] is not None and row["role"] and row["role"] not in PER_UNIT:
        row.error("unit", f"cannot be given for {row['role']}. Leave it blank")


def _check_nominees(rows: Iterable[Row], context: Context) -> None:
    """Check everybody named on days on which they did not have the role.

    A refusal is an error of the row, and a note is shown beside the counts.
    """
    by_role: dict[str, list[tuple[Row, Nomination]]] = {}
    for row in rows:
        if row.kind in (NEW, CHANGED) and row.data["adds"]:
            span = row.data["span"]
            by_role.setdefault(row["role"], []).append(
                (row, Nomination(span.other, row.data["person"], span.since, span.until))
            )
    for role, nominations in by_role.items():
        findings = check_nominations(
            role,
            [named for _row, named in nominations],
            history_before=context.today,
            label="staff_number",
        )
        for (row, _named), found in zip(nominations, findings, strict=True):
            if found.refusal:
                row.rule_error("other_staff_number", found.refusal)
            for words in found.notes:
                context.remark(words)


def _remark_on_caseloads(
    rows: Iterable[Row], spans: dict[tuple[int, str], list[Span]], context: Context
) -> None:
    """Add a remark beside the counts for each assessor who would have more people than their
    target.
    """
    given = {
        row.data["span"].other
        for row in rows
        if row.kind in (NEW, CHANGED) and row["role"] == PTA and row.data["adds"]
    }
    after: dict[int, set[int]] = {key: set() for key in given}
    for (person, role), own in spans.items():
        for span in own if role == PTA else ():
            if span.other in given and (span.until is None or span.until >= context.today):
                after[span.other].add(person)
    known = {person for person, role in spans if role == PTA}
    more = {key: len(people) for key, people in after.items()}
    for words in over_target(PTA, more, context.today, without=known, label="staff_number"):
        context.remark(words)


def _live(people_ids: set[int]) -> dict[tuple[int, str], list[Span]]:
    found: dict[tuple[int, str], list[Span]] = {}
    rows = Allocation.objects.live().filter(person_id__in=people_ids)
    for person, role, key, other, unit, since, until in rows.values_list(
        "person_id", "role", "id", "other_id", "unit", "effective_on", "ended_on"
    ):
        found.setdefault((person, role), []).append(Span(key, other, unit, since, until))
    return found


def _refuse_overlaps(own: list[Span], names: dict[int, str]) -> None:
    """Refuse two people at once in one role (and unit).

    The error stands on the row of the later one, or on whichever of them the file states.
    """
    last: dict[int | None, Span] = {}
    for span in sorted(own, key=lambda span: span.since):
        before = last.get(span.unit)
        if before is not None and (before.until is None or before.until >= span.since):
            _report_overlap(before, span, names)
        if before is None or (
            before.until is not None and (span.until is None or span.until > before.until)
        ):
            last[span.unit] = span


def _report_overlap(before: Span, after: Span, names: dict[int, str]) -> None:
    stated, other = (after, before) if after.row is not None else (before, after)
    if stated.row is None:
        return
    until = f"to {date_gov(other.until)}" if other.until else "on"
    who = names.get(other.other, "somebody else")
    stated.row.error(
        "from_date",
        f"overlaps: {who} has this role from {date_gov(other.since)} {until}. End that first",
    )


def _cells(span: Span, number: str) -> dict[str, Any]:
    return {"to_date": span.until, "other_staff_number": number, "unit": span.unit}
