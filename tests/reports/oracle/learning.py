"""One enrolment on one day, walked day by day straight from the words of the definitions; no code of the service is used."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import math
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from tests.reports.oracle.world import COURSES, DAY, STATUS, UNITS, Fact, World

#: Pathway → full-time months, months to the opening (since 2022, before the 2021 review), part-time months.
PATHWAYS = {
    "PQIP15": (15, 6, 2, 21),
    "PQIP21": (21, 12, 2, 30),
    "PQIP27": (27, 18, 2, None),
    "PQIP13": (13, 4, 4, None),
}
REVIEWED = dt.date(2022, 1, 1)
#: Courses required of every learner (S3 §3.3): eight of foundation learning, nine others, ten mandatory.
REQUIRED = 27


def add_months(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass
class Learner:
    """Where an enrolment stands at the end of a day."""

    fact: Fact
    status: str = "due_to_start"
    ended_on: dt.date | None = None
    ending: Fact = field(default_factory=dict)
    region: str = ""
    pdu: str = ""
    pathway: str = ""
    fte: str = ""
    extended: dt.date | None = None
    expected_return: dt.date | str = ""
    end: dt.date | None = None
    opens: dt.date | None = None
    gone: int = 0
    whole: int = 0
    away: list[dt.date] = field(default_factory=list)

    @property
    def number(self) -> str:
        return str(self.fact["staff_number"])

    @property
    def start(self) -> dt.date:
        day: dt.date = self.fact["start_date"]
        return day

    @property
    def key(self) -> tuple[str, str, str]:
        return self.region, self.fact["cohort"], self.pathway

    @property
    def has_started(self) -> bool:
        return self.status in ("active", "deferred", "completed", "withdrawn")

    @property
    def is_on_programme(self) -> bool:
        return self.status in ("active", "deferred")

    @property
    def planned_end(self) -> dt.date | None:
        days = [day for day in (self.end, self.extended) if day]
        return max(days) if days else None

    def units_expected(self, day: dt.date) -> int:
        """Units × the share of the window gone by, rounded down. Days on a break are in neither."""
        closes = self.planned_end
        if self.opens is None or closes is None or day <= self.opens:
            return 0
        whole = (closes - self.opens).days - self.whole
        gone = (min(day, closes) - self.opens).days - self.whole
        return 6 if whole <= 0 else max(0, min(6, math.floor(Fraction(6 * gone, whole))))


def learner_on(fact: Fact, events: list[Fact], day: dt.date) -> Learner:
    """Terms and status by the events up to the day, then every date by walking the days for the pathway that holds."""
    found = Learner(
        fact, region=fact["region"], pdu=fact["pdu"], pathway=fact["pathway"], fte=fact["fte"]
    )
    past = [event for event in events if event["effective_date"] <= day]
    for event in sorted(past, key=_order):
        if found.status in ("completed", "withdrawn"):
            break
        _happen(found, event)
    if day >= found.start:
        _walk(found, past, min(day, found.ended_on or day))
    return found


def _order(event: Fact) -> tuple[Any, ...]:
    kind = event["event"]
    return event["effective_date"], STATUS.index(kind) if kind in STATUS else -1


def _happen(found: Learner, event: Fact) -> None:
    kind = event["event"]
    if kind in STATUS:
        found.status = {"started": "active", "resumed": "active"}.get(kind, kind)
        found.expected_return = event.get("expected_return", "") if kind == "deferred" else ""
    if found.status in ("completed", "withdrawn"):
        found.ended_on, found.ending = event["effective_date"], event
    if kind == "moved_region":
        found.region, found.pdu = event["to_region"], event["to_pdu"]
    if kind == "moved_pathway":
        found.pathway = event["to_pathway"]
    if kind == "changed_fte":
        found.fte = event["to_fte"]
    if kind == "extended":
        found.extended = event["extended_to"]


def _length(pathway: str, full_time: bool) -> int | None:
    return PATHWAYS[pathway][0 if full_time else 3]


def _walk(found: Learner, events: list[Fact], until: dt.date) -> None:
    """Day by day from the start: a day on a break moves the end, and the opening while that is still to come."""
    full_time = found.fact["fte"] == "1.0"
    months, start = _length(found.pathway, full_time), found.start
    found.end = add_months(start, months) if months else None
    found.opens = _opening(found.pathway, full_time, start)
    by_day: dict[dt.date, list[Fact]] = {}
    for event in sorted(events, key=_order):
        by_day.setdefault(event["effective_date"], []).append(event)
    today, on_break = start, False
    while True:
        for event in by_day.get(today, []):
            if event["event"] in STATUS:
                on_break = event["event"] == "deferred"
            if event["event"] == "changed_fte" and (event["to_fte"] == "1.0") != full_time:
                full_time = not full_time
                _rehour(
                    found,
                    today,
                    _length(found.pathway, not full_time),
                    _length(found.pathway, full_time),
                )
        if today >= until:
            return
        if on_break:
            found.away.append(today)
            found.end = found.end and found.end + DAY
            if found.opens and today < found.opens:
                found.opens += DAY
            else:
                found.whole += 1
        today += DAY


def _opening(pathway: str, full_time: bool, start: dt.date) -> dt.date | None:
    """As known for the cohort; part time since the review, what leaves the latter nine months."""
    _, since, before, part_time = PATHWAYS[pathway]
    if start < REVIEWED and (full_time or part_time):
        return add_months(start, before)
    if full_time:
        return add_months(start, since)
    return add_months(start, part_time - 9) if part_time else None


def _rehour(found: Learner, day: dt.date, old: int | None, new: int | None) -> None:
    """What is left, times the new length over the old, up to whole days."""
    if found.end is None or not old or not new:
        found.end = None
        found.opens = found.opens if found.opens and found.opens <= day else None
        return
    left = max((found.end - day).days, 0)
    if left:
        found.end = day + math.ceil(Fraction(left * new, old)) * DAY
    if found.opens is None or found.opens > day:
        found.opens = max(add_months(found.end, -9), day)


#: In their order. Nobody in these worlds holds one of level 5; the two of level 6 that ship as required, where a university is
#: known to teach: for starts since 2022.
LEVEL_5, LEVEL_6, TAUGHT_SINCE = (
    ("CJS", "UCCB", "PPP", "REHAB"),
    ("L6-ETHICS", "L6-REHAB"),
    dt.date(2022, 1, 1),
)


def modules_on(world: World, phase: int, one: Learner, day: dt.date) -> dict[str, Any]:
    """Passed, due, failed at the third attempt, days the longest has been overdue, and whether one due is not recorded."""
    rows: dict[str, list[Fact]] = {}
    for row in world.known("module-results", phase):
        if row["staff_number"] == one.number:
            rows.setdefault(row["module"], []).append(row)
    until, asked = (
        one.ended_on or day,
        list(LEVEL_5) + (list(LEVEL_6) if one.start >= TAUGHT_SINCE else []),
    )
    taken = asked + [code for code in rows if code.startswith("L6") and code not in asked]
    states = [_module_on(rows.get(code, []), _share_on(one, code), day, until) for code in taken]
    due = [
        (f"{titles('academic_modules')[code]}{said}", on)
        for code, (said, on) in (
            (code, state["next"])
            for code, state in zip(taken, states, strict=True)
            if state["next"]
        )
        if on
    ]
    return {
        "passed": sum(state["passed"] for state in states),
        "due": sum(state["due"] for state in states),
        "failed": any(state["failed"] for state in states),
        "overdue": max(state["overdue"] for state in states),
        "unrecorded": any(state["unrecorded"] for state in states),
        "next": due,
    }


def _share_on(one: Learner, code: str) -> dt.date | None:
    """The first day by which an even share of the days on the programme has been lived, breaks left out, rounded down."""
    level = LEVEL_5 if code in LEVEL_5 else LEVEL_6
    if code not in level or (code in LEVEL_6 and one.start < TAUGHT_SINCE) or one.opens is None:
        return None
    nth, before = level.index(code) + 1, len(one.away) - one.whole
    days = max((one.opens - one.start).days - before, 0)
    if level is LEVEL_5:
        days = days * nth // len(level)
    elif one.planned_end is None:
        return None
    else:
        days = (
            (one.opens - one.start).days
            - before
            + max((one.planned_end - one.opens).days - one.whole, 0) * nth // len(level)
        )
    found, away = one.start, set(one.away)
    while days:
        days -= found not in away
        found += DAY
    return found


def _module_on(
    own: list[Fact], share: dt.date | None, day: dt.date, until: dt.date
) -> dict[str, Any]:
    settled = [row for row in own if (row["submitted_date"] or row["due_date"]) <= day]
    failed = [row for row in settled if row["outcome"] == "fail"]
    passed = any(row["outcome"] == "pass" for row in settled)
    due = min((row["extended_to"] or row["due_date"] for row in own), default=share)
    if failed:
        due = (
            min(due, *(row["submitted_date"] or row["due_date"] for row in failed)) if due else None
        )
    waiting = [
        row
        for row in own
        if (not row["submitted_date"] and row["outcome"] == "pending")
        or (row["submitted_date"] and row["submitted_date"] > day)
    ]
    handed_in = any(
        row["outcome"] == "pending" and row["submitted_date"] and row["submitted_date"] <= day
        for row in own
    )
    since = None
    if waiting:
        since = min(row["extended_to"] or row["due_date"] for row in waiting)
    elif failed and not handed_in:
        since = max(due, *(row["submitted_date"] or row["due_date"] for row in failed))  # type: ignore[type-var]
    overdue = (until - since).days if since and not passed else 0
    return {
        "passed": passed,
        "due": due is not None and due <= until,
        "overdue": max(overdue, 0),
        "failed": not passed and any(row["attempt"] >= 3 for row in failed),
        "unrecorded": not own and due is not None and due < until,
        "next": None
        if passed or (handed_in and not waiting)
        else _next_of(own, waiting, failed, since, due, day),
    }


def _next_of(
    own: list[Fact],
    waiting: list[Fact],
    failed: list[Fact],
    since: dt.date | None,
    due: dt.date | None,
    day: dt.date,
) -> tuple[str, dt.date | None]:
    """What is due of a module, in the words put after its title, and when."""
    if waiting:
        return ": hand in", since
    if failed:
        last = any(row["attempt"] >= 3 for row in failed)
        return (
            ": failed at the last attempt" if last else ": failed, next attempt not planned",
            since,
        )
    return ": result not recorded" if not own and due and due < day else "", due


def training_on(world: World, phase: int, one: Learner, day: dt.date) -> tuple[int, int, bool]:
    """Required courses attended, and due; whether one is due that nobody has booked. Booked or not, all are due after 12 months.

    None recurs. Of a place that has ended, what was so on its last day.
    """
    until = min(day, one.ended_on or day)
    due_on = min(day for day in (add_months(one.start, 12), one.planned_end) if day)
    own = [f for f in world.known("training", phase) if f["staff_number"] == one.number]
    attended = {f["course"] for f in own if f["status"] == "attended" and f["booked_for"] <= until}
    booked = {f["course"] for f in own if f["status"] in ("booked", "did_not_attend")}
    assert attended | booked <= set(COURSES)
    is_due = due_on <= until
    return len(attended), REQUIRED if is_due else 0, is_due and len(attended | booked) < REQUIRED


def courses_ahead(
    world: World, phase: int, one: Learner, day: dt.date
) -> list[tuple[str, dt.date]]:
    """Courses booked for the day or later, and those required that are not attended and have no such day."""
    own = [f for f in world.known("training", phase) if f["staff_number"] == one.number]
    booked = {
        f["course"]: f["booked_for"]
        for f in own
        if f["status"] == "booked" and f["booked_for"] >= day
    }
    attended = {f["course"] for f in own if f["status"] == "attended" and f["booked_for"] <= day}
    ever = {f["course"] for f in own if f["status"] in ("booked", "did_not_attend")}
    due_on = min(day for day in (add_months(one.start, 12), one.planned_end) if day)
    found, named = [(titles("courses")[code], on) for code, on in booked.items()], titles("courses")
    required = [
        row["course"] for row in _listed("course_requirements") if row["audience"] == "learner"
    ]
    assert len(required) == REQUIRED
    for code in set(required) - booked.keys() - attended:
        to_book = ": training not booked" if due_on <= day else ": to be booked"
        found.append((named[code] + ("" if code in ever else to_book), due_on))
    return found


def titles(name: str) -> dict[str, str]:
    """By code, the titles in a list of reference data."""
    return {row["code"]: row["title"] for row in _listed(name)}


@cache
def _listed(name: str) -> list[dict[str, str]]:
    with (Path("learners/reference") / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def months_gone(start: dt.date, day: dt.date) -> int:
    months = 0
    while add_months(start, months + 1) <= day:
        months += 1
    return months


__all__ = [
    "UNITS",
    "Learner",
    "add_months",
    "courses_ahead",
    "learner_on",
    "modules_on",
    "months_gone",
    "training_on",
]
