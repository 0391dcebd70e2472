"""The `learners` dataset makes nobody twice: names and birth dates, addresses, and numbers that a spreadsheet spoilt."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.db import transaction

from learners.models import Enrolment
from pqip.core.acting import Job, acting_as
from pqip.core.errors import NotAllowed
from pqip.exchange.datasets import registry
from tests.factories import learners as make
from workforce.models import Grade, Person

from .files import bring_in, done, learner, wrong
from .test_pages import somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational", "reference")]
BORN = "1999-03-04"
KNOWN = {
    "first_name": "Niamh",
    "last_name": "O’Shea-Müller",
    "date_of_birth": dt.date(1999, 3, 4),
    "email": "niamh@example.com",
}


@pytest.fixture
def reference() -> None:
    make.region(), make.region("WAL")
    make.pathway("PQIP15")
    with acting_as(by=Job("test")):
        Grade.objects.get_or_create(code="PSO", defaults={"name": "Probation services officer"})


@pytest.mark.parametrize(
    "cells",
    [
        {"first_name": "NIAMH", "last_name": "O'Shea Muller", "date_of_birth": BORN},
        {"first_name": "Niamh", "last_name": "OSheaMüller", "date_of_birth": "04/03/1999"},
        {"first_name": "N.", "last_name": "Shea", "email": "Niamh@Example.COM"},
    ],
)
def test_somebody_on_record_under_another_number_is_asked_about(
    tmp_path: Path, cells: dict[str, str]
) -> None:
    make.person("K1", **KNOWN)
    outcome = bring_in(tmp_path, "learners", learner(staff_number="L9", **cells))
    (error,) = wrong(outcome)
    assert error.startswith(
        'row 2, staff_number: "L9" may be the same person: Niamh O’Shea-Müller (K1) has the same '
    )
    assert outcome.only_asks
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(
    "cells",
    [{"date_of_birth": "1999-03-05"}, {"first_name": "Siân", "date_of_birth": BORN}, {"email": ""}],
)
def test_a_name_or_a_day_of_birth_alone_is_no_question(
    tmp_path: Path, cells: dict[str, str]
) -> None:
    make.person("K1", **KNOWN)
    named = {"first_name": "Niamh", "last_name": "O’Shea-Müller"}
    assert (
        done(bring_in(tmp_path, "learners", learner(staff_number="L9", **(named | cells))))
        == "1 new"
    )


def test_the_same_person_takes_the_new_number_and_a_place(tmp_path: Path) -> None:
    who = make.person("APP:17", **KNOWN)
    row = learner(
        staff_number="00017",
        first_name="Niamh",
        last_name="O’Shea",
        email="niamh@example.com",
        date_of_birth=BORN,
        same_person_as="app:17",
        pta="",
    )
    assert done(bring_in(tmp_path, "learners", row)) == "1 new"
    who.refresh_from_db()
    assert (who.staff_number, who.last_name, Enrolment.objects.get().person) == (
        "00017",
        "O’Shea",
        who,
    )
    assert done(bring_in(tmp_path, "learners", row)) == "1 unchanged"


@pytest.mark.parametrize(
    ("cells", "taken"),
    [
        ({"email": "niamh@example.com"}, True),
        ({"first_name": "NIAMH", "last_name": "OShea Muller"}, True),
        ({"first_name": "NIAMH", "last_name": "OShea Muller", "date_of_birth": BORN}, True),
        (
            {"first_name": "NIAMH", "last_name": "OShea Muller", "date_of_birth": "1999-03-05"},
            False,
        ),
        ({"date_of_birth": BORN}, False),
        ({}, False),
    ],
)
def test_the_same_person_shares_something_with_the_row(
    tmp_path: Path, cells: dict[str, str], taken: bool
) -> None:
    who = make.person("K1", **KNOWN)
    errors = wrong(
        bring_in(
            tmp_path, "learners", learner(staff_number="L9", same_person_as="K1", pta="", **cells)
        )
    )
    assert len(errors) == (not taken)
    assert (
        taken
        or 'same_person_as: "K1" is somebody with another e-mail address, and another name or date of birth'
        in errors[0]
    )
    who.refresh_from_db()
    assert who.staff_number == ("L9" if taken else "K1")


def test_an_answer_on_one_row_of_a_number_is_that_of_its_others(tmp_path: Path) -> None:
    who = make.person("APP:17", **KNOWN)
    cells = {
        "staff_number": "L9",
        "first_name": "Niamh",
        "last_name": "O’Shea-Müller",
        "email": "niamh@example.com",
    }
    rows = (
        learner(**cells),
        learner(**cells, cohort="Intake 15", start_date="2027-01-15", same_person_as="APP:17"),
    )
    errors = wrong(bring_in(tmp_path, "learners", *rows))
    assert "may be the same person" not in " ".join(errors)
    who.refresh_from_db()
    assert who.staff_number == ("APP:17" if errors else "L9")


@pytest.mark.parametrize("answered", [False, True])
def test_a_template_that_a_spreadsheet_spoilt(tmp_path: Path, answered: bool) -> None:
    """00418 and 4E5 went out; 418 and 400000 come back."""
    for number, name in (("00418", "Asha"), ("4E5", "Bryn")):
        make.person(
            number,
            first_name=name,
            last_name="Roe",
            date_of_birth=dt.date(1990, 1, 1),
            email=f"{name}@example.com",
        )
    rows = [
        learner(
            staff_number=number,
            first_name=name,
            last_name="Roe",
            date_of_birth="01/01/1990",
            email=f"{name}@example.com",
            different_person="yes" if answered else "",
        )
        for number, name in (("418", "Asha"), ("400000", "Bryn"))
    ]
    errors = wrong(bring_in(tmp_path, "learners", *rows))
    assert (
        errors[0]
        == 'row 2, staff_number: "418" is 00418 on record, but for case or leading zeros. Write 00418.'
    )
    assert len(errors) == (1 if answered else 2)
    if not answered:
        assert (
            "Bryn Roe (4E5) has the same e-mail address and the same name and date of birth"
            in errors[1]
        )
    assert Person.objects.filter(last_name="Roe").count() == 2


def test_who_looks_after_somebody_is_found_whatever_the_case(tmp_path: Path) -> None:
    pta = make.person("P1x")
    assert done(bring_in(tmp_path, "learners", learner(pta="p1X"))) == "1 new"
    assert Enrolment.objects.get().pta == pta
    assert done(bring_in(tmp_path, "learners", learner(pta="P1X"))) == "1 unchanged"


def test_a_number_out_of_reach_answers_as_one_that_nobody_has(tmp_path: Path) -> None:
    """In every column; and at last, when all would stand, it is given to nobody."""
    manager = somebody("learning_manager")
    make.person("W1", of="WAL", email="wyn@example.com")
    make.enrolment(who=make.person("W2", of="WAL"), in_region="WAL")
    for cells in (
        {},
        {"fte": "0.1"},
        {"pta": "W3"},
        {"email": "wyn@example.com"},
        {"line_manager": "NOBODY"},
        {"region": "WAL"},
        {"cohort": ""},
        {"date_of_birth": "2026-01-01"},
    ):
        answers = []
        for number in ("W1", "w1", "0w1", "W2", "N1"):
            outcome = bring_in(
                tmp_path, "learners", learner(staff_number=number, **cells), by=manager, check=True
            )
            answers.append(
                (
                    outcome.counts,
                    outcome.news,
                    [each.replace(f'"{number}"', '"N"') for each in wrong(outcome)],
                )
            )
        assert answers == answers[:1] * 5, cells
    for number in ("W1", "w1", "00W1", "W2"):
        with pytest.raises(NotAllowed, match="ask the national team"):
            bring_in(tmp_path, "learners", learner(staff_number=number), by=manager)
    assert Enrolment.objects.count() == 1


HIDDEN_ONES = [
    [{"of": "WAL", "email": "niamh@example.com"}],
    [{"of": "SC", "email": "NIAMH@example.com", "first_name": "Wyn"}],
    [
        {
            "of": "WAL",
            "first_name": "Niamh",
            "last_name": "OSheaMüller",
            "date_of_birth": dt.date(1999, 3, 4),
        }
    ],
    [{"of": "WAL", **KNOWN}],
    [{"of": "WAL", "email": "niamh@example.com"}, {"of": "SC", **KNOWN}],
]


def test_the_question_is_the_same_whoever_out_of_reach_it_is_and_whatever_they_share(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody may be made twice, so it is asked; it tells neither who, where or how many they are nor what they share."""
    manager, row = (
        somebody("learning_manager"),
        learner(staff_number="L9", **KNOWN | {"date_of_birth": BORN}, pta=""),
    )
    words = set()
    for hidden in HIDDEN_ONES:
        with transaction.atomic():
            for number, fields in enumerate(hidden):
                make.person(f"W{number}", **fields)
            words |= set(wrong(bring_in(tmp_path, "learners", row, by=manager, check=True)))
            transaction.set_rollback(True)
    (said,) = words
    assert (
        "somebody on record whom you do not look after has the same e-mail address, or the same name and date of birth"
        in said
    )
    events = [
        one
        for one in caplog.records
        if getattr(one, "event", "") == "asked of somebody out of reach"
    ]
    assert [(one.user_key, one.detail) for one in events] == [(manager.pk, 1)] * len(HIDDEN_ONES)
    caplog.clear()
    assert wrong(bring_in(tmp_path, "learners", row, by=manager, check=True)) == []
    assert not [
        one
        for one in caplog.records
        if getattr(one, "event", "") == "asked of somebody out of reach"
    ]


def test_the_columns_are_offered_in_the_template(tmp_path: Path) -> None:
    for name in ("staff", "learners"):
        assert list(registry[name].columns)[-2:] == ["same_person_as", "different_person"]
