"""People are found however their names are written, on an index, wherever names or staff numbers are looked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from learners.models import Enrolment
from learners.plugins.finding import find_learners
from pqip.core.access_log import log_access
from pqip.core.acting import acting_as
from tests.factories import learners as l
from tests.factories import workforce as w
from tests.personas import persona
from workforce.models import Person, User
from workforce.plugins import finding
from workforce.queries import records

pytestmark = pytest.mark.django_db
NIAMH = ["O'Shea", "O’Shea", "oshea", "O'Shea-Muller", "o’shea‑müller", "NIAMH MÜLLER", "a'14/2"]
SIWAN = ["Llyr", "Llŷr", "llŷr siwan", "LLY\u0302R", "Siwan\u00a0Llyr"]


@pytest.fixture
def both() -> dict[str, Person]:
    niamh = l.person("A14/2", "Niamh", "O’Shea-Müller")
    siwan = l.person("B15", "Siwan", "Llŷr")
    l.person("C16", "Sam", "Shea")
    return {"niamh": niamh, "siwan": siwan}


@pytest.mark.parametrize(
    ("who", "words"),
    [*(("niamh", words) for words in NIAMH), *(("siwan", words) for words in SIWAN)],
)
def test_found_by_every_search(both: dict[str, Person], who: str, words: str) -> None:
    l.enrolment(who=both[who])
    national = persona("national")
    assert [person.staff_number for person in Person.objects.matching(words)] == [
        both[who].staff_number
    ]
    assert [row.person_id for row in Enrolment.objects.matching(words)] == [both[who].pk]
    assert [found.staff_number for found in find_learners(national, words, 5)] == [
        both[who].staff_number
    ]
    assert [found.staff_number for found in finding.find_staff(national, words, 5)] == [
        both[who].staff_number
    ]


def test_accounts_and_the_log_of_access_too() -> None:
    with acting_as(by=w.BY):
        account = User.objects.create_user("niamh.o'shea@example.com", name="Niamh O’Shea-Müller")
    log_access(account, "view", "x", {})
    assert list(User.objects.matching("o'shea-muller")) == [account]
    assert list(User.objects.matching("niamh.oshea@")) == [account]
    assert [
        entry.user for entry in records.access_entries(persona("data_protection"), "O'Shea")
    ] == [account]


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (Person.objects.matching("O'Shea"), "workforce_person_search"),
        (User.objects.matching("O'Shea"), "workforce_user_search"),
    ],
)
def test_it_stands_on_an_index(rows: QuerySet[Any], index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, parameters = rows.order_by().query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", parameters)
        assert index in "\n".join(line for (line,) in cursor.fetchall())
