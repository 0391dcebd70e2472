"""A regional manager signs in and, by visible links alone, reads when the target is reached, what twenty more would change, and
how often the forecast was right. The pages on the way have no axe finding and no sideways scroll, wide and on a phone.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from reports.actions.make_forecasts import make_forecasts
from tests.factories import workforce as w
from tests.factories.learners import enrolment, event, pdu
from tests.factories.workforce import PASSWORD
from tests.keyboard import HOST, in_browser
from tests.personas import persona
from tests.workforce.test_one_person_browser import looked_at
from workforce.models import Region, Target

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
BY = Job("test")
ANSWER = (
    r"(The gap closes in \w+ \d{4}|The gap does not close within five years|The target is [^.]+)\."
)


@pytest.fixture
def nation() -> None:
    """Two regions with officers, targets and learners; one of them with a unit, and a change last month."""
    begun, last_month = dt.date(2019, 1, 7), today().replace(day=1) - dt.timedelta(days=9)
    with acting_as(by=BY):
        for code, fte in (("NE", 14), ("WAL", 9)):
            Target.objects.create(
                region=w.region(code), grade=w.grade("PO"), effective_on=begun, target_fte=fte
            )
    unit = pdu("NE-77")
    for region, number in (("NE", 11), ("WAL", 10)):
        for nth in range(number):
            w.spell(
                w.person(), begun, in_region=region, in_pdu="NE-77" if region == "NE" and nth < 4 else "",
                ended_on=last_month if nth == 0 else None,
            )  # fmt: skip
    for months in (3, 6, 9, 12):
        enrolment(start=today() - dt.timedelta(days=30 * months), in_pdu=unit)
    event(
        enrolment(start=today() - dt.timedelta(days=200)),
        "withdrawn",
        last_month,
        reason="workload",
    )
    make_forecasts()


def sign_in(page: Page, who: Any) -> None:
    page.goto(HOST + "/")
    page.get_by_label("Email address").fill(who.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Are we going to have enough officers?").wait_for()


def main(page: Page) -> str:
    return " ".join(page.inner_text("main").split())


def next_march() -> str:
    """The next March that has not begun, as the form has it."""
    day = today()
    return f"{day.year + (day.month >= 3)}-03"


@pytest.mark.usefixtures("nation")
def test_a_regional_manager_answers_three_questions_by_clicking() -> None:
    manager = persona("regional_manager")
    read: dict[str, str] = {}

    def play(page: Page, here: Any) -> None:
        sign_in(page, manager)
        said = main(page)
        assert (
            "10 of 14 probation officers (FTE) are in post. The gap is 4 (28.6% of the target)."
            in said
        )
        found = re.search(ANSWER, said)
        assert found, "when the target is reached stands on the first page"
        read["when"] = found[1]
        assert "1 fewer probation officer (FTE), 10 in all: 1 left the Service (−1)." in said
        looked_at(page, "overview-region")

        page.get_by_role("link", name="See the forecast: what if").click()
        page.get_by_role("heading", name="Will there be enough officers?").wait_for()
        said = main(page)
        assert f"{read['when']}." in said, "both pages say the same"
        read["right"] = said[said.index("How often were we right?") :]
        assert re.search(
            r"the forecast’s range would have held \d+% of the \d+ figures that came", read["right"]
        )

        page.get_by_text("What if?", exact=True).click()
        page.get_by_label("More places (or fewer, with a minus)").fill("20")
        page.get_by_label("On which pathway").select_option("PQIP15")
        page.get_by_label("Starting in which month").fill(next_march())
        page.get_by_role("button", name="Show the forecast").click()
        page.get_by_role("heading", name="How often were we right?").wait_for()
        page.get_by_text("Side by side").first.wait_for()
        rows = page.locator("table", has_text="Side by side").locator("tbody tr").all_inner_texts()
        qualify = next(one for one in rows if one.startswith("Expected to qualify in five years"))
        planned, otherwise = (int(one) for one in qualify.split("\t")[1:])
        assert otherwise - planned > 8, "twenty more, of whom most qualify"

    in_browser(Client(), play)
    assert read["when"]
    assert read["right"]


@pytest.mark.usefixtures("nation")
@pytest.mark.parametrize("reader", ["unit", "nation"])
def test_the_first_pages_of_a_unit_and_of_the_nation(reader: str) -> None:
    with acting_as(by=BY):
        Region.objects.filter(code="KSS").update(
            name="Kent, Surrey, Sussex and all of the south-eastern coast"
        )
    who = persona("national") if reader == "nation" else persona("regional_manager", pdu="NE-77")

    def play(page: Page, here: Any) -> None:
        sign_in(page, who)
        looked_at(page, f"overview-{reader}")
        page.get_by_role("link", name="Reports of the latest month").click()
        page.get_by_role("link", name="Are we going to have enough officers?").click()
        page.get_by_role("heading", name="Are we going to have enough officers?").wait_for()

    in_browser(Client(), play)
