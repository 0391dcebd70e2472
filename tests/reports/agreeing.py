"""That the reports agree with each other: what one says of learners and posts, another says too. Sums, region by region.

`movements_agree` holds of records that nobody but the programme has stated, and of which no total was returned; `flows_agree`
and `programme_agrees` of any records, staff who are no learners among them: they are told apart in the ledgers
(`tests/reports/movements.py`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db import connection

from learners.facts import status as facts
from learners.models import OfficerPost
from learners.rules.dates import add_months
from learners.rules.qualified import last_protected_day
from reports.figures.asking import Row
from tests.factories.reports import rows
from tests.reports.movements import DAY, Cell, Ledger, Post
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
    inner, parameters = facts.status_on(day, None)
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
    listed = Counter(
        row["region"] for row in rows("progression", day) if row["status"] in ("active", "deferred")
    )
    yield from _same(day, "learners (FTE)", summed(position, "learners_fte"), hours)
    yield from _same(day, "learners", summed(status, "active", "deferred"), heads)
    yield from _same(
        day, "learners listed", {region: Decimal(count) for region, count in listed.items()}, heads
    )


def movements_agree(day: dt.date) -> Iterator[str]:
    """Leavers, joiners and the qualified of twelve months, officers in post and the newly qualified."""
    before = add_months(day, -12)
    position, status, then = (
        rows("workforce-position", day),
        rows("monthly-status", day),
        rows("monthly-status", before),
    )
    psos, officers = ([row for row in position if row["grade"] == grade] for grade in ("PSO", "PO"))
    left = Counter(summed(status, "left_service"))
    left.subtract(summed(then, "left_service"))
    yield from _same(
        day, "leavers", summed(psos, "leavers_12m"), {of: Decimal(n) for of, n in left.items() if n}
    )
    started = [sum(summed(table, "starters").values()) for table in (status, then)]
    yield from _same(
        day,
        "joiners",
        {"": sum(summed(psos, "joiners_12m").values())},
        {"": Decimal(started[0] - started[1])},
    )
    accepted = OfficerPost.objects.live().filter(answer="accepted")
    posts = [_officer(post) for post in accepted.select_related("region", "enrolment")]
    posts = [post for post in posts if post["first"] is not None and post["first"] <= day]
    yield from _same(day, "officers", summed(officers, "in_post_headcount"), _count(posts))
    yield from _same(
        day,
        "qualified",
        summed(officers, "qualified_12m"),
        _count(p for p in posts if p["first"] > before),
    )
    newly = [p for p in posts if day <= last_protected_day(max(p["first"], p["qualified"]))]
    yield from _same(
        day, "newly qualified", summed(rows("newly-qualified", day), "exceptions"), _count(newly)
    )


def flows_agree(day: dt.date, ledger: Ledger) -> Iterator[str]:
    """For each region and grade, and for each grade of the nation: in post a year ago + joined − left, with whoever moved between
    regions and grades and whoever began or ended otherwise, are those in post; and each of these is what the ledger says.

    Of a region and grade that rests on a return, the return's own totals stand and the records say nothing.
    """
    position, before = by_cell(day), by_cell(add_months(day, -12))
    flows = {
        cell: flow
        for cell, flow in ledger.flows(day).items()
        if of_records(position, cell) and of_records(before, cell)
    }
    yield from (
        f"{cell} on {day}: the ledger's own sum"
        for cell, flow in flows.items()
        if not flow.is_whole
    )
    for what, counted, wanted in (
        (
            "in post",
            told(position, "in_post_headcount"),
            {cell: flow.now for cell, flow in flows.items()},
        ),
        (
            "joiners",
            told(position, "joiners_12m"),
            {cell: flow.joined for cell, flow in flows.items()},
        ),
        (
            "leavers",
            told(position, "leavers_12m"),
            {cell: flow.left for cell, flow in flows.items()},
        ),
    ):
        yield from _same(day, what, {cell: counted.get(cell, 0) for cell in flows}, wanted)
    was, now = told(before, "in_post_headcount"), told(position, "in_post_headcount")
    joined, left = told(position, "joiners_12m"), told(position, "leavers_12m")
    sums = {cell: was.get(cell, 0) + joined.get(cell, 0) - left.get(cell, 0) for cell in flows}
    moved = {cell: flow.came - flow.went + flow.others for cell, flow in flows.items()}
    there = {cell: now.get(cell, 0) for cell in flows}
    yield from _same(
        day, "stock and flow", {cell: sums[cell] + moved[cell] for cell in flows}, there
    )
    yield from _same(day, "stock and flow of a grade", by_grade(sums, moved), by_grade(there))


def programme_agrees(day: dt.date, ledger: Ledger) -> Iterator[str]:
    """What of those movements is the programme's, and what is not.

    - Leavers of PSOs are those who withdrew out of the Service, and PSOs who left and did not: those of a region, and all.
    - Joiners of PSOs are starters who held no post the day before, and PSOs who joined and did not start that day. Starters who
      held one are no joiners.
    - The qualified of officers are those who completed and whose first post as one began: as the ledger and the offers say.
    """
    flows, position = ledger.flows(day), by_cell(day)
    left, started = ledger.left_service(day), ledger.starters(day)
    psos = [flow for (_region, grade), flow in flows.items() if grade == "PSO"]
    gone = [
        post
        for flow in psos
        for post in flow.leavers
        if post.ends and (post.person, post.ends + DAY) not in left
    ]
    yield from _same(
        day,
        "leavers of PSOs",
        told(position, "leavers_12m", "PSO"),
        _regions(left.values()) + _of_posts(gone),
    )
    came = [
        post for flow in psos for post in flow.joiners if (post.person, post.begins) not in started
    ]
    new = [
        region for (who, on), region in started.items() if not held(ledger.of_person[who], on - DAY)
    ]
    yield from _same(
        day,
        "joiners of PSOs",
        told(position, "joiners_12m", "PSO"),
        _regions(new) + _of_posts(came),
    )
    yield from _status_agrees(day, left, started)
    qualified = told(position, "qualified_12m", "PO")
    for what, wanted in (
        ("qualified, on record", ledger.qualified(day)),
        ("qualified, as accepted", ledger.accepted(day)),
    ):
        yield from _same(day, what, qualified, wanted)


def _status_agrees(day: dt.date, left: dict[Any, str], started: dict[Any, str]) -> Iterator[str]:
    """The month's status of the day and of a year before it differ by the same people; so do withdrawals, where quarters tell."""
    now, then = rows("monthly-status", day), rows("monthly-status", add_months(day, -12))
    for what, column, wanted in (
        ("left the Service", "left_service", left),
        ("started", "starters", started),
    ):
        change = sum(summed(now, column).values()) - sum(summed(then, column).values())
        yield from _same(day, f"{what}, of the month's status", {"": change}, {"": len(wanted)})
    by_region = Counter(summed(now, "left_service"))
    by_region.subtract(summed(then, "left_service"))
    yield from _same(
        day, "left the Service", {of: n for of, n in by_region.items() if n}, Counter(left.values())
    )
    if day.month % 3 == 0 and (day + DAY).day == 1:
        quarters = [
            f"{at.year}-Q{(at.month + 2) // 3}"
            for at in (add_months(day, -back) for back in (0, 3, 6, 9))
        ]
        listed = [
            row
            for row in rows("withdrawals", day)
            if row["quarter"] in quarters and row["destination"] == "left_service"
        ]
        yield from _same(
            day, "left the Service, by quarter", summed(listed, "withdrawn"), Counter(left.values())
        )


