"""Capacity to assess: what the records say, and the page of a region."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse

from assessments.facts import capacity_demand
from assessments.rules.capacity_demand import Capacity, capacity_on
from learners.actions.qualified_officers import (
    answer_post,
    attend_workshop,
    offer_post,
    record_protection,
)
from learners.models import NewlyQualified, NewlyQualifiedWorkshop
from learners.rules.dates import add_months
from learners.rules.qualified import last_protected_day
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.models import AccessEntry
from pqip.core.scope import Scope
from tests.factories import assessments as a
from tests.factories import learners
from tests.factories import workforce as w
from tests.personas import client_for, persona
from workforce.models import Person

LONG_AHEAD = dt.date(2099, 12, 31)


# What the records say


def ours(**asked: Any) -> Capacity:
    """The North East today."""
    return capacity_on(
        capacity_demand.stretches(Scope(regions=frozenset({w.region().pk}))),
        asked.get("on", today()),
    )


def pta(**fields: Any) -> Person:
    """A trainee assessor in post as a PTA."""
    who = w.person(in_grade="PTA")
    post = {name: fields.pop(name) for name in ("fte", "ended_on") if name in fields}
    w.spell(who, dt.date(2024, 1, 1), in_grade="PTA", **post)
    return a.assessor(who, achieved_on=None, registered_on=dt.date(2024, 1, 1), **fields)


@pytest.mark.django_db
def test_places_are_the_targets_recorded_and_else_the_usual_ones_by_hours(
    settings: LazySettings,
) -> None:
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
    w.absence(
        away,
        today() - dt.timedelta(days=30),
        "long_term_absence",
        expected_end_date=today() + dt.timedelta(days=5),
    )
    w.absence(away, today(), "career_break")
    w.absence(
        there,
        today() - dt.timedelta(days=30),
        "career_break",
        ended_on=today() - dt.timedelta(days=1),
    )
    assert (ours().assessors, ours().places) == (1, 3)
    assert (
        ours(on=today() + dt.timedelta(days=60)).assessors,
        ours(on=today() + dt.timedelta(days=60)).places,
    ) == (1, 3)


@pytest.mark.django_db
def test_learners_count_until_their_planned_end_and_starters_from_their_start() -> None:
    start = add_months(today(), -6)
    learners.enrolment(start=start)
    late = learners.enrolment(
        start=add_months(today(), -40)
    )  # past the planned end, and not completed: with no end
    learners.event(learners.enrolment(start=start), "withdrawn", today())
    starts = today() + dt.timedelta(days=40)
    learners.enrolment(start=starts, started=False)
    assert late.status == "active"
    assert ours().asked["learners"] == 2
    assert ours(on=starts).asked["learners"] == 3
    assert ours(on=add_months(today(), 30)).asked["learners"] == 1


@pytest.mark.django_db
def test_the_newly_qualified_count_where_they_keep_their_pta() -> None:
    """Officers since six months ago, protected for nine. What is stored as the last day counts for nothing."""
    until = last_protected_day(add_months(today(), -6))
    for keeps in (True, False):
        enrolment = learners.enrolment(start=add_months(today(), -30))
        learners.event(enrolment, "completed", add_months(today(), -6))
        told = {
            "effective_on": add_months(today(), -6),
            "protected_until": LONG_AHEAD,
            "pta": pta() if keeps else None,
        }
        with acting_as(by=a.BY):
            NewlyQualified.objects.create(enrolment=enrolment, **told)
            NewlyQualifiedWorkshop.objects.create(
                enrolment=enrolment, effective_on=today(), title="Risk"
            )
    assert ours().asked == {"learners": 0, "officers": 1, "psos": 0, "trainees": 0}
    assert ours(on=until).asked["officers"] == 1
    assert ours(on=until + dt.timedelta(days=1)).asked["officers"] == 0
    assert capacity_demand.workshops(Scope(everywhere=True)) == 2
    assert capacity_demand.workshops(Scope(everywhere=True), of=w.region("WAL")) == 0


@pytest.mark.django_db
def test_the_newly_qualified_count_where_they_hold_the_post_and_until_their_protection_ends_by_it(
    time_machine: Any,
) -> None:
    """Completed and qualified in the North East on 30 May 2025, and recorded as protected from 31 May. By the register of posts
    an officer in Wales from 10 June: protected there to 9 March 2026, and not to 27 February. Who left counts no more."""
    time_machine.move_to(dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC))
    for stays in (True, False):
        made = learners.enrolment(start=dt.date(2024, 1, 15))
        for kind in ("completed", "qualified"):
            learners.event(made, kind, dt.date(2025, 5, 30))
        row = record_protection(by=a.BY, enrolment=made, on=dt.date(2025, 5, 31), pta=pta())
        assert row.protected_until == dt.date(2026, 2, 27)
        if stays:
            offered = offer_post(
                by=a.BY, enrolment=made, on=dt.date(2025, 6, 2), region=w.region("WAL")
            )
            answer_post(
                by=a.BY,
                post=offered,
                answer="accepted",
                on=dt.date(2025, 6, 2),
                begins_on=dt.date(2025, 6, 10),
            )
            attend_workshop(
                by=a.BY, enrolment=made, title="Risk", on=dt.date(2025, 9, 1), is_mandatory=True
            )
        else:
            w.spell(
                made.person, dt.date(2025, 6, 10), in_region="WAL", ended_on=dt.date(2026, 1, 9)
            )
    there = Scope(regions=frozenset({w.region("WAL").pk}))
    ahead = {
        day: capacity_on(capacity_demand.stretches(there), day).asked["officers"]
        for day in (
            dt.date(2026, 1, 10),
            dt.date(2026, 2, 28),
            dt.date(2026, 3, 9),
            dt.date(2026, 3, 10),
        )
    }
    assert list(ahead.values()) == [1, 1, 1, 0]
    assert ours().asked["officers"] == 0
    assert [
        capacity_demand.workshops(there),
        capacity_demand.workshops(Scope(regions=frozenset({w.region().pk}))),
    ] == [1, 0]


@pytest.mark.django_db
def test_protection_that_is_to_begin_counts_from_its_first_day() -> None:
    made, first = (
        learners.enrolment(start=add_months(today(), -30)),
        today() + dt.timedelta(days=20),
    )
    learners.event(made, "completed", today())
    record_protection(by=a.BY, enrolment=made, on=first, pta=pta())
    days = (
        first - dt.timedelta(days=1),
        first,
        last_protected_day(first),
        last_protected_day(first) + dt.timedelta(days=1),
    )
    assert [ours(on=day).asked["officers"] for day in days] == [0, 1, 1, 0]


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


@pytest.mark.django_db
def test_what_is_recorded_says_for_which_qualification_and_else_the_grade() -> None:
    pta(target_caseload=7)  # a PTA of whom nothing else is recorded: the VQ5
    pta(target_caseload=5, allowed_qualifications=["VQ3"])
    pta(target_caseload=3, allowed_qualifications=["VQ5"], may_assess=["TAQA3"])
    separate = w.person(in_grade="VQ3A")
    w.spell(separate, dt.date(2024, 1, 1), in_grade="VQ3A")
    a.assessor(separate)  # a VQ3 assessor without a target: the usual 15 places
    found = capacity_demand.stretches(Scope(regions=frozenset({w.region().pk})))
    places = {
        code: capacity_on(found, today(), code).places for code in ("VQ5", "VQ3", "TAQA3", "")
    }
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
    assert (
        "There are 2\xa0places too few today" in text or "There are 2 places too few today" in text
    )
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
    for code, wanted in (
        ("WAL", "Today,1,0,0,0,1,0,0,,1 too few"),
        ("NE", "Today,0,0,0,0,0,0,0,,0 to spare"),
    ):
        file = page("national", f"?region={code}&format=csv").content.decode("utf-8-sig")
        assert file.splitlines()[1] == wanted
    assert (
        page("regional_manager", "?region=WAL&format=csv")
        .content.decode("utf-8-sig")
        .splitlines()[1]
        .startswith("Today,0")
    )


@pytest.mark.django_db
def test_it_is_for_those_who_answer_for_staffing() -> None:
    assert [page(role).status_code for role in ("regional_manager", "pta", "iqa")] == [
        200,
        403,
        403,
    ]
