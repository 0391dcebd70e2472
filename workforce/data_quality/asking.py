"""Runs the checks: how many records each looks at and how many fail, by place; and the failing
records.
"""

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
from workforce.facts.merges import belonging
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
#: Settings for data in memory, and for relations whose sizes the planner does not know, as for
#: reports.
PLANNED = "SET LOCAL seq_page_cost = 0.1; SET LOCAL random_page_cost = 0.11; SET LOCAL work_mem = '32MB'; SET LOCAL jit = off"


@dataclass(frozen=True)
class Counted:
    """The counts of one check at one place: records looked at, records that fail, and since when
    the oldest has.
    """

    check: Check
    region_id: int | None
    pdu_id: int | None
    records: int
    failing: int
    since: dt.date | None


@dataclass(frozen=True)
class Failing:
    """A record that fails a check: its place, its person and enrolment, what is wrong, and since
    when.
    """

    region_id: int | None
    pdu_id: int | None
    person_id: int | None
    enrolment_id: int | None
    about: str
    since: dt.date | None


def counted(
    as_at: dt.date,
    known_at: dt.datetime | None,
    checks: Sequence[Check] | None = None,
    regions: Collection[int] | None = None,
) -> list[Counted]:
    """Return the counts of every check (or of `checks`) by region (or of `regions` only) and unit,
    in one query.
    """
    asked = registered() if checks is None else list(checks)
    if not asked:
        return []
    found: list[str] = []
    parameters: dict[str, Any] = {} if regions is None else {"within": sorted(regions)}
    for nth, check in enumerate(asked):
        rows, more = check.rows(as_at, known_at)
        parameters |= more
        found.append(
            COUNTED.format(nth=nth, rows=rows, within="TRUE" if regions is None else WITHIN)
        )
    counts = _answered(asked, " UNION ALL ".join(found), as_at, known_at, parameters)
    return [Counted(asked[nth], *rest) for nth, *rest in counts]


def behind(check: Check, as_at: dt.date, known_at: dt.datetime | None) -> list[Failing]:
    """Return the records that fail a check, those that have failed longest first."""
    rows, parameters = check.rows(as_at, known_at)
    return [
        Failing(*row)
        for row in _answered([check], BEHIND.format(rows=rows), as_at, known_at, parameters)
    ]


def mended_by(user: Any, checks: Iterable[Check] | None = None) -> dict[str, Scope]:
    """Return, by code, the checks whose records a user can correct, and where."""
    found = {}
    for check in registered() if checks is None else checks:
        scope = Scope()
        for permission in check.mends:
            scope |= user.scope(permission)
        if scope.everywhere or scope.regions or scope.pdus:
            found[check.code] = scope
    return found


def to_mend(user: Any, rows: Iterable[Counted]) -> dict[str, int]:
    """Return, by code, how many failing records a user can correct.

    Checks without any are left out.
    """
    scopes = mended_by(user)
    found: dict[str, int] = {}
    for row in rows:
        scope = scopes.get(row.check.code)
        if (
            row.failing
            and scope is not None
            and (scope.everywhere or scope.covers(row.region_id, row.pdu_id))
        ):
            found[row.check.code] = found.get(row.check.code, 0) + row.failing
    return found


def count_to_mend(user: Any) -> int:
    """Return how many failing records a user can correct today. Only their own checks are run."""
    own = mended_by(user)
    checks = [one for one in registered() if one.code in own]
    return sum(to_mend(user, counted(today(), None, checks, regions_of(own.values()))).values())


def regions_of(scopes: Iterable[Scope]) -> set[int] | None:
    """Return the regions that scopes reach into.

    Return None for all regions and for records without a region.
    """
    reached = list(scopes)
    if any(scope.everywhere for scope in reached):
        return None
    pdus = {key for scope in reached for key in scope.pdus}
    regions = {key for scope in reached for key in scope.regions}
    return regions | set(Pdu.objects.filter(pk__in=pdus).values_list("region", flat=True))


def _answered(
    checks: Sequence[Check],
    select: str,
    as_at: dt.date,
    known_at: dt.datetime | None,
    parameters: dict[str, Any],
) -> list[tuple[Any, ...]]:
    parts = [*belonging(known_at)]
    for relation in read_by(checks):
        sql, more = relation.ask(as_at, known_at)
        parameters = parameters | more
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
