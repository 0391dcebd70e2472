"""After completion: nine months of protection planned against kept, the officer's post, and what the database refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from learners.actions.officer import answer_post, attend_workshop, offer_post, record_protection, undo_post
from learners.models import Enrolment, NewlyQualified, NewlyQualifiedWorkshop, OfficerPost
from learners.qualified_facts import protection, with_exceptions
from learners.rules.qualified import EXCEPTIONS, Kept, last_protected_day
from pqip.core.acting import Job, act
from pqip.core.clock import now, today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make
from tests.factories import workforce as w

pytestmark = pytest.mark.django_db
BY, DAY = Job("test"), dt.timedelta(days=1)
ON = dt.date(2025, 5, 31)


def officer(completed: dt.date = ON - DAY, *, qualified: bool = True, **fields: Any) -> Enrolment:
    made = make.enrolment(start=dt.date(2024, 1, 15), **fields)
    make.event(made, "completed", completed)
    if qualified:
        make.event(made, "qualified", completed)
        w.spell(made.person, completed)
    return made


def kept(**more: Any) -> Kept:
    whole: dict[str, Any] = {
        "from_on": ON, "until": last_protected_day(ON), "reduction_from": ON, "has_mentor": True, "keeps_pta": True,
        "office_moved": False, "workshops": 1,
    }
    return Kept(**whole | more)


@pytest.mark.parametrize(("first", "last"), [
    (dt.date(2025, 1, 15), dt.date(2025, 10, 14)),
    (dt.date(2025, 5, 31), dt.date(2026, 2, 27)),  # there is no 31 February: nine months are complete on 28 February
    (dt.date(2023, 5, 31), dt.date(2024, 2, 28)),
    (dt.date(2025, 12, 1), dt.date(2026, 8, 31)),
])  # fmt: skip
def test_c4_69_nine_calendar_months(first: dt.date, last: dt.date) -> None:
    assert last_protected_day(first) == last


@pytest.mark.parametrize(("days", "is_protected"), [(-1, False), (0, True), (272, True), (273, False)])
def test_c4_69_protected_from_the_first_day_to_the_last(days: int, is_protected: bool) -> None:
    assert kept(reduction_from=None).is_protected(ON + days * DAY) is is_protected
    assert bool(kept(reduction_from=None).exceptions(ON + days * DAY)) is is_protected


@pytest.mark.parametrize(("more", "on", "is_reduced"), [
    ({}, 0, True), ({"percent": 19}, 0, False), ({"percent": 20}, 0, True), ({"reduction_from": ON + DAY}, 0, False),
    ({"reduction_from": ON + DAY}, 1, True), ({"reduction_until": ON + DAY}, 1, True), ({"reduction_until": ON + DAY}, 2, False),
    ({"reduction_from": None}, 0, False),
])  # fmt: skip
def test_c4_69_a_fifth_less_work_in_force(more: dict[str, Any], on: int, is_reduced: bool) -> None:
    assert kept(**more).is_reduced(ON + on * DAY) is is_reduced
    assert ("reduction" in kept(**more).exceptions(ON + on * DAY)) is not is_reduced


def test_what_is_not_kept_is_an_exception() -> None:
    assert kept().exceptions(ON) == []
    assert kept(has_mentor=False, keeps_pta=False, office_moved=True, reduction_from=None).exceptions(ON) == [
        "reduction", "mentor", "pta", "office",
    ]
    assert kept(office_moved=None).exceptions(ON) == []
    assert set(EXCEPTIONS) == {"not_recorded", "reduction", "mentor", "workshops", "pta", "office"}


@pytest.mark.parametrize(("on", "late"), [(dt.date(2025, 8, 30), False), (dt.date(2025, 8, 31), True)])
def test_c4_70_a_mandatory_workshop_within_three_months(on: dt.date, late: bool) -> None:
    assert ("workshops" in kept(workshops=0).exceptions(on)) is late
    assert kept(workshops=1).exceptions(on) == []


def test_protection_is_recorded_from_the_first_day_as_an_officer() -> None:
    made, mentor = officer(), make.person(last_name="Mentor")
    with pytest.raises(RuleBroken, match="have not completed"):
        record_protection(by=BY, enrolment=made, on=ON - 2 * DAY)
    with pytest.raises(RuleBroken, match="looks after themselves"):
        record_protection(by=BY, enrolment=made, on=ON, mentor=made.person)
    for wrong in ({"reduction_until": ON}, {"reduction_from": ON, "reduction_until": ON - DAY}, {"reduction_percent": 0}):
        with pytest.raises(RuleBroken, match="reduction"):
            record_protection(by=BY, enrolment=made, on=ON, **wrong)  # type: ignore[arg-type]
    record_protection(by=BY, enrolment=made, on=ON)
    row = record_protection(by=BY, enrolment=made, on=ON, mentor=mentor, reduction_from=ON)
    assert row.protected_until == dt.date(2026, 2, 27)
    assert (NewlyQualified.objects.live().count(), NewlyQualified.objects.count()) == (1, 2)


def test_c4_69_nine_months_count_from_the_post_on_record_not_from_the_day_typed() -> None:
    """Completed and qualified on 30 May 2025, an officer since 10 June: protected to 9 March 2026, whatever day is typed."""
    made = officer(qualified=False)
    make.event(made, "qualified", ON - DAY)
    stated = {on: record_protection(by=BY, enrolment=made, on=on).protected_until for on in (ON, dt.date(2025, 6, 20))}
    assert stated == {ON: dt.date(2026, 2, 27), dt.date(2025, 6, 20): dt.date(2026, 3, 19)}, "no post is on record yet"
    w.spell(made.person, dt.date(2025, 6, 10))
    last, over = dt.date(2026, 3, 9), dt.date(2026, 3, 10)
    for on in (ON, dt.date(2025, 6, 20), last):
        assert record_protection(by=BY, enrolment=made, on=on).protected_until == last
        assert [made.pk in protection(day) for day in (last, over)] == [True, False], on
    with pytest.raises(RuleBroken, match="over by that day"):
        record_protection(by=BY, enrolment=made, on=over)


def test_workshops_attended() -> None:
    made = officer()
    attend_workshop(by=BY, enrolment=made, title="Professional judgement", on=ON, is_mandatory=True)
    with pytest.raises(RuleBroken, match="already"):
        attend_workshop(by=BY, enrolment=made, title="professional judgement ", on=ON, is_mandatory=True)
    with pytest.raises(RuleBroken, match="to come"):
        attend_workshop(by=BY, enrolment=made, title="Next", on=today() + DAY, is_mandatory=True)
    assert NewlyQualifiedWorkshop.objects.live().count() == 1


def test_a_post_is_offered_and_answered() -> None:
    made, region = officer(), make.region()
    with pytest.raises(RuleBroken, match="not in"):
        offer_post(by=BY, enrolment=made, on=ON, region=make.region("WAL"), pdu=make.pdu())
    post = offer_post(by=BY, enrolment=made, on=ON, region=region, preference_met=False)
    with pytest.raises(RuleBroken, match="open or accepted"):
        offer_post(by=BY, enrolment=made, on=ON, region=region)
    with pytest.raises(RuleBroken, match="before the offer"):
        answer_post(by=BY, post=post, answer="declined", on=ON - DAY)
    declined = answer_post(by=BY, post=post, answer="declined", on=ON)
    with pytest.raises(Conflict):
        answer_post(by=BY, post=declined, answer="accepted", on=ON)
    second = offer_post(by=BY, enrolment=made, on=ON + DAY, region=region, preference_met=True)
    accepted = answer_post(by=BY, post=second, answer="accepted", on=ON + DAY)
    undo_post(by=BY, post=accepted, reason="Typing error")
    assert list(OfficerPost.objects.live().values_list("answer", flat=True)) == ["declined"]
    gone = make.enrolment()
    make.event(gone, "withdrawn", ON)
    with pytest.raises(RuleBroken, match="on the programme"):
        offer_post(by=BY, enrolment=gone, on=ON, region=region)


def test_of_whom_nothing_is_recorded_is_found_for_nine_months() -> None:
    made, elsewhere = officer(ON), officer(ON, qualified=False)
    assert protection(ON - DAY) == {}
    assert protection(ON)[made.pk].exceptions == ("not_recorded",)
    assert made.pk in protection(dt.date(2026, 2, 27))
    assert protection(dt.date(2026, 2, 28)) == {}
    assert elsewhere.pk not in protection(ON)
    record_protection(by=BY, enrolment=made, on=ON + 9 * DAY, reduction_from=ON + 9 * DAY)
    assert protection(ON) == {}  # it is to begin
    assert protection(ON + 9 * DAY)[made.pk].exceptions == ("mentor", "pta")


def test_as_known_then_and_only_those_asked_for() -> None:
    made, other = officer(), officer()
    record_protection(by=BY, enrolment=made, on=ON, reduction_from=ON, mentor=make.person(), pta=make.person())
    instant = now()
    with act(by=BY, recorded_at=instant + DAY):
        NewlyQualifiedWorkshop.objects.create(enrolment=made, title="Late", effective_on=ON)
    later = dt.date(2025, 9, 1)
    assert protection(later, instant + DAY / 2)[made.pk].exceptions == ("workshops",)
    assert protection(later, instant + 2 * DAY)[made.pk].exceptions == ()
    assert set(protection(later, among=[other.pk])) == {other.pk}
    assert with_exceptions(later) == [other.pk]


def test_as_many_queries_for_many_as_for_one() -> None:
    record_protection(by=BY, enrolment=officer(), on=ON)
    with CaptureQueriesContext(connection) as few:
        protection(ON)
    for _ in range(5):
        record_protection(by=BY, enrolment=officer(), on=ON)
    with CaptureQueriesContext(connection) as many:
        protection(ON)
    assert len(many) == len(few)


def test_the_database_refuses_what_cannot_be() -> None:
    made = officer()
    facts = {"enrolment": made, "effective_on": ON, "protected_until": ON}
    for wrong in (
        {"protected_until": ON - DAY}, {"reduction_until": ON}, {"reduction_from": ON, "reduction_until": ON - DAY},
    ):
        with pytest.raises(IntegrityError), act(by=BY):
            NewlyQualified.objects.create(**facts | wrong)
    post = {"enrolment": made, "effective_on": ON, "region": make.region()}
    for wrong in ({"answer": "accepted"}, {"answered_on": ON}, {"answer": "accepted", "answered_on": ON - DAY}):
        with pytest.raises(IntegrityError), act(by=BY):
            OfficerPost.objects.create(**post | wrong)
