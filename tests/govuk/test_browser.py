"""In a real browser: no axe finding, no sideways scroll, nothing refused by the policy, and all of it without JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Browser, Page, sync_playwright

from tests.govuk.test_gallery import PAGES

pytestmark = pytest.mark.browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def address(gallery) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def problems_of(page: Page) -> list[str]:
    """Filled while the page is used."""
    found: list[str] = []
    page.on(
        "console", lambda message: found.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.mark.parametrize("width", [1280, 375, 320])
def test_pages(browser, address, width):
    """320 pixels is 1,280 at 400%: looked at for sideways scroll alone."""
    for path in PAGES:
        page = browser.new_page(viewport={"width": width, "height": 900})
        problems = problems_of(page)
        page.goto(f"{address}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert [text for text in problems if "409" not in text] == [], path
        if width == 320:
            page.close()
            continue
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], (
            path
        )
        page.close()


def test_without_javascript(browser, address):
    """Filters, the revealed question and the menu are all there."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/list/")
    assert page.get_by_role("button", name="Apply filters").is_visible()
    assert page.get_by_role("link", name="Reports").is_visible()
    page.goto(f"{address}/form/")
    assert page.get_by_label("What is the reason?").is_visible()
    context.close()


def test_error_summary_takes_the_reader_to_the_field(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/form/?wrong")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    page.get_by_role("link", name="Start date must be a real date").click()
    assert page.evaluate("document.activeElement.id") == "id_start-day"
    page.close()


def test_filters_fold_on_a_phone(browser, address):
    page = browser.new_page(viewport={"width": 375, "height": 900})
    page.goto(f"{address}/list/")
    assert not page.get_by_role("button", name="Apply filters").is_visible()
    page.get_by_role("button", name="Show filters").click()
    assert page.get_by_role("button", name="Apply filters").is_visible()
    page.close()
