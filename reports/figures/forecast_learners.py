"""What a forecast knows of learners: who is on the programme, what has happened to learners before, and intakes to come."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from learners.facts import intakes, status
from learners.facts.timelines import known_timings
from learners.models import Pathway
from learners.rules.dates import add_months
from reports.figures.asking import Query, Question
from reports.figures.forecast_years import (
    DAYS_A_MONTH,
    Counted,
    experience,
    months_from,
    with_years,
)
from reports.rules.forecast_inputs import (
    EARLIEST,
    LATE_PLACES,
    LATEST,
    MONTHS,
    PROGRAMME_BANDS,
    WAIT_PLACES,
    Experience,
    Intake,
    Learners,
    PathwayPast,
    TrainingPast,
)

#: Months after which somebody who completed and has no officer's post counts as having taken none.
SETTLED_MONTHS = 12
#: Stretches that had begun by the day, each with the status of the one before it.
BEGUN = """
SELECT s.*, CASE WHEN s.to_on <= %(as_at)s THEN s.to_on END AS over_on,
    lag(s.status) OVER (PARTITION BY s.enrolment_id ORDER BY s.from_on) AS status_before
FROM ({stretches}) s WHERE s.from_on <= %(as_at)s
"""
#: Days on the programme by region, pathway, band of time on it and year; days active and on a break among them.
TIME = """
SELECT s.region_id, s.pathway_id, b.band, y.year, s.status,
    sum(least(coalesce(s.over_on, y.until_on), y.until_on, (s.start_date + make_interval(months => b.until_months))::date)
        - greatest(s.from_on, y.from_on, (s.start_date + make_interval(months => b.months))::date)) AS days
FROM begun s
JOIN years y ON s.from_on < y.until_on AND coalesce(s.over_on, y.until_on) > y.from_on
JOIN bands b ON (s.start_date + make_interval(months => b.months))::date < least(coalesce(s.over_on, y.until_on), y.until_on)
    AND (s.start_date + make_interval(months => b.until_months))::date > greatest(s.from_on, y.from_on)
WHERE s.status IN ('active', 'deferred')
GROUP BY 1, 2, 3, 4, 5
"""
#: Whoever held a PSO's post the day before they started.
WERE_PSO = """
SELECT DISTINCT s.enrolment_id FROM begun s JOIN learners_enrolment e ON e.id = s.enrolment_id
JOIN spells p ON p.person_id = e.person_id AND p.effective_on < s.start_date
    AND (p.ended_on IS NULL OR p.ended_on >= s.start_date - 1)
JOIN workforce_grade g ON g.id = p.grade_id AND g.code = 'PSO'
WHERE s.from_on = s.start_date
"""
#: What happened to learners in the years, one row for each: when, where, and what is counted of it.
HAPPENED = """
SELECT s.region_id, s.pathway_id, y.year, b.band, s.status, s.status_before, s.from_on = s.start_date AS is_start,
    s.fte < 1 AS part_time, {late} AS months_late, coalesce(w.destination, '') = 'left_service' AS left_service,
    s.from_on = s.start_date AND o.enrolment_id IS NOT NULL AS was_pso
FROM begun s JOIN years y ON s.from_on >= y.from_on AND s.from_on < y.until_on
JOIN bands b ON (s.start_date + make_interval(months => b.months))::date <= s.from_on
    AND (s.start_date + make_interval(months => b.until_months))::date > s.from_on
LEFT JOIN withdrawn w ON w.enrolment_id = s.enrolment_id AND s.status = 'withdrawn'
LEFT JOIN were_pso o ON o.enrolment_id = s.enrolment_id
"""
#: Months from the month of the planned end, as it stands in the stretch, to that of the stretch's first day.
LATE = """((extract(year FROM s.from_on) - extract(year FROM greatest(s.planned_end, s.extended_to))) * 12
    + extract(month FROM s.from_on) - extract(month FROM greatest(s.planned_end, s.extended_to)))::int"""
WITHDRAWN = """
SELECT v.enrolment_id, v.destination FROM learners_event v
WHERE v.kind = 'withdrawn' AND v.effective_on <= %(as_at)s AND {known}
"""
COUNTED = """
SELECT region_id, pathway_id, year, band, status, status_before, is_start, part_time, months_late, left_service, was_pso,
    count(*) FROM happened GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
