"""Keeps what follows from evidence, decisions, countersignatures and sign-offs: waits, criteria met, units achieved.

Called by every action that writes any of them, within its transaction. What is kept is what is known now; a question
as known at an earlier instant is answered by `assessments/facts.py` with the same `worked_out`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from django.db import connection

from assessments.actions.holding import hold
from assessments.actions.refusals import refusals
from assessments.models import Criterion, CriterionMet, Registration, UnitAchievement, UnitSignoff, VersionMove, Wait
from assessments.models.derived import Derived
from assessments.needed import needed_sql
from assessments.rules.achievement import criteria_met, units_achieved
from assessments.rules.history import Piece, Stretch, decided
from assessments.rules.versions import Version, spells
from assessments.rules.versions import worked_out as over_versions
from assessments.rules.waiting import Waiting, waits
from pqip.core.bulk import copy_rows
from pqip.core.known import known_sql

#: Registrations worked out at a time, which bounds memory.
CHUNK = 500
#: The columns of each table that keeps what was worked out.
WAIT_COLUMNS = ["kind", "evidence_id", "decision_id", "from_on", "to_on"]
MET_COLUMNS = ["registration_id", "criterion_id", "from_on", "to_on"]
ACHIEVED_COLUMNS = ["registration_id", "unit_id", "from_on", "to_on"]

#: Every step goes by index from the registrations asked for (OFFSET 0 keeps the planner from turning it round), also just
#: after a large import, when nothing is known yet of the tables' sizes.
HISTORIES = """
SELECT e.registration_id, e.id, s.effective_on,
    d.id, d.effective_on, d.number, d.criteria_met, d.criteria_not_met, {needed}, c.outcome, c.effective_on,
    c.disagreed
FROM (SELECT id, registration_id FROM assessments_evidence WHERE {by} = ANY(%(ids)s) OFFSET 0) e
JOIN LATERAL (SELECT s.effective_on FROM assessments_submission s WHERE s.evidence_id = e.id AND {known_s} OFFSET 0) s ON true
LEFT JOIN LATERAL (SELECT d.* FROM assessments_decision d WHERE d.evidence_id = e.id AND {known_d} OFFSET 0) d ON true
LEFT JOIN LATERAL (SELECT p.is_needed FROM assessments_countersignstamp p WHERE p.decision_id = d.id AND {known_p} OFFSET 0) p
    ON true
