"""What was recorded of assessment is undone or corrected on screen: by who may, with a reason, once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import (
    Countersignature,
    Evidence,
    RegistrationFact,
    Submission,
    UnitAchievement,
    UnitSignoff,
    Wait,
)
from tests.factories import assessments as make
from tests.factories.learners import enrolment
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 8, 10)
REASON = {"reason": "Typed wrongly"}


class Scene:
    """A learner, their PTA and the PTA's countersigner."""

    def __init__(self) -> None:
        self.pta, self.signer, self.manager = (
            persona("pta"),
            persona("countersigner"),
            persona("learning_manager"),
        )
        self.registration = make.registration(enrolment().person)
        make.trainee(self.pta.person)
        make.countersigner(self.signer.person, of=self.pta.person)
        make.allocate(self.registration.person, self.pta.person)
        self.piece = make.evidence(self.registration, DAY)

    def answers(self, **changes: Any) -> dict[str, Any]:
        keys = [str(key) for key in make.codes(self.registration, "1.1.1")]
        return {
            "title": "Another title",
            "method": "observation",
            "submitted_on": "2025-08-02",
            "description": "",
            "criteria": keys,
            "names_nobody": "on",
            **REASON,
            **changes,
        }


@pytest.fixture
def scene() -> Scene:
    return Scene()


def at(name: str, *args: Any) -> str:
    return reverse(f"assessments:{name}", args=[getattr(arg, "public_id", arg) for arg in args])


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content.decode()[:500]
    assert "!! undefined" not in response.content.decode()
    return response.content.decode()


def test_evidence_is_corrected_and_what_it_said_stays(scene: Scene) -> None:
    client, url = client_for(scene.pta), at("correct_evidence", scene.piece)
    assert url in page(client, at("evidence", scene.piece))
    assert "Observation of supervision" in page(client, url)
    assert "Enter reason" in client.post(url, scene.answers(reason="")).content.decode()
    assert client.post(url, scene.answers()).url == at("evidence", scene.piece)
    shown = page(client, at("evidence", scene.piece))
    assert "Another title" in shown
    assert "Undone: evidence logged" in shown
    stands = Submission.objects.live().get()
    assert (stands.title, stands.effective_on) == ("Another title", dt.date(2025, 8, 2))
    assert Submission.objects.get(voided_at__isnull=False).void_reason == "Typed wrongly"


def test_the_same_correction_sent_twice_is_recorded_once(scene: Scene) -> None:
    client, url = client_for(scene.pta), at("correct_evidence", scene.piece)
    answers = scene.answers(seen=str(Submission.objects.get().pk))
    assert client.post(url, answers).status_code == 302
    again = client.post(url, answers)
    assert again.status_code == 409
    assert "undone or corrected since you opened it" in again.content.decode()
    assert Submission.objects.count() == 2


def test_evidence_is_not_moved_behind_its_decision(scene: Scene) -> None:
    make.decision(scene.piece, scene.pta.person, DAY)
    refused = client_for(scene.pta).post(
        at("correct_evidence", scene.piece), scene.answers(submitted_on="2025-08-11")
    )
    assert "decided before the date" in refused.content.decode()


def test_evidence_that_was_undone_is_not_corrected(scene: Scene) -> None:
    client = client_for(scene.pta)
    client.post(at("undo_evidence", scene.piece), REASON)
    assert client.post(at("correct_evidence", scene.piece), scene.answers()).status_code == 409
    assert at("correct_evidence", scene.piece) not in page(client, at("evidence", scene.piece))


def test_a_sign_off_is_undone_once(scene: Scene) -> None:
    qualified = make.assessor()
    make.decision(scene.piece, qualified, DAY)
    make.signoff(scene.registration, scene.pta.person)
    assert UnitAchievement.objects.exists()
    client, url = client_for(scene.pta), at("undo_sign_off", scene.registration, 1)
    assert url in page(client, at("candidate", scene.registration))
    assert "Signed off by" in page(client, url)
    assert client.post(url, REASON).url == at("candidate", scene.registration)
    assert not UnitSignoff.objects.live().exists()
    assert not UnitAchievement.objects.exists()
    assert client.post(url, REASON).status_code == 409
    assert client.get(at("undo_sign_off", scene.registration, 2)).status_code == 404


def test_ones_own_countersignature_is_undone_and_the_decision_waits_again(scene: Scene) -> None:
    decision = make.decision(scene.piece, scene.pta.person, DAY)
    signature = make.countersignature(decision, scene.signer.person)
    client, url = client_for(scene.signer), at("undo_countersignature", signature)
    assert url in page(client, at("given"))
    assert "Given on" in page(client, url)
    assert client.post(url, REASON).url == at("given")
    assert Wait.objects.filter(kind=Wait.Kind.COUNTERSIGNATURE, to_on=None).exists()
    assert client.post(url, REASON).status_code == 409
    assert Countersignature.objects.get().void_reason == "Typed wrongly"


def test_another_s_countersignature_is_not_found(scene: Scene) -> None:
    other = make.countersignature(
        make.decision(scene.piece, scene.pta.person, DAY), make.countersigner()
    )
    assert client_for(scene.signer).get(at("undo_countersignature", other)).status_code == 404


def test_a_registration_is_corrected(scene: Scene) -> None:
    client, url = client_for(scene.manager), at("correct_registration", scene.registration)
    assert url in page(client, at("candidate", scene.registration))
    page(client, url)
    answers = {
        "effective_on": "2025-02-01",
        "target_on": "2026-02-01",
        "centre_number": "C1",
        **REASON,
    }
    late = client.post(url, {**answers, "effective_on": "2025-08-11"})
    assert "Evidence was submitted before that day" in late.content.decode()
    early = client.post(url, {**answers, "target_on": "2025-01-31"})
    assert "on or after the date registered" in early.content.decode()
    answers["seen"] = str(RegistrationFact.objects.get().pk)
    assert client.post(url, answers).status_code == 302
    assert client.post(url, answers).status_code == 409
    stands = RegistrationFact.objects.live().get()
    assert (stands.effective_on, stands.centre_number) == (dt.date(2025, 2, 1), "C1")


def test_who_reaches_another_region_corrects_nothing_here(scene: Scene) -> None:
    away = client_for(persona("learning_manager", region="WAL"))
    assert away.get(at("correct_registration", scene.registration)).status_code == 404
    stranger = client_for(persona("pta"))
    assert stranger.post(at("correct_evidence", scene.piece), scene.answers()).status_code == 404
    assert Evidence.objects.count() == Submission.objects.count() == 1
