"""The `staff` dataset makes nobody twice: numbers written otherwise, shared addresses, and who is out of reach."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pqip.core.acting import Job
from pqip.core.errors import NotAllowed
from pqip.core.models import AuditEntry
from pqip.exchange.datasets import registry
from pqip.exchange.engine import Outcome, apply, check
from tests.factories.workforce import person, spell
from tests.personas import persona
from workforce.models import Person

pytestmark = pytest.mark.django_db
ROW = {
    "staff_number": "N1",
    "email": "sam@example.com",
    "first_name": "Sam",
    "last_name": "Jones",
    "grade": "PSO",
    "region": "NE",
    "fte": "1.0",
    "start_date": "2024-03-01",
}
Run = Callable[..., Outcome]


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: dict[str, Any]) -> Path:
        columns = list(dict.fromkeys(column for row in rows for column in row))
        stream = io.StringIO()
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
        (tmp_path / "staff.csv").write_text(stream.getvalue(), encoding="utf-8")
        return tmp_path / "staff.csv"

    return write


@pytest.fixture
def run(file: Callable[..., Path]) -> Run:
    def run(*rows: dict[str, Any], by: Any = None, trial: bool = False, **how: Any) -> Outcome:
        return (check if trial else apply)(
            registry["staff"], file(*rows), by=by or Job("import"), **how
        )

    return run


def row(number: str = "N1", **cells: Any) -> dict[str, Any]:
    return {
        **ROW,
        "staff_number": number,
        "email": f"{number.strip('=').lower()}@example.com",
        **cells,
    }


def said(outcome: Outcome) -> list[str]:
    return [str(problem) for problem in outcome.problems]


def known(number: str, region: str = "NE", **fields: Any) -> Person:
    who = person(number, in_region=region, **fields)
    spell(who, in_region=region)
    return who


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("1.23457E+11", "is what a spreadsheet makes of a long number"),
        ("#N/A", "is an error of the spreadsheet"),
        ("'00731", "is not a staff number"),
        ('="00731"', "is not a staff number"),
    ],
)
def test_what_a_spreadsheet_made_of_a_number_is_an_error_that_names_it(
    run: Run, number: str, words: str
) -> None:
    (error,) = said(run(row(number, email="x@example.com")))
    assert error.startswith("row 2, staff_number: ")
    assert number.strip("=") in error
    assert words in error
    assert not Person.objects.exists()


def test_a_number_known_in_another_case_or_with_zeros_names_the_known_one(run: Run) -> None:
    known("Q0001"), known("00418"), known("APP:007")
    assert said(run(row("q0001"), row("418"), row("app:7", email="c@example.com"))) == [
        'row 2, staff_number: "q0001" is Q0001 on record, but for case or leading zeros. Write Q0001.',
        'row 3, staff_number: "418" is 00418 on record, but for case or leading zeros. Write 00418.',
        'row 4, staff_number: "app:7" is APP:007 on record, but for case or leading zeros. Write APP:007.',
    ]
    assert said(run(row("Q0001"), row("00418"))) == []


def test_two_rows_that_differ_only_so(run: Run) -> None:
    assert said(
        run(
            row("T14ab"),
            row("T14AB", email="b@example.com"),
            row("0731"),
            row("731", email="c@example.com"),
        )
    ) == [
        'row 3, staff_number: "T14AB" is T14ab of row 2, but for case or leading zeros. Write both alike.',
        'row 5, staff_number: "731" is 0731 of row 4, but for case or leading zeros. Write both alike.',
    ]


def test_a_shared_address_is_asked_and_names_the_answers(run: Run) -> None:
    known("K1", first_name="Ann", last_name="O’Neil", email="Sam@Example.com")
    asked = run(row(email="sam@example.com"))
    assert (asked.open_questions, asked.only_asks) == (1, True)
    assert said(asked) == [
        'row 2, staff_number: "N1" may be the same person: Ann O’Neil (K1) has the same e-mail address. '
        "Fill in same_person_as with K1 if they are, or different_person with yes if they are not."
    ]
    assert Person.objects.count() == 1


def test_a_different_person_is_taken_and_the_same_file_again_changes_nothing(run: Run) -> None:
    known("K1", email="sam@example.com")
    answered = row(email="sam@example.com", different_person="yes")
    assert run(answered).counts["new"] == 1
    assert run(answered).writes == 0
    assert Person.objects.count() == 2


def test_the_same_person_takes_the_new_number_and_what_the_row_says(run: Run) -> None:
    who = known("K1", email="sam@example.com")
    answered = row(
        "N1",
        email="sam@example.com",
        last_name="Smith",
        same_person_as="k1",
        start_date="2020-01-01",
    )
    seen = run(answered, trial=True)
    who.refresh_from_db()
    assert (seen.counts["changed"], who.staff_number) == (1, "K1")
    assert ("staff_number", "K1", "N1") in [
        (each.column, each.before, each.after) for each in seen.changes
    ]
    assert run(answered, expected=seen.digest).counts["changed"] == 1
    who.refresh_from_db()
    assert (who.staff_number, who.last_name, Person.objects.count()) == ("N1", "Smith", 1)
    (entry,) = AuditEntry.objects.filter(reason="The same person as this row of an import")
    assert (entry.before["staff_number"], entry.after["staff_number"]) == ("K1", "N1")
    assert run(answered).writes == 0


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (
            {"same_person_as": "K1", "different_person": "yes"},
            'different_person: "yes" cannot stand beside same_person_as',
        ),
        (
            {"same_person_as": "W1"},
            'same_person_as: "W1" is not a staff number of anybody you look after',
        ),
        (
            {"same_person_as": "NOBODY"},
            'same_person_as: "NOBODY" is not a staff number of anybody you look after',
        ),
        ({"same_person_as": "1.2E+11"}, "is what a spreadsheet makes of a long number"),
        ({"different_person": "no"}, "may be the same person"),
    ],
)
def test_answers_that_cannot_be(run: Run, cells: dict[str, str], words: str) -> None:
    known("K1", email="sam@example.com"), known("W1", "WAL")
    outcome = run(
        row(email="sam@example.com", **cells), by=persona("learning_manager", region="NE")
    )
    assert any(words in error for error in said(outcome)), said(outcome)
    assert Person.objects.get(staff_number="K1")


def test_one_person_cannot_be_two_rows(run: Run) -> None:
    known("K1", email="sam@example.com")
    own = run(row("K1", email="sam@example.com"), row("N1", same_person_as="K1"))
    assert 'row 3, same_person_as: "K1" has row 2 of its own. Keep one of the two rows.' in said(
        own
    )
    later = run(row("N1", same_person_as="K1"), row("K1", email="sam@example.com"))
    assert any("row 2, same_person_as" in error for error in said(later))
    both = run(row("N1", same_person_as="K1"), row("N2", same_person_as="K1"))
    assert (
        'row 3, same_person_as: "K1" is the answer of row 2 already. Keep one of the two rows.'
        in said(both)
    )
    assert list(Person.objects.values_list("staff_number", flat=True)) == ["K1"]


@pytest.mark.parametrize("batch", [10_000, 1])
def test_two_rows_of_a_file_are_asked_once_and_an_answer_on_either_is_that_of_both(
    run: Run, monkeypatch, batch: int
) -> None:
    monkeypatch.setattr(type(registry["staff"]), "batch", batch)
    rows = row("N1", email="a@example.com"), row("N2", email="A@example.com")
    assert said(run(*rows)) == [
        'row 3, staff_number: "N2" may be the same person: row 2 (N1) has the same e-mail address; of one person keep one row. '
        "Fill in different_person with yes if they are not."
    ]
    assert run(rows[0], {**rows[1], "different_person": "yes"}, trial=True).counts["new"] == 2
    if batch > 1:
        assert run({**rows[0], "different_person": "yes"}, rows[1], trial=True).counts["new"] == 2


def test_a_known_person_further_down_who_takes_the_address_is_another_row_too(run: Run) -> None:
    known("K1", email="old@example.com")
    (error,) = said(run(row("N1", email="a@example.com"), row("K1", email="a@example.com")))
    assert "row 3 (K1) has the same e-mail address" in error


def test_who_is_out_of_reach_is_not_named_but_asked_about(run: Run) -> None:
    known("W1", "WAL", first_name="Wyn", email="sam@example.com")
    manager = persona("learning_manager", region="NE")
    (error,) = said(run(row(email="sam@example.com"), by=manager))
    assert error == (
        'row 2, staff_number: "N1" may be the same person: somebody on record whom you do not look after has the same e-mail '
        "address, or the same name and date of birth; ask the national team who it is. Fill in different_person with yes if they "
        "are not."
    )
    assert run(row(email="sam@example.com", different_person="yes"), by=manager).counts["new"] == 1


VARIANTS: list[dict[str, Any]] = [
    {},
    {"region": "ZZ"},
    {"fte": "9"},
    {"email": "wyn@example.com"},
    {"email": "near@example.com"},
    {"same_person_as": "K1"},
    {"different_person": "yes"},
    {"effective_from": "2019-01-01"},
    {"end_date": "2025-01-01"},
    {"email": "near@example.com", "same_person_as": "K1"},
    {"same_person_as": "W2"},
    {"region": "WAL"},
]


@pytest.mark.parametrize("cells", VARIANTS, ids=str)
def test_a_number_out_of_reach_answers_as_one_that_nobody_has(
    run: Run, file: Any, capsys: Any, cells: dict[str, Any]
) -> None:
    """The same outcome, the same words and as many questions to the database; only what would stand at last is refused."""
    (
        known("W1", "WAL", email="wyn@example.com"),
        known("W2", "WAL"),
        known("K1", email="near@example.com"),
    )
    manager = persona("learning_manager", region="NE")
    answers = {}
    run(row("N0"), by=manager, trial=True)  # what the importer may do is asked once
    for number in ("W1", "w1", "0W1", "N1"):
        line = row(
            number,
            email=cells.get("email", "new@example.com"),
            **{k: v for k, v in cells.items() if k != "email"},
        )
        with CaptureQueriesContext(connection) as asked:
            outcome = run(line, by=manager, trial=True)
        try:
            call_command(
                "import_data", "staff", str(file(line)), "--dry-run", "--by", manager.email
            )
        except CommandError as error:
            print(error)
        printed = capsys.readouterr()
        answers[number] = (
            outcome.counts,
            outcome.open_questions,
            printed.out.replace(f'"{number}"', '"N"'),
            printed.err.replace(f'"{number}"', '"N"'),
            len(asked),
        )
    assert answers["W1"] == answers["w1"] == answers["0W1"] == answers["N1"]


def test_at_last_a_number_out_of_reach_is_given_to_nobody(run: Run, file: Any) -> None:
    known("W1", "WAL", email="wyn@example.com")
    manager = persona("learning_manager", region="NE")
    for number in ("W1", "w1", "0W1", "00w1"):
        with pytest.raises(NotAllowed, match="ask the national team"):
            run(row(number), row("N2"), by=manager)
        with pytest.raises(CommandError, match="Nothing was changed"):
            call_command("import_data", "staff", str(file(row(number))), "--by", manager.email)
    assert not Person.objects.exclude(pk=manager.person_id).exclude(staff_number="W1").exists()
    assert Person.objects.get(staff_number="W1").email == "wyn@example.com"


@pytest.mark.parametrize(
    "cells", [{}, {"first_name": "Samuel"}, {"last_name": "Jonson", "email": "sam.j@example.com"}]
)
def test_the_same_person_shares_something_with_the_row(run: Run, cells: dict[str, str]) -> None:
    who = known("K1", first_name="Tess", last_name="Hale", email="tess@example.com")
    (error,) = said(run(row("N1", same_person_as="K1", **cells)))
    assert error == (
        'row 2, same_person_as: "K1" is somebody with another e-mail address, and another name or date of birth. Check the '
        "number; if it is right, first put their record right on screen."
    )
    who.refresh_from_db()
    assert (who.staff_number, who.first_name, who.email) == ("K1", "Tess", "tess@example.com")


@pytest.mark.parametrize(
    "cells",
    [
        {"email": "TESS@example.com"},
        {"first_name": "TESS", "last_name": "O'Hale", "email": "other@example.com"},
    ],
)
def test_an_address_or_in_a_file_without_dates_of_birth_the_name_is_enough(
    run: Run, cells: dict[str, str]
) -> None:
    who = known(
        "K1",
        first_name="Tess",
        last_name="O’Hale",
        email="tess@example.com",
        date_of_birth=dt.date(1990, 1, 2),
    )
    assert run(row("N1", same_person_as="K1", **cells)).counts["changed"] == 1
    who.refresh_from_db()
    assert who.staff_number == "N1"
