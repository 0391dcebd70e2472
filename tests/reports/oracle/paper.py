"""A world on a day as somebody with paper and pencil sees it, and the reports that follow, in the words of their definitions."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from fractions import Fraction

from tests.reports.oracle import assessing
from tests.reports.oracle.arithmetic import Line, one_decimal, percent, percentile
from tests.reports.oracle.learning import (
    Learner,
    add_months,
    courses_ahead,
    learner_on,
    modules_on,
    months_gone,
    training_on,
)
from tests.reports.oracle.world import ASSESSORS, DAY, Fact, World


class Paper:
    """A world as at a day, as known after a phase."""

    def __init__(self, world: World, phase: int, day: dt.date) -> None:
        self.world, self.phase, self.day = world, phase, day
        self.first = day.replace(day=1)
        self.events: dict[str, list[Fact]] = {}
        for event in world.known("events", phase):
            self.events.setdefault(event["staff_number"], []).append(event)
        self.learners = [self.on(fact, day) for fact in world.known("learners", phase)]
        self.waits = assessing.waits_on(world, phase, day)
        self.units, self.owed = assessing.units_on(world, phase, day)
        self.criteria = assessing.criteria_on(world, phase, day)
        self.decided = assessing.decided(world, phase)
        self.modules = {one.number: modules_on(world, phase, one, day) for one in self.learners}
        self.ptas = {
            f["staff_number"]: f["other_staff_number"]
            for f in world.known("allocations", phase)
            if f["from_date"] <= day and (not f["to_date"] or f["to_date"] >= day)
        }

    def on(self, fact: Fact, day: dt.date) -> Learner:
        return learner_on(fact, self.events.get(fact["staff_number"], []), day)

    def in_month(self, day: dt.date | str | None) -> bool:
        return isinstance(day, dt.date) and self.first <= day <= self.day

    def short(self, one: Learner) -> int:
        return one.units_expected(self.day) - self.units.get(one.number, 0)

    def progress(self, one: Learner) -> str | None:
        if not one.is_on_programme:
            return None
        modules, short = self.modules[one.number], self.short(one)
        late = one.status == "deferred" and one.expected_return and one.expected_return < self.day
        passed = one.planned_end is not None and one.planned_end < self.day
        if short >= 2 or passed or modules["failed"] or modules["overdue"] > 28 or late:
            return "at_risk"
        return "behind" if short == 1 else "on_track"

    def service_owes(self, one: Learner, *, of_evidence: bool = False) -> list[str]:
        kinds = {wait["kind"] for wait in self.waits if wait["number"] == one.number}
        owed = {
            "no PTA": one.number not in self.ptas,
            "awaiting decision": "decision" in kinds,
            "awaiting countersignature": "countersignature" in kinds,
            "awaiting sign-off": one.number in self.owed,
            "placement not offered": not of_evidence
            and one.status == "active"
            and add_months(one.start, 6) + len(one.away) * DAY <= self.day,
            "result not recorded": self.modules[one.number]["unrecorded"] and not of_evidence,
            "training not booked": not of_evidence
            and one.is_on_programme
            and training_on(self.world, self.phase, one, self.day)[2],
        }
        return [words for words, holds in owed.items() if holds and one.is_on_programme]

    def learner_owes(self, one: Learner) -> list[str]:
        late = one.status == "deferred" and one.expected_return and one.expected_return < self.day
        owed = {
            "evidence due": self.short(one) > 0 and not self.service_owes(one, of_evidence=True),
            "module overdue": self.modules[one.number]["overdue"] > 0,
            "return from break overdue": late,
        }
        return [words for words, holds in owed.items() if holds and one.is_on_programme]

    def next_due(self, one: Learner) -> Line:
        """What was missed first, then by day; on one day programme, university, vocational strand, training; then by title."""
        due = [(on >= self.day, on, 1, title) for title, on in self.modules[one.number]["next"]]
        if one.status == "deferred" and isinstance(one.expected_return, dt.date):
            due.append(
                (
                    one.expected_return >= self.day,
                    one.expected_return,
                    0,
                    "Expected back from the break",
                )
            )
        for kind, said in (
            ("decision", "Evidence waits for a decision"),
            ("countersignature", "Decisions wait for a countersignature"),
        ):
            since = [
                wait["since"]
                for wait in self.waits
                if (wait["number"], wait["kind"]) == (one.number, kind)
            ]
            if since:
                late = assessing.is_overdue(min(since), self.day)
                due.append((not late, assessing.due_after(min(since)), 2, f"{said} ({len(since)})"))
        due += [
            (on >= self.day, on, 3, title)
            for title, on in courses_ahead(self.world, self.phase, one, self.day)
        ]
        _, on, _, title = min(due) if due and one.is_on_programme else (False, None, 0, "")
        return {"next_due": title, "next_due_on": on and on.isoformat()}

    def moves(self) -> list[tuple[tuple[str, str, str], tuple[str, str, str]]]:
        """From where and to where, each day of the month, of those who were on the programme the evening before."""
        found, day = [], self.first
        while day <= self.day:
            for fact in self.world.known("learners", self.phase):
                if any(
                    e["effective_date"] == day for e in self.events.get(fact["staff_number"], [])
                ):
                    before, after = self.on(fact, day - DAY), self.on(fact, day)
                    if before.is_on_programme and before.key != after.key:
                        found.append((before.key, after.key))
            day += DAY
        return found


def monthly_status(paper: Paper) -> list[Line]:
    moves, lines = paper.moves(), []
    key_of = {one.number: one.key for one in paper.learners}
    keys = {one.key for one in paper.learners} | {key for move in moves for key in move}
    for key in keys:
        own = [one for one in paper.learners if one.key == key]
        numbers = {number for number, of in key_of.items() if of == key}
        moved = {
            "moved_in": sum(after == key for _, after in moves),
            "moved_out": sum(before == key for before, _ in moves),
        }
        named = dict(zip(("region", "cohort", "pathway"), key, strict=True))
        lines.append(named | _stood(paper, own) | _done(paper, numbers) | moved)
    return lines


def _stood(paper: Paper, own: list[Learner]) -> Line:
    status = Counter(one.status for one in own)
    starters = sum(one.has_started for one in own)
    ended = {
        kind: [one for one in own if one.status == kind] for kind in ("completed", "withdrawn")
    }
    there = [one for one in own if one.is_on_programme]
    progress = Counter(paper.progress(one) for one in there)
    return {
        "starters": starters,
        "did_not_start": 0,
        **{
            name: status[name]
            for name in ("due_to_start", "active", "deferred", "completed", "withdrawn")
        },
        "started_in_month": sum(one.has_started and paper.in_month(one.start) for one in own),
        **{
            f"{kind}_in_month": sum(paper.in_month(one.ended_on) for one in ended[kind])
            for kind in ended
        },
        "completion_rate": percent(status["completed"], starters),
        "withdrawal_rate": percent(status["withdrawn"], starters),
        "left_service": sum(
            one.ending["destination"] == "left_service" for one in ended["withdrawn"]
        ),
        **{name: progress[name] for name in ("on_track", "behind", "at_risk")},
        "waiting_for_service": sum(bool(paper.service_owes(one)) for one in there),
        "units_achieved": sum(paper.units.get(one.number, 0) for one in there),
        "units_expected": sum(one.units_expected(paper.day) for one in there),
    }


def _done(paper: Paper, numbers: set[str]) -> Line:
    own = [one for one in paper.decided if one.number in numbers]
    waits = [wait for wait in paper.waits if wait["number"] in numbers]
    pieces = {
        f["reference"]: f
        for f in paper.world.known("evidence", paper.phase)
        if f["staff_number"] in numbers
    }
    turnaround = [
        (one.final_on - pieces[one.fact["evidence_reference"]]["submitted_on"]).days
        for one in own
        if one.final_on and paper.in_month(one.final_on)
    ]
    return {
        "evidence_submitted_in_month": sum(
            paper.in_month(f["submitted_on"]) for f in pieces.values()
        ),
        "decisions_in_month": sum(paper.in_month(one.decided_on) for one in own),
        "countersigned_in_month": sum(paper.in_month(one.signed_on) for one in own),
        "awaiting_decision": sum(wait["kind"] == "decision" for wait in waits),
        "awaiting_countersignature": sum(wait["kind"] == "countersignature" for wait in waits),
        "overdue": sum(assessing.is_overdue(wait["since"], paper.day) for wait in waits),
        "median_turnaround_days": one_decimal(percentile(turnaround, Fraction(1, 2))),
        "p90_turnaround_days": one_decimal(percentile(turnaround, Fraction(9, 10))),
        "reviews_held_in_month": 0,
    }


def progression(paper: Paper) -> list[Line]:
    lines = []
    for one in paper.learners:
        if not one.has_started:
            continue
        modules, until = paper.modules[one.number], one.ended_on or paper.day
        attended, due, _ = training_on(paper.world, paper.phase, one, paper.day)
        lines.append(
            {
                "staff_number": one.number,
                "name": f"{one.fact['first_name']} {one.fact['last_name']}",
                "region": one.region,
                "pdu": one.pdu or None,
                "cohort": one.fact["cohort"],
                "pathway": one.pathway,
                "status": one.status,
                "start_date": one.start.isoformat(),
                "planned_end": one.planned_end and one.planned_end.isoformat(),
                "months_elapsed": months_gone(one.start, until),
                "units_achieved": paper.units.get(one.number, 0),
                "units_expected": one.units_expected(paper.day) if one.is_on_programme else None,
                "criteria_met": len(paper.criteria.get(one.number, ())),
                "criteria_total": 36,
                "modules_passed": modules["passed"],
                "modules_due": modules["due"],
                "training_attended": attended,
                "training_due": due,
                "progress": paper.progress(one),
                "waiting_for_learner": "; ".join(paper.learner_owes(one)),
                "waiting_for_service": "; ".join(paper.service_owes(one)),
                **paper.next_due(one),
            }
        )
    return lines


def withdrawals(paper: Paper) -> list[Line]:
    counted: dict[tuple[str, ...], Counter[str]] = {}
    for one in paper.learners:
        if one.status == "withdrawn" and one.ended_on:
            said = one.ending
            quarter = f"{one.ended_on.year}-Q{(one.ended_on.month + 2) // 3}"
            key = (
                quarter,
                one.region,
                one.pathway,
                said["reason"] or "not_recorded",
                said["destination"] or "unknown",
            )
            offered, held = said["exit_interview_offered_on"], said["exit_interview_held_on"]
            counted.setdefault(key, Counter()).update(
                withdrawn=1,
                interview_offered=bool(offered) and offered <= paper.day,
                interview_held=bool(held) and held <= paper.day,
            )
    names = ("quarter", "region", "pathway", "reason", "destination")
    parts = ("withdrawn", "interview_offered", "interview_held")
    return [
        dict(zip(names, key, strict=True)) | {part: found[part] for part in parts}
        for key, found in counted.items()
    ]


def countersigning(paper: Paper) -> list[Line]:
    lines = []
    records = {f["staff_number"]: f for f in paper.world.known("assessors", paper.phase)}
    there = {one.number for one in paper.learners if one.is_on_programme}
    for number, (_, _, _, region) in ASSESSORS.items():
        own = [one for one in paper.decided if one.fact["assessor"] == number]
        made = sum(paper.in_month(one.decided_on) for one in own)
        given = [one for one in own if paper.in_month(one.signed_on)]
        queue = [
            wait
            for wait in paper.waits
            if wait["assessor"] == number and wait["kind"] == "countersignature"
        ]
        waits = [(paper.day - wait["since"]).days for wait in queue]
        caseload = sum(pta == number and learner in there for learner, pta in paper.ptas.items())
        agreed = sum(one.fact["countersign_outcome"] == "agreed" for one in given)
        if not (made or given or waits or caseload):
            continue
        days = [(one.signed_on - one.decided_on).days for one in given if one.signed_on]
        lines.append(
            {
                "region": region,
                "assessor": number,
                "assessor_status": _standing(records[number], paper.day),
                "caseload": caseload,
                "decisions": made,
                "awaiting_countersignature": len(waits),
                "agreed": agreed,
                "returned": len(given) - agreed,
                "return_rate": percent(len(given) - agreed, len(given)) if made >= 10 else None,
                "median_days_to_countersign": one_decimal(percentile(days, Fraction(1, 2))),
                "oldest_waiting_days": max(waits, default=None),
            }
        )
    return lines


def _standing(record: Fact, day: dt.date) -> str:
    if assessing.is_qualified(record, day):
        return "qualified"
    achieved = record["taqa_achieved_on"]
    return "lapsed" if achieved and achieved <= day.isoformat() else "trainee"
