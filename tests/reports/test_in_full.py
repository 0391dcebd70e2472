"""Small numbers are shown in full to whoever may open by name everybody counted; withheld from everybody else, and in every file
that is sent or kept, unless a reason was given."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.urls import reverse

from pqip.core.models import AccessEntry
from pqip.core.snapshot import snapshot
from pqip.exchange.writing import SUPPRESSED
from reports.actions.request_run import request_run
from reports.actions.schedule_month import schedule_month
from reports.catalogue import REPORTS, find
from reports.catalogue.base import PEOPLE
from reports.figures.asking import PlaceFilter, Question
from reports.models import Run
from reports.queries.answers import answer
from reports.queries.runs import sees_in_full
from tests.factories.learners import enrolment, event
from tests.factories.reports import answered
from tests.factories.workforce import region
from tests.personas import client_for, persona
from tests.reports.test_newly_qualified import leaver
from tests.reports.test_newly_qualified import make as world
from tests.reports.test_runs import SCHEDULER, made
from workforce.models import Pdu

pytestmark = pytest.mark.django_db
DAY = {"as_at": "2025-06-30"}
ON = dt.date(2025, 6, 30)
FEW = "fewer than 5 or withheld"
OF_PEOPLE = ("cohort-outcomes", "attrition")


@pytest.fixture
def few() -> None:
    for _ in range(3):
        enrolment()
    event(enrolment(), "withdrawn", dt.date(2025, 4, 1), destination="left_service")
    for _ in range(9):
        enrolment(in_region="WAL")


def page_of(role: str, name: str, **asked: str) -> str:
    response = client_for(persona(role)).get(reverse("reports:report", args=[name]), DAY | asked)
    assert response.status_code == 200
    return response.content.decode().split("What the columns mean")[0]


def file_of(role: str, name: str, **asked: str) -> Any:
    response = client_for(persona(role)).get(
        reverse("reports:file", args=[name]), DAY | {"format": "json"} | asked
    )
    return json.loads(b"".join(response.streaming_content))


def test_the_reports_that_are_withheld() -> None:
    assert {name for name, one in REPORTS.items() if one.on_screen} == {
        "withdrawals",
        "cohort-outcomes",
        "attrition",
        "tenure-of-leavers",
        "retention",
        "leavers-reasons",
        "recruitment-funnel",
        "starter-readiness",
        "support-conversations",
    }


@pytest.mark.parametrize("name", OF_PEOPLE)
@pytest.mark.parametrize("role", ["national", "regional_manager", "learning_manager", "iqa"])
def test_in_full_to_whoever_may_open_everybody_counted(few: None, role: str, name: str) -> None:
    assert FEW not in page_of(role, name)
    found = file_of(role, name)
    assert found["metadata"]["suppressed"] == "no"
    assert "[c]" not in json.dumps(found)


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_withheld_from_whoever_sees_reports_and_no_learners(few: None, name: str) -> None:
    page = page_of("hr_partner", name)
    assert FEW in page
    cells = page.split("<tbody")[1].split("</tbody")[0]
    assert FEW in cells
    assert "[c]" not in cells, "words on screen"


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_withheld_in_the_file_too(few: None, name: str) -> None:
    found = file_of("hr_partner", name)
    assert found["metadata"]["suppressed"] == "yes"
    assert "[c]" in json.dumps(found)
    assert "withheld, so that nobody can be recognised" in found["metadata"]["notes"]
    assert AccessEntry.objects.get().detail["suppressed"] is True


def test_an_hr_partner_opens_every_leaver_and_so_sees_withdrawals(few: None) -> None:
    assert FEW not in page_of("hr_partner", "withdrawals")


def test_reasons_of_leavers_are_withheld_until_a_reason_is_given() -> None:
    world.reason("staffing")
    leaver("NE", ON, "staffing")
    national = persona("national")
    client, address = client_for(national), reverse("reports:report", args=["leavers-reasons"])
    assert FEW in client.get(address, DAY).content.decode()
    client.post(
        reverse("reports:in_full", args=["leavers-reasons"]) + "?as_at=2025-06-30",
        {"reason": "Checking a leaver's record"},
    )
    assert FEW not in client.get(address, DAY).content.decode()
    assert AccessEntry.objects.get().detail["reason"] == "Checking a leaver's record"
    client.post(
        reverse("reports:request", args=["leavers-reasons"]) + "?as_at=2025-06-30",
        {"formats": ["csv"]},
    )
    run = Run.objects.get()
    assert (run.suppressed, run.reason) == (False, "Checking a leaver's record")
    assert sees_in_full(national, run)
    assert sees_in_full(persona("hr_partner"), run) is False, "of a region alone"


def test_files_that_are_kept_or_sent_withhold(few: None) -> None:
    kept = request_run(
        by=persona("regional_manager"), report="cohort-outcomes", as_at=ON, formats=["csv"]
    )
    assert kept.suppressed
    runs = schedule_month(by=SCHEDULER, period="2025-07", due_on=dt.date(2025, 7, 1))
    assert {run.suppressed for run in runs if run.report == "attrition"} == {True}


@pytest.mark.parametrize("name", [*OF_PEOPLE, "withdrawals"])
def test_a_named_operator_has_them_in_full_or_asks_for_less(few: None, name: str) -> None:
    full, less = answered(name, ON), answered(name, ON, suppressed=True)
    columns = [column.name for column in less.main.columns]
    hidden = sum(row[each] is SUPPRESSED for row in less.main.rows for each in columns)
    assert hidden
    assert not any("withheld" in note for note in full.notes)
    assert any(f": {hidden} of " in note for note in less.notes)


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_a_region_and_the_nation_hide_the_same(few: None, name: str) -> None:
    """A region's row in the nation's report is the whole of its own, number by number."""
    nation = answered(name, ON, suppressed=True).main.rows
    for code in ("NE", "WAL"):
        with snapshot(None) as instant:
            place = PlaceFilter(False, frozenset({region(code).pk}))
            own = answer(
                find(name), Question(ON, instant, place), place=code, by="test", suppressed=True
            )
        whole = [row for row in own.main.rows if row["breakdown"] == "all"]
        among = [row for row in nation if (row["breakdown"], row["group"]) == ("region", code)]
        assert len(whole) == len(among) > 0
        for one, other in zip(whole, among, strict=True):
            assert {column.name: one[column.name] for column in own.main.columns[2:]} == {
                column.name: other[column.name] for column in own.main.columns[2:]
            }


def test_a_part_of_a_region_tells_nothing_of_the_rest(few: None) -> None:
    with snapshot(None) as instant:
        unit = Pdu.objects.filter(region=region("WAL")).first()
        assert unit is not None
        place = PlaceFilter(False, pdus=frozenset({unit.pk}))
        for name in (*OF_PEOPLE, "withdrawals"):
            made = answer(
                find(name), Question(ON, instant, place), place="unit", by="test", suppressed=True
            )
            numbers = [one.name for one in made.main.columns if one.kind == PEOPLE]
            assert all(row[each] is SUPPRESSED for row in made.main.rows for each in numbers)


def test_a_months_file_withholds_and_leads_to_the_same_in_full(few: None) -> None:
    made_month = schedule_month(by=SCHEDULER, period="2025-07", due_on=dt.date(2025, 7, 1))
    run = next(
        one for one in made_month if one.report == "attrition" and one.region == region("NE")
    )
    made(run)
    run.refresh_from_db()
    page = client_for(persona("regional_manager")).get(reverse("reports:run", args=[run.public_id]))
    assert "See the same with small numbers" in page.content.decode()
    other = client_for(persona("hr_partner")).get(reverse("reports:run", args=[run.public_id]))
    assert other.status_code == 200
    assert "See the same with small numbers" not in other.content.decode()
