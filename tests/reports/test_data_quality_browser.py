"""From the first page to whom a check is about by keyboard, without an axe finding or sideways scroll, wide and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from tests.factories import learners as make
from tests.keyboard import HOST, in_browser, open_link, tab_to
from tests.personas import persona
from tests.workforce.test_one_person_browser import looked_at

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


def test_from_the_first_page_to_whom_it_is_about() -> None:
    make.enrolment(who=make.person(first_name="Nora", last_name="North"))
    client = Client()
    client.force_login(persona("learning_manager"))

    def play(page: Page, here: Any) -> None:
        page.goto(HOST + reverse("learners:decisions"))
        open_link(page, reverse("reports:data_quality"))
        page.get_by_role("heading", name="Data quality", exact=True).wait_for()
        looked_at(page, "data-quality")
        tab_to(page, f"main a[href*='{reverse('reports:behind_check', args=['no_pta'])}?']")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="No practice tutor assessor").wait_for()
        looked_at(page, "behind-a-check")
        open_link(page, "/people/")
        page.get_by_text("Nora North").first.wait_for()

    in_browser(client, play)
