"""After completion: nine months of protection planned against kept, the officer's post, and what the database refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from learners.actions.qualified_officers import (
    answer_post,
    attend_workshop,
    offer_post,
    record_protection,
    undo_post,
)
from learners.facts.qualified import protection, with_exceptions
from learners.models import Enrolment, NewlyQualified, NewlyQualifiedWorkshop, OfficerPost
from pqip.core.acting import Job, acting_as
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


def test_protection_is_recorded_from_the_first_day_as_an_officer() -> None:
    made, mentor = officer(), make.person(last_name="Mentor")
    with pytest.raises(RuleBroken, match="have not completed"):
        record_protection(by=BY, enrolment=made, on=ON - 2 * DAY)
    with pytest.raises(RuleBroken, match="looks after themselves"):
        record_protection(by=BY, enrolment=made, on=ON, mentor=made.person)
    for wrong in (
        {"reduction_until": ON},
        {"reduction_from": ON, "reduction_until": ON - DAY},
        {"reduction_percent": 0},
    ):
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
    stated = {
        on: record_protection(by=BY, enrolment=made, on=on).protected_until
        for on in (ON, dt.date(2025, 6, 20))
    }
    assert stated == {ON: dt.date(2026, 2, 27), dt.date(2025, 6, 20): dt.date(2026, 3, 19)}, (
        "no post is on record yet"
    )
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
        attend_workshop(
            by=BY, enrolment=made, title="professional judgement ", on=ON, is_mandatory=True
        )
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
    record_protection(
        by=BY, enrolment=made, on=ON, reduction_from=ON, mentor=make.person(), pta=make.person()
    )
    instant = now()
    with acting_as(by=BY, recorded_at=instant + DAY):
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
        {"protected_until": ON - DAY},
        {"reduction_until": ON},
        {"reduction_from": ON, "reduction_until": ON - DAY},
    ):
        with pytest.raises(IntegrityError), acting_as(by=BY):
            NewlyQualified.objects.create(**facts | wrong)
    post = {"enrolment": made, "effective_on": ON, "region": make.region()}
    for wrong in (
        {"answer": "accepted"},
        {"answered_on": ON},
        {"answer": "accepted", "answered_on": ON - DAY},
    ):
        with pytest.raises(IntegrityError), acting_as(by=BY):
            OfficerPost.objects.create(**post | wrong)
