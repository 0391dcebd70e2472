"""A region is opened once; from then on no time of recording is stated for it, and reports of before say so."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.urls import reverse

from learners.actions.events_move_region import move_region
from learners.models import Enrolment
from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.models import AuditEntry
from tests.factories.workforce import BY, region, user
from tests.learners.files import bring_in, day, done, learner
from tests.personas import client_for, persona
from workforce.actions.opening import open_region
from workforce.facts.opening import is_open, opened_after, openings
from workforce.models import RegionOpening, Spell

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
STAFF = "staff_number,email,first_name,last_name,grade,region,fte,start_date"


@pytest.fixture
def load(tmp_path: Path, capsys: pytest.CaptureFixture) -> Any:
    """Imports a file's text as the command does, as recorded on 1 February 2026; returns what was said of errors."""

    def load(dataset: str, text: str, *options: str) -> str:
        path = tmp_path / "history.csv"
        path.write_text(text)
        capsys.readouterr()
        try:
            call_command(
                "import_data", dataset, str(path), "--recorded-at", "2026-02-01T10:00", *options
            )
        except CommandError as error:
            return capsys.readouterr().err + str(error)
        return ""

    return load


def test_the_command_opens_a_region_once() -> None:
    out = io.StringIO()
    call_command("open_region", "ne", "--at", "2026-03-01T09:00", stdout=out)
    assert (
        "North East is open: its record has been kept here since 1 March 2026 at 9am"
        in out.getvalue()
    )
    assert RegionOpening.objects.get().opened_at == AT
    assert AuditEntry.objects.get(table_name="workforce_regionopening").actor == "job:open_region"
    for code, said in (
        ("NE", "has been open since 1 March 2026"),
        ("ZZ", "Use one of"),
        ("NAT", "national figures"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("open_region", code)
    with pytest.raises(CommandError, match="not be in the future"):
        call_command("open_region", "WAL", "--at", "2190-01-01")


def test_an_opening_is_neither_moved_nor_taken_back() -> None:
    opening = open_region(by=BY, region=region("NE"), at=AT)
    opening.opened_at = now()
    for change in (opening.save, opening.delete):
        with pytest.raises(DatabaseError, match="permission denied"), acting_as(by=BY):
            change()


def test_whether_a_region_was_open() -> None:
    ne, wal = region("NE").pk, region("WAL").pk
    open_region(by=BY, region=region("NE"), at=AT)
    before, days = AT - dt.timedelta(seconds=1), (dt.date(2026, 2, 28), dt.date(2026, 3, 1))
    assert [is_open(openings().get(ne), at) for at in (before, AT, *days)] == [
        False,
        True,
        False,
        True,
    ]
    assert not is_open(openings().get(wal), now())
    assert openings() == {ne: AT}
    assert [each.region.code for each in opened_after(AT - dt.timedelta(days=1))] == ["NE"]
    assert opened_after(AT) == opened_after(AT - dt.timedelta(days=1), {wal}) == []


@pytest.mark.parametrize(
    ("dataset", "head", "first", "then", "column"),
    [
        (
            "staff",
            STAFF,
            "S1,s1@example.com,Sam,Jones,PSO,NE,1.0,2024-03-01",
            "S1,s1@example.com,Sam,Jones,PSO,NE,0.8,2024-03-01",
            "fte",
        ),
        (
            "staff",
            f"{STAFF},effective_from",
            "S1,s1@example.com,Sam,Jones,PSO,NE,1.0,2024-03-01,",
            "S1,s1@example.com,Sam,Jones,PO,NE,1.0,2024-03-01,2025-03-01",
            "grade",
        ),
        (
            "absences",
            "staff_number,kind,start_date,end_date",
            "S0,career_break,2025-01-01,2025-02-01",
            "S0,career_break,2025-01-01,2025-03-01",
            "end_date",
        ),
        (
            "targets",
            "region,grade,effective_from,target_fte",
            "NE,PO,2025-01-01,10",
            "NE,PO,2025-01-01,12",
            "target_fte",
        ),
    ],
)
def test_what_was_recorded_later_is_not_corrected_earlier_and_its_row_says_so(
    load: Any, dataset: str, head: str, first: str, then: str, column: str
) -> None:
    load("staff", f"{STAFF}\nS0,s0@example.com,Ann,Ray,PO,NE,1.0,2024-03-01\n")
    assert load(dataset, f"{head}\n{first}\n") == ""
    for at in ("2026-02-01T09:59", "2025-06-01"):
        errors = load(dataset, f"{head}\n{then}\n", "--recorded-at", at)
        assert (
            f"row 2, {column}: it corrects what was recorded on 1 February 2026 at 10am, after the stated time of recording. "
            "State a later time, or none."
        ) in errors
        assert "the file:" not in errors
    assert load(dataset, f"{head}\n{then}\n") == "", "at the very time it may be"


def test_where_no_region_is_open_history_states_when_it_was_recorded(load: Any) -> None:
    assert load("staff", f"{STAFF}\nS1,s1@example.com,Sam,Jones,PSO,NE,1.0,2024-03-01\n") == ""
    spell = Spell.objects.get()
    assert spell.recorded_at == dt.datetime(2026, 2, 1, 10, tzinfo=dt.UTC)
    assert now() - spell.loaded_at < dt.timedelta(minutes=5), "the real time is kept beside"


def test_rows_that_name_an_open_region_are_refused(load: Any) -> None:
    open_region(by=BY, region=region("NE"))
    said = load(
        "staff",
        f"{STAFF}\nS1,s1@example.com,Sam,Jones,PSO,NE,1.0,2024-03-01\n"
        "S2,s2@example.com,Al,Jones,PSO,WAL,1.0,2024-03-01\n",
    )
    assert 'row 2, region: "NE" concerns North East, whose record has been kept here since' in said
    assert "row 3" not in said
    assert not Spell.objects.exists()
    said = load("targets", "region,grade,effective_from,target_fte\nNE,PO,2025-01-01,10\n")
    assert "row 2, region" in said


def test_rows_about_people_of_an_open_region_are_refused(load: Any, tmp_path: Path) -> None:
    done(bring_in(tmp_path, "learners", learner(), learner(staff_number="L2", region="WAL")))
    move_region(
        by=BY,
        enrolment=Enrolment.objects.get(person__staff_number="L1"),
        on=day("2025-06-02"),
        to_region=region("GM"),
    )
    open_region(by=BY, region=region("NE"))
    for dataset, text in {
        "learner-events": "staff_number,event,effective_date\nL1,deferred,2025-07-01\nL2,deferred,2025-07-01\n",
        "absences": "staff_number,kind,start_date\nL1,career_break,2025-06-02\nL2,career_break,2025-06-02\n",
        "reviews": "staff_number,due_on\nL1,2025-06-02\nL2,2025-06-02\n",
    }.items():
        said = load(dataset, text)
        assert "row 2, staff_number" in said, dataset
        assert "concerns North East" in said, dataset
        assert said.count("concerns") == 1, dataset


def test_rows_that_name_who_works_in_an_open_region_are_refused(load: Any) -> None:
    """What an assessor decides, and whom somebody looks after, counts in the region of that assessor or that somebody."""
    one = "{0},{0}@example.com,Ann,{0},PTA,{1},1.0,2020-01-01"
    assert load("staff", "\n".join((STAFF, one.format("A1", "NE"), one.format("A2", "WAL")))) == ""
    columns, cells = (
        ",".join((*learner(), "pta")),
        ",".join((*learner(region="WAL").values(), "{}")),
    )
    assert load("learners", f"{columns}\n{cells.format('')}") == ""
    assert (
        load(
            "evidence",
            "reference,staff_number,qualification,title,method,submitted_on,criteria\n"
            "E1,L1,VQ5,Observation,observation,2025-06-02,1.1.1",
        )
        == ""
    )
    open_region(by=BY, region=region("NE"))
    for column, dataset, header, row in (
        (
            "assessor",
            "decisions",
            "evidence_reference,assessor,decided_on,criteria_met",
            "E1,{},2025-07-01,1.1.1",
        ),
        (
            "other_staff_number",
            "allocations",
            "staff_number,role,from_date,other_staff_number",
            "L1,mentor,2025-02-01,{}",
        ),
        ("pta", "learners", columns, cells),
    ):
        assert f'row 2, {column}: "A1" concerns North East' in load(
            dataset, f"{header}\n{row.format('A1')}"
        ), dataset
        assert load(dataset, f"{header}\n{row.format('A2')}") == "", dataset


def test_only_an_administrator_states_when(load: Any) -> None:
    manager = persona("learning_manager")
    assert "may not state when something was recorded" in load(
        "staff", f"{STAFF}\n", "--by", manager.email
    )


def test_a_region_is_opened_by_who_may() -> None:
    with pytest.raises(NotAllowed):
        open_region(by=persona("national"), region=region("NE"))
    with pytest.raises(RuleBroken, match="future"):
        open_region(by=BY, region=region("NE"), at=now() + dt.timedelta(hours=1))


def test_the_page_opens_a_region_and_cannot_twice() -> None:
    admin = persona("administrator")
    client = client_for(admin)
    page = client.get(reverse("workforce:open_regions")).content.decode()
    assert "Not open" in page
    address = reverse("workforce:open_region", args=["NE"])
    assert "cannot be undone" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert RegionOpening.objects.get().region.code == "NE"
    again = client.post(address)
    assert "has been open since" in again.content.decode()
    assert RegionOpening.objects.count() == 1


def test_a_question_of_before_says_so_beside_its_answer() -> None:
    open_region(by=BY, region=region("NE"), at=AT)
    open_region(by=BY, region=region("WAL"), at=AT)
    before, after = "2026-02-01T00:00", "2026-03-02T00:00"
    words = "The record of North East and Wales has been kept here since 1 March 2026 at 9am"

    def said(known_at: str, *options: str) -> dict[str, str]:
        out = io.StringIO()
        call_command(
            "report",
            "monthly-status",
            "--as-at",
            "2026-01-31",
            "--known-at",
            known_at,
            "--format",
            "json",
            *options,
            stdout=out,
        )
        return json.loads(out.getvalue())["metadata"]

    assert words in said(before)["notes"]
    assert "North East and" not in said(before, "--region", "NE")["notes"]
    assert "notes" not in said(after)
    assert "notes" not in said(before, "--region", "GM")
    client = client_for(user("national"))
    address = reverse("reports:report", args=["monthly-status"])
    assert (
        words in client.get(address, {"as_at": "2026-01-31", "known_at": before}).content.decode()
    )
    assert (
        words
        not in client.get(address, {"as_at": "2026-01-31", "known_at": after}).content.decode()
    )
