"""Answers the questions of `learners/ports/vocational.py` about the vocational strand: the VQ5, and the VQ3 of PSOs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection
from django.urls import reverse

from assessments.actions.registrations import register_many
from assessments.facts import due
from assessments.facts import progress as facts
from assessments.facts.capacity_demand import usual_caseload
from assessments.models import AssessorRecord, Qualification, Wait
from assessments.models.holding import hold
from assessments.queries.records import VIEW
from learners.ports.vocational import Assessing, Diploma, DueStep, Progress, Uncountersigned, Units
from learners.rules.allocations import ASSESSING
from pqip.core.clock import today
from pqip.core.known import known_sql
from workforce.facts.merges import as_known
from workforce.models import Spell

DIPLOMA, PSO_DIPLOMA = "VQ5", "VQ3"

#: What is not asked is not worked out: the planner leaves out relations of which nothing is read.
UNITS = """
SELECT p.person_id, p.units_achieved, p.units_total FROM ({progress}) p
WHERE p.qualification_id = (SELECT q.id FROM assessments_qualification q WHERE q.code = %(diploma)s)
"""
PROGRESS = """
SELECT p.person_id, p.units_achieved, p.units_total, p.criteria_met, p.criteria_total FROM ({progress}) p
WHERE p.qualification_id = (SELECT q.id FROM assessments_qualification q WHERE q.code = %(diploma)s)
"""
STEPS = """
SELECT d.person_id, d.title, d.due_on, d.is_of_learner, d.is_overdue, r.public_id
FROM ({steps}) d JOIN assessments_registration r ON r.id = d.registration_id ORDER BY d.due_on, d.title
"""
#: Achieved on the day of the certificate, or of the last unit where that is earlier.
PSO_DIPLOMAS = """
SELECT r.person_id, f.effective_on, r.public_id, least(
    CASE WHEN f.certificated_on <= %(as_at)s THEN f.certificated_on END,
    CASE WHEN p.units_total > 0 AND p.units_achieved >= p.units_total THEN p.last_on END)
FROM assessments_registration r
JOIN assessments_qualification q ON q.id = r.qualification_id AND q.code = %(diploma)s
JOIN assessments_registrationfact f ON f.registration_id = r.id AND f.effective_on <= %(as_at)s AND {known_f}
LEFT JOIN ({progress}) p ON p.registration_id = r.id
WHERE r.person_id = ANY(%(people)s)
"""


class Strand:
    """The vocational strand, for many people at once."""

    def register(self, registered_on: Mapping[int, dt.date], *, by: Any) -> None:
        register_many(
            qualification=Qualification.objects.get(code=DIPLOMA),
            registered_on=registered_on,
            by=by,
        )

    def progress_of(self, person_ids: Collection[int], as_at: dt.date) -> Mapping[int, Progress]:
        rows = _progress(PROGRESS, person_ids, as_at)
        return {person: Progress(*counts) for person, *counts in rows}

    def units_of(self, person_ids: Collection[int], as_at: dt.date) -> Mapping[int, Units]:
        return {person: Units(*counts) for person, *counts in _progress(UNITS, person_ids, as_at)}

    def due_next(self, person_ids: Collection[int], as_at: dt.date) -> Mapping[int, list[DueStep]]:
        sql, parameters = due.steps(as_at, None, person_ids)
        found: dict[int, list[DueStep]] = {}
        for person, title, on, is_of_learner, is_overdue, public_id in _rows(
            STEPS.format(steps=sql), parameters, person_ids
        ):
            url, turn = (
                reverse("assessments:candidate", args=[public_id]),
                "learner" if is_of_learner else "service",
            )
            found.setdefault(person, []).append(DueStep(title, on, turn, url, is_overdue, VIEW))
        return found

    def due_steps(self, as_at: dt.date, known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
        return due.steps(as_at, known_at)

    def assessors(self, person_ids: Collection[int]) -> Mapping[int, Assessing]:
        rows = AssessorRecord.objects.live().filter(person__in=list(person_ids))
        posts = (
            Spell.objects.live()
            .in_force(today())
            .filter(person__in=list(person_ids), grade__code__in=ASSESSING)
        )
        places = {
            person: round(usual_caseload() * fte)
            for person, fte in posts.values_list("person_id", "fte")
        }
        return {
            one.person_id: Assessing(
                one.registered_on,
                one.achieved_on,
                one.lapsed_on,
                one.countersign_from,
                one.countersign_until,
                tuple(one.allowed_qualifications),
                one.assure_from,
                one.assure_until,
                tuple(one.assured_qualifications),
                places.get(one.person_id) if one.target_caseload is None else one.target_caseload,
            )
            for one in rows
        }

    def hold_standing(self, person_ids: Collection[int]) -> None:
        hold(assessors=person_ids)

    def awaiting_countersigning(self, person_ids: Collection[int]) -> Mapping[int, Uncountersigned]:
        waits = Wait.objects.filter(
            kind=Wait.Kind.COUNTERSIGNATURE, to_on=None, decision__assessor__in=list(person_ids)
        )
        found: dict[int, list[tuple[str, int]]] = {}
        each = (
            "decision__assessor",
            "evidence__registration__qualification__code",
            "evidence__registration__person",
        )
        for assessor, code, candidate in waits.order_by().values_list(*each).distinct():
            found.setdefault(assessor, []).append((code, candidate))
        return {
            assessor: Uncountersigned(
                frozenset(code for code, _ in waiting),
                frozenset(candidate for _, candidate in waiting),
            )
            for assessor, waiting in found.items()
        }

    def pso_diplomas(
        self, person_ids: Collection[int], as_at: dt.date, known_at: dt.datetime | None = None
    ) -> Mapping[int, Diploma]:
        progress, parameters = facts.progress(as_at, known_at, person_ids)
        query = PSO_DIPLOMAS.format(progress=progress, known_f=known_sql("f", known_at))
        return {
            person: Diploma(since, achieved, reverse("assessments:candidate", args=[public_id]))
            for person, since, public_id, achieved in _rows(
                query, parameters, person_ids, PSO_DIPLOMA, known_at
            )
        }


def _progress(query: str, person_ids: Collection[int], as_at: dt.date) -> list[tuple[Any, ...]]:
    progress, parameters = facts.progress(as_at, None, person_ids)
    return _rows(query.format(progress=progress), parameters, person_ids)


def _rows(
    query: str,
    parameters: dict[str, Any],
    person_ids: Collection[int],
    diploma: str = DIPLOMA,
    known_at: dt.datetime | None = None,
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            as_known(query, known_at),
            {**parameters, "people": list(person_ids), "diploma": diploma},
        )
        return list(cursor.fetchall())
