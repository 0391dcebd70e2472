"""What a forecast knows of each grade's people: who is in post by service, who left, went on or joined, and the targets set."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from learners.facts import status
from reports.figures.asking import Query, Question
from reports.figures.forecast_years import (
    DAYS_A_MONTH,
    Counted,
    experience,
    months_from,
    with_years,
)
from reports.figures.in_post import target_days, totals_on, with_posts, with_totals
from reports.rules.forecast_inputs import SERVICE_BANDS, Grade, Target

#: The grades to which people of a grade go on. Whoever goes to another has left theirs, and joined that one.
GOES_ON = {"PO": ("SPO", "PTA")}
#: Days either side of the start of the programme within which a PSO's first post is that of a learner who starts.
AROUND_THE_START = 31
#: The band that a total without anybody on record counts in: two to three years.
MIDDLE = 2

#: Posts begun by the day, with the one that ended the day before and the one that followed the day after, where there are such.
ORDERED = """
SELECT w.person_id, w.region_id, w.grade_id, g.code AS grade, w.effective_on AS from_on,
    CASE WHEN w.ended_on < %(as_at)s THEN w.ended_on + 1 END AS over_on, w.post_start_date,
    CASE WHEN lag(w.ended_on) OVER p = w.effective_on - 1 THEN lag(g.code) OVER p END AS grade_before,
    CASE WHEN lag(w.ended_on) OVER p = w.effective_on - 1 THEN lag(w.region_id) OVER p END AS region_before,
    CASE WHEN lead(w.effective_on) OVER p = w.ended_on + 1 THEN lead(g.code) OVER p END AS grade_after,
    CASE WHEN lead(w.effective_on) OVER p = w.ended_on + 1 THEN lead(w.region_id) OVER p END AS region_after,
    lead(w.effective_on) OVER p AS next_on
FROM spells w JOIN workforce_grade g ON g.id = w.grade_id WHERE w.effective_on <= %(as_at)s
WINDOW p AS (PARTITION BY w.person_id ORDER BY w.effective_on)
"""
#: The same with `since`: the day their unbroken service in the grade began.
SERVING = """
SELECT s.*, min(CASE WHEN s.grade_before IS DISTINCT FROM s.grade THEN least(s.from_on, s.post_start_date) ELSE s.from_on END)
    OVER (PARTITION BY s.person_id, s.service) AS since
FROM (
    SELECT o.*, sum((o.grade_before IS DISTINCT FROM o.grade)::int) OVER (PARTITION BY o.person_id ORDER BY o.from_on) AS service
    FROM ordered o) s
"""
#: Time as a learner, person by person; and when whoever completed did, with the first post as an officer since they started.
LEARNT = """
SELECT e.person_id, s.from_on, s.to_on, s.start_date FROM ({stretches}) s JOIN learners_enrolment e ON e.id = s.enrolment_id
WHERE s.status IN ('active', 'deferred') AND s.from_on <= %(as_at)s
"""
QUALIFIED = """
SELECT c.person_id, min(o.from_on) AS first_on FROM (
    SELECT e.person_id, min(s.start_date) AS start_date FROM ({stretches}) s JOIN learners_enrolment e ON e.id = s.enrolment_id
    WHERE s.status = 'completed' AND s.from_on <= %(as_at)s GROUP BY e.person_id) c
JOIN ordered o ON o.person_id = c.person_id AND o.grade = 'PO' AND o.from_on >= c.start_date GROUP BY c.person_id
"""
#: PSOs' posts that ended while they were learners, or with it; and those that began, from outside, about when they started.
LEFT_LEARNING = """
SELECT DISTINCT s.person_id, s.from_on FROM serving s JOIN learnt l ON l.person_id = s.person_id AND l.from_on < s.over_on
    AND (l.to_on IS NULL OR l.to_on >= s.over_on - 1)
WHERE s.grade = 'PSO'
"""
CAME_TO_LEARN = """
SELECT DISTINCT s.person_id, s.from_on FROM serving s JOIN learnt l ON l.person_id = s.person_id
    AND l.start_date BETWEEN s.from_on - %(around)s AND s.from_on + %(around)s