"""
IN_UNITS = """
SELECT s.pdu_id, s.pathway_id, s.start_date, s.planned_end, s.status, count(*) FROM standing s
WHERE s.status IN ('active', 'deferred') AND s.pdu_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5
"""
UNITS = """
SELECT u.id, u.code, r.code FROM workforce_pdu u JOIN workforce_region r ON r.id = u.region_id ORDER BY u.code
"""
NOW = """
SELECT s.region_id, s.pathway_id, s.start_date, s.planned_end, s.status, count(*) FROM standing s
WHERE s.status IN ('active', 'deferred') GROUP BY 1, 2, 3, 4, 5
"""
#: Whoever completed since a day, and the first officer's post of each since they started.
COMPLETED = """
SELECT s.enrolment_id, e.person_id, s.region_id, s.start_date, s.from_on AS completed_on
FROM begun s JOIN learners_enrolment e ON e.id = s.enrolment_id
WHERE s.status = 'completed' AND s.from_on > %(completed_since)s
"""
POSTS = """
SELECT DISTINCT ON (c.enrolment_id) c.enrolment_id, w.effective_on, w.region_id
FROM completed c JOIN spells w ON w.person_id = c.person_id AND w.effective_on BETWEEN c.start_date AND %(as_at)s
JOIN workforce_grade g ON g.id = w.grade_id AND g.code = 'PO'
ORDER BY c.enrolment_id, w.effective_on
"""
ACCEPTED = """
SELECT o.enrolment_id, o.region_id, o.answered_on, greatest(coalesce(o.begins_on, o.answered_on), c.completed_on) AS begins_on
FROM completed c JOIN learners_officerpost o ON o.enrolment_id = c.enrolment_id
WHERE o.answer = 'accepted' AND o.answered_on <= %(as_at)s AND {known}
"""
DECLINED = """
SELECT o.enrolment_id, max(o.answered_on) AS answered_on FROM learners_officerpost o
WHERE o.answer = 'declined' AND o.answered_on <= %(as_at)s AND {known} GROUP BY o.enrolment_id
"""
#: Whoever held a post since they started, and holds none any more.
GONE = """
SELECT c.enrolment_id FROM completed c JOIN spells w ON w.person_id = c.person_id AND w.effective_on <= %(as_at)s
GROUP BY c.enrolment_id, c.start_date
HAVING bool_and(coalesce(w.ended_on < %(as_at)s, FALSE)) AND max(w.ended_on) >= c.start_date
"""
#: Where each was trained, their first officer's post (on record, else accepted), whether they have refused one, or have left.
FINISHED = """
SELECT c.region_id, c.completed_on, coalesce(p.effective_on, a.begins_on) AS first_day,
    coalesce(p.region_id, a.region_id) AS post_region_id, coalesce(a.answered_on, p.effective_on) AS accepted_on,
    CASE WHEN p.enrolment_id IS NULL AND a.enrolment_id IS NULL THEN d.answered_on END AS refused_on,
    p.enrolment_id IS NULL AND a.enrolment_id IS NULL AND n.enrolment_id IS NOT NULL AS is_gone
FROM completed c LEFT JOIN posts p ON p.enrolment_id = c.enrolment_id
LEFT JOIN gone n ON n.enrolment_id = c.enrolment_id
LEFT JOIN accepted a ON a.enrolment_id = c.enrolment_id LEFT JOIN declined d ON d.enrolment_id = c.enrolment_id
"""
AFTER = """
SELECT region_id, completed_on, first_day, post_region_id, accepted_on, refused_on, is_gone, count(*)
FROM finished GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
#: Every intake planned, and what came of it; those that nobody planned and somebody is due to start in, too.
INTAKES = """
SELECT region_id, pathway_id, p.starts_on, p.places, coalesce(c.started, 0), coalesce(c.due_to_start, 0), c.due_on
FROM planned p FULL JOIN came c USING (cohort_id, region_id, pathway_id)
WHERE p.starts_on IS NOT NULL OR c.due_to_start > 0
ORDER BY 1, 2, 3, 7, 4, 5, 6
"""


