"""Pages of reports: what each role sees, files, and small numbers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pqip.core.clock import today
from pqip.core.models import AccessEntry
from reports.catalogue import REPORTS
from reports.views import patience
from tests.factories import assessments
from tests.factories.learners import enrolment, event
from tests.personas import client_for, persona
from tests.walking import counted, numbers

pytestmark = pytest.mark.django_db

DAY = {"as_at": "2025-06-30"}


@pytest.fixture
def few() -> None:
    """Three learners of the North East, of whom one withdrew; one of Wales."""
    for _ in range(2):
        enrolment()
    event(enrolment(), "withdrawn", dt.date(2025, 4, 1), destination="left_service")
    enrolment(in_region="WAL")


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(
    "role", ["national", "regional_manager", "learning_manager", "hr_partner", "iqa"]
)
def test_every_report_opens_for_every_role_that_sees_reports(
    few: None, name: str, role: str
) -> None:
    response = client_for(persona(role)).get(reverse("reports:report", args=[name]), DAY)
    assert response.status_code == 200
    assert REPORTS[name].asks in response.content.decode()
    assert "!! undefined" not in response.content.decode()


@pytest.mark.parametrize("page", ["index", "month", "definitions", "runs"])
def test_other_pages_open(few: None, page: str) -> None:
    response = client_for(persona("regional_manager")).get(reverse(f"reports:{page}"))
    assert response.status_code == 200
    assert "!! undefined" not in response.content.decode()


def test_a_region_sees_its_own_rows_only(few: None) -> None:
    page = (
        client_for(persona("regional_manager"))
        .get(reverse("reports:report", args=["monthly-status"]), DAY)
        .content.decode()
    )
    assert "North East" in page
    assert ">Wales<" not in page


def test_another_region_does_not_exist(few: None) -> None:
    client = client_for(persona("regional_manager"))
    assert (
        client.get(
            reverse("reports:file", args=["monthly-status"]), DAY | {"region": "WAL"}
        ).status_code
        == 404
    )


def test_a_file_holds_the_rows_and_is_logged(few: None) -> None:
    response = client_for(persona("national")).get(
        reverse("reports:file", args=["monthly-status"]), DAY | {"format": "csv"}
    )
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("region,cohort,pathway,starters")
    assert [line.split(",")[:4] for line in lines[1:]] == [
        ["NE", "Intake 14", "PQIP15", "3"],
        ["WAL", "Intake 14", "PQIP15", "1"],
    ]
    assert (
        response["Content-Disposition"]
        == 'attachment; filename="monthly-status-2025-06-30-all.csv"'
    )
    assert AccessEntry.objects.get().detail["rows"] == 2


def test_a_regional_manager_may_not_see_small_numbers_in_full(few: None) -> None:
    address = reverse("reports:in_full", args=["withdrawals"])
    assert client_for(persona("regional_manager")).get(address).status_code == 403


def test_a_number_opens_to_the_people_behind_it(few: None) -> None:
    client = client_for(persona("learning_manager"))
    page = client.get(reverse("reports:report", args=["monthly-status"]), DAY).content.decode()
    link = next(
        part
        for part in page.split('href="')
        if part.startswith(reverse("reports:people", args=["monthly-status"]))
        and "column=active" in part
    )
    people = client.get(link.split('"')[0].replace("&amp;", "&")).content.decode()
    assert people.count("Sam Jones") == 2


def test_a_number_of_pieces_opens_the_pieces_also_of_who_has_left() -> None:
    """On paper: two pieces of one learner wait for a decision, and one of somebody who withdrew. Three pieces, two learners."""
    two, gone = enrolment(), enrolment()
    vq5 = assessments.qualification("VQ5")
    for place, days in ((two, (2, 20)), (gone, (1,))):
        registered = assessments.registration(place.person, of=vq5)
        for day in days:
            assessments.evidence(registered, dt.date(2025, 6, day))
    event(gone, "withdrawn", dt.date(2025, 6, 5))
    client = client_for(persona("learning_manager"))
    page = client.get(reverse("reports:report", args=["monthly-status"]), DAY).content.decode()
    opened = {}
    for number in numbers(page):
        if "column=awaiting" in number.url or "column=overdue" in number.url:
            shown = client.get(number.url).content.decode()
            opened[number.url.split("column=")[1]] = (
                number.value,
                counted(shown),
                shown.count("Sam Jones"),
            )
    assert opened == {"awaiting_decision": (3, 3, 3), "overdue": (2, 2, 2)}


def test_names_stay_with_those_who_see_learners(few: None) -> None:
    page = (
        client_for(persona("hr_partner"))
        .get(reverse("reports:report", args=["progression"]), DAY)
        .content.decode()
    )
    assert "Sam Jones" not in page
    assert "Staff number" not in page


def test_a_page_says_what_is_wrong_with_a_date() -> None:
    page = client_for(persona("national")).get(
        reverse("reports:report", args=["monthly-status"]), {"known_at": "2030-01-01"}
    )
    assert page.status_code == 200
    assert "Known at must not be in the future." in page.content.decode()


@pytest.mark.parametrize("name", REPORTS)
def test_pages_need_as_many_queries_at_any_size(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # whether a report takes its turn depends on how busy the machine is, and costs two statements
    monkeypatch.setattr(patience, "HEAVY_SECONDS", float("inf"))
    client, counts = client_for(persona("learning_manager")), []
    for size in (2, 12):
        for _ in range(size):
            event(enrolment(), "withdrawn", dt.date(2025, 4, 1))
            enrolment()
        client.get(
            reverse("reports:report", args=[name]), DAY
        )  # a report of unknown time takes a turn first
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("reports:report", args=[name]), DAY)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_assessor_sees_their_own_row_and_no_other() -> None:
    pta = persona("pta")
    own, other = assessments.assessor(pta.person), assessments.assessor()
    for who in (own, other):
        assessments.decision(
            assessments.evidence(assessments.registration(), today()), who, today()
        )
    page = client_for(pta).get(reverse("reports:my_countersigning")).content.decode()
    assert own.staff_number in page
    assert other.staff_number not in page
    assert "govuk-summary-list" in page
    assert "<table" not in page
    for words in ("Fewer than 10 decisions", "Nothing countersigned", "Nothing waits"):
        assert words in page
    assert "[z]" not in page


def test_a_countersigner_sees_a_narrow_table_of_several_and_a_rate_from_ten_decisions_on() -> None:
    """Nine decisions have no rate; ten have one: of two countersignatures one was returned, half."""
    signer = persona("countersigner")
    for number in (9, 10):
        who = assessments.trainee()
        if number == 9:
            assessments.countersigner(signer.person)
        assessments.allocate(who, signer.person, "countersigner")
        of = assessments.registration()
        made = [
            assessments.decision(assessments.evidence(of, today()), who, today())
            for _ in range(number)
        ]
        for decision, outcome in zip(made, ("agreed", "returned"), strict=False):
            assessments.countersignature(
                decision, signer.person, today(), outcome, feedback="Say more"
            )
    response = client_for(signer).get(reverse("reports:my_countersigning"))
    table = response.context["table"]
    assert len(table.columns) == 7
    assert sorted((row[2].text, row[5].second) for row in table.rows) == [
        ("10", "Return rate (%): 50.0"),
        ("9", "fewer than 10 decisions"),
    ]