WHERE s.grade = 'PSO' AND s.grade_before IS NULL
"""
#: From when a region's posts of a grade are seen: since they are declared complete, else since the first on record. `whole`: not
#: while a return stands for them, since then those on record are not all.
SEEN = """
SELECT f.region_id, f.grade_id, coalesce(c.effective_on, f.first_on) AS since,
    c.region_id IS NOT NULL OR v.region_id IS NULL AS whole
FROM (SELECT region_id, grade_id, min(from_on) AS first_on FROM ordered GROUP BY region_id, grade_id) f
LEFT JOIN complete c ON c.region_id = f.region_id AND c.grade_id = f.grade_id
LEFT JOIN returns v ON v.region_id = f.region_id AND v.grade_id = f.grade_id
"""
#: Time in post, and, with the sign turned, time in a PSO's post as a learner.
HELD = """
SELECT region_id, grade_id, since, from_on, over_on, 1 AS sign FROM serving
UNION ALL SELECT s.region_id, s.grade_id, s.since, greatest(s.from_on, l.from_on), least(s.over_on, l.to_on), -1
FROM serving s JOIN learnt l ON l.person_id = s.person_id AND l.from_on < coalesce(s.over_on, %(day_after)s)
    AND coalesce(l.to_on, %(day_after)s) > s.from_on
WHERE s.grade = 'PSO'
"""
TIME = """
SELECT h.region_id, h.grade_id, b.band, y.year, sum(h.sign * (
    least(coalesce(h.over_on, y.until_on), y.until_on, (h.since + make_interval(months => b.until_months))::date)
    - greatest(h.from_on, y.from_on, e.since, (h.since + make_interval(months => b.months))::date))) AS days
FROM held h JOIN seen e ON e.region_id = h.region_id AND e.grade_id = h.grade_id
JOIN years y ON greatest(h.from_on, e.since) < y.until_on AND coalesce(h.over_on, y.until_on) > y.from_on
    AND e.since < least(coalesce(h.over_on, y.until_on), y.until_on)
JOIN bands b ON (h.since + make_interval(months => b.months))::date < least(coalesce(h.over_on, y.until_on), y.until_on)
    AND (h.since + make_interval(months => b.until_months))::date > greatest(h.from_on, y.from_on, e.since)
GROUP BY 1, 2, 3, 4
"""
#: Posts that ended, each on the first day out of it: whoever went on in the same grade and region did not leave; nor did a PSO
#: who was a learner, or who took up an officer's post by qualifying.
LEFT = """
SELECT s.region_id, s.grade_id, b.band, y.year,
    CASE WHEN s.grade_after <> s.grade AND {goes_on} THEN s.grade_after END AS went_on, count(*)
FROM serving s JOIN seen e ON e.region_id = s.region_id AND e.grade_id = s.grade_id AND s.over_on > e.since
JOIN years y ON s.over_on >= y.from_on AND s.over_on < y.until_on
JOIN bands b ON (s.since + make_interval(months => b.months))::date < s.over_on
    AND (s.since + make_interval(months => b.until_months))::date >= s.over_on
LEFT JOIN qualified q ON q.person_id = s.person_id AND q.first_on = s.next_on AND s.grade = 'PSO'
LEFT JOIN left_learning l ON l.person_id = s.person_id AND l.from_on = s.from_on
WHERE NOT coalesce(s.grade_after = s.grade AND s.region_after = s.region_id, FALSE)
    AND q.person_id IS NULL AND l.person_id IS NULL
GROUP BY 1, 2, 3, 4, 5
"""
#: Posts begun by people who came from outside, from another region, or from a grade that does not lead to this one.
JOINED = """
SELECT s.region_id, s.grade_id, y.year, count(*)
FROM serving s JOIN seen e ON e.region_id = s.region_id AND e.grade_id = s.grade_id AND s.from_on > e.since AND e.whole
JOIN years y ON s.from_on >= y.from_on AND s.from_on < y.until_on
LEFT JOIN qualified q ON q.person_id = s.person_id AND q.first_on = s.from_on AND s.grade = 'PO'
LEFT JOIN came_to_learn l ON l.person_id = s.person_id AND l.from_on = s.from_on
WHERE NOT coalesce(s.grade_before = s.grade AND s.region_before = s.region_id, FALSE)
    AND NOT coalesce(s.grade_before <> s.grade AND {came_on}, FALSE)
    AND q.person_id IS NULL AND l.person_id IS NULL
