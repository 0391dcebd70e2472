"""A real browser used by keyboard alone; what it asks for is answered within the test's own transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route, sync_playwright

from tests.govuk.test_browser import FLAGS

HOST = "http://testserver"
#: Runs something where the test's own transaction is, and returns what it answers.
Here = Callable[[Callable[[], Any]], Any]


def in_browser(client: Client, play: Callable[[Page, Here], None]) -> None:
    """Use a browser in a thread of its own; what it asks for is answered in this one, within the test's transaction."""
    waiting: Queue[tuple[Callable[[], Any], Queue[Any]]] = Queue()

    def here(call: Callable[[], Any]) -> Any:
        answers: Queue[Any] = Queue()
        waiting.put((call, answers))
        return answers.get(timeout=60)

    def used() -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            page = browser.new_page()
            page.route("**/*", lambda route: answer(route, client, here))
            play(page, here)
            browser.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(used)
        while not done.done():
            try:
                call, answers = waiting.get(timeout=0.05)
            except Empty:
                continue
            answers.put(call())
    done.result()


def answer(route: Route, client: Client, here: Here) -> None:
    asked = route.request
    parts = urlsplit(asked.url)
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if parts.path.startswith("/static/"):
        found = finders.find(parts.path.removeprefix("/static/"))
        route.fulfill(path=found) if found else route.fulfill(status=404)
        return
    kind = asked.headers.get("content-type", "application/x-www-form-urlencoded")
    sent = asked.post_data_buffer or b""
    ask = (
        (lambda: client.post(address, sent, content_type=kind))
        if asked.method == "POST"
        else lambda: client.get(address)
    )
    page = here(ask)
    if page.status_code == 302:
        route.fulfill(
            content_type="text/html",
            body=f'<meta http-equiv="refresh" content="0;url={page["Location"]}">',
        )
        return
    route.fulfill(status=page.status_code, content_type=page["Content-Type"], body=page.content)


def tab_to(page: Page, what: str) -> None:
    """Press Tab until that element has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"the keyboard does not reach {what}")


def send(page: Page) -> None:
    tab_to(page, "main form button[type=submit]")
    page.keyboard.press("Enter")


def open_link(page: Page, ending: str) -> None:
    """Go to the link whose address ends so, and follow it."""
    tab_to(page, f"main a[href$='{ending}']")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_into(page: Page, name: str, words: str) -> None:
    tab_to(page, f"[name={name}]")
    page.keyboard.type(words)


def type_date(page: Page, name: str, day: dt.date) -> None:
    """Day, month and year, in place of what the fields hold."""
    for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
        tab_to(page, f"[name={name}-{part}]")
        page.keyboard.press("Control+a")
        page.keyboard.type(str(number))


def choose(page: Page, name: str, value: str) -> None:
    """A radio: Tab to the group, then the arrows to the one meant."""
    tab_to(page, f"input[name={name}]")
    page.keyboard.press("Space")
    for _ in range(20):
        if page.evaluate(
            "what => document.activeElement.matches(what)", f"input[name={name}][value={value}]"
        ):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the keyboard does not reach {name} {value}")
