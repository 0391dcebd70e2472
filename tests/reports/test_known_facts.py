"""What somebody came with, is called and answered is a fact: corrected, it answers an earlier moment as it stood then."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from assessments.actions.registrations import register_candidate
from learners.facts.status import entries
from pqip.core.acting import acting_as
from pqip.core.snapshot import safe_known_at
from reports.catalogue import REPORTS
from reports.render.files import write
from tests.factories import assessments as assessing
from tests.factories import learners as learning
from tests.factories import workforce
from tests.factories.reports import answered
from tests.factories.workforce import BY
from tests.harness.database import say
from tests.learners.files import bring_in, done, learner
from workforce.actions.people import change_staff_number, correct_person
from workforce.derived.people import refresh_people
from workforce.models import EqualityAnswers, EqualityRecord, Person, PersonRecord

pytestmark = pytest.mark.django_db
END = dt.date(2025, 9, 30)
PERSONAL = {
    "first_name": "Sam",
    "last_name": "Jones",
    "email": "sam@example.com",
    "date_of_birth": "1995-05-05",
}
ANSWERS = {"sex": "female", "ethnicity": "white_british", "disability": "no"}
FIRST = learner(**PERSONAL, **ANSWERS, modules_held="CJS;UCCB;PPP", campaign="Autumn")


def everything(
    known_at: dt.datetime | None = None, as_at: dt.date = END
) -> dict[tuple[str, str], bytes]:
    """Every report in every format's bytes, as known at an instant."""
    found = {}
    for name in REPORTS:
        whole = answered(name, as_at, known_at)
        for format in ("csv", "json"):
            stream = io.BytesIO()
            write(whole, format, stream)
            found[name, format] = stream.getvalue()
    return found


@pytest.fixture
def before(tmp_path: Path) -> tuple[dt.datetime, dict[tuple[str, str], bytes]]:
    """A learner and six more as they were first recorded, and what every report said of them then."""
    others = [
        learner(staff_number=f"L{number}", last_name="Other", date_of_birth=f"1990-01-0{number}")
        for number in range(2, 8)
    ]
    done(bring_in(tmp_path, "learners", FIRST, *others))
    instant = safe_known_at()
    return instant, everything(instant)


CORRECTIONS: dict[str, dict[str, Any]] = {
    "level 5": {"level5_held": "no", "pathway": "PQIP21"},
    "modules": {"modules_held": "CJS"},
    "route": {"entry_route": "internal_moj"},
    "campaign": {"campaign": "Spring"},
    "sex": {"sex": "male"},
    "ethnicity": {"ethnicity": "prefer_not_to_say"},
    "disability": {"disability": "yes"},
    "surname": {"last_name": "Adeyemi"},
    "first name": {"first_name": "Alex"},
    "birth": {"date_of_birth": "1961-05-05"},
    "start": {"start_date": "2025-02-03"},
}

#: Asked of the relation that reports read (`test_modules_held_are_known_as_they_were`).
IN_NO_REPORT = {"modules"}


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_a_file_that_corrects_leaves_what_was_known(
    before: Any, tmp_path: Path, correction: str
) -> None:
    instant, said = before
    assert done(bring_in(tmp_path, "learners", {**FIRST, **CORRECTIONS[correction]})) == "1 changed"
    assert everything(instant) == said
    now = everything()
    shown = {
        name
        for (name, format), text in now.items()
        if format == "csv" and text != said[name, "csv"]
    }
    assert shown or correction in IN_NO_REPORT, "this proves nothing"
    call_command("check_ledger", stdout=io.StringIO())


def test_modules_held_are_known_as_they_were(before: Any, tmp_path: Path) -> None:
    instant, _said = before
    done(bring_in(tmp_path, "learners", {**FIRST, "modules_held": "CJS"}))
    held = []
    for known_at in (None, safe_known_at(), instant, instant - dt.timedelta(days=9)):
        sql, parameters = entries(known_at)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT n.modules_held FROM ({sql}) n JOIN learners_enrolment e ON e.id = n.enrolment_id "
                "JOIN workforce_person p ON p.id = e.person_id WHERE p.staff_number = 'L1'",
                parameters,
            )
            held.append(cursor.fetchall())
    assert held == [
        [(["CJS"],)],
        [(["CJS"],)],
        [(["CJS", "PPP", "UCCB"],)],
        [(["CJS", "PPP", "UCCB"],)],
    ]


def test_answers_given_later_were_not_known_before(tmp_path: Path) -> None:
    done(
        bring_in(
            tmp_path,
            "learners",
            {name: value for name, value in FIRST.items() if name not in ANSWERS},
        )
    )
    instant = safe_known_at()
    said = everything(instant)
    done(bring_in(tmp_path, "learners", FIRST))
    assert everything(instant) == said


