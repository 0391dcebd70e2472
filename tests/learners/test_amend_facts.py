"""Allocations, results and training are undone or corrected on screen: with a reason, once, and nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from learners.actions.allocations import allocate
from learners.actions.modules_results import record_module_result
from learners.actions.training import record_training
from learners.models import Allocation, Enrolment, ModuleResult, TrainingRecord
from pqip.core.acting import Job
from tests.factories import learners as make
from tests.personas import client_for, persona

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.date(2025, 5, 1)
REASON = {"reason": "Wrong learner"}


@pytest.fixture
def learner() -> Enrolment:
    return make.enrolment()


@pytest.fixture
def client() -> Client:
    return client_for(persona("learning_manager"))


def at(name: str, *args: Any) -> str:
    return reverse(f"learners:{name}", args=args)


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content.decode()[:500]
    assert "!! undefined" not in response.content.decode()
    return response.content.decode()


def allocated(learner: Enrolment, on: dt.date = DAY, to: dt.date | None = None) -> Allocation:
    return allocate(
        by=BY, person=learner.person, role="pta", other=make.person(), from_date=on, to_date=to
    )


def attempt(learner: Enrolment, number: int = 1, outcome: str = "pending") -> ModuleResult:
    return record_module_result(
        by=BY,
        enrolment=learner,
        module=make.module("CJS"),
        attempt=number,
        due_date=DAY,
        outcome=outcome,
    )


def booked(learner: Enrolment, on: dt.date = DAY) -> TrainingRecord:
    return record_training(
        by=BY, person=learner.person, course=make.course("FL1"), booked_for=on, status="attended"
    )


def test_an_allocation_is_undone(learner: Enrolment, client: Client) -> None:
    row = allocated(learner)
    learner.refresh_from_db()
    assert learner.pta == row.other
    url = at("undo_allocation", learner.public_id, row.public_id)
    assert url in page(client, at("people", learner.public_id))
    assert "Whoever handed over" in page(client, url)
    assert "Enter reason" in client.post(url, {"reason": ""}).content.decode()
    assert client.post(url, REASON).url == at("people", learner.public_id)
    learner.refresh_from_db()
    assert learner.pta is None
    assert Allocation.objects.get().void_reason == "Wrong learner"
    assert client.post(url, REASON).status_code == 409


def test_an_allocation_s_days_are_corrected_and_kept_apart(
    learner: Enrolment, client: Client
) -> None:
    before = allocated(learner, dt.date(2025, 2, 1), dt.date(2025, 2, 28))
    row = allocated(learner, dt.date(2025, 4, 1))
    url = at("correct_allocation", learner.public_id, row.public_id)
    page(client, url)
    answers = {"from_date": "2025-02-15", "to_date": "", "seen": row.pk, **REASON}
    assert f"{before.other} has this role" in client.post(url, answers).content.decode()
    assert (
        "must not be before the first"
        in client.post(url, {**answers, "to_date": "2025-01-01"}).content.decode()
    )
    answers["from_date"] = "2025-03-01"
    assert client.post(url, answers).status_code == 302
    assert client.post(url, answers).status_code == 409
    assert Allocation.objects.live().get(other=row.other).effective_on == dt.date(2025, 3, 1)


def test_a_result_is_corrected_once(learner: Enrolment, client: Client) -> None:
    row = attempt(learner)
    url = at("correct_result", learner.public_id, "CJS", 1)
    assert url in page(client, at("academic", learner.public_id))
    page(client, url)
    answers = {
        "due_date": "2025-05-01",
        "submitted_date": "2025-04-30",
        "outcome": "pass",
        "mark": "61",
        **REASON,
    }
    answers["seen"] = row.pk
    assert (
        "A mark needs an outcome"
        in client.post(url, {**answers, "outcome": "pending"}).content.decode()
    )
    assert client.post(url, answers).url == at("academic", learner.public_id)
    assert client.post(url, answers).status_code == 409
    stands = ModuleResult.objects.live().get()
    assert (stands.outcome, stands.effective_on) == ("pass", dt.date(2025, 4, 30))
    assert ModuleResult.objects.count() == 2


def test_attempts_stay_in_order(learner: Enrolment, client: Client) -> None:
    attempt(learner, outcome="fail")
    attempt(learner, 2)
    first, second = (at("undo_result", learner.public_id, "CJS", number) for number in (1, 2))
    assert "Undo that one first" in client.post(first, REASON).content.decode()
    passed = {"due_date": "2025-05-01", "outcome": "pass", **REASON}
    refused = client.post(at("correct_result", learner.public_id, "CJS", 1), passed)
    assert "this one must be a fail" in refused.content.decode()
    assert client.post(second, REASON).status_code == 302
    assert client.post(first, REASON).status_code == 302
    assert client.post(first, REASON).status_code == 409
    assert not ModuleResult.objects.live().exists()


def test_training_is_corrected_and_undone(learner: Enrolment, client: Client) -> None:
    row = booked(learner)
    booked(learner, dt.date(2025, 6, 1))
    url = at("correct_training", learner.public_id, "FL1", "2025-05-01")
    assert url in page(client, at("training", learner.public_id))
    page(client, url)
    answers = {
        "booked_for": "2025-06-01",
        "status": "attended",
        "delivery": "online",
        "seen": row.pk,
        **REASON,
    }
    assert "already recorded for that day" in client.post(url, answers).content.decode()
    assert client.post(url, {**answers, "booked_for": "2025-05-02"}).url == at(
        "training", learner.public_id
    )
    assert client.post(url, {**answers, "booked_for": "2025-05-02"}).status_code == 409
    undo = at("undo_training", learner.public_id, "FL1", "2025-05-02")
    page(client, undo)
    assert client.post(undo, REASON).status_code == 302
    assert client.post(undo, REASON).status_code == 409
    assert TrainingRecord.objects.live().get().effective_on == dt.date(2025, 6, 1)


def test_what_is_elsewhere_or_never_was_is_not_found(learner: Enrolment, client: Client) -> None:
    row = allocated(learner)
    attempt(learner)
    booked(learner)
    away = client_for(persona("learning_manager", region="WAL"))
    assert (
        away.post(at("undo_allocation", learner.public_id, row.public_id), REASON).status_code
        == 404
    )
    assert away.post(at("undo_result", learner.public_id, "CJS", 1), REASON).status_code == 404
    assert (
        away.post(at("undo_training", learner.public_id, "FL1", "2025-05-01"), REASON).status_code
        == 404
    )
    for never in ("2025-05-09", "no-day"):
        assert client.get(at("undo_training", learner.public_id, "FL1", never)).status_code == 404
    assert client.get(at("undo_result", learner.public_id, "CJS", 7)).status_code == 404


def test_who_only_reads_is_offered_nothing(learner: Enrolment) -> None:
    allocated(learner)
    attempt(learner)
    booked(learner)
    reader = client_for(persona("regional_manager"))
    for name in ("people", "academic", "training"):
        assert "/undo/" not in page(reader, at(name, learner.public_id))
