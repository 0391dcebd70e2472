"""Two records are made one by keyboard alone, on pages without an axe finding or sideways scroll, wide and on a phone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from tests.factories import workforce
from tests.govuk.test_browser import RULES
from tests.keyboard import HOST, choose, in_browser, open_link, send, tab_to, type_into
from tests.workforce.test_one_person import START, two
from workforce.models import PersonMerge

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
#: Where pictures of the pages are put, for whoever wants to look at them.
PICTURES = os.environ.get("PQIP_TEST_PICTURES", "")


def looked_at(page: Page, name: str) -> None:
    """No finding, no sideways scroll, at both widths; and a picture where one is wanted."""
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], (
            name
        )
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_by_keyboard_alone_and_read_by_everybody() -> None:
    there = two()
    blocked = workforce.person("B0003", first_name="Ann", last_name="Reid", in_grade="PSO")
    workforce.spell(blocked, START, in_grade="PO")
    client = Client()
    client.force_login(there.by)

    def play(page: Page, here: Any) -> None:
        page.goto(HOST + reverse("workforce:find_other", args=[there.later.public_id]))
        looked_at(page, "find")
        tab_to(page, "main input[name=words]")
        page.keyboard.type("Re")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Ann Reed").first.wait_for()
        looked_at(page, "found")
        open_link(page, f"/{there.earlier.public_id}/")
        page.get_by_role("heading", name="Are these one person?").wait_for()
        looked_at(page, "compare")
        choose(page, "stays", f"'{there.later.public_id}'")
        type_into(page, "why", "Same payroll record")
        send(page)
        page.get_by_text("The two records are one").first.wait_for()
        looked_at(page, "merged")
        open_link(page, "/undo/")
        page.get_by_role("heading", name="Undo the merge of two records").wait_for()
        looked_at(page, "undo")
        page.goto(
            HOST + reverse("workforce:merge", args=[there.later.public_id, blocked.public_id])
        )
        page.get_by_role("heading", name="What stands in the way").wait_for()
        looked_at(page, "in-the-way")

    in_browser(client, play)
    assert PersonMerge.objects.live().get().why == "Same payroll record"