@dataclass
class OfRegion:
    """What a region's learners come to; each part as `forecast_inputs.Region` has it."""

    learners: tuple[Learners, ...] = ()
    intakes: tuple[Intake, ...] = ()
    training: TrainingPast = field(default_factory=TrainingPast)
    no_length: int = 0


@dataclass
class _Gathering:
    """Counts of one region while they are gathered."""

    withdrawn: dict[int, list[Counted]] = field(default_factory=dict)
    breaks_begun: Counted = field(default_factory=Counted)
    breaks_ended: Counted = field(default_factory=Counted)
    part_time: Counted = field(default_factory=Counted)
    left_service: Counted = field(default_factory=Counted)
    filled: Counted = field(default_factory=Counted)
    accepted: Counted = field(default_factory=Counted)
    moved: Counted = field(default_factory=Counted)
    completed_late: list[int] = field(default_factory=lambda: [0] * LATE_PLACES)
    withdrawn_late: list[int] = field(default_factory=lambda: [0] * LATE_PLACES)
    still_there: list[int] = field(default_factory=lambda: [0] * LATE_PLACES)
    months_to_post: list[int] = field(default_factory=lambda: [0] * WAIT_PLACES)
    waiting: list[int] = field(default_factory=lambda: [0] * WAIT_PLACES)
    received: int = 0
    #: By pathway: starters, and those of them who held a PSO's post before.
    were_pso: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    learners: list[Learners] = field(default_factory=list)
    no_length: int = 0

    def of_pathway(self, pathway: int) -> list[Counted]:
        return self.withdrawn.setdefault(pathway, [Counted() for _ in PROGRAMME_BANDS])


def learners_of(question: Question, *, planned_ahead: int | None = None) -> dict[int, OfRegion]:
    """By region, as at the day and as known at the instant. `planned_ahead`: as of `forecast.inputs`."""
    query = Query(question)
    with_years(query, PROGRAMME_BANDS)
    stretches, parameters = status.stretches(question.known_at)
    query.define("begun", (BEGUN.format(stretches=stretches), parameters), once=True)
    query.define(
        "spells", f"SELECT w.* FROM workforce_spell w WHERE {question.known('w')}", once=False
    )
    query.define("withdrawn", WITHDRAWN.format(known=question.known("v")))
    query.define("were_pso", WERE_PSO, once=True)
    query.define("happened", HAPPENED.format(late=LATE))
    gathered: dict[int, _Gathering] = defaultdict(_Gathering)
    names = dict(Pathway.objects.values_list("pk", "code"))
    _time(gathered, query.tuples(TIME))
    _happened(gathered, query.tuples(COUNTED))
    now = Query(question).define("standing", status.status_on(question.as_at, question.known_at))
    _now(gathered, question.as_at, now.tuples(NOW), names)
    _after(gathered, question)
    timings = known_timings(question.known_at)
    ahead = _intakes(gathered, question, names, timings, planned_ahead or MONTHS)
    return {
        region: OfRegion(
            _alike(one.learners), tuple(ahead.get(region, ())), _training(one, names), one.no_length
        )
        for region, one in gathered.items()
    }


@dataclass(frozen=True)
class Unit:
    """The learners of a unit: its code, its region's, and who is on the programme there."""

    code: str
    region: str
    learners: tuple[Learners, ...]


def learners_of_units(question: Question) -> list[Unit]:
    """Every unit that has learners on the programme on the day, by code."""
    gathered: dict[int, _Gathering] = defaultdict(_Gathering)
    names = dict(Pathway.objects.values_list("pk", "code"))
    query = Query(question).define("standing", status.status_on(question.as_at, question.known_at))
    _now(gathered, question.as_at, query.tuples(IN_UNITS), names)
    return [
        Unit(code, region, _alike(gathered[key].learners))
        for key, code, region in Query(question).tuples(UNITS)
        if key in gathered
    ]


