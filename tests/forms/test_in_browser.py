"""In a browser: what was typed comes back after a conflict, an outage and an ended session; who is to be signed out is warned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import OperationalError
from playwright.sync_api import Page

from learners.models import Contact
from pqip.core.errors import Conflict
from tests.factories.workforce import PASSWORD
from tests.forms.opened import WORDS, Opened, contact
from tests.govuk.test_browser import RULES
from tests.keyboard import HOST, Here, in_browser
from workforce.accounts import sessions

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
FIELD, MEANS = "[name=about]", "[name=means][value=email]"
PERFORM = "learners.views.starting.RecordContact.perform"
#: Seconds of a session, and before its end that the warning comes, in place of half an hour and five minutes.
IDLE, WARN = 16, 10


def fill_in(page: Page, opened: Opened) -> None:
    page.goto(HOST + opened.path)
    page.check(MEANS)
    page.fill(FIELD, WORDS)


def is_clean(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def sign_in(page: Page, opened: Opened) -> None:
    page.wait_for_selector("text=What you had entered is kept")
    is_clean(page)
    page.get_by_label("Email address").fill(opened.who.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def is_back(page: Page) -> None:
    """The form, filled in, which says that it is not saved."""
    page.wait_for_selector("text=It has not been saved yet")
    assert page.input_value(FIELD) == WORDS
    assert page.is_checked(MEANS)
    is_clean(page)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_selector(".moj-alert--success")


def saved() -> list[str]:
    return list(Contact.objects.live().values_list("about", flat=True))


def test_a_session_that_ended() -> None:
    opened = contact()

    def play(page: Page, here: Here) -> None:
        fill_in(page, opened)
        here(lambda: end_session(opened))
        page.locator("main form button[type=submit]").first.click()
        sign_in(page, opened)
        is_back(page)

    in_browser(opened.client, play)
    assert saved() == [WORDS]


def end_session(opened: Opened) -> None:
    session = opened.client.session
    session[sessions.SEEN] = 0
    session.save()


def test_somebody_else_was_first(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = contact()

    def play(page: Page, here: Here) -> None:
        fill_in(page, opened)
        here(
            lambda: monkeypatch.setattr(
                PERFORM, raising(Conflict("Cai Rees recorded this at 9:32am."))
            )
        )
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_selector("text=Cai Rees recorded this")
        assert WORDS in page.inner_text("main")
        is_clean(page)
        here(monkeypatch.undo)
        page.get_by_role("link", name="See it as it is now, with what you had entered").click()
        is_back(page)

    in_browser(opened.client, play)
    assert saved() == [WORDS]


def test_the_service_is_away() -> None:
    opened = contact()
    patch = pytest.MonkeyPatch()
    opened.client.raise_request_exception = False

    def play(page: Page, here: Here) -> None:
        fill_in(page, opened)
        here(lambda: patch.setattr(sessions, "left", raising(OperationalError("closed"))))
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_selector("text=Sorry, the service is unavailable")
        assert page.get_by_label("What was it about?").input_value() == WORDS
        is_clean(page)
        page.get_by_label("What was it about?").fill(f"{WORDS}.")
        here(patch.undo)
        page.get_by_role("button", name="Send it again").click()
        page.wait_for_selector(".moj-alert--success")

    in_browser(opened.client, play)
    assert saved() == [f"{WORDS}."]


def raising(error: Exception) -> Callable[..., Any]:
    def fails(*args: Any, **kwargs: Any) -> Any:
        raise error

    return fails


@pytest.fixture
def short(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Opened:
    settings.SESSION_IDLE_SECONDS, settings.SESSION_WARNING_SECONDS = IDLE, WARN
    monkeypatch.setattr(sessions, "WRITTEN_EVERY", 0)
    return contact()


DIALOG = "dialog.app-session[open]"


def test_a_warning_by_keyboard_and_staying(short: Opened) -> None:
    def play(page: Page, here: Here) -> None:
        fill_in(page, short)
        page.wait_for_selector(DIALOG, timeout=(IDLE - WARN + 9) * 1000)
        assert page.evaluate("document.activeElement.textContent") == "Stay signed in"
        assert page.get_by_role("dialog", name="You will be signed out soon").is_visible()
        is_clean(page)
        page.keyboard.press("Enter")
        page.wait_for_selector(DIALOG, state="hidden")
        assert page.input_value(FIELD) == WORDS
        page.wait_for_selector(DIALOG, timeout=(IDLE - WARN + 9) * 1000)
        page.keyboard.press("Escape")
        page.wait_for_selector(DIALOG, state="hidden")
        assert here(lambda: short.client.get("/session/").json()["left"]) > WARN

    in_browser(short.client, play)


def test_what_another_tab_does_counts(short: Opened) -> None:
    def play(page: Page, here: Here) -> None:
        fill_in(page, short)
        page.wait_for_selector(DIALOG, timeout=(IDLE - WARN + 9) * 1000)
        here(lambda: short.client.get("/my-account/"))
        page.wait_for_selector(DIALOG, state="hidden", timeout=WARN * 1000)
        assert page.url == HOST + short.path

    in_browser(short.client, play)


def test_who_does_not_answer_finds_what_they_typed_after_signing_in(
    short: Opened, settings: Any
) -> None:
    def play(page: Page, here: Here) -> None:
        fill_in(page, short)
        page.wait_for_selector("text=What you had entered is kept", timeout=(IDLE + 12) * 1000)
        assert saved_here(here) == []
        here(lambda: setattr(settings, "SESSION_IDLE_SECONDS", 1800))
        sign_in(page, short)
        is_back(page)

    in_browser(short.client, play)
    assert saved() == [WORDS]


def saved_here(here: Here) -> list[str]:
    found: list[str] = here(saved)
    return found


def test_a_page_with_nothing_typed_is_left_too(short: Opened) -> None:
    """Nobody reads on a shared desk what the last one to sit there had open."""

    def play(page: Page, here: Here) -> None:
        page.goto(HOST + "/learners/")
        page.wait_for_selector("h1:has-text('Sign in')", timeout=(IDLE + 12) * 1000)

    in_browser(short.client, play)