LEFT JOIN LATERAL (
    SELECT c.decision_id, c.outcome, c.effective_on, c.disagreed, c.recorded_at FROM assessments_countersignature c
    WHERE c.decision_id = d.id AND {known_c} OFFSET 0
) c ON true
ORDER BY e.registration_id, e.id, d.effective_on, d.number, d.id
"""
#: What is kept of registrations, by index at each step: arrays keep it so, whatever the planner knows of the sizes.
OF_EVIDENCE = "evidence_id = ANY(ARRAY(SELECT id FROM assessments_evidence WHERE registration_id = ANY(%s)))"
OF_REGISTRATION = "registration_id = ANY(%s)"
KEPT, GONE = "SELECT id, {columns} FROM {table} WHERE {whose}", "DELETE FROM {table} WHERE id = ANY(%s)"


class WorkedOut(NamedTuple):
    """All that follows for one registration."""

    registration: int
    waits: list[Waiting]
    met: list[Stretch]
    achieved: list[Stretch]


def refresh(registration_ids: Collection[int]) -> None:
    """Bring what is kept of these registrations up to the facts known now. What stays as it was is not touched.

    Raises RuleBroken where a unit that is signed off would no longer be achieved as it was.
    """
    for ids in _chunks(registration_ids):
        hold(registrations=ids)
        found = list(worked_out(ids))
        _keep(Wait, WAIT_COLUMNS, OF_EVIDENCE, ids, (tuple(wait) for one in found for wait in one.waits))
        met = ((one.registration, *stretch) for one in found for stretch in one.met)
        _keep(CriterionMet, MET_COLUMNS, OF_REGISTRATION, ids, met)
        achieved = ((one.registration, *stretch) for one in found for stretch in one.achieved)
        _keep(UnitAchievement, ACHIEVED_COLUMNS, OF_REGISTRATION, ids, achieved)
        _settle()


def _keep(model: type[Derived], columns: list[str], whose: str, ids: list[int], rows: Iterable[tuple[Any, ...]]) -> None:
    """Make `rows` all that is kept of these registrations: what is kept already stays, what is no longer so goes."""
    table, kept = model._meta.db_table, defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(KEPT.format(table=table, columns=", ".join(columns), whose=whose), [ids])
        for key, *row in cursor.fetchall():
            kept[tuple(row)].append(key)
        fresh = [row for row in rows if not (kept.get(row) and kept[row].pop())]
        if gone := [key for keys in kept.values() for key in keys]:
            cursor.execute(GONE.format(table=table), [gone])
    if fresh:
        copy_rows(model, columns, fresh)


def _settle() -> None:
    """Let the guards on what a locked unit stands on speak now, not at the end, so that each action is told of its own."""
    with refusals(""), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS assessments_achieved_kept, assessments_evidence_undone IMMEDIATE")
        cursor.execute("SET CONSTRAINTS assessments_achieved_kept, assessments_evidence_undone DEFERRED")


def worked_out(registration_ids: Collection[int], known_at: dt.datetime | None = None) -> Iterator[WorkedOut]:
    """What follows for each registration, from scratch, as known then; from what is known now where it is None."""
    for ids in _chunks(registration_ids):
        yield from _each(ids, known_at, _moves(ids, known_at))


def if_moved(registration: Registration, version: int, on: dt.date) -> WorkedOut:
    """What would follow if the candidate moved to another version on that day. Nothing is written."""
    moves = _moves([registration.pk], None)
    moves[registration.pk].append((on, version))
    return next(_each([registration.pk], None, moves))


def _each(
    ids: list[int], known_at: dt.datetime | None, moves: Mapping[int, list[tuple[dt.date, int]]]
) -> Iterator[WorkedOut]:
    first = dict(Registration.objects.filter(pk__in=ids).values_list("pk", "version_id"))
    structure = _structure({*first.values(), *(version for steps in moves.values() for _day, version in steps)})
    pieces, signed_off = pieces_of(ids, known_at), _signed_off(ids, known_at)
    for registration in ids:
        version, own, signed = structure[first[registration]], pieces.get(registration, []), signed_off.get(registration, {})
        steps = [(day, structure[key]) for day, key in moves.get(registration, [])]
        if steps:
            met, achieved = over_versions(own, spells(version, steps), signed)
        else:
            met = criteria_met(own, version.required)
            achieved = units_achieved(met, version.units, signed)
        yield WorkedOut(registration, [wait for piece in own for wait in waits(piece)], met, achieved)


def _chunks(keys: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start:start + CHUNK]


def _structure(versions: Collection[int]) -> dict[int, Version]:
    """The structure of each version."""
    found: dict[int, Version] = defaultdict(lambda: Version({}, defaultdict(list), {}))
    rows = Criterion.objects.filter(unit__version__in=versions)
    for version, unit, criterion, count, replaces in rows.values_list(
        "unit__version_id", "unit_id", "pk", "required_count", "replaces"
    ):
        found[version].required[criterion] = count  # type: ignore[index]
        found[version].units[unit].append(criterion)  # type: ignore[attr-defined]
        if replaces:
            found[version].replaces[criterion] = replaces  # type: ignore[index]
    return found


def _moves(ids: list[int], known_at: dt.datetime | None) -> dict[int, list[tuple[dt.date, int]]]:
    """The versions each registration moved to, in order."""
    found: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    rows: Any = VersionMove.objects.known_at(known_at).filter(registration_id__in=ids).order_by("effective_on", "pk")
    for registration, day, version in rows.values_list("registration_id", "effective_on", "version_id"):
        found[registration].append((day, version))
    return found


def pieces_of(
    ids: Collection[int], known_at: dt.datetime | None = None, *, by: Literal["registration_id", "id"] = "registration_id"
) -> dict[int, list[Piece]]:
    """The pieces of evidence of each registration, or these pieces `by` their own keys, each with its decisions in order."""
    known = {f"known_{table}": known_sql(table, known_at) for table in "sdpc"}
    query = HISTORIES.format(by=by, needed=needed_sql("p", "c"), **known)
    pieces: dict[int, list[Piece]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(query, {"ids": sorted(ids), "known_at": known_at})
        for (registration, evidence, submitted_on), rows in groupby(cursor.fetchall(), key=itemgetter(0, 1, 2)):
            decisions = [decided(*row[3:-1], disagreed=row[-1]) for row in rows if row[3] is not None]
            pieces[registration].append(Piece(evidence, submitted_on, decisions))
    return pieces


def _signed_off(ids: list[int], known_at: dt.datetime | None) -> dict[int, dict[int, dt.date]]:
    """The day each unit of each registration was signed off."""
    found: dict[int, dict[int, dt.date]] = defaultdict(dict)
    rows: Any = UnitSignoff.objects.known_at(known_at).filter(registration_id__in=ids)
    for registration, unit, day in rows.values_list("registration_id", "unit_id", "effective_on"):
        found[registration][unit] = day
    return found
