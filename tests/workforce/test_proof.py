"""What `check_ledger` says of people, posts and the register: nothing of what actions recorded, and each difference."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pqip.core import proof
from pqip.core.acting import acting_as
from tests.factories.workforce import BY, person, spell, user
from tests.harness.database import without_guard
from workforce.actions.merges import merge_people
from workforce.models import EqualityAnswers, Person, RegisterChange, RegisterEntry

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ENTERED = dt.date(2023, 4, 3)


def said(title: str) -> list[str]:
    """What the check of that title says."""
    return [words for one in proof.checks() if one.title == title for words in one.differences()]


def test_people_who_are_listed_elsewhere_than_their_post() -> None:
    somebody = person("A1")
    spell(somebody)
    assert said("People's region, unit and grade") == []
    with acting_as(by=BY):
        Person.objects.filter(pk=somebody.pk).update(region=None)
    assert said("People's region, unit and grade") == ["A1 is not listed under the post they hold"]


def test_people_who_are_called_otherwise_than_was_recorded_last() -> None:
    somebody = person("A1")
    assert said("People's names and numbers") == []
    with without_guard("workforce_person"):
        Person.objects.filter(pk=somebody.pk).update(last_name="Another")
    assert said("People's names and numbers") == [
        "A1: what they are called differs from what was recorded last"
    ]


def test_equality_answers_that_differ_are_told_without_the_answer() -> None:
    somebody = person()
    with acting_as(by=BY):
        EqualityAnswers.objects.create(person=somebody, sex="Female", ethnicity="", disability="")
    assert said("Equality answers") == []
    with without_guard("workforce_equalityanswers"):
        EqualityAnswers.objects.filter(person=somebody).update(sex="Male")
    assert said("Equality answers") == [
        f"Person {somebody.pk}: their equality answers differ from what was recorded last"
    ]


def test_a_fact_left_under_a_number_that_went_into_another() -> None:
    stays, goes = person("A1"), person("A2")
    merge_people(by=user("national"), stays=stays, goes=goes, why="The same")
    assert said("Merged records") == []
    with without_guard("workforce_spell", "workforce_nobody_gone_person_id"):
        spell(goes)
    assert said("Merged records") == ["A2: posts stand under the number that went"]


def test_no_table_is_read_for_facts_left_behind_while_no_records_are_merged(
    django_assert_num_queries: Any,
) -> None:
    with django_assert_num_queries(1):
        assert said("Merged records") == []


@pytest.mark.parametrize(("after", "is_told"), [(-1, True), (0, False), (1, False)])
def test_a_change_of_a_register_entry_before_there_was_one(after: int, is_told: bool) -> None:
    """Told of the day before the entry; on its day, and the day after, the entry is there."""
    who = person()
    with acting_as(by=BY):
        RegisterEntry.objects.create(
            person=who, award_type="DIPPS", qualified_on=ENTERED, effective_on=ENTERED
        )
        RegisterChange.objects.create(
            person=who, award_type="DIPPS", kind="lapsed", effective_on=ENTERED + after * DAY
        )
    told = f"Person {who.pk}: something is recorded of an entry in the register that was not there on that day"
    assert said("Changes of the professional register") == [told] * is_told
