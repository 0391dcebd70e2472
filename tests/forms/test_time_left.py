"""How long there is left before somebody is signed out, asked and prolonged (WCAG 2.2.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
ASK = "/session/"
IDLE, WHOLE = 30, 12 * 60


@pytest.fixture
def later(time_machine: Any) -> Any:
    time_machine.move_to(START, tick=False)
    return lambda minutes: time_machine.move_to(START + dt.timedelta(minutes=minutes), tick=False)


def left(client: Client) -> int:
    return int(client.get(ASK).json()["left"]) // 60


def test_asking_is_no_activity(later: Any) -> None:
    client = client_for(persona("national"))
    for minutes in (10, 25, 29):
        later(minutes)
        assert left(client) == IDLE - minutes
    later(30)
    assert left(client) == 0
    assert client.get("/my-account/").status_code == 302


def test_staying_is_and_so_is_another_tab(later: Any) -> None:
    client = client_for(persona("national"))
    later(29)
    assert client.post(ASK).json() == {"left": IDLE * 60, "may_stay": True}
    later(58)
    assert client.get("/my-account/").status_code == 200
    assert left(client) == IDLE


def test_nobody_stays_for_more_than_a_long_day(later: Any) -> None:
    client = client_for(persona("national"))
    for minutes in range(0, WHOLE, 25):
        later(minutes)
        client.post(ASK)
    assert client.post(ASK).json() == {"left": (WHOLE - minutes) * 60, "may_stay": False}
    later(WHOLE)
    assert left(client) == 0


def test_nobody_has_any(later: Any) -> None:
    assert Client().get(ASK).json() == {"left": 0, "may_stay": False}
    assert Client().post(ASK).json()["left"] == 0


def test_a_page_says_it_beforehand_to_who_has_no_script(later: Any) -> None:
    page = client_for(persona("national")).get("/my-account/").content.decode()
    assert f'data-left="{IDLE * 60}"' in page
    assert 'data-warn="300"' in page
    form = client_for(persona("administrator")).get("/reference/grades/add/").content.decode()
    assert "You are signed out after 30 minutes without opening or sending a page" in form
    assert 'data-module="app-session"' not in Client().get("/accounts/login/").content.decode()
