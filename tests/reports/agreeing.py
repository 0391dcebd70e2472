"""That the reports agree with each other: what one says of learners and posts, another says too. Sums, region by region.

Holds of records that nobody but the programme has stated, and of which no total was returned.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db import connection

from learners import facts
from learners.models import OfficerPost
from learners.rules.dates import add_months
from learners.rules.qualified import last_protected_day
from reports.figures.asking import Row
from tests.factories.reports import rows
from workforce.models import Region


def summed(table: Iterable[Row], *columns: str) -> dict[str, Decimal]:
    """The columns' sum by region, those that come to nothing left out."""
    found: Counter[str] = Counter()
    for row in table:
        if row["region"] != Region.NATIONAL:
            found[row["region"]] += sum(Decimal(row[name] or 0) for name in columns)  # type: ignore[assignment]
    return {region: Decimal(value) for region, value in found.items() if value}


def on_the_programme(day: dt.date) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Headcount and hours of those active or on a break, by region."""
    inner, parameters = facts.standing(day, None)
    sql = (
        f"SELECT r.code, count(*), sum(s.fte) FROM ({inner}) s JOIN workforce_region r ON r.id = s.region_id "
        "WHERE s.status IN ('active', 'deferred') GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        told = cursor.fetchall()
    return {code: Decimal(count) for code, count, _ in told}, {code: fte for code, _, fte in told}


def learners_agree(day: dt.date) -> Iterator[str]:
    """Learners of the workforce position, of the month's status and of the progress list."""
    position, status = rows("workforce-position", day), rows("monthly-status", day)
    heads, hours = on_the_programme(day)
    listed = Counter(row["region"] for row in rows("progression", day) if row["status"] in ("active", "deferred"))
    yield from _same(day, "learners (FTE)", summed(position, "learners_fte"), hours)
    yield from _same(day, "learners", summed(status, "active", "deferred"), heads)
    yield from _same(day, "learners listed", {region: Decimal(count) for region, count in listed.items()}, heads)


def movements_agree(day: dt.date) -> Iterator[str]:
    """Leavers, joiners and the qualified of twelve months, officers in post and the newly qualified."""
    before = add_months(day, -12)
    position, status, then = rows("workforce-position", day), rows("monthly-status", day), rows("monthly-status", before)
    psos, officers = ([row for row in position if row["grade"] == grade] for grade in ("PSO", "PO"))
    left = Counter(summed(status, "left_service"))
    left.subtract(summed(then, "left_service"))
    yield from _same(day, "leavers", summed(psos, "leavers_12m"), {of: Decimal(n) for of, n in left.items() if n})
    started = [sum(summed(table, "starters").values()) for table in (status, then)]
    yield from _same(day, "joiners", {"": sum(summed(psos, "joiners_12m").values())}, {"": Decimal(started[0] - started[1])})
    accepted = OfficerPost.objects.live().filter(answer="accepted")
    posts = [_officer(post) for post in accepted.select_related("region", "enrolment")]
    posts = [post for post in posts if post["first"] is not None and post["first"] <= day]
    yield from _same(day, "officers", summed(officers, "in_post_headcount"), _count(posts))
    yield from _same(day, "qualified", summed(officers, "qualified_12m"), _count(p for p in posts if p["first"] > before))
    newly = [p for p in posts if day <= last_protected_day(max(p["first"], p["qualified"]))]
    yield from _same(day, "newly qualified", summed(rows("newly-qualified", day), "exceptions"), _count(newly))


def _officer(post: OfficerPost) -> dict[str, Any]:
    events = {event.kind: event.effective_on for event in post.enrolment.events.filter(voided_at=None)}
    completed = events.get("completed")
    first = None if completed is None else max(completed, post.first_day)
    return {"region": post.region.code, "first": first, "qualified": events.get("qualified", completed)}


def _count(posts: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
    return {region: Decimal(count) for region, count in Counter(post["region"] for post in posts).items()}


def _same(day: dt.date, what: str, one: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    for region in sorted(one.keys() | other.keys()):
        if one.get(region, 0) != other.get(region, 0):
            yield f"{what} of {region or 'all'} on {day}: {one.get(region, 0)} and {other.get(region, 0)}"
