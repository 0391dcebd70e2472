"""Posts and absences are undone or corrected on screen: with a reason, once, and nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.workforce import absence, person, spell
from tests.personas import client_for, persona
from workforce.models import Absence, Person, Spell

pytestmark = pytest.mark.django_db
DAY, JUNE = dt.date(2024, 1, 1), dt.date(2024, 6, 1)
REASON = {"reason": "Typed wrongly"}


@pytest.fixture
def somebody() -> Person:
    return person()


@pytest.fixture
def client() -> Client:
    return client_for(persona("learning_manager"))


def at(name: str, who: Person, *args: Any) -> str:
    return reverse(f"workforce:{name}", args=[who.public_id, *args])


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content.decode()[:500]
    assert "!! undefined" not in response.content.decode()
    return response.content.decode()


def test_a_post_ended_by_mistake_is_open_again(somebody: Person, client: Client) -> None:
    post = spell(somebody, DAY, ended_on=JUNE, leave_reason="resigned")
    url = at("correct_post", somebody, "2024-01-01")
    assert url in page(client, at("person", somebody))
    assert "resigned" in page(client, url)
    answers = {
        "effective_on": "2024-01-01",
        "ended_on": "",
        "leave_reason": "",
        "seen": post.pk,
        **REASON,
    }
    assert "Enter reason" in client.post(url, {**answers, "reason": ""}).content.decode()
    assert (
        "on or after the first day"
        in client.post(url, {**answers, "ended_on": "2023-01-01"}).content.decode()
    )
    assert client.post(url, answers).url == at("person", somebody)
    assert client.post(url, answers).status_code == 409
    assert Spell.objects.live().get().ended_on is None
    assert Spell.objects.get(pk=post.pk).void_reason == "Typed wrongly"


def test_a_post_does_not_overlap_another(somebody: Person, client: Client) -> None:
    spell(somebody, DAY, ended_on=JUNE)
    spell(somebody, dt.date(2024, 6, 2))
    answers = {"effective_on": "2024-01-01", "ended_on": "2024-06-02", **REASON}
    assert (
        "overlap another post"
        in client.post(at("correct_post", somebody, "2024-01-01"), answers).content.decode()
    )


def test_a_post_is_undone_once(somebody: Person, client: Client) -> None:
    spell(somebody, DAY)
    url = at("undo_post", somebody, "2024-01-01")
    assert "keeps its last day" in page(client, url)
    assert client.post(url, REASON).status_code == 302
    assert client.post(url, REASON).status_code == 409
    assert not Spell.objects.live().exists()


def test_an_absence_is_corrected_and_undone(somebody: Person, client: Client) -> None:
    row = absence(somebody, DAY)
    url = at("correct_absence", somebody, "career_break", "2024-01-01")
    assert url in page(client, at("person", somebody))
    page(client, url)
    answers = {"effective_on": "2024-01-08", "ended_on": "2024-01-07", "seen": row.pk, **REASON}
    assert "on or after the first day" in client.post(url, answers).content.decode()
    answers["ended_on"] = "2024-03-01"
    assert client.post(url, answers).status_code == 302
    assert client.post(url, answers).status_code == 409
    assert Absence.objects.live().get().effective_on == dt.date(2024, 1, 8)
    undo = at("undo_absence", somebody, "career_break", "2024-01-08")
    page(client, undo)
    assert client.post(undo, REASON).status_code == 302
    assert client.post(undo, REASON).status_code == 409
    assert not Absence.objects.live().exists()


def test_what_is_elsewhere_or_never_was_is_not_found(somebody: Person, client: Client) -> None:
    spell(somebody, DAY)
    away = client_for(persona("learning_manager", region="WAL"))
    assert away.post(at("undo_post", somebody, "2024-01-01"), REASON).status_code == 404
    for never in ("2024-01-02", "no-day"):
        assert client.get(at("undo_post", somebody, never)).status_code == 404
        assert client.get(at("undo_absence", somebody, "career_break", never)).status_code == 404
