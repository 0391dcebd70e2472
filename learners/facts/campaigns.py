"""How far the applications of campaigns have come, as known now: funnel, ends, places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import connection

from learners.facts.applications import FUNNEL, applications, days_in_stage, passed, reached, stages
from learners.rules.applications import STAGES

WITHIN = """a.campaign_id = ANY(%(campaigns)s) AND a.applied_on <= %(as_at)s
    AND (%(regions)s::bigint[] IS NULL OR a.region_id = ANY(%(regions)s))"""
WANTED = "SELECT w.id FROM learners_application w WHERE w.campaign_id = ANY(%(campaigns)s)"
FROM = (
    f"FROM applications a LEFT JOIN stages f ON f.application_id = a.application_id WHERE {WITHIN}"
)
#: An application has ended, or stands where it came last.
ENDED = """CASE WHEN f.started_on IS NOT NULL THEN 'started' WHEN f.withdrew_on IS NOT NULL THEN 'withdrew'
    WHEN f.rejected_on IS NOT NULL OR NOT (coalesce(f.sifted_passed, TRUE) AND coalesce(f.assessed_passed, TRUE)
        AND coalesce(f.checks_passed, TRUE) AND coalesce(f.vetting_passed, TRUE)) THEN 'rejected'
    ELSE 'in_progress' END"""
LAST = (
    "CASE "
    + " ".join(f"WHEN f.{stage}_on IS NOT NULL THEN '{stage}'" for stage in reversed(STAGES))
    + " ELSE 'applied' END"
)
#: The funnel in one row, and beside it who stands where.
COUNTED = """
SELECT NULL::bigint, '', '', FALSE, 0, ARRAY[{funnel}] FROM each
UNION ALL SELECT region_id, last, ended, reached_confirmed_offer, count(*)::integer, NULL FROM each GROUP BY 1, 2, 3, 4
"""
TOTALS = """
SELECT campaign_id, count(*)::integer, count(*) FILTER (WHERE offered)::integer, count(*) FILTER (WHERE started)::integer
FROM each GROUP BY 1
"""
#: Places filled on each pathway: by who started, on the pathway of their place on the programme.
FILLED = """
SELECT a.region_id, e.pathway_id, count(*)::integer
FROM learners_application a JOIN learners_enrolment e ON e.id = a.enrolment_id
WHERE a.campaign_id = %(campaign)s AND EXISTS (SELECT FROM learners_applicationstage g
    WHERE g.application_id = a.id AND g.stage = 'started' AND g.voided_at IS NULL AND g.effective_on <= %(as_at)s)
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class StageCount:
    """A stage of the funnel: how many reached it, how many of the stage before did, the days it took, and who stopped there.

    `timed` is how many have a day of the stage itself, and so days; `within` how many checks took no longer than the target,
    and of other stages 0.
    """

    stage: str
    reached: int
    passed: int
    of_previous: int
    median_days: float | None
    timed: int
    within: int
    rejected: int
    withdrew: int
    waiting: int


@dataclass(frozen=True)
class RegionCount:
    """Applications of a region: how many, with a confirmed offer, and started; `held` are the offers that still stand."""

    applied: int
    offered: int
    started: int
    held: int = 0


@dataclass(frozen=True)
class CampaignCounts:
    """What a campaign's page shows."""

    stages: list[StageCount]
    regions: dict[int, RegionCount]


def counts_of(
    campaign: int, as_at: dt.date, regions: Collection[int] | None, target_days: int
) -> CampaignCounts:
    """The applications of a campaign in these regions (None: all) by the day. `target_days` are those that checks should take."""
    parameters: dict[str, Any] = {
        "campaigns": [campaign],
        "as_at": as_at,
        "regions": None if regions is None else sorted(regions),
        "target": target_days,
    }
    rows = _rows(_each(), COUNTED.format(funnel=_funnel()), parameters)
    funnel = next(row[-1] for row in rows if row[-1] is not None)
    standing = [row[:-1] for row in rows if row[-1] is None]
    return CampaignCounts(_stages(funnel, standing), _regions(standing))


