"""`workforce-position` on paper: random posts, absences, targets and returns, and each row counted person by person."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from tests.reports.oracle.arithmetic import Line, one_decimal, percent
from tests.reports.oracle.learning import add_months
from tests.reports.oracle.world import DAY, REGIONS, Fact

GRADES = ["PO", "SPO", "PTA"]


def make_posts(seed: int, people: int) -> dict[str, list[Fact]]:
    """Posts of so many people one after another, some with a gap or a move; absences; targets; returns."""
    random = Random(seed)
    posts, absences = [], []
    for person in range(people):
        day = dt.date(2024, 6, 1) + random.randint(0, 500) * DAY
        for _ in range(random.randint(1, 3)):
            region = random.choice(list(REGIONS))
            last = random.choice([None, day + random.choice([20, 100, 300]) * DAY])
            posts.append(
                {
                    "person": person,
                    "region": region,
                    "pdu": random.choice(REGIONS[region]),
                    "grade": random.choice(GRADES),
                    "from": day,
                    "to": last,
                    "fte": Decimal(random.choice(["1.0", "0.6", "0.3"])),
                    "contract": random.choice(["permanent", "permanent", "fixed_term"]),
                    "leave_reason": random.choice(["", "resignation", "transfer"]),
                }
            )
            if last is None:
                break
            day = last + random.choice([1, 1, 40]) * DAY
        if random.random() < 0.4:
            day = dt.date(2025, 10, 1) + random.randint(0, 300) * DAY
            absences += [
                {
                    "person": person,
                    "kind": kind,
                    "from": day,
                    "to": random.choice([None, day + random.choice([10, 27, 60]) * DAY]),
                    "fte_lost": random.choice([None, Decimal("0.2"), Decimal("0.5")]),
                }
                for kind in random.sample(
                    ["reduced_hours", "long_term_absence", "career_break"], random.randint(1, 2)
                )
            ]
    places = [
        (region, pdu, grade)
        for region, pdus in REGIONS.items()
        for pdu in pdus
        for grade in [*GRADES, "CA"]
    ]
    national, days = ("NAT", "", "PO"), (dt.date(2025, 9, 30), dt.date(2026, 5, 31))
    targets = [
        {
            "region": region,
            "pdu": pdu,
            "grade": grade,
            "on": on,
            "fte": Decimal(random.randint(0, 20)),
        }
        for region, pdu, grade in [*random.sample(places, 12), national]
        for on in (dt.date(2025, 1, 1), dt.date(2026, 1, 31))
    ]
    returns = [
        {
            "region": region,
            "pdu": pdu,
            "grade": grade,
            "on": on,
            "fte": Decimal(random.randint(0, 30)),
            **{name: random.choice([None, random.randint(0, 9)]) for name in RETURNED},
        }
        for region, pdu, grade in [*random.sample(places, 12), national]
        for on in days
    ]
    complete = [
        {
            "region": region,
            "grade": grade,
            "from": dt.date(2025, 11, 1),
            "to": random.choice([None, dt.date(2026, 4, 30)]),
        }
        for region in REGIONS
        for grade in [*GRADES, "CA"]
        if random.random() < 0.4
    ]
    return {
        "posts": posts,
        "absences": absences,
        "targets": targets,
        "returns": returns,
        "complete": complete,
    }


RETURNED = ("headcount", "learners_fte", "non_effective_fte", "joiners_12m", "leavers_12m")


def workforce_position(facts: dict[str, list[Fact]], day: dt.date, *, units: bool) -> list[Line]:
    targets, returns = (
        _totals(facts["targets"], day, ("fte",)),
        _totals(facts["returns"], day, ("fte", "on", *RETURNED)),
    )
    keys = (
        set(targets)
        | set(returns)
        | {(each["region"], "", each["grade"]) for each in facts["complete"] if _in_post(each, day)}
    )
    for post in facts["posts"]:
        for key in (
            (post["region"], "", post["grade"]),
            (post["region"], post["pdu"], post["grade"]),
        ):
            own = [each for each in facts["posts"] if _is_at(each, key)]
            if any(_in_post(each, day) for each in own) or _moved(facts["posts"], own, day) != (
                0,
                0,
            ):
                keys.add(key)
    return [
        _line(facts, key, day, targets.get(key, {}), returns.get(key))
        for key in keys
        if units or not key[1]
    ]


def _totals(
    facts: list[Fact], day: dt.date, columns: tuple[str, ...]
) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The latest by the day; a region without its own is the sum of its units, as far as each is known."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for fact in sorted(facts, key=lambda fact: fact["on"]):
        if fact["on"] <= day:
            found[fact["region"], fact["pdu"], fact["grade"]] = {
                name: fact[name] for name in columns
            }
    for region, grade in {(region, grade) for region, pdu, grade in found if pdu}:
        units = [total for key, total in found.items() if key[0] == region and key[2] == grade]
        if (region, "", grade) not in found:
            sums = {name: [unit[name] for unit in units] for name in columns}
            found[region, "", grade] = {
                name: min(values) if name == "on" else None if None in values else sum(values)
                for name, values in sums.items()
            }
    return found


def _is_at(post: Fact, key: tuple[str, str, str]) -> bool:
    return (post["region"], post["grade"]) == (key[0], key[2]) and key[1] in ("", post["pdu"])


def _in_post(post: Fact, day: dt.date) -> bool:
    return post["from"] <= day and (post["to"] is None or post["to"] >= day)


def _moved(posts: list[Fact], own: list[Fact], day: dt.date) -> tuple[int, int]:
    """Permanent staff who came from no other post, and who left for none; whoever has a last day today is still in post."""
    begin, joined, left = add_months(day, -12), 0, 0
    for post in own:
        if post["contract"] != "permanent":
            continue
        others = [each for each in posts if each["person"] == post["person"]]
        joined += begin < post["from"] <= day and not any(
            each["to"] == post["from"] - DAY for each in others
        )
        gone = (
            post["to"] is not None
            and begin <= post["to"] < day
            and post["leave_reason"] != "transfer"
        )
        left += gone and not any(each["from"] == post["to"] + DAY for each in others)
    return joined, left


def _lost(facts: dict[str, list[Fact]], post: Fact, day: dt.date) -> Decimal:
    """The least of their FTE and the reductions in force; all of it after an absence of 28 days."""
    own = [
        each
        for each in facts["absences"]
        if each["person"] == post["person"] and _in_post(each, day)
    ]
    if any(each["kind"] != "reduced_hours" and (day - each["from"]).days + 1 >= 28 for each in own):
        return post["fte"]  # type: ignore[no-any-return]
    return min(post["fte"], sum((each["fte_lost"] or Decimal(0) for each in own), Decimal(0)))


def _line(
    facts: dict[str, list[Fact]],
    key: tuple[str, str, str],
    day: dt.date,
    target: Fact,
    total: Fact | None,
) -> Line:
    posts = [post for post in facts["posts"] if _is_at(post, key)]
    anybody = any(
        _in_post(post, day) and (post["region"], post["grade"]) == (key[0], key[2])
        for post in facts["posts"]
    )
    complete = any(
        (each["region"], each["grade"]) == (key[0], key[2]) and _in_post(each, day)
        for each in facts["complete"]
    )
    moved = _moved(facts["posts"], posts, day)
    line: Line = {
        "region": key[0],
        "pdu": key[1] or None,
        "grade": key[2],
        "target_fte": target.get("fte"),
    }
    nobody = {
        "source_date": None,
        "qualified_12m": 0,
        "learners_per_manager": None,
        "learners_per_pta": None,
    }
    rests = key[1] != "" and any(
        (each["region"], each["pdu"], each["grade"]) == (key[0], "", key[2]) and each["on"] <= day
        for each in facts["returns"]
    )
    if complete or (total is None and not rests and (anybody or moved != (0, 0))):
        there = [post for post in posts if _in_post(post, day)]
        ends = [(add_months(day.replace(day=1), 1 - back) - DAY) for back in range(13)]
        heads = sum(
            _in_post(post, end) for post in posts if post["contract"] == "permanent" for end in ends
        )
        return (
            line
            | _gaps(
                target.get("fte"),
                sum(p["fte"] for p in there),
                sum(_lost(facts, p, day) for p in there),
            )
            | {
                "in_post_headcount": len(there),
                "learners_fte": 0,
                "in_post_excluding_learners_fte": sum(p["fte"] for p in there),
                "joiners_12m": moved[0],
                "leavers_12m": moved[1],
                "leaving_rate": percent(13 * moved[1], heads),
                "source": "records",
            }
            | nobody
        )
    if total is None:
        return line
    learners = total["learners_fte"] or 0  # nobody of these is a learner on record
    return (
        line
        | nobody
        | _gaps(target.get("fte"), total["fte"], total["non_effective_fte"])
        | {
            "in_post_headcount": total["headcount"],
            "learners_fte": learners,
            "in_post_excluding_learners_fte": total["fte"] - learners,
            "joiners_12m": total["joiners_12m"],
            "leavers_12m": total["leavers_12m"],
            "leaving_rate": None,
            "source": "return",
            "source_date": total["on"],
        }
    )


def _gaps(target: Decimal | None, fte: Decimal, lost: Decimal | None) -> Line:
    effective = None if lost is None else fte - lost
    return {
        "in_post_fte": fte,
        "non_effective_fte": lost,
        "effective_fte": effective,
        "shortfall_fte": None if target is None else target - fte,
        "vacancy_rate": _rate(target, fte),
        "effective_vacancy_rate": _rate(target, effective),
    }


def _rate(target: Decimal | None, held: Decimal | None) -> float | None:
    """What is missing of the target, never below 0."""
    return (
        one_decimal(Fraction(max(target - held, Decimal(0))) * 100 / Fraction(target))
        if target and held is not None
        else None
    )
