"""Everybody who has started, with the terms of their start and their status: the population by which cohorts are compared."""

from __future__ import annotations

from collections.abc import Iterable

from learners.facts import status
from reports.figures.asking import Query, Question
from reports.figures.on_programme import STARTED
from workforce.facts import people as facts_of_people

NOT_STATED = "not_stated"
#: Answers that count as no answer: never compared, and shown as not stated.
NO_ANSWER = "('', 'not asked', 'not_asked', 'prefer not to say', 'prefer_not_to_say', 'unknown', 'not known', 'not_stated')"


def _answered(column: str) -> str:
    return f"CASE WHEN lower(coalesce(q.{column}, '')) IN {NO_ANSWER} THEN '{NOT_STATED}' ELSE q.{column} END"


#: Each breakdown with the SQL of its group. Region, pathway and cohort are those at the start.
BREAKDOWNS = {
    "all": "'all'::text",
    "pathway": "p.code",
    "cohort": "c.code",
    "region": "r.code",
    "entry_route": "i.entry_route",
    "level5_held": "CASE WHEN i.level5_held THEN 'yes' ELSE 'no' END",
    "sex": _answered("sex"),
    "ethnicity": _answered("ethnicity"),
    "disability": _answered("disability"),
    "age_band": f"""CASE WHEN b.date_of_birth IS NULL THEN '{NOT_STATED}'
        WHEN extract(year FROM age(s.start_date, b.date_of_birth)) < 20 THEN 'under 20'
        WHEN extract(year FROM age(s.start_date, b.date_of_birth)) >= 65 THEN '65 and over'
        ELSE (floor(extract(year FROM age(s.start_date, b.date_of_birth)) / 5) * 5)::integer || ' to '
            || (floor(extract(year FROM age(s.start_date, b.date_of_birth)) / 5) * 5 + 4)::integer END""",
    "campaign": f"coalesce(g.code, '{NOT_STATED}')",
}
#: Breakdowns by special category data, which need a permission of their own.
SPECIAL = frozenset({"ethnicity", "disability"})
#: Breakdowns by protected characteristics, published only when enough people have declared theirs.
PROTECTED = frozenset({"sex", "ethnicity", "disability", "age_band"})

#: The first interval after the start holds the terms of the start. Equality is written as two inequalities: for two equal
#: columns the planner expects almost no rows and would read everybody's answers for each.
FIRST = f"""
SELECT t.* FROM ({{stretches}}) t
WHERE t.from_on >= t.start_date AND t.from_on <= t.start_date AND t.status IN {STARTED} AND t.start_date <= %(as_at)s
"""
LEFT = """
SELECT w.enrolment_id, w.destination FROM learners_event w
WHERE w.kind = 'withdrawn' AND w.effective_on <= %(as_at)s AND {known}
"""
STARTERS = """
SELECT s.enrolment_id, s.start_date, n.status, CASE WHEN n.status IN ('completed', 'withdrawn') THEN n.from_on END AS ended_on,
    {columns}
FROM first s JOIN standing n ON n.enrolment_id = s.enrolment_id AND n.status IN {started} {joins}
WHERE {within}
"""
#: The tables that breakdowns need, with the breakdowns; a query for others does not read them.
ANSWERED = {"sex", "ethnicity", "disability"}
PERSONAL = {*ANSWERED, "age_band", "age"}
ENTERED = {"entry_route", "level5_held", "campaign"}
#: Relations on people and their entry as known at the instant, with the breakdowns that need them.
KNOWN = [
    ("people", facts_of_people.people, {"age_band", "age"}),
    ("answers", facts_of_people.equality, ANSWERED),
    ("entries", status.entries, ENTERED),
]
JOINS = [
    ("JOIN learners_enrolment e ON e.id = s.enrolment_id", PERSONAL),
    ("JOIN workforce_region r ON r.id = s.region_id", {"region"}),
    ("JOIN learners_pathway p ON p.id = s.pathway_id", {"pathway"}),
    ("JOIN learners_cohort c ON c.id = s.cohort_id", {"cohort"}),
    ("JOIN people b ON b.person_id = e.person_id", {"age_band", "age"}),
    ("LEFT JOIN answers q ON q.person_id = e.person_id", ANSWERED),
    ("JOIN entries i ON i.enrolment_id = s.enrolment_id", ENTERED),
    ("LEFT JOIN learners_campaign g ON g.id = i.campaign_id", {"campaign"}),
    ("LEFT JOIN left_programme w ON w.enrolment_id = s.enrolment_id", {"destination"}),
]
#: Columns beside the groups, each with the breakdowns that need it and the value without them.
BESIDE = [
    ("region_order", 'r."order"', "region", "0"),
    ("pathway_order", 'p."order"', "pathway", "0"),
    ("destination", "coalesce(w.destination, '')", "destination", "''"),
    (
        "age",
        "extract(year FROM age(s.start_date, b.date_of_birth))::integer",
        "age",
        "NULL::integer",
    ),
]


def allowed(question: Question, breakdowns: Iterable[str] | None = None) -> list[str]:
    """Return the requested breakdowns that the user may see, in the order they are shown."""
    asked = set(breakdowns) if breakdowns is not None else set(BREAKDOWNS)
    return [
        name for name in BREAKDOWNS if name in asked and (question.equality or name not in SPECIAL)
    ]


def starters(
    question: Question, breakdowns: Iterable[str], *, destination: bool = False, age: bool = False
) -> Query:
    """Return a query with `starters`, a row for everybody who has started.

    Columns: enrolment_id, start_date, status on the day, ended_on, region_order, pathway_order, destination and age at the
    start (where asked for), and for each breakdown a column `by_<breakdown>` with the group.
    """
    names = list(breakdowns)
    wanted = {*names, *(["destination"] if destination else []), *(["age"] if age else [])}
    query = Query(question)
    sql, parameters = status.stretches(question.known_at)
    query.define("first", (FIRST.format(stretches=sql), parameters))
    query.define("standing", status.status_on(question.as_at, question.known_at))
    query.define("left_programme", LEFT.format(known=question.known("w")))
    for name, relation, needed_by in KNOWN:
        if needed_by & wanted:
            query.define(name, relation(question.known_at), once=False)
    columns = [
        f"{sql if need in wanted else instead} AS {name}" for name, sql, need, instead in BESIDE
    ]
    columns += [f"{BREAKDOWNS[name]} AS by_{name}" for name in names]
    joins = " ".join(join for join, needed_by in JOINS if needed_by & wanted)
    within = question.place.condition("s")
    return query.define(
        "starters",
        STARTERS.format(columns=", ".join(columns), joins=joins, started=STARTED, within=within),
    )
