"""Protected days, effective time, co-worked work and kinds of case: rules at their boundaries, actions, guards."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from learners.actions.practice import (
    allow_case_type,
    co_work,
    end_co_work,
    plan_placement,
    record_placement,
)
from learners.actions.practice_days import plan_days, record_day, undo_day
from learners.actions.training import record_training
from learners.actions.training_exemptions import exempt
from learners.facts.practice import allowed_of, effective_of, stages
from learners.models import CaseType, CaseTypeCourse, Enrolment, LostReason, Placement, ProtectedDay
from learners.rules.practice import check_last, check_placement, check_theirs
from pqip.core.acting import Job, acting_as, actor_name
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import supersede, void
from tests.factories import learners as make
from tests.factories import workforce
from workforce.models import BankHoliday, WorkloadReduction

from .test_pages import somebody

BY, DAY = Job("test"), dt.timedelta(days=1)
START = dt.date(2025, 8, 31)


@pytest.fixture
def made(db: None) -> Enrolment:
    return make.enrolment()


def reason(code: str = "case_work") -> None:
    with acting_as(by=BY):
        LostReason.objects.get_or_create(code=code, defaults={"title": code})


def test_c2_50_stages_are_read_from_reference_data(made: Enrolment) -> None:
    with acting_as(by=BY):
        for months, percent in ((6, 60), (6, 80), (6, 40)):
            WorkloadReduction.objects.get_or_create(
                name=f"PQiP: {percent}",
                effective_on=dt.date(2010, 1, 1),
                defaults={"percent": percent, "months": months},
            )
    assert next(iter(stages(dt.date(2025, 1, 1)))) == (6, 80)
    assert effective_of([made], made.start_date or START)[made.pk].hours == Decimal("7.40")


def test_days_are_planned_around_holidays_breaks_and_what_is_planned(made: Enrolment) -> None:
    with acting_as(by=BY):
        BankHoliday.objects.get_or_create(date=dt.date(2025, 5, 5), defaults={"name": "Early May"})
    make.event(made, "deferred", dt.date(2025, 5, 12), expected_return=dt.date(2025, 5, 19))
    first = dt.date(2025, 4, 28)
    planned = plan_days(
        by=BY, enrolment=made, first=first, weeks=4, weekdays={"university": 0, "vocational": 2}
    )
    # Mondays 28 April and 19 May: 5 May is a holiday, 12 May on the break. Wednesdays 30 April, 7 and 21 May.
    assert sorted(day.effective_on for day in planned) == [
        dt.date(2025, 4, 28),
        dt.date(2025, 4, 30),
        dt.date(2025, 5, 7),
        dt.date(2025, 5, 19),
        dt.date(2025, 5, 21),
    ]
    assert not plan_days(
        by=BY, enrolment=made, first=first, weeks=4, weekdays={"university": 0, "vocational": 2}
    )


def test_what_came_of_a_day(made: Enrolment) -> None:
    reason()
    on, asked = dt.date(2025, 5, 6), {"by": BY, "person": made.person, "kind": "university"}
    with pytest.raises(RuleBroken, match="not known before"):
        record_day(on=today() + DAY, taken=True, **asked)
    with pytest.raises(RuleBroken, match="Only a day that was lost"):
        record_day(on=on, taken=True, reason_lost="case_work", **asked)
    with pytest.raises(RuleBroken, match="not in the list"):
        record_day(on=on, taken=False, reason_lost="none", **asked)
    lost = record_day(on=on, taken=False, reason_lost="case_work", **asked)
    assert record_day(on=on, taken=False, reason_lost="case_work", **asked).pk == lost.pk, (
        "the same again changes nothing"
    )
    record_day(on=on, taken=True, **asked)
    row = ProtectedDay.objects.live().get()
    assert (row.taken, row.reason_lost) == (True, "")
    with pytest.raises(Conflict):
        undo_day(by=BY, day=lost, reason="Wrong")


def test_a_day_the_learner_recorded_as_lost_is_theirs_alone(made: Enrolment) -> None:
    reason()
    learner, manager = somebody("learner", person=made.person), somebody()
    on, about = (
        dt.date(2025, 5, 6),
        {"person": made.person, "on": dt.date(2025, 5, 6), "kind": "university"},
    )
    day = record_day(by=learner, taken=False, reason_lost="case_work", **about)
    assert (day.effective_on, ProtectedDay.objects.get().recorded_by) == (on, actor_name(learner))
    for change in (
        lambda: record_day(by=manager, taken=True, **about),
        lambda: undo_day(by=manager, day=day, reason="No"),
    ):
        with pytest.raises(RuleBroken, match="Only they"):
            change()
    assert record_day(by=learner, taken=True, **about).taken is True


@pytest.mark.parametrize(
    "change",
    [
        lambda day, by: void([day], by=by, reason="No"),
        lambda day, by: supersede(day, by=by, reason="No", taken=True),
    ],
)
def test_beneath_the_forms_too(made: Enrolment, change: Any) -> None:
    learner, manager = somebody("learner", person=made.person), somebody()
    day = record_day(
        by=learner, person=made.person, on=dt.date(2025, 5, 6), kind="university", taken=False
    )
    with pytest.raises(DatabaseError, match="theirs alone"), transaction.atomic():
        change(day, manager)
    assert ProtectedDay.objects.live().get().taken is False
    void([day], by=learner, reason="My mistake")


def test_c2_41_a_probation_officer_stays_responsible_for_co_worked_work(made: Enrolment) -> None:
    officer, other = workforce.person(in_region="NE"), workforce.person(in_region="NE")
    on = dt.date(2025, 5, 6)
    workforce.spell(officer, dt.date(2020, 1, 1), in_region="NE", in_grade="PO")
    workforce.spell(other, dt.date(2020, 1, 1), in_region="NE", in_grade="PSO")
    asked = {"by": BY, "enrolment": made, "on": on, "tasks": "Draft the plan"}
    for who in (other, make.person(), made.person):
        with pytest.raises(RuleBroken) as broken:
            co_work(officer=who, **asked)
        assert broken.value.field == "officer"
    for tasks, said in ((" ", "Say which"), ("See X123456", "case reference")):
        with pytest.raises(RuleBroken, match=said):
            co_work(officer=officer, **{**asked, "tasks": tasks})
    work = co_work(officer=officer, **asked)
    assert co_work(officer=officer, **asked).pk == work.pk, "pressed twice, recorded once"
    with pytest.raises(RuleBroken, match="It began on"):
        end_co_work(by=BY, work=work, on=on - DAY)
    assert end_co_work(by=BY, work=work, on=on).ended_on == on


def test_c2_42_placements_are_planned_and_recorded_with_their_quality(made: Enrolment) -> None:
    first, last = dt.date(2025, 5, 6), dt.date(2025, 5, 16)
    with pytest.raises(RuleBroken, match="before the first"):
        plan_placement(by=BY, enrolment=made, setting="court", first=first, last=first - DAY)
    row = plan_placement(by=BY, enrolment=made, setting="court", first=first, last=last)
    with pytest.raises(RuleBroken, match="planned already"):
        plan_placement(by=BY, enrolment=made, setting="court", first=first, last=last)
    for wrong, field in (
        ({"began_on": today() + DAY}, "began_on"),
        ({"began_on": first, "ended_on": first - DAY}, "ended_on"),
        ({"began_on": first, "quality": "good"}, "quality"),
    ):
        with pytest.raises(RuleBroken) as broken:
            record_placement(by=BY, placement=row, **wrong)
        assert broken.value.field == field
    record_placement(
        by=BY,
        placement=row,
        began_on=first,
        ended_on=last,
        quality="good",
        feedback="Saw three hearings",
    )
    held = Placement.objects.live().get()
    assert (held.effective_on, held.planned_to, held.began_on, held.ended_on) == (
        first,
        last,
        first,
        last,
    )
    with pytest.raises(Conflict):
        record_placement(by=BY, placement=row, began_on=first)


def kind(code: str, *courses: str) -> CaseType:
    with acting_as(by=BY):
        made, _ = CaseType.objects.get_or_create(code=code, defaults={"title": code})
        CaseTypeCourse.objects.filter(case_type=made).delete()
        for course in courses:
            CaseTypeCourse.objects.create(case_type=made, course=make.course(course))
    return made


def test_c2_37_kinds_of_case_by_training_attended_or_by_an_override(made: Enrolment) -> None:
    first, last = dt.date(2025, 5, 6), dt.date(2025, 5, 16)
    case = kind("T1", "FL1", "FL2")

    def on(day: dt.date) -> bool:
        return next(
            each.is_allowed for each in allowed_of([made], day)[made.pk] if each.case_type == case
        )

    record_training(
        by=BY, person=made.person, course=make.course("FL1"), booked_for=first, status="attended"
    )
    exempt(by=BY, person=made.person, course=make.course("FL2"), on=first, reason="Did it before")
    assert not on(last), "an exemption is no training"
    for wrong, field in (({"reason": " "}, "reason"), ({"until": first - DAY}, "until")):
        with pytest.raises(RuleBroken) as broken:
            allow_case_type(
                by=BY,
                enrolment=made,
                case_type=case,
                **{"on": first, "until": last, "reason": "x", **wrong},
            )
        assert broken.value.field == field
    allow_case_type(
        by=BY,
        enrolment=made,
        case_type=case,
        on=first,
        until=last,
        reason="With a colleague beside them",
    )
    assert [on(day) for day in (first - DAY, first, last, last + DAY)] == [False, True, True, False]
    with pytest.raises(RuleBroken, match="already"):
        allow_case_type(
            by=BY, enrolment=made, case_type=case, on=last, until=last + DAY, reason="Again"
        )
    record_training(
        by=BY,
        person=made.person,
        course=make.course("FL2"),
        booked_for=last + DAY,
        status="attended",
    )
    assert [on(day) for day in (last + DAY, last + 2 * DAY)] == [True, True]


DAY_OF, BEFORE, AFTER = dt.date(2025, 3, 2), dt.date(2025, 3, 1), dt.date(2025, 3, 3)


@pytest.mark.parametrize(
    ("began", "ended", "quality", "refused"),
    [
        (DAY_OF, None, "", ""),
        (DAY_OF, DAY_OF, "good", ""),
        (AFTER, None, "", "began_on"),
        (BEFORE, AFTER, "", "ended_on"),
        (DAY_OF, BEFORE, "", "ended_on"),
        (DAY_OF, None, "good", "quality"),
    ],
)
def test_what_came_of_a_placement_has_come(
    began: dt.date, ended: dt.date | None, quality: str, refused: str
) -> None:
    if not refused:
        check_placement(began, ended, quality, DAY_OF)
        return
    with pytest.raises(RuleBroken) as broken:
        check_placement(began, ended, quality, DAY_OF)
    assert broken.value.field == refused


def test_what_lasts_ends_on_or_after_its_first_day() -> None:
    check_last(DAY_OF, None, "last")
    check_last(DAY_OF, DAY_OF, "last")
    with pytest.raises(RuleBroken, match="The last day cannot be before the first"):
        check_last(DAY_OF, BEFORE, "last")


def test_a_lost_day_of_theirs_is_asked_of_alike_by_screen_and_file() -> None:
    check_theirs(is_theirs=False)
    with pytest.raises(RuleBroken, match="Only they can change it"):
        check_theirs(is_theirs=True)