GROUP BY 1, 2, 3
"""
SEEN_FROM = "SELECT region_id, grade_id, since, whole FROM seen"
NOW = """
SELECT s.region_id, s.grade_id, b.band, count(*), sum(i.fte)
FROM in_post i JOIN serving s ON s.person_id = i.person_id AND s.over_on IS NULL
JOIN bands b ON (s.since + make_interval(months => b.months))::date <= %(as_at)s
    AND (s.since + make_interval(months => b.until_months))::date > %(as_at)s
GROUP BY 1, 2, 3
"""


@dataclass
class _Gathering:
    """Counts of one region's grade while they are gathered."""

    heads: list[int] = field(default_factory=lambda: [0] * len(SERVICE_BANDS))
    fte: list[float] = field(default_factory=lambda: [0.0] * len(SERVICE_BANDS))
    left: list[Counted] = field(default_factory=lambda: [Counted() for _ in SERVICE_BANDS])
    promoted: dict[str, Counted] = field(default_factory=dict)
    joined: Counted = field(default_factory=Counted)
    targets: list[Target] = field(default_factory=list)


Gathered = dict[tuple[str, str], _Gathering]
Codes = tuple[Mapping[int, str], Mapping[int, str]]


def grades_of(question: Question) -> dict[str, tuple[Grade, ...]]:
    """By region's code, what is known of each grade there, in the order of the grades."""
    query = _posts(question)
    gathered: Gathered = defaultdict(_Gathering)
    codes = _codes(question)
    _now(gathered, codes, query.tuples(NOW))
    _movements(gathered, codes, query)
    _totals(gathered, question, codes)
    found: dict[str, list[Grade]] = defaultdict(list)
    order = {code: place for place, code in enumerate(codes[1].values())}
    for region, grade in sorted(gathered, key=lambda of: (of[0], order[of[1]])):
        found[region].append(_grade(grade, gathered[region, grade]))
    return {region: tuple(grades) for region, grades in found.items()}


def _codes(question: Question) -> Codes:
    regions = Query(question).tuples("SELECT id, code FROM workforce_region")
    grades = Query(question).tuples('SELECT id, code FROM workforce_grade ORDER BY "order", code')
    return dict(regions), dict(grades)


def _posts(question: Question) -> Query:
    """Everything that is known of posts, for each of the questions to come."""
    query = with_years(Query(question), SERVICE_BANDS)
    query.parameters |= {
        "day_after": question.as_at + dt.timedelta(days=1),
        "around": AROUND_THE_START,
    }
    with_posts(query)
    with_totals(query, by_unit=False)
    stretches, parameters = status.stretches(question.known_at)
    query.define("ordered", ORDERED, once=True)
    query.define("serving", SERVING, once=True)
    query.define("learnt", (LEARNT.format(stretches=stretches), parameters), once=True)
    query.define("qualified", (QUALIFIED.format(stretches=stretches), parameters), once=True)
    query.define("left_learning", LEFT_LEARNING)
    query.define("came_to_learn", CAME_TO_LEARN)
    query.define("seen", SEEN, once=True)
    return query.define("held", HELD)


def _goes_on(earlier: str, later: str) -> str:
    """SQL of whether the one grade leads to the other."""
    parts = [
        f"({earlier} = '{grade}' AND {later} IN ({', '.join(repr(one) for one in to)}))"
        for grade, to in GOES_ON.items()
    ]
    return f"({' OR '.join(parts)})"


def _now(gathered: Gathered, codes: Codes, rows: Iterable[Sequence[Any]]) -> None:
    regions, grades = codes
    for region, grade, band, heads, fte in rows:
        one = gathered[regions[region], grades[grade]]
        one.heads[band], one.fte[band] = heads, float(fte)


