"""Capacity to assess: the arithmetic on paper, what the records say, and the page of a region."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse

from assessments import demand_facts
from assessments.rules.demand import Standing, Stretch, ends_of_months, first_short, month_by_month, standing_on
from learners.models import NewlyQualified, NewlyQualifiedWorkshop
from learners.rules.dates import add_months
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.models import AccessEntry
from pqip.core.scope import Scope
from tests.factories import assessments as a
from tests.factories import learners
from tests.factories import workforce as w
from tests.personas import client_for, persona
from workforce.models import Person

SEPTEMBER = dt.date(2025, 9, 10)
NORTH = 1


# The arithmetic, on paper


def stretch(kind: str, from_on: dt.date, to_on: dt.date | None, people: int, places: int = 0) -> Stretch:
    return Stretch(kind, NORTH, None, from_on, to_on, people, places)


def test_people_and_places_month_by_month() -> None:
    # 20 learners until 30 November and 12 who start on 1 October; 3 newly qualified until 15 September; 4 PSOs with no end.
    # Two assessors with 15 places each; one of them leaves on 31 October, a third begins on 1 December with 10.
    first = dt.date(2025, 1, 1)
    stretches = [
        stretch("learners", SEPTEMBER, dt.date(2025, 11, 30), 20), stretch("learners", dt.date(2025, 10, 1), None, 12),
        stretch("officers", first, dt.date(2025, 9, 15), 3), stretch("psos", SEPTEMBER, None, 4),
        stretch("assessors", first, None, 1, 15), stretch("assessors", first, dt.date(2025, 10, 31), 1, 15),
        stretch("assessors", dt.date(2025, 12, 1), None, 1, 10),
    ]
    found = month_by_month(stretches, SEPTEMBER, 3)
    assert [one.day for one in found] == [SEPTEMBER, dt.date(2025, 10, 31), dt.date(2025, 11, 30), dt.date(2025, 12, 31)]
    assert [one.asked for one in found] == [
        {"learners": 20, "officers": 3, "psos": 4, "trainees": 0}, {"learners": 32, "officers": 0, "psos": 4, "trainees": 0},
        {"learners": 32, "officers": 0, "psos": 4, "trainees": 0}, {"learners": 12, "officers": 0, "psos": 4, "trainees": 0},
    ]
    assert [(one.demand, one.assessors, one.places, one.room) for one in found] == [
        (27, 2, 30, 3), (36, 2, 30, -6), (36, 1, 15, -21), (16, 2, 25, 9),
    ]
    assert [one.for_each for one in found] == [Fraction(27, 2), 18, 36, 8]
    assert found[0].used == 90
    assert first_short(found) == found[1]


def test_nobody_to_assess_and_nobody_who_assesses() -> None:
    nothing = standing_on([], SEPTEMBER)
    assert nothing == Standing(SEPTEMBER, {"learners": 0, "officers": 0, "psos": 0, "trainees": 0}, 0, 0)
    assert (nothing.for_each, nothing.used, nothing.room) == (None, None, 0)
    assert first_short([nothing]) is None


def test_whoever_is_away_takes_their_places_with_them() -> None:
    there = stretch("assessors", dt.date(2025, 1, 1), None, 1, 15)
    away = stretch("assessors", dt.date(2025, 9, 1), dt.date(2025, 9, 30), -1, -15)
    assert [standing_on([there, away], day).places for day in (SEPTEMBER, dt.date(2025, 10, 1))] == [0, 15]


def test_months_end_on_their_last_day() -> None:
    assert ends_of_months(dt.date(2027, 11, 30), 4) == [
        dt.date(2027, 12, 31), dt.date(2028, 1, 31), dt.date(2028, 2, 29), dt.date(2028, 3, 31),
    ]


# What the records say


def ours(**asked: Any) -> Standing:
    """The North East today."""
    return standing_on(demand_facts.stretches(Scope(regions=frozenset({w.region().pk}))), asked.get("on", today()))


def pta(**fields: Any) -> Person:
    """A trainee assessor in post as a PTA."""
    who = w.person(in_grade="PTA")
    post = {name: fields.pop(name) for name in ("fte", "ended_on") if name in fields}
    w.spell(who, dt.date(2024, 1, 1), in_grade="PTA", **post)
    return a.assessor(who, achieved_on=None, registered_on=dt.date(2024, 1, 1), **fields)


@pytest.mark.django_db
def test_places_are_the_targets_recorded_and_else_the_usual_ones_by_hours(settings: LazySettings) -> None:
    pta(target_caseload=20)
    pta()
    pta(fte="0.5")
    pta(ended_on=today() - dt.timedelta(days=1))
    a.assessor(w.person())  # no PTA, and nothing recorded: none
    assert (ours().assessors, ours().places) == (3, 20 + 15 + 8)
    settings.PQIP_TARGET_CASELOAD = 10
    assert ours().places == 20 + 10 + 5


@pytest.mark.django_db
def test_who_leaves_lapses_or_is_away_gives_no_places_then() -> None:
    soon = today() + dt.timedelta(days=10)
    after = soon + dt.timedelta(days=1)
    pta(ended_on=soon, target_caseload=1)
    lapsing = w.person(in_grade="PTA")
    w.spell(lapsing, dt.date(2024, 1, 1), in_grade="PTA")
    a.assessor(lapsing, lapsed_on=after, target_caseload=2)
    away = pta(target_caseload=4)
    w.absence(away, today() - dt.timedelta(days=30), "long_term_absence", expected_end_date=soon)
    assert (ours().assessors, ours().places) == (2, 3)
    assert (ours(on=after).assessors, ours(on=after).places) == (1, 4)


@pytest.mark.django_db
def test_two_absences_at_once_are_one_assessor_away() -> None:
    away, there = pta(target_caseload=4), pta(target_caseload=3)
    w.absence(away, today() - dt.timedelta(days=30), "long_term_absence", expected_end_date=today() + dt.timedelta(days=5))
    w.absence(away, today(), "career_break")
    w.absence(there, today() - dt.timedelta(days=30), "career_break", ended_on=today() - dt.timedelta(days=1))
    assert (ours().assessors, ours().places) == (1, 3)
    assert (ours(on=today() + dt.timedelta(days=60)).assessors, ours(on=today() + dt.timedelta(days=60)).places) == (1, 3)


@pytest.mark.django_db
def test_learners_count_until_their_planned_end_and_starters_from_their_start() -> None:
    start = add_months(today(), -6)
    learners.enrolment(start=start)
    late = learners.enrolment(start=add_months(today(), -40))  # past the planned end, and not completed: with no end
    learners.event(learners.enrolment(start=start), "withdrawn", today())
    starts = today() + dt.timedelta(days=40)
    learners.enrolment(start=starts, started=False)
    assert late.status == "active"
    assert ours().asked["learners"] == 2
    assert ours(on=starts).asked["learners"] == 3
    assert ours(on=add_months(today(), 30)).asked["learners"] == 1


@pytest.mark.django_db
def test_the_newly_qualified_count_where_they_keep_their_pta() -> None:
    until = add_months(today(), 3)
    for keeps in (True, False):
        enrolment = learners.enrolment(start=add_months(today(), -30))
        learners.event(enrolment, "completed", add_months(today(), -6))
        with act(by=a.BY):
            NewlyQualified.objects.create(
                enrolment=enrolment, effective_on=add_months(today(), -6), protected_until=until, pta=pta() if keeps else None
            )
            NewlyQualifiedWorkshop.objects.create(enrolment=enrolment, effective_on=today(), title="Risk")
    assert ours().asked == {"learners": 0, "officers": 1, "psos": 0, "trainees": 0}
    assert ours(on=until + dt.timedelta(days=1)).asked["officers"] == 0
    assert demand_facts.workshops(Scope(everywhere=True)) == 2
    assert demand_facts.workshops(Scope(everywhere=True), of=w.region("WAL")) == 0


@pytest.mark.django_db
def test_psos_count_until_their_diploma_is_due_and_past_it_until_achieved() -> None:
    vq3 = a.qualification("VQ3")
    for registered_on in (add_months(today(), -6), add_months(today(), -18)):
        who = w.person(in_grade="PSO")
        w.spell(who, dt.date(2024, 1, 1), in_grade="PSO")
        a.registration(who, registered_on, of=vq3)
    a.registration(w.person(in_grade="PSO"), of=vq3)  # not in post
    assert ours().asked["psos"] == 2
    assert ours(on=add_months(today(), 7)).asked["psos"] == 1


def test_qualifications_are_kept_apart_by_hand() -> None:
    # 10 learners and 2 newly qualified for the VQ5, 6 PSOs for the VQ3, 1 assessor on the award. One of the VQ5 alone gives
    # 8 places, one of the VQ3 alone 5, and one of both the VQ5 and the award 4: the same 4 with each, and once in all.
    day = dt.date(2025, 1, 1)
    stretches = [
        stretch("learners", day, None, 10), stretch("officers", day, None, 2), stretch("psos", day, None, 6),
        stretch("trainees", day, None, 1),
        *(Stretch("assessors", NORTH, None, day, None, 1, places, of) for places, of in (
            (8, ("VQ5",)), (5, ("VQ3",)), (4, ("TAQA3", "VQ5")))),
    ]
    found = {code: standing_on(stretches, SEPTEMBER, code) for code in ("VQ5", "VQ3", "TAQA3", "")}
    assert {code: (one.demand, one.assessors, one.places, one.room) for code, one in found.items()} == {
        "VQ5": (12, 2, 12, 0), "VQ3": (6, 1, 5, -1), "TAQA3": (1, 1, 4, 3), "": (19, 3, 17, -2),
    }


@pytest.mark.django_db
def test_what_is_recorded_says_for_which_qualification_and_else_the_grade() -> None:
    pta(target_caseload=7)  # a PTA of whom nothing else is recorded: the VQ5
    pta(target_caseload=5, allowed_qualifications=["VQ3"])
    pta(target_caseload=3, allowed_qualifications=["VQ5"], may_assess=["TAQA3"])
    separate = w.person(in_grade="VQ3A")
    w.spell(separate, dt.date(2024, 1, 1), in_grade="VQ3A")
    a.assessor(separate)  # a VQ3 assessor without a target: the usual 15 places
    found = demand_facts.stretches(Scope(regions=frozenset({w.region().pk})))
    places = {code: standing_on(found, today(), code).places for code in ("VQ5", "VQ3", "TAQA3", "")}
    assert places == {"VQ5": 10, "VQ3": 20, "TAQA3": 3, "": 30}


@pytest.mark.django_db
def test_assessors_on_the_award_count_until_it_is_due_and_past_it_until_achieved() -> None:
    award = a.qualification("TAQA3")
    for months, achieved in ((6, None), (18, None), (6, today())):
        registered_on = add_months(today(), -months)
        who = w.person(in_grade="PTA")
        w.spell(who, dt.date(2024, 1, 1), in_grade="PTA")
        a.registration(who, registered_on, of=award)
        a.assessor(who, achieved_on=achieved, registered_on=registered_on)
    assert ours().asked["trainees"] == 2
    assert ours(on=add_months(today(), 7)).asked["trainees"] == 1


# The page


def page(role: str, asked: str = "", **where: str) -> Any:
    return client_for(persona(role, **where)).get(reverse("assessments:assessor_capacity") + asked)


@pytest.mark.django_db
def test_a_region_sees_where_it_stands_and_its_file() -> None:
    pta(target_caseload=1)
    for _ in range(3):
        learners.enrolment(start=add_months(today(), -1))
    learners.enrolment(start=add_months(today(), -1), in_region="WAL")
    text = page("learning_manager").content.decode()
    assert "There are 2\xa0places too few today" in text or "There are 2 places too few today" in text
    assert "Regions today" not in text
    lines = page("learning_manager", "?format=csv").content.decode("utf-8-sig").splitlines()
    assert lines[1] == "Today,3,0,0,0,3,1,1,3.0,2 too few"
    assert len(lines) == 14
    said = AccessEntry.objects.get(kind="export").detail
    assert (said["filters"], said["rows"]) == ({"region": ["NE"]}, 13)


@pytest.mark.django_db
def test_the_national_team_compares_regions_and_narrows_to_one() -> None:
    learners.enrolment(start=add_months(today(), -1), in_region="WAL")
    assert "Regions today" in page("national").content.decode()
    for code, wanted in (("WAL", "Today,1,0,0,0,1,0,0,,1 too few"), ("NE", "Today,0,0,0,0,0,0,0,,0 to spare")):
        file = page("national", f"?region={code}&format=csv").content.decode("utf-8-sig")
        assert file.splitlines()[1] == wanted
    assert page("regional_manager", "?region=WAL&format=csv").content.decode("utf-8-sig").splitlines()[1].startswith("Today,0")


@pytest.mark.django_db
def test_it_is_for_those_who_answer_for_staffing() -> None:
    assert [page(role).status_code for role in ("regional_manager", "pta", "iqa")] == [200, 403, 403]
