"""The development of PSOs, worked out on paper."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.facts.development import development
from learners.models import (
    Allocation,
    Course,
    CourseRequirement,
    DiplomaExpectation,
    InductionItem,
    InductionRecord,
    TrainingRecord,
)
from learners.rules.development import Developed, diploma_due, induction_due
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from pqip.core.ledger import supersede
from reports.figures.asking import PlaceFilter, Question
from reports.figures.pso_development import pso_development
from tests.factories import learners as make
from tests.factories import workforce
from tests.factories.development import diploma, inducted, items, looked_after, pso
from tests.factories.reports import rows
from workforce.models import Person

pytestmark = pytest.mark.django_db
BY, DAY, ON = Job("test"), dt.timedelta(days=1), dt.date(2025, 6, 30)
YEAR_AGO = dt.date(2024, 6, 30)


def attended(who: Person, code: str, on: dt.date) -> None:
    with acting_as(by=BY):
        TrainingRecord.objects.create(
            person=who, course=make.course(code), effective_on=on, status="attended"
        )


def of_june() -> dict[str, Person]:
    """Six PSOs in the North East on 30 June 2025, one in Wales, and three who do not count.

    today: began a year ago to the day; the VQ3 is due today and achieved today, in time; nobody looks after them.
    late: began the day before that; the VQ3 was due yesterday; mentor and assessor; every item of the induction but one.
    good: began on 1 March 2023; certificate on the anniversary; mentor; inducted.
    after: began on 1 March 2023; certificate the day after the anniversary, too late; their mentor's last day was yesterday.
    new: began on 2 June 2025; mentor from tomorrow; assessor from today; inducted today.
    moved: changed office on 1 May 2025 without a day between, so began on 1 May 2024; VQ3 overdue; inducted tomorrow.
    """
    march = dt.date(2023, 3, 1)
    who = {
        "today": pso(YEAR_AGO),
        "late": pso(YEAR_AGO - DAY),
        "good": pso(march),
        "after": pso(march),
        "new": pso(dt.date(2025, 6, 2)),
        "moved": pso(dt.date(2024, 5, 1), last_day=dt.date(2025, 4, 30)),
        "wales": pso(YEAR_AGO, "WAL"),
    }
    workforce.spell(who["moved"], dt.date(2025, 5, 1), in_grade="PSO")
    pso(march, last_day=ON - DAY)
    pso(ON + DAY)
    learner = pso(YEAR_AGO)
    make.enrolment(who=learner, start=YEAR_AGO)
    diploma(who["today"], YEAR_AGO, ON)
    diploma(who["late"], YEAR_AGO, ON + DAY)
    diploma(who["good"], march, dt.date(2024, 3, 1))
    diploma(who["after"], march, dt.date(2024, 3, 2))
    for name, role, since, until in (
        ("late", "mentor", YEAR_AGO, None),
        ("late", "pta", YEAR_AGO, ON),
        ("good", "mentor", march, ON),
        ("after", "mentor", march, ON - DAY),
        ("new", "mentor", ON + DAY, None),
        ("new", "pta", ON, None),
    ):
        looked_after(who[name], role, since, until)
    inducted(who["late"], YEAR_AGO, without=1)
    inducted(who["good"], march)
    inducted(who["new"], ON)
    inducted(who["moved"], ON + DAY)
    return who


def test_pso_development_by_region() -> None:
    of_june()
    # Due: today, late, good, after, moved. In time: today, good. Overdue: late, moved (today's is achieved, after's too late).
    # No mentor: today, after, new, moved. No assessor, not achieved: moved. Inducted: good, new.
    # Nobody has taken a course: the mandatory ones are overdue a year and a day after the start, of late, good, after, moved.
    assert rows("pso-development", ON) == [
        {"region": "NE", "psos": 6, "vq3_due": 5, "vq3_achieved_in_12_months": 2, "vq3_overdue": 2, "no_mentor": 4,
         "no_assessor": 1, "induction_complete": 2, "mandatory_overdue": 4},
        {"region": "WAL", "psos": 1, "vq3_due": 1, "vq3_achieved_in_12_months": 0, "vq3_overdue": 0, "no_mentor": 1,
         "no_assessor": 1, "induction_complete": 0, "mandatory_overdue": 0},
    ]  # fmt: skip


def test_the_day_after_it_is_another_answer() -> None:
    of_june()
    # Whoever starts on 1 July is there, without mentor and assessor. late has the certificate, a day too late for 12 months;
    # their assessor has ended, which matters no more. good's mentor has ended, new's has begun. moved is inducted.
    # No mentor: today, good, after, moved, the new starter. No assessor: moved, the new starter.
    north, wales = rows("pso-development", ON + DAY)
    assert north == {
        "region": "NE",
        "psos": 7,
        "vq3_due": 5,
        "vq3_achieved_in_12_months": 2,
        "vq3_overdue": 1,
        "no_mentor": 5,
        "no_assessor": 2,
        "induction_complete": 3,
        "mandatory_overdue": 5,
    }
    assert (wales["vq3_overdue"], wales["mandatory_overdue"]) == (1, 1)


def test_mandatory_courses_due_again() -> None:
    with acting_as(by=BY):
        for code, category in (("AGAIN", "mandatory"), ("ONCE", "required for the role")):
            course = Course.objects.create(
                code=code, title=code, category=category, recurs_months=12
            )
            CourseRequirement.objects.create(
                course=course, audience="pso", effective_on=dt.date(2014, 1, 1)
            )
        CourseRequirement.objects.live().exclude(course__code__in=["AGAIN", "ONCE"]).update(
            voided_at=now(), void_reason="only these two"
        )
    one, two = pso(dt.date(2023, 3, 1)), pso(dt.date(2023, 3, 1))
    attended(one, "AGAIN", dt.date(2024, 6, 29))
    attended(two, "AGAIN", dt.date(2024, 6, 30))
    attended(two, "ONCE", dt.date(2023, 6, 30))
    # Due again on 29 June and on 30 June; overdue from the day after. What is required for the role is not counted here.
    assert [
        rows("pso-development", on)[0]["mandatory_overdue"] for on in (ON - DAY, ON, ON + DAY)
    ] == [0, 1, 2]


def test_case_26_of_50_psos_with_no_training_at_all_every_one_is_overdue() -> None:
    for _ in range(50):
        pso(YEAR_AGO)
    for on, overdue in ((ON - DAY, 0), (ON, 0), (ON + DAY, 50)):
        assert rows("pso-development", on)[0]["mandatory_overdue"] == overdue
        counted = [
            (row["due"], row["attended"], row["attendance_rate"], row["overdue"])
            for row in rows("training", on)
        ]
        assert counted == ([] if on < ON else [(50, 0, 0.0, overdue)] * 27)


def test_the_vq3_is_expected_of_those_who_began_on_or_after_its_day() -> None:
    """26 June 2021 ships, assumed. The day before is not asked, the day itself is; from a later day on it may be no more."""
    first = dt.date(2021, 6, 26)
    with acting_as(by=BY):
        DiplomaExpectation.objects.create(effective_on=dt.date(2024, 1, 1), is_expected=False)
    old, before, since, stopped = (
        pso(day) for day in (dt.date(2011, 3, 1), first - DAY, first, dt.date(2024, 1, 1))
    )
    diploma(before, first)
    [row] = rows("pso-development", ON)
    # Due and overdue: since. No assessor: since, and before, who registered though nobody asked.
    assert (row["psos"], row["vq3_due"], row["vq3_overdue"], row["no_assessor"]) == (4, 1, 1, 2)
    found = development(ON, among=[old.pk, before.pk, since.pk, stopped.pk])
    missing = {
        key: {"registration", "assessor", "vq3"} & {*each.developed.missing(ON)}
        for key, each in found.items()
    }
    assert missing == {
        old.pk: set(),
        before.pk: {"assessor"},
        since.pk: {"registration", "assessor", "vq3"},
        stopped.pk: set(),
    }


def test_since_when_the_vq3_is_expected_as_it_was_known() -> None:
    pso(dt.date(2021, 6, 26))
    instant = now()
    with acting_as(by=BY, recorded_at=instant + DAY):
        for row in DiplomaExpectation.objects.live():
            supersede(row, by=BY, reason="The service has said", effective_on=dt.date(2022, 1, 1))
    then, later = (
        pso_development(Question(ON, known))[0] for known in (instant + DAY / 2, instant + 2 * DAY)
    )
    assert (then["vq3_overdue"], later["vq3_overdue"]) == (1, 0)


def test_what_was_not_known_then_does_not_count() -> None:
    who, instant = of_june(), now()
    candidate, mentor = diploma(who["moved"]), workforce.person()
    with acting_as(by=BY, recorded_at=instant + DAY):
        InductionRecord.objects.create(person=who["late"], item=items()[-1], effective_on=YEAR_AGO)
        InductionItem.objects.create(code="EXTRA", title="Extra", effective_on=dt.date(2025, 1, 1))
        Allocation.objects.create(
            person=who["today"], other=mentor, role="mentor", effective_on=YEAR_AGO
        )
        candidate.facts.create(effective_on=YEAR_AGO, certificated_on=dt.date(2025, 4, 30))
    then, later = (
        pso_development(Question(ON, known))[0] for known in (instant + DAY / 2, instant + 2 * DAY)
    )
    assert then == pso_development(Question(ON, instant))[0]
    # late is complete now; new began after the extra item came in, and has not been shown it.
    assert (then["induction_complete"], later["induction_complete"]) == (2, 2)
    assert (then["no_mentor"], later["no_mentor"]) == (4, 3)
    assert (then["vq3_achieved_in_12_months"], later["vq3_achieved_in_12_months"]) == (2, 3)


def test_a_place_alone_and_nobody() -> None:
    of_june()
    wales = PlaceFilter(False, regions=frozenset({workforce.region("WAL").pk}))
    assert [row["region"] for row in rows("pso-development", ON, place=wales)] == ["WAL"]
    assert rows("pso-development", dt.date(2014, 1, 1)) == []


def test_c4_68_the_anniversary_and_the_day_after() -> None:
    who = Developed(dt.date(2024, 2, 29))
    assert diploma_due(who.started_on) == dt.date(2025, 2, 28)
    assert [
        who.is_diploma_overdue(dt.date(2025, 2, 28)),
        who.is_diploma_overdue(dt.date(2025, 3, 1)),
    ] == [False, True]


def test_c2_47_induction_is_due_after_three_weeks() -> None:
    who = Developed(dt.date(2025, 9, 1), items=2, shown=1, has_mentor=True)
    due = induction_due(who.started_on)
    assert due == dt.date(2025, 9, 22)
    assert ["induction" in who.missing(on) for on in (due, due + DAY)] == [False, True]


def test_c2_46_who_has_no_mentor_is_missing_one() -> None:
    assert "mentor" in Developed(ON).missing(ON)
    assert "mentor" not in Developed(ON, has_mentor=True).missing(ON)
