"""Reminders and escalation by working days: who is told what, when, and never twice in a week."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from assessments.actions.countersigning_reminders import ESCALATION, REMINDER, chase
from assessments.facts.countersigning_capacity import chased
from assessments.models import Decision
from pqip.core.acting import Job, acting_as
from pqip.core.background.registry import handler_for
from pqip.core.background.schedules import known_schedules
from pqip.core.clock import today
from pqip.jobs.models import Job as Queued
from pqip.messages.models import Message
from tests.factories import assessments as make
from tests.factories import workforce as w
from tests.personas import persona
from workforce.models import BankHoliday, Person, User

pytestmark = pytest.mark.django_db
BY, DAY = Job("test"), dt.timedelta(days=1)
#: A Wednesday; no bank holiday is near.
WEDNESDAY = dt.date(2026, 11, 18)


def decided(by: Person, on: dt.date) -> Decision:
    return make.decision(make.evidence(make.registration(), on), by, on)


def told(kind: str) -> dict[str, str]:
    return dict(Message.objects.filter(kind=kind).values_list("address", "subject"))


@pytest.mark.parametrize(("on", "expected"), [
    (dt.date(2026, 11, 11), 0),  # Wednesday to Wednesday: the fifth working day
    (dt.date(2026, 11, 10), 1),  # the sixth
])  # fmt: skip
def test_a_countersigner_is_reminded_after_five_working_days(on: dt.date, expected: int) -> None:
    signer, trainee = persona("countersigner"), make.trainee()
    make.countersigner(signer.person, of=trainee)
    decided(trainee, on)
    assert chase(WEDNESDAY, by=BY) == expected
    assert list(told(REMINDER)) == [signer.email] * expected
    assert chased([signer.person_id]) == dict.fromkeys([signer.person_id] * expected, today())


def test_how_long_is_a_setting_and_a_bank_holiday_is_no_working_day(settings: Any) -> None:
    signer, trainee = persona("countersigner"), make.trainee()
    make.countersigner(signer.person, of=trainee)
    decided(trainee, dt.date(2026, 11, 16))  # Monday
    settings.PQIP_CHASE_WORKING_DAYS = 1
    with acting_as(by=BY):
        made_up = BankHoliday.objects.create(date=dt.date(2026, 11, 17), name="Made up")
    assert chase(WEDNESDAY, by=BY) == 0, "one working day has passed"
    with acting_as(by=BY):
        made_up.delete()
    assert chase(WEDNESDAY, by=BY) == 1


def test_once_a_week_and_only_on_working_days() -> None:
    signer, trainee = persona("countersigner"), make.trainee()
    make.countersigner(signer.person, of=trainee)
    decided(trainee, dt.date(2026, 11, 5))
    saturday = dt.date(2026, 11, 14)
    for day in range(12):
        chase(saturday + day * DAY, by=BY)
    sent = (
        Message.objects.filter(kind=REMINDER)
        .order_by("reference")
        .values_list("reference", flat=True)
    )
    assert list(sent) == [f"{REMINDER}:2026-W47", f"{REMINDER}:2026-W48"]
    assert Queued.objects.filter(kind="messages.send").count() == 2
    assert chase(saturday, by=BY) == 0


def test_learning_managers_are_told_of_what_is_overdue_or_has_nobody_in_their_own_place() -> None:
    signer, manager, elsewhere = (
        persona("countersigner"),
        persona("learning_manager"),
        persona("learning_manager", region="LON"),
    )
    signed, alone, far = make.trainee(), make.trainee(), make.trainee(w.person(in_region="LON"))
    make.countersigner(signer.person, of=signed)
    make.allocate(far, signer.person, "countersigner")
    decided(signed, dt.date(2026, 11, 10))  # reminded, not overdue
    assert (chase(WEDNESDAY, by=BY), told(ESCALATION)) == (1, {})
    decided(alone, dt.date(2026, 11, 10))  # nobody to remind
    decided(signed, dt.date(2026, 11, 3))  # overdue: eleven working days
    decided(far, dt.date(2026, 11, 4))  # ten
    chase(WEDNESDAY, by=BY)
    assert set(told(ESCALATION)) == {manager.email}
    body = Message.objects.get(kind=ESCALATION).body
    assert "2 decisions in your area are overdue" in body
    assert "show=waiting" in body
    chase(WEDNESDAY + 7 * DAY, by=BY)
    assert set(told(ESCALATION)) == {manager.email, elsewhere.email}


def test_whoever_left_or_lost_the_role_is_not_written_to() -> None:
    signer, trainee = persona("countersigner"), make.trainee()
    make.countersigner(signer.person, of=trainee)
    decided(trainee, dt.date(2026, 11, 3))
    with acting_as(by=BY):
        User.objects.filter(pk=signer.pk).update(is_active=False)
    assert chase(WEDNESDAY, by=BY) == 0
    with acting_as(by=BY):
        User.objects.filter(pk=signer.pk).update(is_active=True)
        signer.grants.update(ends_on=WEDNESDAY - DAY)
    assert chase(WEDNESDAY, by=BY) == 0
    assert not Message.objects.exists()


def test_words_name_nobody() -> None:
    signer, trainee = persona("countersigner"), make.trainee(w.person(last_name="Unnameable"))
    make.countersigner(signer.person, of=trainee)
    persona("learning_manager")
    decided(trainee, dt.date(2026, 11, 3))
    chase(WEDNESDAY, by=BY)
    assert Message.objects.count() == 2
    for message in Message.objects.all():
        assert "Unnameable" not in message.subject + message.body
    assert (
        "One decision has waited for your countersignature for more than 5 working days."
        in Message.objects.get(kind=REMINDER).body
    )


def test_it_comes_round_daily_and_counts_to_its_own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    (entry,) = [one for one in known_schedules() if one.kind == "assessments.chase"]
    signer, trainee = persona("countersigner"), make.trainee()
    make.countersigner(signer.person, of=trainee)
    decided(trainee, dt.date(2026, 11, 10))
    monkeypatch.setattr("assessments.tasks.today", lambda: WEDNESDAY)
    handler_for(entry.kind).work(Queued(kind=entry.kind))
    assert list(told(REMINDER)) == [signer.email]
