"""*Every change* of a record: people's words, names for keys, repeats as one line, and nothing that is not to be shown."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learners.actions.allocations import allocate
from learners.models import Enrolment, Manageable, ProtectedDay
from learners.presenters.history import TABLES, called
from pqip.core.acting import acting_as
from pqip.core.guards import _person_column, guarded_models
from pqip.core.ledger import void
from tests.factories import learners as make
from tests.learners.test_pages import at, browser, somebody, text_of

pytestmark = pytest.mark.django_db
D = dt.date


def lines(made: Enrolment) -> list[tuple[str, str]]:
    """What was changed, and from what to what."""
    table = browser(somebody()).get(at("changes", made.public_id)).context["tables"][0]
    return [(row[2].text, row[2].second) for row in table.rows]


def test_names_and_words_stand_for_keys_and_columns() -> None:
    made = make.enrolment(in_pdu=make.pdu("T-NE1"))
    boss = make.person(first_name="Ceri", last_name="Rees", staff_number="SPO1")
    allocate(by=make.BY, person=made.person, role="mentor", other=boss, from_date=D(2025, 2, 1))
    make.event(made, "deferred", D(2025, 5, 1), expected_return=D(2025, 6, 1))
    make.event(made, "withdrawn", D(2025, 5, 20))
    told = lines(made)
    said = " ".join(f"{what} {values}" for what, values in told)
    assert "Status: On a break → Withdrawn" in said
    assert "Recorded: event of the programme" in said
    assert "Recorded: who looks after whom" in said
    assert "_" not in said
    assert "deferred" not in said
    changed = [values for what, values in told if what == "Changed: place on the programme"]
    assert any(str(make.pdu("T-NE1")) in values for values in changed)
    assert any("Region: none → " in values for values in changed)
    assert not any(f"→ {made.pdu_id};" in values for values in changed)


def test_rows_that_one_act_wrote_alike_are_one_line() -> None:
    made = make.enrolment()
    with acting_as(by=make.BY, reason="A term of study days"):
        ProtectedDay.objects.bulk_create(
            ProtectedDay(person=made.person, kind="university", effective_on=D(2025, 3, day))
            for day in range(1, 8)
        )
    with acting_as(by=make.BY):
        ProtectedDay.objects.create(
            person=made.person, kind="vocational", effective_on=D(2025, 4, 1)
        )
    with acting_as(by=make.BY, reason="Wrong term"):
        void(list(ProtectedDay.objects.filter(kind="university")), by=make.BY, reason="Wrong term")
    days = [what for what, _ in lines(made) if "study day" in what]
    assert days == [
        "Undone: study day, 7 times",
        "Recorded: study day",
        "Recorded: study day, 7 times",
    ]


def test_what_took_the_place_of_something_is_not_called_undone() -> None:
    made = make.enrolment()
    first, second = (make.person(staff_number=f"SPO{number}") for number in (1, 2))
    allocate(by=make.BY, person=made.person, role="mentor", other=first, from_date=D(2025, 2, 1))
    allocate(by=make.BY, person=made.person, role="mentor", other=second, from_date=D(2025, 3, 1))
    assert "Replaced: who looks after whom" in [what for what, _ in lines(made)]
    assert "Undone: who looks after whom" not in [what for what, _ in lines(made)]


def test_that_somebody_answered_how_manageable_is_not_shown() -> None:
    made = make.enrolment()
    before = lines(made)
    with acting_as(by=make.BY):
        given = Manageable.objects.create(
            person=made.person, due_on=D(2025, 3, 1), answer="hard", effective_on=D(2025, 3, 1)
        )
    with acting_as(by=make.BY, reason="Wrong"):
        void([given], by=make.BY, reason="Wrong")
    assert lines(made) == before
    assert "anageable" not in text_of(browser(somebody()).get(at("changes", made.public_id)))


def test_every_table_about_a_person_has_words() -> None:
    tables = [model._meta.db_table for model in guarded_models() if _person_column(model)]
    assert len(tables) > 20
    assert [table for table in tables if "_" in TABLES.get(table, called(table))] == []


def test_as_many_queries_for_many_changes_as_for_few() -> None:
    made, client = make.enrolment(), browser(somebody())

    def queries() -> int:
        client.get(at("changes", made.public_id))
        with CaptureQueriesContext(connection) as captured:
            client.get(at("changes", made.public_id))
        return len(captured)

    make.event(made, "deferred", D(2025, 5, 1))
    few = queries()
    for day in range(2, 12):
        make.event(made, "resumed" if day % 2 == 0 else "deferred", D(2025, 6, day))
    assert queries() == few
