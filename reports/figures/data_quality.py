"""Data quality: how many records of a region each check looks at, how many fail, and how long the oldest failure has
lasted.
"""

from __future__ import annotations

from collections.abc import Iterable

from reports.figures.asking import PlaceFilter, Query, Question, Row
from reports.figures.numbers import percent
from workforce.data_quality import registered
from workforce.data_quality.asking import Counted, Failing, behind, counted
from workforce.data_quality.checks import Check

REGIONS = 'SELECT g.id, g.code FROM workforce_region g ORDER BY g."order", g.code'


def data_quality(question: Question) -> list[Row]:
    """Return a row for each region and check that looks at any record there.

    Records without a region come last, with a blank one.
    """
    regions = {row["id"]: row["code"] for row in Query(question).rows(REGIONS)} | {None: ""}
    found: dict[tuple[int | None, str], list[Counted]] = {}
    for each in counted(question.as_at, question.known_at):
        if is_within(question.place, each.region_id, each.pdu_id):
            found.setdefault((each.region_id, each.check.code), []).append(each)
    return [
        {"region": code, "check": check.code} | _summed(found[key, check.code], question)
        for key, code in regions.items()
        for check in registered()
        if (key, check.code) in found
    ]


def records_behind(question: Question, check: Check, region: int | None = None) -> list[Failing]:
    """Return the records that fail a check at the places asked about, or in one region of them, longest first."""
    found = behind(check, question.as_at, question.known_at)
    return [
        one
        for one in found
        if is_within(question.place, one.region_id, one.pdu_id)
        and (region is None or one.region_id == region)
    ]


def is_within(place: PlaceFilter, region_id: int | None, pdu_id: int | None) -> bool:
    """Return whether a record's place lies within `place`. A record without a region lies only within everywhere."""
    return place.everywhere or region_id in place.regions or pdu_id in place.pdus


def _summed(rows: Iterable[Counted], question: Question) -> Row:
    listed = list(rows)
    records, failing = sum(one.records for one in listed), sum(one.failing for one in listed)
    days = [max((question.as_at - one.since).days, 0) for one in listed if one.since is not None]
    return {
        "records": records,
        "failing": failing,
        "failing_percent": percent(failing, records),
        "oldest_days": max(days, default=None),
    }
