"""A trainee assessor's route to the award and their record of professional development, theirs and as their manager sees them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse

from assessments.actions.assessors_development import correct_cpd, record_cpd, undo_cpd
from assessments.models import CpdEntry, Registration
from assessments.queries import assessors
from assessments.rules.assessors_route import Way
from learners.models import PracticeObservation
from learners.rules.dates import add_months
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from tests.factories import assessments as make
from tests.factories.learners import person
from tests.personas import client_for, persona
from workforce.models import User

DAY = dt.date(2025, 8, 10)


# The arithmetic


def test_a_target_comes_before_the_months_and_an_award_ends_the_wait() -> None:
    assert Way(DAY, target_on=dt.date(2026, 1, 1)).due_on == dt.date(2026, 1, 1)
    assert Way(DAY, achieved_on=dt.date(2026, 1, 1)).days_left(today()) is None
    assert Way().days_left(today()) is None
    assert Way(DAY, months=18).due_on == dt.date(2027, 2, 10)


# The route on screen


@pytest.fixture
def trainee(db: Any) -> User:
    who = persona("pta")
    make.assessor(who.person, achieved_on=None, registered_on=add_months(today(), -3))
    return who


@pytest.fixture
def award(trainee: User) -> Registration:
    return make.registration(
        trainee.person, add_months(today(), -3), of=make.qualification("TAQA3")
    )


def page(who: User, name: str, *args: Any) -> str:
    answer = client_for(who).get(reverse(f"assessments:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_trainee_and_their_manager_see_the_same_route(trainee: User, award: Registration) -> None:
    mentor = person(first_name="Maya", last_name="Mentor")
    make.allocate(trainee.person, mentor, "mentor")
    make.decision(make.evidence(award, today(), part="planning"), make.assessor(), today())
    with acting_as(by=make.BY):
        PracticeObservation.objects.create(
            person=trainee.person, observer=mentor, effective_on=today(), held_on=today()
        )
    own = page(trainee, "route")
    theirs = page(persona("learning_manager"), "assessor", trainee.person.public_id)
    left = (add_months(add_months(today(), -3), 12) - today()).days
    for text in (own, theirs):
        for words in (
            "Maya Mentor",
            f"{left}\xa0days left",
            "Portfolio",
            "Observations by the mentor",
            "Criteria and evidence",
        ):
            assert words in text or words.replace("\xa0", " ") in text
    address = reverse("assessments:evidence", args=[award.evidence.get().public_id])
    assert address not in own  # whoever assesses opens it; the trainee sees the map
    assert address in theirs


def test_the_months_follow_their_setting(trainee: User, settings: LazySettings) -> None:
    settings.PQIP_AWARD_MONTHS = 2
    assert "past" in page(trainee, "route")


def test_whoever_is_not_registered_is_told_so_and_has_no_route_on_their_page(db: Any) -> None:
    who = persona("countersigner")
    assert "There is no registration for the award yet" in page(who, "route")
    manager = persona("learning_manager")
    assert "Professional development" not in page(manager, "assessor", who.person.public_id)
    make.assessor(who.person, achieved_on=DAY)
    theirs = page(manager, "assessor", who.person.public_id)
    assert "Achieved on" in theirs
    assert "Professional development" in theirs
    own = page(who, "route")
    assert "Missing" not in own  # achieved long ago: no portfolio is asked for
    assert "There is no registration" not in own


def test_reflective_accounts_from_a_file_count(trainee: User, award: Registration) -> None:
    make.evidence(award, today(), method="reflective_account")
    held = {one.part: one for one in assessors.portfolio_of(trainee.person, award)}
    assert (held["reflection"].pieces, held["planning"].is_there) == (1, False)


def test_another_s_manager_does_not_find_them(trainee: User) -> None:
    url = reverse("assessments:assessor", args=[trainee.person.public_id])
    assert client_for(persona("learning_manager", region="WAL")).get(url).status_code == 404


# Professional development


def add(who: User, **told: Any) -> CpdEntry:
    stated = {
        "on": today(),
        "what": "Standardisation meeting",
        "hours": Decimal("2.5"),
        "learned": "How others judge reports",
    }
    return record_cpd(person=who.person, by=who, **{**stated, **told})


def test_hours_are_those_of_the_last_twelve_months(trainee: User) -> None:
    add(trainee)
    add(trainee, on=add_months(today(), -12) + dt.timedelta(days=1), hours=Decimal(4))
    add(trainee, on=add_months(today(), -12), hours=Decimal(8))
    assert assessors.hours_in_a_year(trainee.person) == Decimal("6.5")
    assert "6.5 hours in the last 12 months" in page(trainee, "cpd")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"on": dt.date(2100, 1, 1)}, "on"),
        ({"hours": Decimal(0)}, "hours"),
        ({"hours": Decimal("60.1")}, "hours"),
        ({"what": " "}, "what"),
        ({"what": "Read about X123456"}, "what"),
        ({"learned": "See A1234BC"}, "learned"),
    ],
)
def test_what_cannot_be_is_refused(trainee: User, told: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        add(trainee, **told)
    assert broken.value.field == field
    assert not CpdEntry.objects.exists()


def test_an_entry_is_recorded_corrected_and_undone_on_screen(trainee: User) -> None:
    client = client_for(trainee)
    form = {"on": "2025-08-10", "what": "Read the new units", "hours": "3", "learned": ""}
    assert (
        "Enter"
        in client.post(reverse("assessments:record_cpd"), {**form, "hours": ""}).content.decode()
    )
    assert client.post(reverse("assessments:record_cpd"), form).status_code == 302
    entry = CpdEntry.objects.get()
    correct = reverse("assessments:correct_cpd", args=[entry.public_id])
    assert "Read the new units" in client.get(correct).content.decode()
    assert (
        client.post(
            correct, {**form, "hours": "4", "seen": entry.pk, "reason": "Typing error"}
        ).status_code
        == 302
    )
    stands = CpdEntry.objects.live().get()
    assert (stands.hours, stands.effective_on) == (4, DAY)
    undo = reverse("assessments:undo_cpd", args=[stands.public_id])
    assert "Read the new units" in client.get(undo).content.decode()
    assert client.post(undo, {"seen": stands.pk, "reason": "Twice"}).status_code == 302
    assert not CpdEntry.objects.live().exists()
    assert client.post(undo, {"seen": stands.pk, "reason": "Twice"}).status_code == 409


def test_nobody_keeps_another_s_record(trainee: User) -> None:
    entry, other = add(trainee), persona("pta")
    client = client_for(other)
    for name in ("correct_cpd", "undo_cpd"):
        assert client.get(reverse(f"assessments:{name}", args=[entry.public_id])).status_code == 404
    with pytest.raises(NotAllowed):
        record_cpd(person=trainee.person, on=DAY, what="Course", hours=Decimal(1), by=other)
    with pytest.raises(NotAllowed):
        undo_cpd(entry=entry, reason="Mine", by=other)
    assert "Standardisation" not in page(other, "cpd")


def test_a_reason_is_needed_and_what_changed_meanwhile_is_said(trainee: User) -> None:
    entry = add(trainee)
    with pytest.raises(RuleBroken):
        undo_cpd(entry=entry, reason=" ", by=trainee)
    correct_cpd(entry=entry, reason="Typing error", by=trainee, hours=Decimal(1))
    with pytest.raises(Conflict):
        correct_cpd(entry=entry, reason="Typing error", by=trainee, hours=Decimal(2))


def test_the_same_entry_twice_is_one(trainee: User) -> None:
    assert add(trainee) == add(trainee)
    assert CpdEntry.objects.count() == 1


def test_where_nothing_is_recorded_the_list_says_so(trainee: User) -> None:
    assert "Nothing is recorded yet." in page(trainee, "cpd")
