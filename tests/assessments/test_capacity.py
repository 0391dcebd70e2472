"""Countersigning as capacity: rates, the queue ahead, hours, who needs and who gives; worked by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.facts import countersigning_capacity as facts
from assessments.queries.countersigning_capacity import givers, trainees
from pqip.core.clock import today
from tests.factories import assessments as make
from tests.personas import client_for, persona
from workforce.models import Person

DAY = dt.timedelta(days=1)


def decided(trainee: Person, days_ago: int, signer: Person | None = None) -> None:
    day = today() - days_ago * DAY
    made = make.decision(make.evidence(make.registration(), day), trainee, day)
    if signer:
        make.countersignature(made, signer, today())


@pytest.mark.django_db
def test_loads_by_hand() -> None:
    """Within 8 weeks: the decision of the 56th day back no longer counts as coming; it waits all the same."""
    trainee, signer = make.trainee(), make.countersigner()
    for days_ago, by in ((1, signer), (3, None), (55, None), (56, None)):
        decided(trainee, days_ago, by)
    load = facts.loads([trainee.pk])[trainee.pk]
    assert (load.coming, load.given, load.waiting, load.overdue) == (3, 1, 3, 2)
    assert load.oldest == today() - 56 * DAY
    assert load.ahead(4) == 4, "3 and 4 weeks of 0.375 − 0.125"


@pytest.mark.django_db
def test_who_needs_and_who_gives() -> None:
    lapsed = make.assessor(achieved_on=dt.date(2020, 1, 1), lapsed_on=today())
    trainee, alone, qualified = make.trainee(), make.trainee(), make.assessor()
    signer = make.countersigner(of=trainee, weekly_hours=Decimal("1.5"))
    make.countersigner(countersign_until=today() - DAY)
    manager = persona("learning_manager")
    assert set(trainees(manager).values_list("person", flat=True)) == {
        lapsed.pk,
        trainee.pk,
        alone.pk,
    }
    assert qualified.pk not in trainees(manager).values_list("person", flat=True)
    assert list(givers(manager).values_list("person", flat=True)) == [signer.pk]
    assert facts.recorded_hours(givers(manager)) == (Decimal("1.5"), 0)
    assert facts.countersigners_of([trainee.pk, alone.pk]) == {trainee.pk: signer}


@pytest.mark.django_db
def test_the_pages_say_what_does_not_add_up_first() -> None:
    trainee, alone = make.trainee(), make.trainee()
    signer = make.countersigner(of=trainee)
    for days_ago in (1, 2, 40):
        decided(trainee, days_ago)
    client = client_for(persona("learning_manager"))
    page = client.get(reverse("assessments:capacity")).content.decode()
    assert "1 assessor without a countersigner." in page
    assert "The queue grows by 0.4 decisions a week." in page
    assert page.index("What does not add up") < page.index("Come a week")
    narrowed = client.get(reverse("assessments:capacity"), {"show": "nobody"}).content.decode()
    assert alone.staff_number in narrowed
    assert trainee.staff_number not in narrowed
    overdue = client.get(reverse("assessments:capacity"), {"show": "overdue"}).content.decode()
    assert trainee.staff_number in overdue
    assert alone.staff_number not in overdue
    giving = client.get(reverse("assessments:countersigners")).content.decode()
    assert signer.staff_number in giving
    assert "Not recorded" in giving
    elsewhere = (
        client_for(persona("learning_manager", region="LON"))
        .get(reverse("assessments:capacity"))
        .content.decode()
    )
    assert "No assessor needs a countersigner." in elsewhere