def _movements(gathered: Gathered, codes: Codes, query: Query) -> None:
    """Time in post, who left it and who came, by year."""
    regions, grades = codes
    for region, grade, band, year, days in query.tuples(TIME):
        one, months = gathered[regions[region], grades[grade]], max(days, 0) / DAYS_A_MONTH
        one.left[band].expose(year, months)
        for to in GOES_ON.get(grades[grade], ()):
            one.promoted.setdefault(to, Counted()).expose(year, months)
    for region, grade, band, year, went_on, heads in query.tuples(
        LEFT.format(goes_on=_goes_on("s.grade", "s.grade_after"))
    ):
        one = gathered[regions[region], grades[grade]]
        counted = one.promoted.setdefault(went_on, Counted()) if went_on else one.left[band]
        counted.happen(year, heads)
    came_on = _goes_on("s.grade_before", "s.grade")
    for region, grade, year, heads in query.tuples(JOINED.format(came_on=came_on)):
        gathered[regions[region], grades[grade]].joined.happen(year, heads)
    spans = list(zip(query.parameters["years_from"], query.parameters["years_until"], strict=True))
    for region, grade, since, whole in query.tuples(SEEN_FROM):
        for year, (begins, ends) in enumerate(spans) if whole else ():
            seen = max((ends - max(begins, since)).days, 0)
            one = gathered[regions[region], grades[grade]]
            one.joined.expose(year, 12 * seen / (ends - begins).days)


def _totals(gathered: Gathered, question: Question, codes: Codes) -> None:
    """Totals that were returned, where they count; and the targets in force and set for later."""
    days = [question.as_at, *target_days(question)]
    totals = totals_on(question, days)
    regions = set(codes[0].values())
    shares = _shares(gathered)
    for (day, region, grade), total in sorted(totals.items()):
        if region not in regions:
            continue
        one = gathered[region, grade]
        if day == question.as_at and not total.on_record and total.fte is not None:
            one.heads, one.fte = _spread(one, total.fte, total.headcount, shares.get(grade))
        if total.target_fte is not None:
            since = 0 if day == question.as_at else max(months_from(question.as_at, day), 1)
            if not one.targets or one.targets[-1].fte != total.target_fte:
                one.targets.append(Target(since, total.target_fte))


def _shares(gathered: Gathered) -> dict[str, list[float]]:
    """By grade, the share of each band among all who are on record anywhere."""
    found: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(SERVICE_BANDS))
    for (_region, grade), one in gathered.items():
        found[grade] = [
            so_far + heads for so_far, heads in zip(found[grade], one.heads, strict=True)
        ]
    return {
        grade: [heads / sum(bands) for heads in bands]
        for grade, bands in found.items()
        if sum(bands)
    }


def _spread(
    one: _Gathering, fte: float, headcount: int | None, nation: Sequence[float] | None
) -> tuple[list[int], list[float]]:
    """A total that was returned, over the bands as people on record there are, else those of the whole nation."""
    there = sum(one.heads)
    alone = [float(band == MIDDLE) for band in range(len(SERVICE_BANDS))]
    shares = [heads / there for heads in one.heads] if there else list(nation or alone)
    each = sum(one.fte) / there if there else 1.0
    heads = headcount if headcount is not None else round(fte / each)
    return _whole(heads, shares), [round(fte * share, 6) for share in shares]


def _whole(heads: int, shares: Sequence[float]) -> list[int]:
    """So many people by these shares, each a whole number: what is left over goes to the largest remainders."""
    exact = [heads * share for share in shares]
    found = [int(part) for part in exact]
    order = sorted(range(len(exact)), key=lambda band: (found[band] - exact[band], band))
    for band in order[: heads - sum(found)]:
        found[band] += 1
    return found


def _grade(grade: str, one: _Gathering) -> Grade:
    return Grade(
        grade,
        heads=tuple(one.heads),
        fte=tuple(one.fte),
        left=tuple(experience(band) for band in one.left),
        promoted=tuple(
            (to, experience(one.promoted[to]))
            for to in GOES_ON.get(grade, ())
            if to in one.promoted
        ),
        joined=experience(one.joined),
        targets=tuple(one.targets),
    )
