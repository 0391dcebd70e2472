"""Files as people send them, brought in by the command: read as they are shown, or one error that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from learners.models import Cohort, Enrolment
from tests.exchange.contract import ANN, PAT
from tests.exchange.test_contract import NOTHING, Import, load  # noqa: F401  (fixture)
from workforce.models import Person

pytestmark = pytest.mark.django_db
BOOKS = Path(__file__).with_name("books")
STAFF = "staff_number,email,first_name,last_name,grade,region,pdu,function,fte,contract,organisation,start_date"
XAN = "T7001,t7001@example.com,Xan,Prefixed,PSO,{region},,training,{fte},permanent,{organisation},2024-03-04"


@pytest.fixture
def bring(tmp_path: Path, capsys: pytest.CaptureFixture) -> Any:
    """Run the command over a file, or over lines; what it printed last, or every error."""

    def bring(dataset: str, file: Path | list[str]) -> list[str]:
        if isinstance(file, list):
            (tmp_path / "lines.csv").write_text("\n".join(file), encoding="utf-8")
            file = tmp_path / "lines.csv"
        capsys.readouterr()
        try:
            call_command("import_data", dataset, str(file))
        except CommandError:
            return capsys.readouterr().err.splitlines()
        return capsys.readouterr().out.splitlines()[-1:]

    return bring


def xan(region: str = "NE", fte: str = "1", organisation: str = "Acme") -> list[str]:
    return [STAFF, XAN.format(region=region, fte=fte, organisation=organisation)]


def test_an_empty_result_leaves_the_cell_blank(bring: Any) -> None:
    assert bring("staff", BOOKS / "formula-with-empty-result.xlsx") == [
        "1 new, 0 changed, 0 unchanged, 0 wrong."
    ]
    assert Person.objects.get(staff_number="T3001").organisation == ""


def test_a_cell_in_error_never_erases(bring: Any) -> None:
    bring("staff", xan())
    assert bring("staff", BOOKS / "error-cell-with-prefix.xlsx") == [
        "the file: Cell K2 holds an error such as #N/A. Put a value there, or leave it blank."
    ]
    assert bring("staff", xan(organisation="#N/A")) == [
        'row 2, organisation: "#N/A" is an error of the spreadsheet. Put a value there, or leave it blank.'
    ]
    assert Person.objects.get(staff_number="T7001").organisation == "Acme"


def test_a_number_is_the_one_that_is_shown(load: Import, bring: Any, tmp_path: Path) -> None:
    pat = {**PAT, "staff_number": "00731"}
    load("staff", [pat])
    book = openpyxl.Workbook()
    book.active.append(list(pat))
    book.active.append([731 if name == "staff_number" else value for name, value in pat.items()])
    book.active["A2"].number_format = "00000"
    fte = book.active.cell(2, list(pat).index("fte") + 1)
    fte.number_format = "0%"
    book.save(tmp_path / "a.xlsx")
    assert bring("staff", tmp_path / "a.xlsx") == [NOTHING]


@pytest.mark.parametrize(
    "region",
    [
        "Greater\u00a0Manchester",
        "Greater  Manchester",
        "greater\u2009manchester",
        "Greater\tManchester",
    ],
)
def test_every_space_is_one_space(bring: Any, region: str) -> None:
    bring("staff", xan("Greater Manchester"))
    assert bring("staff", xan(region)) == [NOTHING]


@pytest.mark.parametrize(
    "cohort", ["Trial\u00a0Q", "Trial  Q", " trial\u202fq", "Trial\u2007Q", "Tríal Q"]
)
def test_a_cohort_is_known_however_it_is_written(load: Import, cohort: str) -> None:
    load("staff", [{**PAT, "end_date": None, "leave_reason": None, "destination": None}])
    ann = {**ANN, "cohort": "Trial Q", "line_manager": None}
    assert load("learners", [ann])[-1].startswith("1 new")
    assert load("learners", [{**ann, "cohort": cohort}])[-1] == NOTHING
    assert (Enrolment.objects.count(), Cohort.objects.filter(code__startswith="Tr").count()) == (
        1,
        1,
    )


def test_names_are_kept_as_they_are_written(bring: Any) -> None:
    bring(
        "staff",
        [STAFF, "T1,t1@example.com,Niamh,O’Shea-Müller,PSO,NE,,training,1,permanent,,2024-03-04"],
    )
    assert Person.objects.get(staff_number="T1").last_name == "O’Shea-Müller"


@pytest.mark.parametrize("first", ["sep=,", "SEP=,", '"sep=,"', "sep=,,,,", "\ufeffsep=,\r"])
def test_a_line_that_names_the_comma_is_left_out(bring: Any, first: str) -> None:
    assert bring("staff", [first, *xan("ZZ")])[0].startswith(
        'row 2, region: "ZZ" is not a region.'
    ), "the header is row 1"
    assert bring("staff", [first, *xan()]) == ["1 new, 0 changed, 0 unchanged, 0 wrong."]


@pytest.mark.parametrize(
    ("mark", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "upright lines")]
)
def test_another_mark_is_one_error(bring: Any, mark: str, name: str, tmp_path: Path) -> None:
    lines = [line.replace(",", mark) for line in xan()]
    said = f"the file: The columns are separated by {name}. "
    assert bring("staff", lines) == [f"{said}Save the file as CSV with commas, or as .xlsx."]
    assert len(bring("staff", [f"sep={mark}", *lines])) == 1
    if mark != "\t":
        book = openpyxl.Workbook()
        for line in lines:
            book.active.append([line])
        book.save(tmp_path / "a.xlsx")
        assert bring("staff", tmp_path / "a.xlsx") == [
            f"{said}Put each in a cell of its own: the program calls it text to columns."
        ]


def test_a_percentage_counts_where_it_can_be_one(bring: Any) -> None:
    bring("staff", xan(fte="0.8"))
    assert bring("staff", xan(fte="80%")) == [NOTHING]
    assert bring("staff", xan(fte="80 %")) == [NOTHING]
    assert bring("staff", xan(fte="180%")) == [
        'row 2, fte: "180%" is out of range. Use a number from 0.1 to 1.0.'
    ]
    targets = ["region,grade,effective_from,target_fte", "NE,PO,2024-04-01,80%"]
    assert bring("targets", targets) == [
        'row 2, target_fte: "80%" is a percentage. Use a number from 0 to 99999.'
    ]