def _time(gathered: Mapping[int, _Gathering], rows: Iterable[Sequence[Any]]) -> None:
    """Person-months: on the programme by pathway and band, active, and on a break."""
    for region, pathway, band, year, standing, days in rows:
        months, one = days / DAYS_A_MONTH, gathered[region]
        one.of_pathway(pathway)[band].expose(year, months)
        (one.breaks_begun if standing == "active" else one.breaks_ended).expose(year, months)


def _happened(gathered: Mapping[int, _Gathering], rows: Iterable[Sequence[Any]]) -> None:
    for (
        region, pathway, year, band, standing, before, is_start, part_time, late, left, was_pso, heads,
    ) in rows:  # fmt: skip
        one = gathered[region]
        if is_start and standing != "due_to_start" and before in (None, "due_to_start"):
            one.part_time.count(year, heads if part_time else 0, heads)
            started = one.were_pso[pathway]
            started[0] += heads
            started[1] += heads if was_pso else 0
        if standing == before:
            continue
        if standing == "withdrawn":
            one.of_pathway(pathway)[band].happen(year, heads)
            one.left_service.count(year, heads if left else 0, heads)
            if late is not None and late >= EARLIEST:
                one.withdrawn_late[_late_place(late)] += heads
        elif standing == "completed" and late is not None:
            one.completed_late[_late_place(late)] += heads
        elif standing == "deferred":
            one.breaks_begun.happen(year, heads)
        elif standing == "active" and before == "deferred":
            one.breaks_ended.happen(year, heads)


def _late_place(months: int) -> int:
    return min(max(months, EARLIEST), LATEST) - EARLIEST


def _now(
    gathered: Mapping[int, _Gathering],
    as_at: dt.date,
    rows: Iterable[Sequence[Any]],
    names: Mapping[int, str],
) -> None:
    """Who is on the programme. A planned end that is not known is not guessed."""
    for region, pathway, start, end, standing, heads in rows:
        one = gathered[region]
        to_end = None if end is None else months_from(as_at, end)
        one.learners.append(
            Learners(
                names[pathway], months_from(start, as_at), to_end, standing == "deferred", heads
            )
        )
        if standing == "active" and to_end is not None and -to_end >= EARLIEST:
            one.still_there[_late_place(-to_end)] += heads


def _alike(learners: Iterable[Learners]) -> tuple[Learners, ...]:
    """Groups of the same months added up, in one order whatever the database's."""
    heads: dict[tuple[str, int, int | None, bool], int] = defaultdict(int)
    for one in learners:
        heads[one.pathway, one.months_on, one.months_to_end, one.on_break] += one.heads
    return tuple(Learners(*of, heads[of]) for of in sorted(heads, key=_in_order))


def _in_order(of: tuple[str, int, int | None, bool]) -> tuple[Any, ...]:
    """Whose end is not known last."""
    pathway, months_on, to_end, on_break = of
    return pathway, months_on, to_end is None, to_end or 0, on_break


def _after(gathered: dict[int, _Gathering], question: Question) -> None:
    """What became of those who completed in the years."""
    query = Query(question)
    with_years(query, PROGRAMME_BANDS)
    stretches, parameters = status.stretches(question.known_at)
    query.define("begun", (BEGUN.format(stretches=stretches), parameters), once=True)
    query.define(
        "spells", f"SELECT w.* FROM workforce_spell w WHERE {question.known('w')}", once=False
    )
    query.define("completed", COMPLETED, once=True)
    query.define("posts", POSTS)
    query.define("accepted", ACCEPTED.format(known=question.known("o")))
    query.define("declined", DECLINED.format(known=question.known("o")))
    query.define("gone", GONE)
    query.define("finished", FINISHED)
    years = query.parameters["years_from"]
    query.parameters["completed_since"] = add_months(years[-1], -SETTLED_MONTHS)
    as_at = question.as_at
    for (
        region, completed, first_day, post_region, accepted, refused, is_gone, heads,
    ) in query.tuples(AFTER):  # fmt: skip
        one = gathered[region]
        given_up = add_months(completed, SETTLED_MONTHS)
        began = first_day is not None and first_day <= as_at
        settled = accepted or refused or (given_up if given_up <= as_at else None)
        if settled is not None and (year := _year_of(settled, query)) is not None:
            one.accepted.count(year, heads if accepted else 0, heads)
            if accepted:
                elsewhere = post_region != region
                one.moved.count(year, heads if elsewhere else 0, heads)
                if elsewhere:
                    gathered[post_region].received += heads
                if began:
                    place = min(max(months_from(completed, first_day), 0), WAIT_PLACES - 1)
                    one.months_to_post[place] += heads
        if not (began or refused or is_gone) and given_up > as_at:
            one.waiting[min(months_from(completed, as_at), WAIT_PLACES - 1)] += heads


