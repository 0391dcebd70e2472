"""In a real browser, by keyboard alone: five pieces of evidence decided in a row, and a draft that comes back."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page

from assessments.models import Decision, DecisionDraft, Evidence
from tests.factories import assessments as make
from tests.keyboard import HOST, Here, in_browser, open_link, tab_to
from tests.personas import client_for, persona
from workforce.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
FIRST = dt.date(2026, 3, 2)
PIECES = 5


@pytest.fixture
def pta() -> User:
    """A qualified assessor for whom five pieces wait, each offered against three criteria."""
    who = persona("pta")
    make.assessor(who.person)
    registration = make.registration()
    make.allocate(registration.person, who.person)
    for day in range(PIECES):
        make.evidence(
            registration,
            FIRST + dt.timedelta(days=day),
            "1.1.1",
            "1.1.2",
            "1.1.3",
            reference=f"K-{day}",
        )
    return who


def test_five_pieces_in_a_row_by_keyboard_alone(pta: User) -> None:
    in_browser(client_for(pta), five_in_a_row)
    made = list(Decision.objects.order_by("pk").values_list("evidence__reference", "feedback"))
    assert made == [(f"K-{day}", f"Piece {day}: clear.") for day in range(PIECES)]
    for one in Decision.objects.all():
        assert (len(one.criteria_met), len(one.criteria_not_met), one.judged) == (2, 1, make.JUDGED)


def five_in_a_row(page: Page, here: Here) -> None:
    page.goto(f"{HOST}/assessments/")
    open_link(page, f"/{here(lambda: Evidence.objects.get(reference='K-0').public_id)}/decide/")
    tab_to(page, "[data-module=app-keys] input[type=radio]")
    for day in range(PIECES):
        page.wait_for_function(
            "document.activeElement.matches('[data-module=app-keys] input[type=radio]')"
        )
        for key in "ccn":
            page.keyboard.press(key)
        page.keyboard.press("a")
        page.keyboard.type(f"Piece {day}: clear.")
        with page.expect_navigation(
            url=lambda url: "/decide/?row=1" in url or url.endswith("/assessments/")
        ):
            page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Decision on K-4 saved")


def test_what_was_typed_is_kept_without_pressing_anything(pta: User) -> None:
    in_browser(client_for(pta), half_done)
    assert DecisionDraft.objects.get().answers["feedback"] == ["Half a thou"]
    assert not Decision.objects.exists()


def half_done(page: Page, here: Here) -> None:
    where = f"/assessments/evidence/{here(lambda: Evidence.objects.get(reference='K-0').public_id)}/decide/"
    page.goto(f"{HOST}{where}")
    tab_to(page, "[name=feedback]")
    with page.expect_response(lambda answer: answer.status == 204):
        page.keyboard.type("Half a thou")
    page.goto(f"{HOST}{where}")
    page.wait_for_selector("text=This is your draft")
    assert page.input_value("[name=feedback]") == "Half a thou"