def _each() -> str:
    """Columns of one application: where it is, and of each stage whether it reached and passed it and the days it took."""
    parts = ["a.campaign_id", "a.region_id", f"{LAST} AS last", f"{ENDED} AS ended"]
    for stage in FUNNEL:
        parts.append(f"{reached(stage)} AS reached_{stage}, {passed(stage)} AS passed_{stage}")
        parts.append(f"{days_in_stage(stage)} AS days_{stage}")
    return ", ".join(parts)


def _funnel() -> str:
    """Six numbers of each stage: reached, passed, reached and the stage before too, median days, of how many, within target."""
    parts = []
    for before, stage in pairwise(("applied", *FUNNEL)):
        is_within = "days_checks <= %(target)s" if stage == "checks" else "FALSE"
        parts += [
            f"count(*) FILTER (WHERE reached_{stage})",
            f"count(*) FILTER (WHERE passed_{stage})",
            f"count(*) FILTER (WHERE reached_{stage} AND reached_{before})",
            f"percentile_cont(0.5) WITHIN GROUP (ORDER BY days_{stage})",
            f"count(days_{stage})",
            f"count(*) FILTER (WHERE {is_within})",
        ]
    return ", ".join(f"{part}::float8" for part in parts)


def _rows(each: str, sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a question about the applications, each of which is looked at once."""
    said, more = applications(None)
    text = f"""WITH applications AS ({said}), stages AS MATERIALIZED ({stages(None, WANTED)}),
        each AS MATERIALIZED (SELECT {each} {FROM}) {sql}"""
    with connection.cursor() as cursor:
        cursor.execute(text, parameters | more)
        return cursor.fetchall()


def _stages(funnel: list[float | None], standing: list[tuple[Any, ...]]) -> list[StageCount]:
    ended: dict[tuple[str, str], int] = {}
    for _, last, outcome, _, number in standing:
        ended[last, outcome] = ended.get((last, outcome), 0) + number
    found = []
    for nth, stage in enumerate(FUNNEL):
        count, through, both, median, timed, within = funnel[nth * 6 : nth * 6 + 6]
        stopped = [ended.get((stage, end), 0) for end in ("rejected", "withdrew", "in_progress")]
        whole = (int(count or 0), int(through or 0), int(both or 0))
        found.append(StageCount(stage, *whole, median, int(timed or 0), int(within or 0), *stopped))
    return found


def _regions(standing: list[tuple[Any, ...]]) -> dict[int, RegionCount]:
    found: dict[int, list[int]] = {}
    for region, last, ended, offered, number in standing:
        counts = found.setdefault(region, [0, 0, 0, 0])
        counts[0] += number
        counts[1] += number if offered else 0
        counts[2] += number if last == "started" else 0
        counts[3] += number if offered and ended in ("started", "in_progress") else 0
    return {region: RegionCount(*counts) for region, counts in found.items()}


def totals_of(
    campaigns: Collection[int], as_at: dt.date, regions: Collection[int] | None
) -> dict[int, RegionCount]:
    """By campaign: how many applied, have a confirmed offer, and started, in these regions (None: all)."""
    if not campaigns:
        return {}
    parameters = {
        "campaigns": sorted(campaigns),
        "as_at": as_at,
        "regions": None if regions is None else sorted(regions),
    }
    columns = (
        f"a.campaign_id, {reached('confirmed_offer')} AS offered, {reached('started')} AS started"
    )
    return {key: RegionCount(*counts) for key, *counts in _rows(columns, TOTALS, parameters)}


def filled(campaign: int, as_at: dt.date) -> dict[tuple[int, int | None], int]:
    """Who of a campaign started by the day, by region and pathway of their place on the programme."""
    with connection.cursor() as cursor:
        cursor.execute(FILLED, {"campaign": campaign, "as_at": as_at})
        return {(region, pathway): number for region, pathway, number in cursor.fetchall()}
