"""The staff, absences, targets and staffing datasets: what a row comes to, and that the same file again changes nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from pqip.core.acting import Job
from pqip.core.errors import NotAllowed
from pqip.core.snapshot import safe_known_at
from pqip.exchange.datasets import registry
from pqip.exchange.engine import Outcome, apply, check
from tests.factories.workforce import person, spell
from tests.personas import persona
from workforce.models import Absence, Person, Spell, StaffingReturn, Target

pytestmark = pytest.mark.django_db
IMPORT = Job("import")
HEAD = (
    "staff_number,email,first_name,last_name,grade,region,pdu,function,fte,contract,start_date,end_date,leave_reason,"
    "effective_from"
)
REGIONS = "NE, YH, NW, GM, KSS, EOE, EM, WM, LON, SC, SW, WAL"
SAM = "S1,sam@example.com,Sam,Jones,PSO,NE,N54DUR,court,1.0,,2024-03-01,,,"


@pytest.fixture
def run(tmp_path: Path):
    def bring_in(dataset: str, *lines: str, by=IMPORT, only_check: bool = False) -> Outcome:
        path = tmp_path / "file.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return (check if only_check else apply)(registry[dataset], path, by=by)

    return bring_in


def history(number: str = "S1") -> list[tuple]:
    rows = Spell.objects.live().filter(person__staff_number=number).order_by("effective_on")
    return [
        (str(row.effective_on), str(row.ended_on or ""), row.grade.code, str(row.fte))
        for row in rows
    ]


def said(outcome: Outcome) -> list[str]:
    return [str(problem) for problem in outcome.problems]


def test_somebody_new_and_the_same_again(run) -> None:
    first = run("staff", HEAD, SAM)
    assert (said(first), first.counts["new"]) == ([], 1)
    made = Person.objects.get(staff_number="S1")
    assert (made.name, made.region.code, made.pdu.code, made.grade.code) == (
        "Sam Jones",
        "NE",
        "N54DUR",
        "PSO",
    )
    assert history() == [("2024-03-01", "", "PSO", "1.00")]
    assert Spell.objects.get().contract == "permanent"
    again = run("staff", HEAD, SAM)
    assert (again.counts["unchanged"], again.writes) == (1, 0)


def test_a_check_changes_nothing(run) -> None:
    assert run("staff", HEAD, SAM, only_check=True).counts["new"] == 1
    assert not Person.objects.filter(staff_number="S1").exists()


def test_without_a_date_it_corrects_and_with_one_it_changes_from_then(run) -> None:
    run("staff", HEAD, SAM)
    before = safe_known_at()
    corrected = run("staff", HEAD, SAM.replace("1.0,,2024-03-01", "0.8,,2024-02-01"))
    assert {(change.column, change.before, change.after) for change in corrected.changes} == {
        ("fte", "1.00", "0.8"),
        ("start_date", "2024-03-01", "2024-02-01"),
    }
    assert history() == [("2024-02-01", "", "PSO", "0.80")]
    run(
        "staff",
        HEAD,
        SAM.replace("PSO", "PO").replace("1.0,,2024-03-01,,,", "0.8,,2024-02-01,,,2025-06-01"),
    )
    assert history() == [
        ("2024-02-01", "2025-05-31", "PSO", "0.80"),
        ("2025-06-01", "", "PO", "0.80"),
    ]
    assert Person.objects.get(staff_number="S1").grade.code == "PO"
    assert [str(row.fte) for row in Spell.objects.known_at(before)] == ["1.00"]
    again = run(
        "staff",
        HEAD,
        SAM.replace("PSO", "PO").replace("1.0,,2024-03-01,,,", "0.8,,2024-02-01,,,2025-06-01"),
    )
    assert again.writes == 0


def test_a_change_before_a_later_one_lasts_until_it(run) -> None:
    run("staff", HEAD, SAM)
    run("staff", HEAD, SAM.replace("PSO", "SPO") + "2026-01-01")
    between = SAM.replace("PSO", "PO") + "2025-01-01"
    run("staff", HEAD, between)
    assert history() == [
        ("2024-03-01", "2024-12-31", "PSO", "1.00"),
        ("2025-01-01", "2025-12-31", "PO", "1.00"),
        ("2026-01-01", "", "SPO", "1.00"),
    ]
    assert run("staff", HEAD, between).writes == 0


def test_leaving_and_coming_back(run) -> None:
    run("staff", HEAD, SAM)
    run("staff", HEAD, SAM.replace("2024-03-01,,,", "2024-03-01,2025-03-31,Resigned,"))
    assert history() == [("2024-03-01", "2025-03-31", "PSO", "1.00")]
    back = SAM.replace("2024-03-01,,,", "2025-09-01,,,2025-09-01")
    run("staff", HEAD, back)
    assert history() == [
        ("2024-03-01", "2025-03-31", "PSO", "1.00"),
        ("2025-09-01", "", "PSO", "1.00"),
    ]
    assert run("staff", HEAD, back).writes == 0


def test_a_column_the_file_lacks_is_left_as_it_is(run) -> None:
    run("staff", HEAD, SAM)
    short = "staff_number,email,first_name,last_name,grade,region,fte,start_date"
    assert run("staff", short, "S1,sam@example.com,Sam,Jones,PSO,NE,1.0,2024-03-01").writes == 0
    run("staff", short, "S1,sam@example.com,Sam,Smith,PSO,NE,1.0,2024-03-01")
    assert (Person.objects.get(staff_number="S1").name, Spell.objects.live().get().pdu.code) == (
        "Sam Smith",
        "N54DUR",
    )


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            SAM.replace(",NE,", ",ZZ,"),
            f'row 2, region: "ZZ" is not a region. Use one of {REGIONS}.',
        ),
        (SAM.replace(",NE,", ",NAT,"), 'row 2, region: "NAT" is not a region.'),
        (SAM.replace("N54DUR", "N03SW1"), 'row 2, pdu: "N03SW1" is not in NE.'),
        (
            SAM.replace("1.0", "1.2"),
            'row 2, fte: "1.2" is out of range. Use a number from 0.1 to 1.0.',
        ),
        (
            SAM.replace("PSO", "XX"),
            'row 2, grade: "XX" is not a grade. Use one of PSO, PO, SPO, PTA, SPTA, VQ3A, QDO, CA, OTHER.',
        ),
        (
            SAM.replace("2024-03-01,,,", "2024-03-01,2024-02-01,,"),
            'row 2, end_date: "2024-02-01" is before start_date.',
        ),
        (SAM + "2024-02-01", 'row 2, effective_from: "2024-02-01" is before start_date.'),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(run, row: str, problem: str) -> None:
    wrong = run("staff", HEAD, row)
    assert len(wrong.problems) == 1
    assert said(wrong)[0].startswith(problem)
    assert not Person.objects.filter(staff_number="S1").exists()


def test_nobody_imports_outside_their_region(run) -> None:
    manager = persona("learning_manager", region="NE")
    assert said(run("staff", HEAD, SAM.replace("NE,N54DUR", "WAL,"), by=manager)) == [
        'row 2, region: "WAL" is not a region you look after. Use one of NE.'
    ]
    other = person("S9", in_region="WAL")
    spell(other, in_region="WAL")
    with pytest.raises(
        NotAllowed, match="“S9” may be the number of somebody on record whom you do not look after"
    ):
        run("staff", HEAD, SAM.replace("S1,", "S9,"), by=manager)
    assert run("staff", HEAD, SAM, by=manager).counts["new"] == 1


def test_targets_are_corrected_and_known_as_they_were(run) -> None:
    head, row = "region,pdu,grade,effective_from,target_fte", "NE,,PO,2025-04-01,310.5"
    assert (
        run("targets", head, row, "NAT,,PO,2025-04-01,7115", "NE,N54DUR,PO,2025-04-01,40").counts[
            "new"
        ]
        == 3
    )
    before = safe_known_at()
    assert run("targets", head, row).writes == 0
    assert run("targets", head, row.replace("310.5", "320")).counts["changed"] == 1
    region_rows = {"region__code": "NE", "pdu": None}
    assert Target.objects.live().get(**region_rows).target_fte == Decimal("320")
    assert Target.objects.known_at(before).get(**region_rows).target_fte == Decimal("310.5")


def test_a_return_is_revised(run) -> None:
    head = "region,grade,as_at,fte,headcount,status,source"
    row = "NE,PO,31/03/2025,301.2,320,provisional,Workforce quarterly"
    assert run("staffing", head, row).counts["new"] == 1
    assert run("staffing", head, row).writes == 0
    run("staffing", head, row.replace("301.2", "305").replace("provisional", "revised"))
    live = StaffingReturn.objects.live().get()
    assert (live.effective_on, live.fte, live.status, live.joiners_12m) == (
        dt.date(2025, 3, 31),
        Decimal("305"),
        "revised",
        None,
    )


def test_absences_are_corrected_ended_and_known_as_they_were(run) -> None:
    head = "staff_number,kind,start_date,expected_end_date,end_date,fte_lost"
    away = "S1,long_term_absence,2025-03-03,2025-06-02,,"
    run("staff", HEAD, SAM)
    assert run("absences", head, away, "S1,reduced_hours,2025-07-01,,,0.4").counts["new"] == 2
    assert run("absences", head, away).writes == 0
    before = safe_known_at()
    ended = run(
        "absences",
        "staff_number,kind,start_date,end_date",
        "S1,long_term_absence,03/03/2025,30/05/2025",
    )
    assert [(each.column, each.before, each.after) for each in ended.changes] == [
        ("end_date", "", "2025-05-30")
    ]
    live = Absence.objects.live().get(kind="long_term_absence")
    assert (live.expected_end_date, live.ended_on) == (dt.date(2025, 6, 2), dt.date(2025, 5, 30))
    assert Absence.objects.known_at(before).get(kind="long_term_absence").ended_on is None


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            "S1,sickness,2025-03-03,,,",
            'row 2, kind: "sickness" is not known. Use one of long_term_absence, career_break,',
        ),
        ("S1,reduced_hours,2025-03-03,,,", "row 2, fte_lost: Enter how much of full time is lost."),
        (
            "S1,reduced_hours,2025-03-03,,,1.1",
            'row 2, fte_lost: "1.1" is out of range. Use a number from 0.01 to 1.0.',
        ),
        (
            "S1,career_break,2025-03-03,,2025-03-02,",
            'row 2, end_date: "2025-03-02" does not fit. The last day must be on or after',
        ),
        (
            "S1,career_break,2025-03-03,2025-03-02,,",
            'row 2, expected_end_date: "2025-03-02" does not fit.',
        ),
        (
            "S9,career_break,2025-03-03,,,",
            'row 2, staff_number: "S9" is not a staff number of anybody you look after.',
        ),
    ],
)
def test_what_is_wrong_with_an_absence(run, row: str, problem: str) -> None:
    run("staff", HEAD, SAM)
    wrong = run("absences", "staff_number,kind,start_date,expected_end_date,end_date,fte_lost", row)
    assert len(wrong.problems) == 1
    assert said(wrong)[0].startswith(problem)
    assert not Absence.objects.exists()


def test_queries_do_not_grow_with_rows(run, django_assert_max_num_queries) -> None:
    rows = [
        SAM.replace("S1", f"S{number}").replace("sam@", f"sam{number}@") for number in range(1, 201)
    ]
    with django_assert_max_num_queries(36):
        run("staff", HEAD, *rows)
    with django_assert_max_num_queries(36):
        run("staff", HEAD, *(row.replace("PSO", "PO") + "2025-01-01" for row in rows))
    assert Spell.objects.live().count() == 400
