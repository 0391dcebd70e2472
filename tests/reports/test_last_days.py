"""Who is counted on the day before a last day, on it, and on the day after: each relation that rests on facts that last.

That the condition itself is the same everywhere is held by `tests/core/test_last_days.py`; here it is asked where it counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from assessments.facts.capacity_demand import stretches
from assessments.facts.progress import caseload
from learners.derived.enrolments import refresh_standing
from learners.facts.development import in_post
from learners.facts.starting import mentor_of
from learners.models import Allocation, Enrolment
from learners.queries.needs import needing
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.scope import Scope
from pqip.core.snapshot import snapshot
from reports.figures.asking import PlaceFilter, Question
from reports.figures.issues import issues
from tests.factories import assessments as a
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.factories.reports import rows
from workforce.models import Person, RecordsComplete

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2025, 3, 3), dt.date(2025, 9, 10)
ABOUT = (LAST - DAY, LAST, LAST + DAY)
Relation = Callable[[dt.date], Any]


def looked_after(
    who: Person, role: str, until: dt.date | None = LAST, other: Person | None = None
) -> Allocation:
    with acting_as(by=Job("test")):
        return Allocation.objects.create(
            person=who, role=role, other=other or w.person(), effective_on=FIRST, ended_on=until
        )


def learner() -> Enrolment:
    who = make.person()
    w.spell(who, FIRST - DAY, in_grade="PSO")
    return make.enrolment(who=who, start=FIRST)


def failing(check: str) -> Relation:
    return lambda on: next(
        row["failing"]
        for row in rows("data-quality", on)
        if (row["region"], row["check"]) == ("NE", check)
    )


def issue(name: str) -> Relation:
    def asked(on: dt.date) -> int:
        with snapshot(None) as instant:
            found = issues(Question(on, instant, PlaceFilter()))
        return sum(row["count"] for row in found if row["issue"] == name)

    return asked


def position(column: str, grade: str = "PO") -> Relation:
    def asked(on: dt.date) -> Any:
        found = [
            row
            for row in rows("workforce-position", on)
            if (row["region"], row["grade"]) == ("NE", grade)
        ]
        return found[0][column] if found else 0

    return asked


def caseloads() -> Relation:
    looked_after(learner().person, "pta")

    def asked(on: dt.date) -> int:
        sql, parameters = caseload(on, None)
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return len(cursor.fetchall())

    return asked


def without(role: str) -> Callable[[], Relation]:
    def made() -> Relation:
        looked_after(learner().person, role)
        return failing(f"no_{role}")

    return made


def no_pta() -> Relation:
    looked_after(learner().person, "pta")
    return issue("no_pta")


def absent_pta() -> Relation:
    one = looked_after(learner().person, "pta", None)
    w.absence(one.other, FIRST, ended_on=LAST)
    return issue("pta_absent")


def in_a_post() -> Relation:
    w.spell(w.person(), FIRST, ended_on=LAST)
    return position("in_post_headcount")


def away() -> Relation:
    who = w.person()
    w.spell(who, FIRST)
    w.absence(who, FIRST, ended_on=LAST)
    return position("non_effective_fte")


def complete() -> Relation:
    w.spell(w.person(), FIRST)
    with acting_as(by=Job("test")):
        RecordsComplete.objects.create(
            region=w.region(), grade=w.grade(), effective_on=FIRST, ended_on=LAST
        )
    return failing("not_declared")


def left() -> Relation:
    w.spell(w.person(), FIRST - 900 * DAY, ended_on=LAST)
    return position("leavers_12m")


def a_pso() -> Relation:
    w.spell(w.person(), FIRST, in_grade="PSO", ended_on=LAST)
    return lambda on: len(in_post(on))


def a_pso_with(role: str) -> Callable[[], Relation]:
    def made() -> Relation:
        who = w.person()
        w.spell(who, FIRST, in_grade="PSO")
        looked_after(who, role)
        name = "has_mentor" if role == "mentor" else "has_assessor"
        return lambda on: getattr(in_post(on)[0].developed, name)

    return made


def a_learner_without_a_post() -> Relation:
    who = make.person()
    w.spell(who, FIRST - DAY, in_grade="PSO", ended_on=LAST)
    make.enrolment(who=who, start=FIRST)
    return failing("learner_no_post")


def a_mentor() -> Relation:
    one = learner()
    looked_after(one.person, "mentor")
    return lambda on: mentor_of(one, on) is not None


def to_need_a_mentor() -> Relation:
    one = learner()
    looked_after(one.person, "mentor")
    return lambda on: needing(Enrolment.objects.filter(pk=one.pk), "no_mentor", on).count()


def places_of_assessors() -> Relation:
    who = a.assessor(achieved_on=FIRST - 90 * DAY)
    w.spell(who, FIRST, in_grade="PTA", ended_on=LAST)
    return lambda on: sum(
        one.people
        for one in stretches(Scope(everywhere=True), on)
        if one.kind == "assessors" and one.holds_on(on)
    )


@pytest.mark.parametrize(("made", "said"), [
    (caseloads, (1, 1, 0)), (without("pta"), (0, 0, 1)), (without("line_manager"), (0, 0, 1)), (without("mentor"), (0, 0, 1)),
    (no_pta, (0, 0, 1)), (absent_pta, (1, 1, 0)), (in_a_post, (1, 1, 0)), (away, (1, 1, 0)), (complete, (0, 0, 1)),
    (left, (0, 0, 1)), (a_pso, (1, 1, 0)), (a_pso_with("mentor"), (True, True, False)), (a_pso_with("pta"), (True, True, False)),
    (a_learner_without_a_post, (0, 0, 1)), (a_mentor, (True, True, False)), (to_need_a_mentor, (0, 0, 1)),
    (places_of_assessors, (1, 1, 0)),
])  # fmt: skip
def test_about_a_last_day(made: Callable[[], Relation], said: tuple[Any, ...]) -> None:
    asked = made()
    assert tuple(asked(on) for on in ABOUT) == said


@pytest.mark.parametrize(
    ("days", "is_theirs", "turns"), [(-1, False, None), (0, True, 1), (1, True, 2)]
)
def test_who_looks_after_a_learner_today(days: int, is_theirs: bool, turns: int | None) -> None:
    """What is kept of an enrolment turns on the day after the last."""
    one = learner()
    row = looked_after(one.person, "pta", today() + days * DAY)
    with acting_as(by=Job("test")):
        refresh_standing([one.pk])
    one.refresh_from_db()
    assert one.pta_id == (row.other_id if is_theirs else None)
    assert one.next_turn_on == (None if turns is None else today() + turns * DAY)


@pytest.mark.parametrize(("gap", "since"), [(0, FIRST), (1, FIRST), (2, LAST + 2 * DAY)])
def test_time_in_post_goes_on_where_one_post_follows_another(gap: int, since: dt.date) -> None:
    """The next begins on the day after the last; a day between, and the time begins anew."""
    who = w.person()
    w.spell(who, FIRST, in_grade="PSO", ended_on=LAST)
    begins = LAST + max(gap, 1) * DAY
    w.spell(who, begins, in_grade="PSO")
    (pso,) = in_post(begins)
    assert pso.developed.started_on == since