def psos_agree(day: dt.date) -> Iterator[str]:
    """PSOs who are no learners: of the workforce position less those on the programme, and of their own report."""
    psos = {
        region: heads
        for (region, grade), heads in told(by_cell(day), "in_post_headcount").items()
        if grade == "PSO"
    }
    learners, _hours = on_the_programme(day)
    without = {region: heads - int(learners.get(region, 0)) for region, heads in psos.items()}
    yield from _same(
        day, "PSOs without learners", summed(rows("pso-development", day), "psos"), without
    )


def by_cell(day: dt.date) -> dict[Cell, Row]:
    return {
        (row["region"], row["grade"]): row
        for row in rows("workforce-position", day)
        if row["region"] != Region.NATIONAL
    }


def of_records(position: dict[Cell, Row], cell: Cell) -> bool:
    """Whether the place rests on records: on a return it says what was returned; of nobody at all it says nothing."""
    return cell not in position or position[cell]["source"] != "return"


def told(position: dict[Cell, Row], column: str, grade: str = "") -> dict[Any, int]:
    """A column by region and grade; of one grade, by region. What comes to nothing is left out."""
    found = {cell: int(row[column]) for cell, row in position.items() if row[column]}
    return {region: n for (region, of), n in found.items() if of == grade} if grade else found


def by_grade(*parts: dict[Cell, int]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for part in parts:
        for (_region, grade), number in part.items():
            found[grade] += number
    return dict(found)


def held(posts: Iterable[Post], day: dt.date) -> bool:
    return any(post.covers(day) for post in posts)


def _regions(regions: Iterable[str]) -> Counter[str]:
    return Counter(regions)


def _of_posts(posts: Iterable[Post]) -> Counter[str]:
    return Counter(post.cell[0] for post in posts)


def _officer(post: OfficerPost) -> dict[str, Any]:
    events = {
        event.kind: event.effective_on for event in post.enrolment.events.filter(voided_at=None)
    }
    completed = events.get("completed")
    first = None if completed is None else max(completed, post.first_day)
    return {
        "region": post.region.code,
        "first": first,
        "qualified": events.get("qualified", completed),
    }


def _count(posts: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
    return {
        region: Decimal(count)
        for region, count in Counter(post["region"] for post in posts).items()
    }


def _same(day: dt.date, what: str, one: dict[Any, Any], other: dict[Any, Any]) -> Iterator[str]:
    for region in sorted(one.keys() | other.keys()):
        if one.get(region, 0) != other.get(region, 0):
            yield f"{what} of {region or 'all'} on {day}: {one.get(region, 0)} and {other.get(region, 0)}"
