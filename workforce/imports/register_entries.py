"""The `register-entries` dataset: entries in the professional register, their status and
declarations.

A row corrects the dates of an entry, and adds what has happened since: a status from a day, or a
declaration. What is recorded already is left as it is, so that the same file again changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from pqip.core.bulk import copy_rows
from pqip.core.clock import now
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import DatasetResource, Date, ImportColumn, Words
from pqip.exchange.datasets import Context, Dataset, Row, register
from workforce.actions.register import FROM_PROGRAMME
from workforce.imports import numbers
from workforce.imports.current import Rows, register_entries
from workforce.imports.lookups import NO_SUCH_PERSON, people
from workforce.models import AwardType, Person, RegisterChange, RegisterEntry
from workforce.models.holding import hold_people
from workforce.rules.register import (
    ACTIVE,
    CPD,
    LAPSED,
    REMOVED,
    Change,
    check_changes,
    check_entry,
    entry_state,
)

CORRECTED = "Corrected by an import"
DATES = ("qualified_on", "entered_on")


class RegisterResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    award_type = ImportColumn(
        Words(AwardType.choices), key=True, required=True, help="By what they are qualified."
    )
    qualified_on = ImportColumn(Date(), required=True)
    entered_on = ImportColumn(
        Date(), required=True, help="The day they were entered in the register."
    )
    status = ImportColumn(
        Words([ACTIVE, LAPSED, REMOVED]), help="Blank: active from the day entered, or as recorded."
    )
    status_on = ImportColumn(
        Date(), help="The day from which the status is so; must be said of lapsed and removed."
    )
    cpd_declared_on = ImportColumn(
        Date(), help="The day they last declared their professional development."
    )


@dataclass
class Plan:
    """What a row results in: the entry to record, the one it replaces, and its new changes."""

    person: int
    award: str
    held: RegisterEntry | None
    dates: dict[str, Any] | None = None
    changes: list[Change] = field(default_factory=list)


@register
class RegisterEntries(Dataset):
    name, title, permission = "register-entries", "Professional register", "workforce.import_staff"
    resource, leads_to = RegisterResource, "workforce:register"

    def current(self, context: Context) -> Rows:
        return register_entries(context)

    def hold(self, rows: list[Row], context: Context) -> None:
        hold_people(
            [
                person.pk
                for person in people((row["staff_number"] for row in rows), context.scope).values()
            ]
        )

    def plan(self, rows: list[Row], context: Context) -> None:
        found = people((row["staff_number"] for row in rows), context.scope)
        entries, changes = _held([person.pk for person in found.values()])
        for row in rows:
            person: Person | None = found.get(row["staff_number"])
            if row["staff_number"] and person is None:
                row.error("staff_number", NO_SUCH_PERSON)
            if row["status_on"] and not row["status"]:
                row.error("status_on", "needs a status. Say which it is from that day")
            if person is not None and not row.wrong:
                key = (person.pk, row["award_type"])
                _settle(row, Plan(*key, entries.get(key)), changes[key], context)

    def corrects(self, row: Row) -> list[RegisterEntry]:
        return [row.data.held] if row.data.held and row.data.dates else []

    def write(self, rows: list[Row], context: Context) -> None:
        plans: list[Plan] = [row.data for row in rows]
        corrected = [plan.held.pk for plan in plans if plan.held and plan.dates]
        RegisterEntry.objects.filter(pk__in=corrected).update(
            voided_at=now(), void_reason=CORRECTED
        )
        copy_rows(
            RegisterEntry,
            ["person_id", "award_type", "qualified_on", "effective_on", "from_programme"],
            (
                [
                    plan.person,
                    plan.award,
                    plan.dates["qualified_on"],
                    plan.dates["entered_on"],
                    False,
                ]
                for plan in plans
                if plan.dates
            ),
        )
        copy_rows(
            RegisterChange,
            ["person_id", "award_type", "kind", "effective_on"],
            ([plan.person, plan.award, one.kind, one.on] for plan in plans for one in plan.changes),
        )


def _held(
    keys: list[int],
) -> tuple[dict[tuple[int, str], RegisterEntry], dict[tuple[int, str], list[Change]]]:
    """Return live entries of these people, and the changes of each, by person and award."""
    entries = {
        (row.person_id, row.award_type): row
        for row in RegisterEntry.objects.live().filter(person__in=keys)
    }
    changes: dict[tuple[int, str], list[Change]] = defaultdict(list)
    for row in RegisterChange.objects.live().filter(person__in=keys):
        changes[row.person_id, row.award_type].append(Change(row.kind, row.effective_on))
    return entries, changes


def _settle(row: Row, plan: Plan, recorded: list[Change], context: Context) -> None:
    held = plan.held
    before = _cells(held, recorded, context)
    after: dict[str, Any] = {name: row[name] for name in DATES}
    if held is None or any(after[name] != before[name] for name in DATES):
        plan.dates = dict(after)
    try:
        if plan.dates:
            check_entry(row["qualified_on"], row["entered_on"], context.today)
            if held is not None and held.from_programme:
                raise RuleBroken(FROM_PROGRAMME, "entered_on")
        plan.changes = _new_changes(row, recorded, context)
        check_changes(row["entered_on"], [*recorded, *plan.changes], context.today)
    except RuleBroken as broken:
        row.rule_error(broken.field or "status", broken.message)
        return
    for one in plan.changes:
        after |= (
            {"cpd_declared_on": one.on}
            if one.kind == CPD
            else {"status": one.kind, "status_on": one.on}
        )
    if held is None:
        row.new(after, plan)
    else:
        row.settle(before, after, plan)


def _new_changes(row: Row, recorded: list[Change], context: Context) -> list[Change]:
    """Return the changes that the row states and that are not recorded yet."""
    found = []
    status, on = row["status"], row["status_on"]
    if status:
        on = on or (row["entered_on"] if status == ACTIVE and not recorded else None)
        state = entry_state(row["entered_on"], recorded, context.today)
        if on is None and status != state.status:
            raise RuleBroken(f"Say from which day it is {status}.", "status")
        if (
            on is not None
            and Change(status, on) not in recorded
            and not _is_active_anyway(row, recorded, status, on)
        ):
            found.append(Change(status, on))
    declared = row["cpd_declared_on"]
    if declared and Change(CPD, declared) not in recorded:
        found.append(Change(CPD, declared))
    return found


def _is_active_anyway(row: Row, recorded: list[Change], status: str, on: Any) -> bool:
    """Return True if the row states *active* for an entry that is active on that day anyway."""
    return (
        status == ACTIVE
        and on >= row["entered_on"]
        and entry_state(row["entered_on"], recorded, on).status == ACTIVE
    )


def _cells(held: RegisterEntry | None, recorded: list[Change], context: Context) -> dict[str, Any]:
    """Return what is recorded, by column of the file."""
    if held is None:
        return {}
    state = entry_state(held.effective_on, recorded, context.today)
    return {
        "qualified_on": held.qualified_on,
        "entered_on": held.effective_on,
        "status": state.status,
        "status_on": state.since,
        "cpd_declared_on": state.declared_on,
    }
