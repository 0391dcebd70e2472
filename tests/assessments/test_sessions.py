"""Induction sessions and workshops for assessors in training: recorded, corrected, and counted in the report."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from assessments.actions.standardisation import correct_attendance, record_meeting
from assessments.models import Attendance, Standardisation
from assessments.queries.standardisation import not_come
from pqip.core.clock import today
from pqip.core.snapshot import safe_known_at
from tests.factories import assessments as make
from tests.factories import workforce as w
from tests.factories.reports import row
from tests.factories.workforce import BY
from tests.personas import client_for, persona
from workforce.models import Person

pytestmark = pytest.mark.django_db
JUNE, JULY = dt.date(2025, 6, 10), dt.date(2025, 7, 10)


def held(kind: str, on: dt.date, *came: Person) -> Standardisation:
    keys = [one.pk for one in came]
    return record_meeting(
        region=w.region(),
        held_on=on,
        topic=f"{kind} {on}",
        outcome="",
        came=keys,
        invited=keys,
        kind=kind,
        by=BY,
    )


def counted(on: dt.date, known_at: dt.datetime | None = None) -> tuple[int, int]:
    found = row("assessor-development", on, known_at, region="NE")
    return found["induction_sessions"], found["workshops_attended"]


def test_times_that_candidates_for_the_award_came_by_hand() -> None:
    """Two trainees: both at an induction in June, one at a workshop in June and at another in July; an assessor qualified long
    ago and registered for the award came to one workshop too. A standardisation meeting is neither."""
    one, two, long_ago = (
        make.trainee(),
        make.trainee(),
        make.assessor(registered_on=dt.date(2019, 1, 7)),
    )
    first = held("induction", JUNE, one, two)
    held("workshop", JUNE, one)
    held("workshop", JULY, one, long_ago)
    held("standardisation", JULY, one, two)
    assert counted(JUNE - dt.timedelta(days=1)) == (0, 0)
    assert counted(JUNE) == (2, 1)
    assert counted(JULY) == (2, 3)
    told = safe_known_at()
    correct_attendance(meeting=first, came=[one.pk], reason="Two was away", by=BY)
    assert counted(JULY) == (1, 3)
    assert counted(JULY, told) == (2, 3)


def test_a_session_is_no_standardisation_meeting() -> None:
    who = make.trainee()
    held("workshop", today(), who)
    manager = persona("learning_manager")
    assert who.pk in not_come(manager).values_list("person", flat=True)
    held("standardisation", today(), who)
    assert who.pk not in not_come(manager).values_list("person", flat=True)


def test_recorded_corrected_and_seen_on_the_pages() -> None:
    here, left_out, elsewhere = (
        make.trainee(),
        make.trainee(),
        make.trainee(w.person(in_region="WAL")),
    )
    client = client_for(persona("learning_manager"))
    said = {
        "kind": "induction",
        "region": w.region().pk,
        "held_on": today().isoformat(),
        "topic": "First steps",
        "outcome": "",
        "came": [here.pk],
    }
    record = reverse("assessments:record_session")
    assert client.post(record, {**said, "came": [elsewhere.pk]}).status_code == 200, (
        "another region's trainee cannot be chosen"
    )
    assert client.post(record, {**said, "kind": "standardisation"}).status_code == 200
    assert client.post(record, said).status_code == 302
    session = Standardisation.objects.get(kind="induction")
    page = reverse("assessments:session", args=[session.public_id])
    assert page in client.get(reverse("assessments:sessions")).content.decode()
    assert page not in client.get(reverse("assessments:meetings")).content.decode()
    assert here.name in client.get(page).content.decode()
    corrected = {"came": [left_out.pk], "reason": "Mixed up"}
    assert (
        client.post(
            reverse("assessments:correct_session", args=[session.public_id]), corrected
        ).status_code
        == 302
    )
    live = Attendance.objects.live().filter(meeting=session, has_come=True)
    assert list(live.values_list("person", flat=True)) == [left_out.pk]
    assert client_for(persona("iqa")).get(record).status_code == 403
