"""Posts follow one another, and each person is listed where their spells say."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from pqip.core.acting import Job, acting_as
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.snapshot import safe_known_at
from tests.factories.workforce import BY, grade, person, region, spell
from workforce.actions.people import change_staff_number, correct_person, record_person
from workforce.actions.posts import begin_post, change_post, correct_spell, end_post, void_spell
from workforce.derived.people import differing_people, refresh_people
from workforce.models import Person, Spell

pytestmark = pytest.mark.django_db
MAY, JUNE, JULY = dt.date(2025, 5, 1), dt.date(2025, 6, 1), dt.date(2025, 7, 1)


def history(of: Person) -> list[tuple]:
    rows = Spell.objects.live().filter(person=of).order_by("effective_on")
    return [(row.effective_on, row.ended_on, row.grade.code, str(row.fte)) for row in rows]


def somebody() -> Person:
    return record_person(
        by=BY,
        staff_number="S1",
        first_name="Ŵyn",
        last_name="ap Rhys",
        starts_on=MAY,
        post={"grade": grade("PSO"), "region": region("WAL"), "fte": Decimal("1.0")},
    )


def test_somebody_new_is_listed_where_their_post_is() -> None:
    made = somebody()
    assert (made.region.code, made.grade.code) == ("WAL", "PSO")
    with pytest.raises(RuleBroken, match="is the number of"):
        somebody()


def test_a_change_ends_the_spell_the_day_before() -> None:
    made = somebody()
    before = safe_known_at()
    change_post(by=BY, person=made, on=JUNE, grade=grade("PO"))
    assert history(made) == [(MAY, dt.date(2025, 5, 31), "PSO", "1.00"), (JUNE, None, "PO", "1.00")]
    assert made.grade.code == "PO"
    assert [row.ended_on for row in Spell.objects.known_at(before).filter(person=made)] == [None]


def test_a_change_between_two_spells_lasts_until_the_next() -> None:
    made = somebody()
    change_post(by=BY, person=made, on=JULY, grade=grade("PO"))
    change_post(by=BY, person=made, on=JUNE, fte=Decimal("0.8"))
    assert history(made)[1] == (JUNE, dt.date(2025, 6, 30), "PSO", "0.80")


def test_a_change_on_the_first_day_corrects() -> None:
    made = somebody()
    change_post(by=BY, person=made, on=MAY, fte=Decimal("0.6"))
    assert history(made) == [(MAY, None, "PSO", "0.60")]


def test_leaving_and_coming_back() -> None:
    made = somebody()
    end_post(by=BY, person=made, last_day=JUNE, leave_reason="Resigned")
    assert (made.region.code, history(made)[0][1]) == ("WAL", JUNE)
    with pytest.raises(RuleBroken, match="no post"):
        change_post(by=BY, person=made, on=JULY, fte=Decimal("0.5"))
    begin_post(
        by=BY, person=made, on=JULY, grade=grade("PO"), region=region("NE"), fte=Decimal("1.0")
    )
    assert made.region.code == "NE"
    with pytest.raises(RuleBroken, match="overlap"):
        begin_post(
            by=BY, person=made, on=JUNE, grade=grade("PO"), region=region("NE"), fte=Decimal("1.0")
        )


@pytest.mark.parametrize(
    ("fte", "right"), [("0.09", False), ("0.1", True), ("1.0", True), ("1.01", False)]
)
def test_hours_from_a_tenth_to_full_time(fte: str, right: bool) -> None:
    made = person()
    begin = {
        "by": BY,
        "person": made,
        "on": MAY,
        "grade": grade(),
        "region": region(),
        "fte": Decimal(fte),
    }
    if right:
        assert begin_post(**begin)
    else:
        with pytest.raises(RuleBroken, match=r"0\.1 to 1\.0"):
            begin_post(**begin)


def test_a_corrected_spell_cannot_be_corrected_again() -> None:
    made = somebody()
    first = Spell.objects.live().get(person=made)
    correct_spell(by=BY, spell=first, reason="Typing error", effective_on=JUNE)
    with pytest.raises(Conflict):
        correct_spell(by=BY, spell=first, reason="Again", effective_on=JULY)
    void_spell(by=BY, spell=Spell.objects.live().get(person=made), reason="Not them")
    assert history(made) == []


def test_the_night_turns_posts_recorded_ahead(time_machine) -> None:
    made = person(in_region="NE", in_grade="PSO")
    spell(made, MAY, in_grade="PSO", ended_on=dt.date(2030, 12, 31))
    spell(made, dt.date(2031, 1, 1), in_region="LON", in_grade="PO")
    assert made.pk not in differing_people()
    time_machine.move_to(dt.datetime(2031, 1, 1, 3, tzinfo=dt.UTC))
    assert made.pk in differing_people()
    with acting_as(by=Job("workforce.turn_day")):
        assert refresh_people(None) == 1
        assert refresh_people(None) == 0, "nobody differs any more"
    made.refresh_from_db()
    assert (made.region.code, made.grade.code) == ("LON", "PO")


def test_names_and_numbers_are_corrected() -> None:
    made = somebody()
    correct_person(by=BY, person=made, last_name="Jones")
    change_staff_number(by=BY, person=made, staff_number="S2", reason="On the payroll")
    assert (made.name, made.staff_number) == ("Ŵyn Jones", "S2")
    with pytest.raises(TypeError):
        correct_person(by=BY, person=made, region=None)
