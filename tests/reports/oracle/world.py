"""A random small world as import files tell it, in two phases: what was recorded first, and what was recorded later.

Every fact carries `since` (the phase that recorded it) and `until` (the phase that voided it, if any), so that the walk
can say what was known after either. Nothing here knows how the service stores or counts anything.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Any

Fact = dict[str, Any]
DAY = dt.timedelta(days=1)
#: Nothing is drawn of a day after this one, which lies behind whoever runs the tests.
LAST = dt.date(2026, 10, 31)
REGIONS = {"NE": ["", "N54DUR", "N54SUND"], "WAL": ["", "WPTGWT"], "LON": ["", "LDNLAW", "N07BRNT"]}
PATHWAYS = ["PQIP15", "PQIP21", "PQIP27", "PQIP13"]
MODULES = ["CJS", "UCCB", "PPP", "REHAB", "L6-ETHICS", "L6-RISK"]
COURSES = ["FL1", "FL3", "FL5"]
UNITS = {n: [f"{n}.{outcome}.{c}" for outcome in (1, 2) for c in (1, 2, 3)] for n in range(1, 7)}
#: Staff number → registered, achieved, lapsed, region; achieved later says what the second phase found it to have been.
ASSESSORS: dict[str, tuple[str, str, str, str]] = {
    "A1": ("2016-01-01", "2017-01-01", "", "NE"),
    "A2": ("2024-09-01", "2025-09-15", "", "NE"),
    "A3": ("2025-02-28", "", "", "WAL"),
    "A4": ("2015-01-01", "2016-01-01", "2025-08-01", "LON"),
}
REDATED = {"A2": "2025-06-15"}
STATUS = ("started", "deferred", "resumed", "withdrawn", "completed")
NEXT = {
    "active": ("deferred", "withdrawn", "completed"),
    "deferred": ("resumed", "resumed", "withdrawn"),
}
LEADS = {
    "started": "active",
    "deferred": "deferred",
    "resumed": "active",
    "withdrawn": "",
    "completed": "",
}


@dataclass
class World:
    """Facts by dataset, in the words of the import files."""

    facts: dict[str, list[Fact]] = field(default_factory=dict)

    def add(self, dataset: str, since: int = 1, **fact: Any) -> Fact:
        made = {**fact, "since": since, "until": 0}
        self.facts.setdefault(dataset, []).append(made)
        return made

    def known(self, dataset: str, phase: int) -> list[Fact]:
        """What was known of a dataset after a phase."""
        return [
            f
            for f in self.facts.get(dataset, [])
            if f["since"] <= phase and not (f["until"] and f["until"] <= phase)
        ]

    def changed(self, dataset: str) -> list[Fact]:
        """What the second phase recorded of a dataset."""
        return [f for f in self.facts.get(dataset, []) if f["since"] == 2]


def make(seed: int, learners: int) -> World:
    """A world with so many learners; the same seed makes the same one."""
    random, world = Random(seed), World()
    for number, (registered, achieved, lapsed, _region) in ASSESSORS.items():
        row = world.add(
            "assessors",
            staff_number=number,
            taqa_registered_on=registered,
            taqa_achieved_on=achieved,
            lapsed_on=lapsed,
        )
        if number in REDATED:
            row["until"] = 2
            world.add("assessors", 2, **{**content(row), "taqa_achieved_on": REDATED[number]})
    for nth in range(learners):
        _learner(random, world, f"L{nth:04}", nth)
    return world


def content(fact: Fact) -> Fact:
    """A fact as its file states it."""
    return {name: value for name, value in fact.items() if name not in ("since", "until")}


def _learner(random: Random, world: World, number: str, nth: int) -> None:
    region, fte = random.choice(list(REGIONS)), random.choice(["1.0", "1.0", "1.0", "0.6", "0.8"])
    start = _day(random, dt.date(2020, 10, 1), dt.date(2026, 4, 30))
    learner = world.add(
        "learners",
        staff_number=number,
        first_name="Sam",
        last_name=f"Learner {nth}",
        region=region,
        pdu=random.choice(REGIONS[region]),
        cohort=f"C{nth // 3:03}",
        pathway=random.choice(PATHWAYS),
        entry_route=random.choice(["external", "pso_progression"]),
        fte=fte,
        start_date=start,
        level5_held=random.choice(["yes", "no"]),
        sex=random.choice(["", "female", "male", "prefer_not_to_say"]),
        date_of_birth=random.choice(["", "1999-02-28", "2000-02-29", "1990-06-15", "1958-01-01"]),
        campaign=random.choice(["", "Autumn"]),
    )
    end = _history(random, world, learner)
    last = min(end or dt.date(2026, 7, 31), dt.date(2026, 7, 31))
    for _ in range(random.randint(0, 2)):
        _allocation(random, world, number, start, last)
    for module in random.sample(MODULES, random.randint(0, 4)):
        _module(random, world, number, module, start)
    for course in random.sample(COURSES, random.randint(0, 3)):
        booked = _day(random, start, min(start + dt.timedelta(days=500), LAST))
        world.add(
            "training",
            random.choice([1, 1, 2]),
            staff_number=number,
            course=course,
            booked_for=booked,
            status=random.choice(["booked", "attended", "did_not_attend", "cancelled"]),
        )
    for unit in random.sample(list(UNITS), random.randint(0, 5)):
        _unit(random, world, number, unit, start)


def _day(random: Random, first: dt.date, last: dt.date) -> dt.date:
    """A day in between, often one that traps: the last or first of a month, a leap day."""
    day = first + dt.timedelta(days=random.randint(0, max((last - first).days, 0)))
    if random.random() < 0.3:
        day = (day.replace(day=28) + 4 * DAY).replace(day=1) - random.choice([0, 1]) * DAY
    return min(max(day, first), max(last, first))


def _history(random: Random, world: World, learner: Fact) -> dt.date | None:
    """What happens after the start; returns the day it ended, if it did. Late facts and voids come last."""
    number, day, status = learner["staff_number"], learner["start_date"], "active"
    world.add("events", staff_number=number, event="started", effective_date=day)
    moves = ["moved_pathway", "moved_region", "changed_fte", "extended"]
    steps, seen, end = random.randint(0, 6), set(), None
    late_from = random.choice([99, 99, steps - 1])
    for step in range(steps):
        phase = 2 if step >= late_from else 1
        kind = random.choice(moves) if random.random() < 0.45 else random.choice(NEXT[status])
        gap = (
            random.choice([0, 1, 30, 90, 200, 400])
            if kind not in ("withdrawn", "completed")
            else random.choice([60, 200, 400])
        )
        day = _day(random, day + min(gap, 1) * DAY, day + dt.timedelta(days=gap))
        if day > LAST or (kind, day) in seen or (kind in STATUS and _same_day(world, number, day)):
            continue
        seen.add((kind, day))
        event = world.add(
            "events",
            phase,
            staff_number=number,
            event=kind,
            effective_date=day,
            **_terms(random, kind, day),
        )
        status = LEADS.get(kind, status)
        if kind in ("withdrawn", "completed"):
            if phase == 1 and random.random() < 0.25:
                event["until"] = 2
            end = day
            break
    return end


def _same_day(world: World, number: str, day: dt.date) -> bool:
    """Whether a status event of that day is told already: two on one day are legal only in the order of the words."""
    return any(
        f["staff_number"] == number and f["event"] in STATUS and f["effective_date"] == day
        for f in world.facts["events"]
    )


def _terms(random: Random, kind: str, day: dt.date) -> Fact:
    if kind == "moved_pathway":
        return {"to_pathway": random.choice(PATHWAYS[:3])}
    if kind == "moved_region":
        region = random.choice(list(REGIONS))
        return {"to_region": region, "to_pdu": random.choice(REGIONS[region])}
    if kind == "changed_fte":
        return {"to_fte": random.choice(["1.0", "0.6", "0.8"])}
    if kind == "extended":
        #: Later than any planned end: no pathway is longer than 30 months, and a break so far is over by the day.
        return {"extended_to": day + dt.timedelta(days=random.randint(950, 1500))}
    if kind == "deferred":
        return {
            "expected_return": random.choice(
                ["", day + dt.timedelta(days=random.choice([30, 90, 300]))]
            )
        }
    if kind == "withdrawn":
        offered = random.choice(["", day + dt.timedelta(days=random.choice([0, 20, 60]))])
        return {
            "reason": random.choice(["", "wellbeing", "career_progression"]),
            "exit_interview_offered_on": offered,
            "exit_interview_held_on": offered and random.choice(["", offered + 15 * DAY]),
            "destination": random.choice(
                ["", "left_service", "returned_to_pso", "other_role", "unknown"]
            ),
        }
    return {}


def _allocation(random: Random, world: World, number: str, start: dt.date, last: dt.date) -> None:
    assessor = random.choice(list(ASSESSORS))
    taken = [f for f in world.facts.get("allocations", []) if f["staff_number"] == number]
    if taken:
        return
    first = _day(random, start, last)
    until = random.choice(["", _day(random, first, last + 90 * DAY)])
    world.add(
        "allocations",
        random.choice([1, 1, 2]),
        staff_number=number,
        role="pta",
        from_date=first,
        to_date=until,
        other_staff_number=assessor,
    )


def _module(random: Random, world: World, number: str, module: str, start: dt.date) -> None:
    due = _day(random, start + 60 * DAY, min(start + 500 * DAY, dt.date(2026, 4, 30)))
    for attempt in range(1, random.choice([1, 1, 2, 3]) + 1):
        if due > dt.date(2026, 8, 31):
            break
        more = random.choice(["", due + random.choice([1, 14, 40]) * DAY])
        failed = {"submitted_date": due - 3 * DAY, "outcome": "fail", "mark": 30}
        row = {
            "staff_number": number,
            "module": module,
            "attempt": attempt,
            "due_date": due,
            "extended_to": more,
        }
        world.add("module-results", **row, **failed)
        due += random.choice([30, 90]) * DAY
    last = world.facts["module-results"][-1]
    ending = random.choice(["fail", "pass", "pending", "late", "open"])
    if ending in ("pass", "late"):
        last |= {
            "outcome": "pass",
            "mark": 60,
            "submitted_date": last["due_date"] + random.choice([-10, 0, 50]) * DAY,
        }
    if ending == "pending":
        last |= {"outcome": "pending", "mark": ""}
    if ending in ("open", "late"):
        later = content(last)
        last |= {"outcome": "pending", "mark": "", "submitted_date": ""}
        if ending == "late":
            last["until"] = 2
            world.add("module-results", 2, **later)


def _unit(random: Random, world: World, number: str, unit: int, start: dt.date) -> None:
    """Evidence for a unit with its decisions, and sometimes its sign-off, after all that is recorded of the unit: it is
    locked from then on, and an award re-dated later must not touch it either."""
    of_unit: list[Fact] = []
    for piece in range(random.choice([1, 1, 2])):
        submitted = _day(random, max(start, dt.date(2025, 1, 1)), dt.date(2026, 7, 31))
        criteria = UNITS[unit] if random.random() < 0.7 else random.sample(UNITS[unit], 3)
        reference = f"{number}-{unit}-{piece}"
        row = world.add(
            "evidence",
            random.choice([1, 1, 1, 2]),
            reference=reference,
            staff_number=number,
            submitted_on=submitted,
            criteria=sorted(criteria),
        )
        of_unit += [row, *_decisions(random, world, row)]
    is_late = any(
        fact["since"] == 2 or fact["until"] or fact.get("assessor") in REDATED for fact in of_unit
    )
    if random.random() < 0.6:
        phase = random.choice([1, 1, 2])
        world.add(
            "unit-signoffs",
            2 if is_late else phase,
            staff_number=number,
            unit=unit,
            signed_off_on=_day(random, max(start, dt.date(2025, 6, 1)), dt.date(2026, 8, 31)),
        )


def _decisions(random: Random, world: World, piece: Fact) -> list[Fact]:
    made: list[Fact] = []
    day, assessor = piece["submitted_on"], random.choice(list(ASSESSORS))
    for nth in range(1, random.choice([0, 1, 1, 1, 2, 3]) + 1):
        day = min(
            _day(random, day + random.choice([0, 1]) * DAY, day + random.choice([5, 14, 40]) * DAY),
            LAST,
        )
        met = piece["criteria"] if random.random() < 0.7 else random.sample(piece["criteria"], 2)
        rest = [code for code in piece["criteria"] if code not in met]
        phase = max(piece["since"], random.choice([1, 1, 2]))
        row = world.add(
            "decisions",
            phase,
            evidence_reference=piece["reference"],
            assessor=assessor,
            decided_on=day,
            decision_number=nth,
            criteria_met=sorted(met),
            criteria_not_met=random.choice([rest, []]),
            countersigned_on="",
            countersign_outcome="",
        )
        if random.random() < 0.6:
            day = min(_day(random, day, day + random.choice([0, 3, 20, 60]) * DAY), LAST)
            signed = {
                "countersigned_on": day,
                "countersign_outcome": random.choice(["agreed", "agreed", "returned"]),
            }
            if phase == 1 and random.random() < 0.3:
                row["until"] = 2
                world.add("decisions", 2, **{**content(row), **signed})
            else:
                row |= signed
        made.append(row)
    return made
