"""A staff number has a form and is one whatever its case: in files, actions and the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from pqip.core.acting import Job, acting_as
from pqip.core.errors import RuleBroken
from pqip.core.expressions import Bare
from pqip.exchange.datasets import registry
from pqip.exchange.engine import Outcome, apply
from tests.factories.workforce import person
from workforce.actions.people import change_staff_number, change_staff_numbers
from workforce.models import Person
from workforce.rules import numbers

pytestmark = pytest.mark.django_db
BY = Job("test")
RIGHT = ["731", "00731", "4E5", "a-1/b_2.c", "APP:1234", "app:00012", "X" * 30, "NOBODY"]
SHORTENED = ["1.23457E+11", "1.2e+11", "4E+5", "1.2E11", "1.2E-05"]
WRONG = [
    "#N/A",
    "#REF!",
    "'00731",
    '="00731"',
    "=731",
    "00 731",
    "7\t1",
    "-731",
    "APP:",
    "APP: 12",
    "Ü1",
    "731\n",
    "X" * 31,
    "+731",
]
#: Columns that name somebody by staff number, in whatever dataset they stand.
NAMES = {
    "staff_number",
    "other_staff_number",
    "pta",
    "line_manager",
    "assessor",
    "countersigner",
    "signed_off_by",
    "approved_by",
    "same_person_as",
}


@pytest.mark.parametrize("number", RIGHT)
def test_what_a_number_may_be(number: str) -> None:
    assert numbers.fault(number) == ""
    assert person(number).staff_number == number


@pytest.mark.parametrize("number", [*WRONG, *SHORTENED])
def test_what_it_may_not_be_is_refused_by_rule_action_and_database(number: str) -> None:
    said = numbers.fault(number)
    assert ("makes of a long number" in said) == (number in SHORTENED)
    who = person("S1")
    with pytest.raises(RuleBroken, match=r"(staff|long) number"):
        change_staff_number(by=BY, person=who, staff_number=number, reason="Corrected")
    with (
        pytest.raises(Exception, match=r"workforce_person_number_form|too long"),
        transaction.atomic(),
        acting_as(by=BY),
    ):
        Person.objects.filter(pk=who.pk).update(staff_number=number)
    who.refresh_from_db()
    assert who.staff_number == "S1"


def test_the_setting_asks_for_less(settings) -> None:
    settings.PQIP_STAFF_NUMBER_FORM = r"\d{5}"
    with pytest.raises(RuleBroken, match="is not a staff number"):
        change_staff_number(by=BY, person=person("00731"), staff_number="S1", reason="Corrected")


def test_one_whatever_its_case() -> None:
    who = person("T14ab")
    assert Person.objects.numbered("t14AB", "nobody").get() == who
    with pytest.raises(IntegrityError, match="number_once"), transaction.atomic():
        person("T14AB")
    with pytest.raises(RuleBroken, match="taken"):
        change_staff_number(by=BY, person=person("S2"), staff_number="t14ab", reason="Corrected")
    assert (
        change_staff_number(
            by=BY, person=who, staff_number="T14AB", reason="Corrected"
        ).staff_number
        == "T14AB"
    )


def test_several_change_at_once_or_none() -> None:
    one, two = person("A1"), person("A2")
    with pytest.raises(RuleBroken, match="taken"):
        change_staff_numbers(by=BY, numbers={one.pk: "B1", two.pk: "b1"}, reason="Payroll")
    change_staff_numbers(by=BY, numbers={one.pk: "B1", two.pk: "B2"}, reason="Payroll")
    assert set(
        Person.objects.filter(pk__in=[one.pk, two.pk]).values_list("staff_number", flat=True)
    ) == {"B1", "B2"}


@pytest.mark.parametrize("number", ["00731", "731", "app:0012", "APP:", "0", "a00", "0-0", "10"])
def test_python_and_the_database_take_off_the_same(number: str) -> None:
    from django.db.models import Value

    person("S1")
    assert Person.objects.values_list(Bare(Value(number)), flat=True).get() == numbers.bare(number)


def test_every_column_of_every_dataset_that_names_somebody_has_the_rule() -> None:
    found = {
        (dataset.name, name)
        for dataset in registry.values()
        for name in dataset.columns
        if name in NAMES
    }
    assert len(found) >= 18
    for dataset, name in sorted(found):
        column = registry[dataset].columns[name]
        with pytest.raises(ValueError, match="makes of a long number"):
            column.widget.clean("1.23457E+11")
        with pytest.raises(ValueError, match="is not a staff number"):
            column.widget.clean("#N/A")
        assert (column.folded("q1"), bool(column.on_record)) == ("Q1", True) or (dataset, name) in {
            ("staff", "staff_number"),
            ("learners", "staff_number"),
        }


def test_a_number_is_looked_up_whatever_its_case(tmp_path: Path) -> None:
    who = person("Q0001")
    head = "staff_number,kind,start_date"
    assert _import(tmp_path, head, "q0001,career_break,2025-01-06").counts["new"] == 1
    assert who.absences.count() == 1
    assert _import(tmp_path, head, "Q0001,career_break,2025-01-06").writes == 0
    twice = _import(
        tmp_path, head, "Q0001,career_break,2025-02-06", "q0001,career_break,2025-02-06"
    )
    assert [str(each) for each in twice.problems] == [
        "row 3: it has the same staff_number, kind, start_date as row 2."
    ]


def _import(tmp_path: Path, *lines: str) -> Outcome:
    (tmp_path / "file.csv").write_text("\n".join(lines), encoding="utf-8")
    return apply(registry["absences"], tmp_path / "file.csv", by=Job("import"))
