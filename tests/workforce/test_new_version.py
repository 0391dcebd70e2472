"""The VQ centre loads a new version of a qualification; one that exists is never rewritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessments.models import Criterion, QualificationVersion
from pqip.exchange.datasets import registry
from pqip.exchange.engine import Outcome, apply, check
from tests.personas import persona

pytestmark = pytest.mark.django_db
HEAD = "qualification,version,from_date,source,unit,unit_title,criterion,text,required_count"
ONE = "VQ5,2027,2027-01-01,The awarding body,1,Understand probation practice,1.1.1,Explain it,2"
TWO = "VQ5,2027,2027-01-01,The awarding body,2,Values,2.1.1,Show it,"


@pytest.fixture
def bring(tmp_path: Path):
    who = persona("national")

    def run(*rows: str, only_check: bool = False) -> Outcome:
        path = tmp_path / "criteria.csv"
        path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
        return (check if only_check else apply)(registry["criteria"], path, by=who)

    return run


def test_a_new_version_comes_whole_and_the_same_file_again_changes_nothing(bring) -> None:
    assert bring(ONE, TWO, only_check=True).news == {"version": ["VQ5 2027"]}
    assert not QualificationVersion.objects.filter(name="2027").exists()
    assert bring(ONE, TWO).counts["new"] == 2
    made = Criterion.objects.filter(unit__version__name="2027").order_by("code")
    assert [(row.code, row.required_count, row.unit.number) for row in made] == [
        ("1.1.1", 2, 1),
        ("2.1.1", 1, 2),
    ]
    assert bring(ONE, TWO).writes == 0


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([ONE.replace("1.1.1", "2.1.1")], "does not begin with its unit"),
        ([ONE, TWO.replace("2027-01-01", "2027-02-01")], "is not what an earlier row"),
        ([ONE.replace("2027-01-01", "2023-01-01")], "is when version 2023 begins"),
        (
            [ONE.replace(",2027,", ",2023,").replace("2027-01-01", "2023-01-01")],
            "says something else",
        ),
    ],
)
def test_what_does_not_fit_is_said(bring, rows: list[str], said: str) -> None:
    wrong = bring(*rows)
    assert len(wrong.problems) == 1
    assert said in str(wrong.problems[0])
    assert not QualificationVersion.objects.filter(name="2027").exists()