@pytest.mark.parametrize("by_file", [False, True])
def test_a_registration_recorded_later_was_not_known_before(tmp_path: Path, by_file: bool) -> None:
    """Of whom no registration is known, units come from the version in force when they started."""
    diploma = assessing.qualification("VQ5")
    assessing.version(diploma, "2025", dt.date(2025, 6, 1), units=40, criteria=1)
    person = learning.enrolment(who=learning.person("L1")).person
    instant = safe_known_at()
    said = everything(instant)
    if by_file:
        done(
            bring_in(
                tmp_path,
                "registrations",
                {"staff_number": "L1", "qualification": "VQ5", "registered_on": "2025-07-01"},
            )
        )
    else:
        register_candidate(
            person=person, qualification=diploma, registered_on=dt.date(2025, 7, 1), by=BY
        )
    assert everything(instant) == said
    assert everything()["progression", "csv"] != said["progression", "csv"], "this proves nothing"


def test_a_post_recorded_later_was_not_known_before() -> None:
    """Somebody without a post is in no region's row, and stays so as known then."""
    trainee = assessing.trainee(workforce.person("T1", in_region=""))
    registration = assessing.registration(learning.person("L1"), of=assessing.qualification("VQ5"))
    assessing.decision(assessing.evidence(registration), trainee)
    instant = safe_known_at()
    said = everything(instant)
    workforce.spell(trainee, dt.date(2020, 1, 6))
    with acting_as(by=BY):
        refresh_people([trainee.pk])
    assert everything(instant) == said
    now = everything()
    for report in ("countersigning", "assessor-development"):
        assert now[report, "csv"] != said[report, "csv"], "this proves nothing"


def test_a_staff_file_and_the_screens_leave_it_too(before: Any, tmp_path: Path) -> None:
    instant, said = before
    person = Person.objects.get(staff_number="L1")
    correct_person(by=BY, person=person, reason="Married", last_name="Adeyemi")
    change_staff_number(by=BY, person=person, staff_number="P100", reason="On the payroll")
    row = {
        "staff_number": "P100",
        "email": "new@example.com",
        "first_name": "Alexandra",
        "last_name": "Adeyemi",
        "grade": "PSO",
        "region": "NE",
        "fte": "1.0",
        "start_date": "2025-01-15",
    }
    assert done(bring_in(tmp_path, "staff", row)) == "1 changed"
    assert everything(instant) == said
    kept = (
        PersonRecord.objects.filter(person=person)
        .order_by("id")
        .values_list("staff_number", "first_name", "last_name")
    )
    assert list(kept) == [
        ("L1", "Sam", "Jones"),
        ("L1", "Sam", "Adeyemi"),
        ("P100", "Sam", "Adeyemi"),
        ("P100", "Alexandra", "Adeyemi"),
    ]


def test_at_every_moment_one_of_them_is_known(before: Any, tmp_path: Path) -> None:
    done(bring_in(tmp_path, "learners", {**FIRST, "last_name": "Adeyemi", "sex": "male"}))
    for model in (PersonRecord, EqualityRecord):
        rows = list(model.objects.filter(person__staff_number="L1").order_by("id"))
        assert [row.voided_at for row in rows] == [rows[1].recorded_at, None]
        for at in (
            rows[0].recorded_at,
            rows[1].recorded_at - dt.timedelta(microseconds=1),
            rows[1].recorded_at,
        ):
            assert model.objects.known_at(at).filter(person=rows[0].person_id).count() == 1


def test_what_goes_past_the_actions_is_kept_as_well(before: Any) -> None:
    person = Person.objects.get(staff_number="L1")
    with acting_as(by=BY), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workforce_person SET last_name = 'Hughes' WHERE id = %s", [person.pk]
        )
        EqualityAnswers.objects.filter(person=person).delete()
    assert PersonRecord.objects.live().get(person=person).last_name == "Hughes"
    assert not EqualityRecord.objects.live().filter(person=person).exists()
    call_command("check_ledger", stdout=io.StringIO())


def test_the_retention_role_ends_names_and_keeps_the_counts(before: Any, as_owner: Any) -> None:
    instant, said = before
    person = Person.objects.get(staff_number="L1")
    blank = (
        "UPDATE workforce_personrecord SET first_name = '', last_name = '', email = '', date_of_birth = NULL, "
        "staff_number = 'Erased' WHERE person_id = %s"
    )
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        cursor.execute(blank, [person.pk])
    with as_owner() as cursor:
        say("job:test")
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            cursor.execute(blank, [person.pk])
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pqip_retention')")
        assert cursor.fetchone()[0], "the harness makes the role"
        cursor.execute("SET ROLE pqip_retention")
        cursor.execute(blank, [person.pk])
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            cursor.execute(
                "UPDATE workforce_personrecord SET last_name = 'Other' WHERE person_id = %s",
                [person.pk],
            )
    kept = PersonRecord.objects.get(person=person)
    assert (kept.staff_number, kept.last_name, kept.date_of_birth, kept.voided_at) == (
        "Erased",
        "",
        None,
        None,
    )
    correct_person(
        by=BY,
        person=person,
        reason="Erased",
        first_name="",
        last_name="",
        email="",
        date_of_birth=None,
    )
    again = everything(instant)
    assert again["monthly-status", "csv"] == said["monthly-status", "csv"]
    assert b"Jones" not in again["progression", "csv"]
