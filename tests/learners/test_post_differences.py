"""Where post and programme differ, each kind by hand, and nothing where they agree."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from learners.actions.qualified_officers import answer_post, offer_post
from learners.derived.posts import follow_posts
from learners.facts.posts import KINDS, differences
from learners.models import Enrolment
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from tests.factories import learners as make
from tests.factories import workforce as w
from workforce.actions.posts import change_post, end_post

pytestmark = pytest.mark.django_db
BY, DAY = Job("test"), dt.timedelta(days=1)
START, MARCH, ON = dt.date(2025, 1, 15), dt.date(2025, 3, 3), dt.date(2025, 6, 30)


def learner(**fields: Any) -> Enrolment:
    made = make.enrolment(start=START, in_pdu=make.pdu("N54DUR"), **fields)
    with acting_as(by=BY):
        follow_posts([made.person_id])
    return made


def kinds(on: dt.date = ON, **asked: Any) -> list[str]:
    return [each.kind for each in differences(on, **asked)]


def test_a_learner_whose_post_follows_differs_in_nothing() -> None:
    learner()
    left = learner()
    make.event(left, "withdrawn", MARCH, destination="left_service")
    with acting_as(by=BY):
        follow_posts([left.person_id])
    assert kinds() == kinds(START - DAY) == kinds(START) == kinds(MARCH) == []


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"region": "WAL", "pdu": None}, ["region"]),
        ({"pdu": "N54SUND"}, ["pdu"]),
        ({"pdu": None}, []),
        ({"fte": Decimal("0.8")}, ["hours"]),
        ({"grade": "CA"}, ["grade"]),
        ({"region": "WAL", "pdu": None, "fte": Decimal("0.5")}, ["hours", "region"]),
    ],
)
def test_hr_states_another_post(changes: dict[str, Any], wanted: list[str]) -> None:
    found = {"region": w.region, "grade": w.grade, "pdu": lambda code: code and w.pdu(code)}
    made = learner()
    change_post(
        by=BY,
        person=made.person,
        on=MARCH,
        **{name: found[name](value) if name in found else value for name, value in changes.items()},
    )
    assert kinds(MARCH - DAY) == []
    assert kinds(MARCH) == kinds() == wanted


def test_hr_ends_the_post() -> None:
    made = learner()
    end_post(by=BY, person=made.person, last_day=MARCH)
    assert (kinds(MARCH), kinds(MARCH + DAY)) == ([], ["no_post"])


@pytest.mark.parametrize(
    ("kind", "destination", "wanted"),
    [
        ("withdrawn", "left_service", ["still_in_post"]),
        ("withdrawn", "unknown", ["not_told"]),
        ("withdrawn", "", ["not_told"]),
        ("withdrawn", "returned_to_pso", []),
        ("withdrawn", "other_role", []),
        ("completed", "", []),
    ],
)
def test_after_the_programme(kind: str, destination: str, wanted: list[str]) -> None:
    """HR stated the post and its last day, which stands."""
    who = make.person()
    w.spell(who, START, in_grade="PSO", ended_on=dt.date(2025, 12, 31))
    made = learner(who=who)
    make.event(made, kind, MARCH, destination=destination)
    with acting_as(by=BY):
        follow_posts([who.pk])
    assert kinds(MARCH - DAY) == []
    assert kinds(MARCH) == kinds() == wanted
    assert kinds(dt.date(2026, 1, 1)) == []


def test_did_not_start_and_hr_has_them_in_post() -> None:
    who = make.person()
    w.spell(who, START, in_grade="PSO")
    made = make.enrolment(start=START, who=who, started=False)
    make.event(made, "did_not_start", START)
    assert kinds() == ["did_not_start"]


def test_an_officers_post_accepted_and_hr_states_another() -> None:
    made = learner()
    make.event(made, "completed", MARCH)
    offer = offer_post(by=BY, enrolment=made, on=MARCH, region=w.region("WAL"))
    answer_post(by=BY, post=offer, answer="accepted", on=MARCH)
    assert kinds() == []
    change_post(by=BY, person=made.person, on=MARCH + DAY, region=w.region("NE"), pdu=None)
    assert (kinds(MARCH), kinds(MARCH + DAY)) == ([], ["officer"])


def test_an_officer_who_has_left_since_took_the_post_up() -> None:
    made = learner()
    make.event(made, "completed", MARCH)
    answer_post(
        by=BY,
        post=offer_post(by=BY, enrolment=made, on=MARCH, region=w.region("WAL")),
        answer="accepted",
        on=MARCH,
    )
    end_post(by=BY, person=made.person, last_day=MARCH + 30 * DAY, leave_reason="resignation")
    assert kinds() == []


def test_of_a_region_by_either_and_as_known_then() -> None:
    made = learner()
    before = now()
    change_post(by=BY, person=made.person, on=MARCH, region=w.region("WAL"), pdu=None)
    ne, wal, gm = (w.region(code).pk for code in ("NE", "WAL", "GM"))
    assert [kinds(regions=[place]) for place in (ne, wal, gm)] == [["region"], ["region"], []]
    assert kinds(known_at=before) == []
    row = differences(ON)[0]
    assert (row.person_id, row.region_id, row.post_region_id) == (made.person_id, ne, wal)


def test_of_two_places_the_latest_counts() -> None:
    who = make.person()
    w.spell(who, START, in_grade="PSO", ended_on=dt.date(2026, 12, 31))
    first = make.enrolment(start=START, who=who)
    make.event(first, "withdrawn", MARCH, destination="left_service")
    make.enrolment(start=MARCH + 30 * DAY, who=who, in_cohort="Intake 15")
    assert kinds() == []


def test_every_kind_has_words() -> None:
    assert all(title and mend for title, mend in KINDS.values())


MAY = dt.date(2025, 5, 1)


@pytest.mark.parametrize(("is_another", "wanted"), [(False, ["still_in_post"]), (True, [])])
def test_who_left_is_in_a_post_that_hr_stated_of_later_days(
    is_another: bool, wanted: list[str]
) -> None:
    """Other hours from May were stated before anybody said that they left in March; a post begun anew is no difference."""
    made = learner()
    if not is_another:
        change_post(by=BY, person=made.person, on=MAY, fte=Decimal("0.5"))
    make.event(made, "withdrawn", MARCH, destination="left_service")
    with acting_as(by=BY):
        follow_posts([made.person_id])
    if is_another:
        w.spell(made.person, MAY, in_grade="PSO")
    assert [kinds(on) for on in (MARCH, MAY - DAY, MAY)] == [[], [], wanted]


def test_who_leaves_on_the_first_day_was_in_post_for_it_as_the_programme_says() -> None:
    made = learner()
    make.event(made, "withdrawn", START, destination="left_service")
    with acting_as(by=BY):
        follow_posts([made.person_id])
    assert kinds(START) == kinds(START + DAY) == []
