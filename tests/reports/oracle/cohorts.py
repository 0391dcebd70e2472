"""`cohort-outcomes` and `attrition` on paper: starters by the terms of their first day, and the days each was followed."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from tests.reports.oracle.arithmetic import MONTH, Line, Z, one_decimal, percent, percentile
from tests.reports.oracle.learning import Learner
from tests.reports.oracle.paper import Paper
from tests.reports.oracle.world import Fact


def _groups(paper: Paper) -> dict[tuple[str, str], list[Learner]]:
    """Starters by breakdown and group, with region and pathway as on the first day."""
    groups: dict[tuple[str, str], list[Learner]] = {}
    for one in paper.learners:
        if not one.has_started:
            continue
        first, fact = paper.on(one.fact, one.start), one.fact
        sex = fact["sex"] if fact["sex"] in ("female", "male") else "not_stated"
        group = {
            "all": "all",
            "pathway": first.pathway,
            "cohort": fact["cohort"],
            "region": first.region,
            "entry_route": fact["entry_route"],
            "level5_held": fact["level5_held"],
            "sex": sex,
            "ethnicity": "not_stated",
            "disability": "not_stated",
            "age_band": _age_band(fact),
            "campaign": fact["campaign"] or "not_stated",
        }
        for key in group.items():
            groups.setdefault(key, []).append(one)
    return groups


def _age_band(fact: Fact) -> str:
    if not fact["date_of_birth"]:
        return "not_stated"
    born, start = dt.date.fromisoformat(fact["date_of_birth"]), fact["start_date"]
    age = start.year - born.year - ((start.month, start.day) < (born.month, born.day))
    if age < 20 or age >= 65:
        return "under 20" if age < 20 else "65 and over"
    return f"{age // 5 * 5} to {age // 5 * 5 + 4}"


def cohort_outcomes(paper: Paper) -> list[Line]:
    lines = []
    for (breakdown, group), own in _groups(paper).items():
        count = Counter(one.status for one in own)
        left = sum(
            one.status == "withdrawn" and one.ending["destination"] == "left_service" for one in own
        )
        days = [
            (one.ended_on - one.start).days
            for one in own
            if one.status == "completed" and one.ended_on
        ]
        middle, still = percentile(days, Fraction(1, 2)), count["active"] + count["deferred"]
        lower, upper = _wilson(count["completed"], len(own))
        lines.append(
            {
                "breakdown": breakdown,
                "group": group,
                "starters": len(own),
                **{name: count[name] for name in ("completed", "withdrawn", "deferred", "active")},
                "completion_rate": percent(count["completed"], len(own)),
                "completion_lower": lower,
                "completion_upper": upper,
                "withdrawal_rate": percent(count["withdrawn"], len(own)),
                "left_service_rate": percent(left, len(own)),
                "left_service_of_withdrawn_percent": percent(left, count["withdrawn"]),
                "still_on_programme": still,
                "cohort_finished": "no" if still else "yes",
                "median_months_to_complete": None
                if middle is None
                else one_decimal(Fraction(middle) / MONTH),
            }
        )
    return lines


def _wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    """The roots of (p − part ÷ whole)² = z² p (1 − p) ÷ whole."""
    a, b, c = whole + Z * Z, -(2 * part + Z * Z), part * part / whole
    root = math.sqrt(max(b * b - 4 * a * c, 0))
    return one_decimal(100 * max((-b - root) / (2 * a), 0)), one_decimal(
        100 * min((-b + root) / (2 * a), 1)
    )


def attrition(paper: Paper) -> list[Line]:
    return [
        line
        for (breakdown, group), own in _groups(paper).items()
        for line in _curve(paper, breakdown, group, own)
    ]


def _curve(paper: Paper, breakdown: str, group: str, own: list[Learner]) -> Iterable[Line]:
    followed = [((one.ended_on or paper.day) - one.start, one.status) for one in own]
    before = Fraction(-1)
    for month in range(0, 37, 3):
        t = month * MONTH
        at_risk = sum(days.days >= t for days, _ in followed)
        if not at_risk:
            return
        since = Counter(status for days, status in followed if before < days.days <= t)
        yield {
            "breakdown": breakdown,
            "group": group,
            "month_on_programme": month,
            "number_at_risk": at_risk,
            **{name: since[name] for name in ("withdrawn", "deferred", "completed")},
            **_estimates(followed, t),
        }
        before = t


def _estimates(followed: Sequence[tuple[dt.timedelta, str]], t: Fraction) -> Line:
    """Kaplan–Meier with log–log limits, and Aalen–Johansen, each day in turn."""
    alive = event_free = Fraction(1)
    spread, withdrew, completed = Fraction(0), Fraction(0), Fraction(0)
    for day in sorted({days.days for days, _ in followed if days.days <= t}):
        at_risk = sum(days.days >= day for days, _ in followed)
        left = sum(days.days == day and status == "withdrawn" for days, status in followed)
        done = sum(days.days == day and status == "completed" for days, status in followed)
        withdrew += event_free * Fraction(left, at_risk)
        completed += event_free * Fraction(done, at_risk)
        alive *= 1 - Fraction(left, at_risk)
        event_free *= 1 - Fraction(left + done, at_risk)
        spread += Fraction(left, at_risk * (at_risk - left)) if at_risk > left else 0
    lower = upper = float(alive)
    if 0 < alive < 1:
        middle, wide = math.log(-math.log(alive)), Z * math.sqrt(spread) / abs(math.log(alive))
        lower, upper = math.exp(-math.exp(middle + wide)), math.exp(-math.exp(middle - wide))
    return {
        "retained_percent": one_decimal(alive * 100),
        "lower": one_decimal(lower * 100),
        "upper": one_decimal(upper * 100),
        "withdrawn_incidence_percent": one_decimal(withdrew * 100),
        "completed_incidence_percent": one_decimal(completed * 100),
    }
