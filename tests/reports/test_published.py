"""National figures as they were published, brought by file and answered for, never added to those of regions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.factories import workforce as w
from tests.factories.reports import row, rows

pytestmark = pytest.mark.django_db
#: September 2024, as the National Audit Office gives it (S3 §1.1, contextual facts), and three months before.
SEPTEMBER, JUNE = dt.date(2024, 9, 30), dt.date(2024, 6, 30)
TARGETS = """region,pdu,grade,effective_from,target_fte
NAT,,PO,2024-04-01,7115
"""
STAFFING = """region,pdu,grade,as_at,fte,headcount,learners_fte,status,source
NAT,,PO,2024-09-30,5436,,,final,NAO contextual facts
NAT,,PSO,2024-09-30,5586,,1641,final,NAO contextual facts
NAT,,PO,2024-06-30,5407.45,,,final,Made up
"""


@pytest.fixture
def published(tmp_path: Path) -> None:
    """And an officer in the North East, who is in none of them."""
    for dataset, text in (("targets", TARGETS), ("staffing", STAFFING)):
        file = tmp_path / f"{dataset}.csv"
        file.write_text(text)
        call_command("import_data", dataset, str(file))
    w.spell(w.person(), dt.date(2020, 1, 6))


@pytest.mark.usefixtures("published")
def test_officers_against_target_as_published() -> None:
    """7,115 less 5,436 are 1,679, which is 23.598% of the target."""
    found = row("workforce-position", SEPTEMBER, region="NAT", grade="PO")
    assert (found["target_fte"], found["in_post_fte"], found["shortfall_fte"]) == (7115, 5436, 1679)
    assert found["vacancy_rate"] == 23.6
    assert (found["source"], found["source_date"]) == ("return", SEPTEMBER)


@pytest.mark.usefixtures("published")
def test_service_officers_and_the_trainees_among_them_as_published() -> None:
    """5,586 of whom 1,641 train: 3,945 others. No target is stated, so there is no shortfall."""
    found = row("workforce-position", SEPTEMBER, region="NAT", grade="PSO")
    assert (found["in_post_fte"], found["learners_fte"]) == (5586, 1641)
    assert found["in_post_excluding_learners_fte"] == 3945
    assert (found["target_fte"], found["shortfall_fte"], found["vacancy_rate"]) == (
        None,
        None,
        None,
    )


@pytest.mark.usefixtures("published")
def test_they_stand_apart_from_the_regions_and_last() -> None:
    found = [
        (one["region"], one["grade"], one["in_post_fte"])
        for one in rows("workforce-position", SEPTEMBER)
    ]
    assert found == [("NE", "PO", 1), ("NAT", "PSO", 5586), ("NAT", "PO", 5436)]


@pytest.mark.usefixtures("published")
def test_a_day_between_two_publications_has_the_earlier_one_with_its_own_date() -> None:
    found = row("workforce-position", SEPTEMBER - dt.timedelta(days=1), region="NAT", grade="PO")
    assert (float(found["in_post_fte"]), found["source_date"]) == (5407.45, JUNE)


@pytest.mark.usefixtures("published")
def test_the_change_on_the_quarter_is_of_values_that_were_not_rounded() -> None:
    """5,436 less 5,407.45 is 28.55, or 0.528%; from 5,407.5, as it is shown, it would be 28.5."""
    found = next(
        one
        for one in rows("position-trend", SEPTEMBER)
        if (one["region"], one["grade"], one["on_day"]) == ("NAT", "PO", SEPTEMBER)
    )
    assert (found["published_fte"], found["target_fte"]) == (5436, 7115)
    assert (found["change_fte"], found["change_percent"]) == (28.6, 0.5)
