"""What is withheld, on a page: without an axe finding or sideways scroll, wide and on a phone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from tests.factories.learners import enrolment, event
from tests.keyboard import HOST, in_browser
from tests.personas import persona
from tests.workforce.test_one_person_browser import looked_at

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


def test_small_numbers_in_words() -> None:
    for _ in range(8):
        enrolment()
    for _ in range(7):
        event(enrolment(), "withdrawn", dt.date(2025, 4, 1), destination="left_service")
    for _ in range(2):
        event(enrolment(), "deferred", dt.date(2025, 4, 1))
    client = Client()
    client.force_login(persona("hr_partner"))

    def play(page: Page, here: Any) -> None:
        page.goto(f"{HOST}{reverse('reports:report', args=['cohort-outcomes'])}?as_at=2025-06-30")
        page.get_by_text("fewer than 5 or withheld").first.wait_for()
        assert "so that nobody can be recognised" in page.inner_text("main")
        looked_at(page, "cohort-outcomes-withheld")

    in_browser(client, play)
