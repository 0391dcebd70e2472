"""Compute from the facts, as known at an instant, the waits, criteria met and units achieved of registrations.

`assessments/derived/progress.py` stores the result for speed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from django.db import connection

from assessments.facts.countersigning_needed import needed_sql
from assessments.models import Criterion, Registration, UnitSignoff, VersionMove
from assessments.rules.evidence import Piece, Stretch, decided
from assessments.rules.units import criteria_met, units_achieved
from assessments.rules.versions import Version, spells
from assessments.rules.versions import worked_out as over_versions
from assessments.rules.waiting import Waiting, waits
from pqip.core.chunks import chunks
from pqip.core.known import known_sql

#: The number of registrations worked out at a time: each may have hundreds of pieces of evidence.
CHUNK = 500
#: OFFSET 0 makes the planner go by index from the registrations asked for, even just after a large import, when it
#: knows nothing of the tables' sizes.
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


class WorkedOut(NamedTuple):
    """The waits, criteria met and units achieved of one registration."""

    registration: int
    waits: list[Waiting]
    met: list[Stretch]
    achieved: list[Stretch]


def worked_out(
    registration_ids: Collection[int], known_at: dt.datetime | None = None
) -> Iterator[WorkedOut]:
    """Yield what follows from the facts for each registration, as known at an instant (default: now)."""
    for ids in chunks(registration_ids, CHUNK):
        yield from _each(ids, known_at, _moves(ids, known_at))


def if_moved(registration: Registration, version: int, on: dt.date) -> WorkedOut:
    """Return what would follow if the candidate moved to another version on that day. Nothing is written."""
    moves = _moves([registration.pk], None)
    moves[registration.pk].append((on, version))
    return next(_each([registration.pk], None, moves))


def _each(
    ids: list[int], known_at: dt.datetime | None, moves: Mapping[int, list[tuple[dt.date, int]]]
) -> Iterator[WorkedOut]:
    first = dict(Registration.objects.filter(pk__in=ids).values_list("pk", "version_id"))
    structure = _structure(
        {*first.values(), *(version for steps in moves.values() for _day, version in steps)}
    )
    pieces, signed_off = pieces_of(ids, known_at), _signed_off(ids, known_at)
    for registration in ids:
        version, own, signed = (
            structure[first[registration]],
            pieces.get(registration, []),
            signed_off.get(registration, {}),
        )
        steps = [(day, structure[key]) for day, key in moves.get(registration, [])]
        if steps:
            met, achieved = over_versions(own, spells(version, steps), signed)
        else:
            met = criteria_met(own, version.required)
            achieved = units_achieved(met, version.units, signed)
        yield WorkedOut(
            registration, [wait for piece in own for wait in waits(piece)], met, achieved
        )


def _structure(versions: Collection[int]) -> dict[int, Version]:
    """Return the structure of each version, by key."""
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
    """Return the versions to which each registration moved, with their days, in order."""
    found: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    rows: Any = (
        VersionMove.objects.known_at(known_at)
        .filter(registration_id__in=ids)
        .order_by("effective_on", "pk")
    )
    for registration, day, version in rows.values_list(
        "registration_id", "effective_on", "version_id"
    ):
        found[registration].append((day, version))
    return found


def pieces_of(
    ids: Collection[int],
    known_at: dt.datetime | None = None,
    *,
    by: Literal["registration_id", "id"] = "registration_id",
) -> dict[int, list[Piece]]:
    """Return the pieces of evidence by registration, or by their own key with `by="id"`, each with its decisions in
    order.
    """
    known = {f"known_{table}": known_sql(table, known_at) for table in "sdpc"}
    query = HISTORIES.format(by=by, needed=needed_sql("p", "c"), **known)
    pieces: dict[int, list[Piece]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(query, {"ids": sorted(ids), "known_at": known_at})
        for (registration, evidence, submitted_on), rows in groupby(
            cursor.fetchall(), key=itemgetter(0, 1, 2)
        ):
            decisions = [
                decided(*row[3:-1], disagreed=row[-1]) for row in rows if row[3] is not None
            ]
            pieces[registration].append(Piece(evidence, submitted_on, decisions))
    return pieces


def _signed_off(ids: list[int], known_at: dt.datetime | None) -> dict[int, dict[int, dt.date]]:
    """Return the day each unit of each registration was signed off."""
    found: dict[int, dict[int, dt.date]] = defaultdict(dict)
    rows: Any = UnitSignoff.objects.known_at(known_at).filter(registration_id__in=ids)
    for registration, unit, day in rows.values_list("registration_id", "unit_id", "effective_on"):
        found[registration][unit] = day
    return found