def _year_of(day: dt.date, query: Query) -> int | None:
    """Which of the years a day lies in, the last first; None for an earlier one."""
    spans = zip(query.parameters["years_from"], query.parameters["years_until"], strict=True)
    return next((year for year, (begins, ends) in enumerate(spans) if begins <= day < ends), None)


def _intakes(
    gathered: Mapping[int, _Gathering],
    question: Question,
    names: Mapping[int, str],
    timings: Any,
    planned_ahead: int,
) -> dict[int, list[Intake]]:
    """Intakes to come by region; what came of those before is counted as `filled`.

    Whoever has started takes a place of those planned. Where more are due to start than there are places left, as many as are
    due count as planned; those due after the planned day has passed are to come on their own.
    """
    query, as_at = Query(question), question.as_at
    with_years(query, PROGRAMME_BANDS)
    query.define("planned", intakes.planned(question.known_at))
    query.define("came", intakes.came(as_at, question.known_at))
    of_nation = _shares(one.were_pso for one in gathered.values())
    ahead: dict[int, list[Intake]] = defaultdict(list)
    for region, pathway, starts_on, places, started, due, due_on in query.tuples(INTAKES):
        one, begins, to_come = gathered[region], starts_on or due_on, due
        if begins > as_at:
            to_come = max((places or 0) - started, due)
        else:
            is_over = begins <= add_months(as_at, -1)
            if is_over and starts_on and (year := _year_of(starts_on, query)) is not None:
                one.filled.count(year, min(started, places), places)
            if due and due_on > as_at:
                begins = due_on
            elif is_over:
                continue
        months = timings(pathway, True, begins).months
        starts_in = max(months_from(as_at, begins), 1)
        if not to_come or starts_in > planned_ahead:
            continue
        if months is None:
            one.no_length += to_come
            continue
        part_time = timings(pathway, False, begins).months
        heads, were = one.were_pso[pathway]
        share = were / heads if heads else of_nation.get(pathway, 0.0)
        ahead[region].append(Intake(names[pathway], starts_in, to_come, months, part_time, share))
    return {region: sorted(found, key=repr) for region, found in ahead.items()}


def _shares(counts: Iterable[Mapping[int, Sequence[int]]]) -> dict[int, float]:
    """By pathway, the share of all regions' starters who were PSOs."""
    total: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for one in counts:
        for pathway, (heads, were) in one.items():
            total[pathway][0] += heads
            total[pathway][1] += were
    return {pathway: were / heads for pathway, (heads, were) in total.items() if heads}


def _training(one: _Gathering, names: Mapping[int, str]) -> TrainingPast:
    pathways = tuple(
        PathwayPast(names[pathway], tuple(experience(band) for band in bands))
        for pathway, bands in sorted(one.withdrawn.items(), key=lambda each: names[each[0]])
    )
    rates: dict[str, Experience] = {
        name: experience(getattr(one, name))
        for name in (
            "breaks_begun",
            "breaks_ended",
            "filled",
            "accepted",
            "moved",
            "part_time",
            "left_service",
        )
    }
    return TrainingPast(
        pathways=pathways,
        completed_late=tuple(one.completed_late),
        still_there=tuple(one.still_there),
        withdrawn_late=tuple(one.withdrawn_late),
        received=one.received,
        months_to_post=tuple(one.months_to_post),
        waiting=tuple(one.waiting),
        **rates,
    )
