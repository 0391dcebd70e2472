"""The checks asked: how many records each looks at and how many fail, by place; and the records behind one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from pqip.core.clock import today
from pqip.core.known import when
from pqip.core.scope import Scope
from workforce.data_quality.checks import Check, read_by, registered
from workforce.merged import belonging
from workforce.models import Pdu

COUNTED = """
SELECT {nth} AS nth, x.region_id, x.pdu_id, count(*), count(*) FILTER (WHERE x.fails), min(x.since) FILTER (WHERE x.fails)
FROM ({rows}) x WHERE {within} GROUP BY x.region_id, x.pdu_id
"""
WITHIN = "x.region_id = ANY(%(within)s)"
PLACED = "SELECT x.* FROM ({rows}) x WHERE {within}"
BEHIND = """
SELECT x.region_id, x.pdu_id, x.person_id, x.enrolment_id, x.about, x.since FROM ({rows}) x
WHERE x.fails ORDER BY x.since, x.about, x.person_id, x.enrolment_id
"""
#: For data in memory, and for relations of which the planner knows no sizes (as reports are asked).
PLANNED = "SET LOCAL seq_page_cost = 0.1; SET LOCAL random_page_cost = 0.11; SET LOCAL work_mem = '32MB'; SET LOCAL jit = off"


@dataclass(frozen=True)
class Counted:
    """One check at one place: records looked at, records that fail, and since when the longest has."""

    check: Check
    region_id: int | None
    pdu_id: int | None
    records: int
    failing: int
    since: dt.date | None


@dataclass(frozen=True)
class Failing:
    """A record that fails a check: where it belongs, whose it is, what is wrong, and since when."""

    region_id: int | None
    pdu_id: int | None
    person_id: int | None
    enrolment_id: int | None
    about: str
    since: dt.date | None


def counted(
    as_at: dt.date, known_at: dt.datetime | None, checks: Sequence[Check] | None = None, regions: Collection[int] | None = None
) -> list[Counted]:
    """Every check (or these), by region (or of these alone) and unit, in one question."""
    asked = registered() if checks is None else list(checks)
    if not asked:
        return []
    found: list[str] = []
    parameters: dict[str, Any] = {} if regions is None else {"within": sorted(regions)}
    for nth, check in enumerate(asked):
        rows, said = check.rows(as_at, known_at)
        parameters |= said
        found.append(COUNTED.format(nth=nth, rows=rows, within="TRUE" if regions is None else WITHIN))
    rows = _answered(asked, " UNION ALL ".join(found), as_at, known_at, parameters)
    return [Counted(asked[nth], *rest) for nth, *rest in rows]


def behind(check: Check, as_at: dt.date, known_at: dt.datetime | None) -> list[Failing]:
    """The records that fail a check, longest first."""
    rows, parameters = check.rows(as_at, known_at)
    return [Failing(*row) for row in _answered([check], BEHIND.format(rows=rows), as_at, known_at, parameters)]


def mended_by(user: Any, checks: Iterable[Check] | None = None) -> dict[str, Scope]:
    """By code, the checks of which somebody can put records right, and where."""
    found = {}
    for check in registered() if checks is None else checks:
        scope = Scope()
        for permission in check.mends:
            scope |= user.scope(permission)
        if scope.everywhere or scope.regions or scope.pdus:
            found[check.code] = scope
    return found


def to_mend(user: Any, rows: Iterable[Counted]) -> dict[str, int]:
    """By code, how many records that fail somebody can put right; checks of which there are none are left out."""
    scopes, found = mended_by(user), {}
    for row in rows:
        scope = scopes.get(row.check.code)
        if row.failing and scope is not None and (scope.everywhere or scope.covers(row.region_id, row.pdu_id)):
            found[row.check.code] = found.get(row.check.code, 0) + row.failing
    return found


def count_to_mend(user: Any) -> int:
    """How many records somebody can put right today; only their own checks are asked."""
    own = mended_by(user)
    checks = [one for one in registered() if one.code in own]
    return sum(to_mend(user, counted(today(), None, checks, regions_of(own.values()))).values())


def regions_of(scopes: Iterable[Scope]) -> set[int] | None:
    """The regions that scopes reach into; None for every one, and for what lies in none."""
    reached = list(scopes)
    if any(scope.everywhere for scope in reached):
        return None
    pdus = {key for scope in reached for key in scope.pdus}
    whole = {key for scope in reached for key in scope.regions}
    return whole | set(Pdu.objects.filter(pk__in=pdus).values_list("region", flat=True))


def _answered(
    checks: Sequence[Check], select: str, as_at: dt.date, known_at: dt.datetime | None, parameters: dict[str, Any]
) -> list[tuple[Any, ...]]:
    parts = [*belonging(known_at)]
    for relation in read_by(checks):
        sql, said = relation.ask(as_at, known_at)
        parameters = parameters | said
        if relation.decides_place and "within" in parameters:
            sql = PLACED.format(rows=sql, within=WITHIN)
        parts.append(f"{relation.name} AS MATERIALIZED ({sql})")
    text = f"WITH {', '.join(parts)} {select}" if parts else select
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLANNED)
        if known_at is not None:
            cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(text, {**when(as_at, known_at), **parameters})
        return list(cursor.fetchall())
