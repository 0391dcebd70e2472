"""The development of many PSOs at once, as at a day and as known at an instant.

The page, the list and the report all use it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from learners.facts import status, training
from learners.ports import vocational
from learners.rules.development import Developed
from pqip.core.known import known_sql

LEARNING = """
SELECT e.person_id, s.enrolment_id FROM standing s JOIN learners_enrolment e ON e.id = s.enrolment_id
WHERE s.status IN ('active', 'deferred')
"""
#: Everybody who holds a PSO's post on the day, and since when they have held one without a gap.
PSOS = """
SELECT w.person_id, w.region_id, w.pdu_id, l.enrolment_id, {unbroken} AS started_on
FROM workforce_spell w JOIN workforce_grade g ON g.id = w.grade_id AND g.code = 'PSO'
LEFT JOIN learning l ON l.person_id = w.person_id
WHERE {in_post} AND {within}
"""
#: Items of the induction, each in force until the next row of its code. Those in force on the day
#: somebody began apply to them.
ITEMS = """
SELECT i.code, i.is_required, i.effective_on, lead(i.effective_on) OVER (PARTITION BY i.code ORDER BY i.effective_on) AS until
FROM learners_inductionitem i WHERE {known_i}
"""
SHOWN = """
SELECT p.person_id, count(i.code) AS items, count(r.id) AS shown
FROM psos p JOIN items i ON i.is_required AND i.effective_on <= p.started_on AND coalesce(i.until > p.started_on, true)
LEFT JOIN learners_inductionrecord r ON r.person_id = p.person_id AND r.item = i.code AND r.effective_on <= %(as_at)s
    AND {known_r}
GROUP BY p.person_id
"""
LOOKED_AFTER = """
SELECT m.person_id, bool_or(m.role = 'mentor') AS has_mentor, bool_or(m.role = 'pta') AS has_assessor
FROM psos p JOIN learners_allocation m ON m.person_id = p.person_id
WHERE m.effective_on <= %(as_at)s AND (m.ended_on IS NULL OR m.ended_on >= %(as_at)s) AND {known_m} GROUP BY m.person_id
"""
OBSERVED = """
SELECT o.person_id, max(o.held_on) FILTER (WHERE o.held_on <= %(as_at)s) AS observed_on,
    min(o.effective_on) FILTER (WHERE coalesce(o.held_on > %(as_at)s, true) AND o.effective_on >= %(as_at)s) AS observation_on
FROM psos p JOIN learners_practiceobservation o ON o.person_id = p.person_id WHERE {known_o} GROUP BY o.person_id
"""
#: The expectation in force on the day somebody began as a PSO. Nothing is expected of those who
#: began before the first row.
EXPECTED = """coalesce((
    SELECT v.is_expected FROM learners_diplomaexpectation v WHERE v.effective_on <= p.started_on AND {known_v}
    ORDER BY v.effective_on DESC LIMIT 1), false)"""
ANSWER = """
SELECT p.*, coalesce(i.items, 0) AS items, coalesce(i.shown, 0) AS shown, coalesce(m.has_mentor, false) AS has_mentor,
    coalesce(m.has_assessor, false) AS has_assessor, o.observed_on, o.observation_on, {expected} AS expected
FROM psos p LEFT JOIN shown i ON i.person_id = p.person_id LEFT JOIN looked_after m ON m.person_id = p.person_id
LEFT JOIN observed o ON o.person_id = p.person_id ORDER BY p.person_id
"""
OVERDUE = """
SELECT c.person_id, count(*) AS courses FROM courses c JOIN learners_course k ON k.id = c.course_id
WHERE k.category = %(category)s AND c.is_overdue GROUP BY c.person_id
"""
OF_THESE = "p.person_id = ANY(%(people)s)"
MANDATORY = "mandatory"


@dataclass(frozen=True)
class Pso:
    """Somebody in post as a PSO: their place, their enrolment if they are a learner, and their
    development.
    """

    person_id: int
    region_id: int
    pdu_id: int | None
    enrolment_id: int | None
    developed: Developed


def in_post(
    on: dt.date, known_at: dt.datetime | None = None, *, among: Collection[int] | None = None
) -> list[Pso]:
    """Return every PSO in post on the day, or those among `among`.

    Their courses and diploma are not filled in yet; see `with_learning`.
    """
    standing, parameters = status.status_on(on, known_at)
    parameters |= {"as_at": on, "known_at": known_at, "people": list(among or ())}
    known = {f"known_{alias}": known_sql(alias, known_at) for alias in "imorv"}
    within = "TRUE" if among is None else "w.person_id = ANY(%(people)s)"
    psos = PSOS.format(within=within, **training.in_post(known_at))
    parts = [("standing", standing), ("learning", LEARNING), ("psos", psos)]
    parts += [
        (name, sql.format(**known))
        for name, sql in (
            ("items", ITEMS),
            ("shown", SHOWN),
            ("looked_after", LOOKED_AFTER),
            ("observed", OBSERVED),
        )
    ]
    return [
        _pso(**row)
        for row in training.asked(
            parts, ANSWER.format(expected=EXPECTED.format(**known)), parameters
        )
    ]


def _pso(
    person_id: int, region_id: int, pdu_id: int | None, enrolment_id: int | None, **recorded: Any
) -> Pso:
    return Pso(
        person_id,
        region_id,
        pdu_id,
        enrolment_id,
        Developed(learns=enrolment_id is not None, **recorded),
    )


def with_learning(
    rows: Sequence[Pso], on: dt.date, known_at: dt.datetime | None = None
) -> list[Pso]:
    """Return the same PSOs with their diploma and the number of overdue mandatory courses."""
    people = [row.person_id for row in rows]
    diplomas = vocational.vocational().pso_diplomas(people, on, known_at)
    overdue = _mandatory_overdue(people, on, known_at)
    found = []
    for row in rows:
        diploma, late = diplomas.get(row.person_id), overdue.get(row.person_id, 0)
        vq3: dict[str, Any] = (
            {"registered_on": diploma.registered_on, "achieved_on": diploma.achieved_on}
            if diploma
            else {}
        )
        found.append(replace(row, developed=replace(row.developed, mandatory_overdue=late, **vq3)))
    return found


def development(
    on: dt.date, known_at: dt.datetime | None = None, *, among: Collection[int] | None = None
) -> dict[int, Pso]:
    """Return, by person, each PSO in post with everything about their development."""
    return {
        row.person_id: row
        for row in with_learning(in_post(on, known_at, among=among), on, known_at)
    }


def courses_of(person_id: int, on: dt.date) -> list[dict[str, Any]]:
    """Return every course required of a PSO in post, as a learner or as a PSO, in order, as known
    now.
    """
    parts, parameters = _courses([person_id], on, None)
    return training.asked(parts, training.LISTED, parameters)


def _mandatory_overdue(
    people: Collection[int], on: dt.date, known_at: dt.datetime | None
) -> dict[int, int]:
    parts, parameters = _courses(people, on, known_at)
    rows = training.asked(parts, OVERDUE, {**parameters, "category": MANDATORY})
    return {row["person_id"]: row["courses"] for row in rows}


def _courses(
    people: Collection[int], on: dt.date, known_at: dt.datetime | None
) -> tuple[training.Parts, dict[str, Any]]:
    standing, parameters = status.status_on(on, known_at)
    parts = [
        ("standing", standing),
        *training.trainees(known_at, OF_THESE),
        *training.courses(known_at, apart=True),
    ]
    return parts, {**parameters, "as_at": on, "known_at": known_at, "people": list(people)}
