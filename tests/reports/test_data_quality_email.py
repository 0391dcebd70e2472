"""The monthly e-mail on records to put right: counts and a link to those who can, once, and nobody else."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.urls import reverse

from pqip.core.acting import Job as NamedJob
from pqip.core.background.calendar import periods
from pqip.core.background.schedules import known_schedules
from pqip.core.clock import today
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue
from pqip.jobs.running import run
from pqip.messages.models import Message
from reports.actions.tell_data_quality import tell_data_quality
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.messages.conftest import Server, mail_server  # noqa: F401  (a fixture)
from tests.personas import persona

pytestmark = pytest.mark.django_db
BY, PERIOD = NamedJob("test"), "2026-12"


def told() -> dict[str, str]:
    return dict(Message.objects.filter(kind="data_quality").values_list("address", "body"))


def tell(period: str = PERIOD) -> int:
    return tell_data_quality(today(), period=period, by=BY)


@pytest.fixture
def incomplete() -> None:
    """A learner of the North East without post, assessor, manager and mentor, whom an e-mail must not name."""
    who = make.person(first_name="Nora", last_name="North", email="nora@example.com")
    make.enrolment(who=who, start=today() - dt.timedelta(days=30))


def test_those_who_can_put_it_right_are_told_how_many(incomplete: None) -> None:
    manager = persona("learning_manager")
    partner = persona("hr_partner")  # who keeps posts
    for role in ("national", "line_manager", "administrator"):
        persona(role)  # of whom none has anything to put right
    persona("learning_manager", region="WAL")
    assert tell() == 2
    assert told().keys() == {manager.email, partner.email}
    assert "1 Learners with no post\n\nSign in" in told()[partner.email]
    body = told()[manager.email]
    assert body.startswith(
        "4 records that you can put right lack something or contradict another:\n\n1 Learners with no post\n"
    )
    assert "1 No practice tutor assessor\n1 No line manager\n1 No mentor\n" in body
    assert reverse("reports:data_quality") in body
    person = make.Enrolment.objects.get().person
    for personal in ("Nora", "North", person.staff_number, person.email):
        assert personal not in body + Message.objects.get(address=manager.email).subject


def test_nobody_without_anything_to_put_right_is_written_to() -> None:
    persona("learning_manager")
    assert tell() == 0
    assert told() == {}


def test_once_a_month_however_often_it_is_asked(incomplete: None) -> None:
    persona("learning_manager")
    assert [tell(), tell(), Message.objects.count()] == [1, 1, 1]
    tell("2027-01")
    assert Message.objects.count() == 2


def test_one_whose_role_has_ended_or_whose_account_is_closed_is_not_told(incomplete: None) -> None:
    w.grant(w.user(), "learning_manager", in_region="NE", ends_on=today() - dt.timedelta(days=1))
    w.user("learning_manager", in_region="NE", is_active=False)
    assert tell() == 0


def test_it_is_switched_off(incomplete: None, settings: Any) -> None:
    persona("learning_manager")
    settings.PQIP_DATA_QUALITY_EMAIL = False
    assert tell() == 0
    assert told() == {}


def test_it_asks_the_database_as_often_for_many_as_for_one(
    incomplete: None, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        w.user("learning_manager", in_region="WAL")
    with django_assert_max_num_queries(12):
        tell()


def test_the_schedule_s_job_sends_it_through_the_mail_server(
    incomplete: None, mail_server: Server
) -> None:
    manager = persona("learning_manager")
    schedule = next(one for one in known_schedules() if one.name == "reports-data-quality")
    december = dt.datetime(2026, 11, 30, tzinfo=dt.UTC), dt.datetime(2026, 12, 31, tzinfo=dt.UTC)
    (period,) = periods(schedule.rule, *december)
    assert (period.name, period.due_at) == (
        "2026-12",
        dt.datetime(2026, 12, 1, 7, tzinfo=dt.UTC),
    )  # a Tuesday
    for key in ("first", "again"):
        asked = enqueue(
            schedule.kind, key=key, payload={"period": period.name, "due_on": "2026-12-01"}, by=BY
        )
        run(asked.pk)
        assert Job.objects.get(pk=asked.pk).state == Job.State.DONE
    for mail in Job.objects.filter(kind="messages.send"):
        run(mail.pk)
    (envelope,) = mail_server.taken
    assert envelope.rcpt_tos == [manager.email]
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert mail["Subject"] == "Records to put right in Manage probation qualifications"
    assert "Nora" not in mail.get_content()
    assert "4 records that you can put right" in mail.get_content()
