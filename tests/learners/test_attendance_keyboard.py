"""A sheet of sixty in a real browser, by keyboard alone: begun, marked, checked, recorded and undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route, sync_playwright

from learners.actions.record_training import record_training
from learners.models import TrainingRecord
from pqip.core.acting import Job
from pqip.core.clock import today
from tests.factories import learners as make
from tests.govuk.test_browser import FLAGS
from tests.personas import client_for, persona

from .test_pages import at

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
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
    if parts.path.startswith("/static/"):
        found = finders.find(parts.path.removeprefix("/static/"))
        route.fulfill(path=found) if found else route.fulfill(status=404)
        return
    kind, sent = "application/x-www-form-urlencoded", asked.post_data or ""
    ask = (lambda: client.post(parts.path, sent, content_type=kind)) if asked.method == "POST" else lambda: client.get(parts.path)
    page = here(ask)
    if page.status_code == 302:
        route.fulfill(content_type="text/html", body=f'<meta http-equiv="refresh" content="0;url={page["Location"]}">')
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


def test_a_sheet_of_sixty_by_keyboard_alone() -> None:
    course = make.course("T1")
    for n in range(60):
        who = make.enrolment(who=make.person(f"K{n:02}", last_name=f"Name {n:02}")).person
        record_training(by=Job("test"), person=who, course=course, booked_for=today(), status="booked")
    in_browser(client_for(persona("learning_manager")), by_keyboard)
    assert marked() == {"booked": 60}


def by_keyboard(page: Page, here: Here) -> None:
    page.goto(f"{HOST}{at('attendance')}")
    tab_to(page, "select[name=course]")
    page.keyboard.type("Course T1")
    send(page)
    page.wait_for_selector("input[name=person_60]")
    for person in (2, 60):
        tab_to(page, f"input[name=person_{person}]")
        page.keyboard.press("ArrowRight")
    send(page)
    page.wait_for_selector("text=What changes")
    send(page)
    page.wait_for_selector("text=60 people")
    assert here(marked) == {"attended": 58, "did_not_attend": 2}
    tab_to(page, "a[href$='/undo/']")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=taken back")
    send(page)
    page.wait_for_selector("text=Undone")


def marked() -> Counter[str]:
    return Counter(TrainingRecord.objects.live().values_list("status", flat=True))
