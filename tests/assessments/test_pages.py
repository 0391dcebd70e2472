"""Pages of assessment: who sees what, the whole way from evidence to a unit signed off, and queries that stay the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Countersignature, Decision, Evidence, Registration, UnitSignoff
from assessments.queries import evidence
from pqip.core.clock import today
from tests.factories import assessments as make
from tests.factories.learners import enrolment, person
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 8, 10)


class Scene:
    """A learner with their trainee PTA, the PTA's countersigner, and the learning manager of their region."""

    def __init__(self) -> None:
        self.pta, self.signer = persona("pta"), persona("countersigner")
        self.manager, self.elsewhere = (
            persona("learning_manager"),
            persona("learning_manager", region="WAL"),
        )
        self.learner = enrolment()
        self.registration = make.registration(self.learner.person)
        make.trainee(self.pta.person)
        make.countersigner(self.signer.person, of=self.pta.person)
        make.allocate(self.learner.person, self.pta.person)

    def url(self, name: str, of: Any = None, *more: Any) -> str:
        return reverse(
            f"assessments:{name}", args=[*([of.public_id] if of is not None else []), *more]
        )

    def waiting(self, on: dt.date = DAY) -> Decision:
        return make.decision(make.evidence(self.registration, on), self.pta.person, on)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def shown(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, (
        url,
        response.status_code,
        response.content.decode()[:500],
    )
    text = response.content.decode()
    assert "!! undefined" not in text, text[text.index("!! undefined") - 200 :][:400]
    return text


def test_from_evidence_to_a_unit_signed_off(scene: Scene) -> None:
    """The PTA logs and decides, the countersigner agrees and goes on, the PTA signs the unit off."""
    pta, signer, registration = client_for(scene.pta), client_for(scene.signer), scene.registration
    form = {
        "title": "Observation of supervision",
        "method": "observation",
        "submitted_on": "2025-08-01",
        "description": "",
        "criteria": [str(key) for key in make.codes(registration, "1.1.1", "1.1.2", "1.1.3")],
        "names_nobody": "on",
    }
    assert pta.post(scene.url("log_evidence", registration), form).status_code == 302
    piece = Evidence.objects.get()
    assert piece.reference in shown(pta, scene.url("waiting"))
    decided = {
        f"criterion_{key}": "met" for key in make.codes(registration, "1.1.1", "1.1.2", "1.1.3")
    }
    decided |= {
        "number": "1",
        "feedback": "Clear.",
        "decided_on": "2025-08-10",
        "judged": make.JUDGED,
    }
    assert pta.post(scene.url("decide", piece), decided).status_code == 302
    decision = Decision.objects.get()
    assert piece.reference in shown(signer, scene.url("queue"))
    assert "Agree and next" in shown(signer, scene.url("countersign", decision))
    response = signer.post(
        scene.url("countersign", decision), {"outcome": "agreed", "feedback": ""}
    )
    assert response.url == scene.url("queue")
    assert "Sign off" in shown(pta, scene.url("candidate", registration))
    pta.post(scene.url("sign_off", registration, 1), {"on": dt.date.today().isoformat()})
    assert UnitSignoff.objects.get().signed_off_by == scene.pta.person
    assert "unit achieved" in shown(pta, scene.url("candidate", registration))


def test_a_return_comes_first_on_the_assessors_page_with_its_reasons(scene: Scene) -> None:
    returned = scene.waiting(DAY)
    make.evidence(scene.registration, dt.date(2025, 7, 1), reference="EARLIER")
    signer, pta = client_for(scene.signer), client_for(scene.pta)
    refused = signer.post(
        scene.url("countersign", returned), {"outcome": "returned", "feedback": ""}
    )
    assert "Say what the assessor should do differently." in refused.content.decode()
    assert (
        signer.post(
            scene.url("countersign", returned),
            {"outcome": "returned", "feedback": "Say more of risk."},
        ).status_code
        == 302
    )
    page = shown(pta, scene.url("waiting"))
    assert page.index(returned.evidence.reference) < page.index("EARLIER")
    assert "Say more of risk." in shown(pta, scene.url("decide", returned.evidence))
    assert "EARLIER" not in shown(pta, scene.url("waiting") + "?show=returned")


def test_a_second_outcome_is_a_conflict_that_says_who_gave_the_first(scene: Scene) -> None:
    decision = scene.waiting()
    make.countersignature(decision, make.countersigner())
    response = client_for(scene.signer).post(
        scene.url("countersign", decision), {"outcome": "agreed", "feedback": ""}
    )
    assert response.status_code == 409
    assert "agreed this decision" in response.content.decode()


def test_a_decision_made_meanwhile_is_a_conflict(scene: Scene) -> None:
    piece = scene.waiting().evidence
    form = {f"criterion_{key}": "met" for key in make.codes(scene.registration)} | {
        "number": "1",
        "decided_on": "2025-08-11",
    }
    form |= {"judged": make.JUDGED}
    assert client_for(scene.pta).post(scene.url("decide", piece), form).status_code == 409


def test_agree_and_next_goes_to_the_oldest_that_still_waits(scene: Scene) -> None:
    first, second = scene.waiting(dt.date(2025, 8, 1)), scene.waiting(dt.date(2025, 8, 2))
    response = client_for(scene.signer).post(
        scene.url("countersign", first), {"outcome": "agreed", "feedback": ""}
    )
    assert response.url == scene.url("countersign", second)


def test_the_queue_holds_nothing_of_ones_own(scene: Scene) -> None:
    """A countersigner who also assesses, and has been allocated to themself's trainees only."""
    own = make.decision(make.evidence(scene.registration, DAY), scene.signer.person, DAY)
    assert own.evidence.reference not in shown(client_for(scene.signer), scene.url("queue"))
    assert client_for(scene.signer).get(scene.url("countersign", own)).status_code == 404


def test_a_countersigner_reaches_only_assessors_allocated_to_them(scene: Scene) -> None:
    other = make.decision(make.evidence(scene.registration, DAY), make.trainee(), DAY)
    client = client_for(scene.signer)
    assert other.evidence.reference not in shown(client, scene.url("queue"))
    assert client.get(scene.url("countersign", other)).status_code == 404


def test_a_learning_manager_reads_the_regions_queue_and_cannot_countersign(scene: Scene) -> None:
    decision = scene.waiting()
    client = client_for(scene.manager)
    assert decision.evidence.reference in shown(client, scene.url("queue"))
    assert "Agree and next" not in shown(client, scene.url("queued", decision))
    assert client.post(scene.url("countersign", decision), {"outcome": "agreed"}).status_code == 403
    away = client_for(scene.elsewhere)
    assert decision.evidence.reference not in shown(away, scene.url("queue"))
    assert away.get(scene.url("queued", decision)).status_code == 404


@pytest.mark.parametrize("name", ["waiting", "caseload", "queue", "given", "assessors"])
def test_every_list_says_so_when_it_is_empty(scene: Scene, name: str) -> None:
    who = {"queue": scene.signer, "given": scene.signer, "assessors": scene.elsewhere}.get(
        name, scene.pta
    )
    shown(client_for(who), scene.url(name))


def test_where_nothing_waits_a_first_page_shows_what_was_done_last(scene: Scene) -> None:
    assurer, away = client_for(persona("iqa")), client_for(persona("iqa", region="WAL"))
    assert "No unit has been signed off yet." in shown(assurer, scene.url("queue"))
    assert "You have given no countersignatures yet." in shown(
        client_for(scene.signer), scene.url("queue")
    )
    assert "Your candidates" in shown(client_for(scene.pta), scene.url("waiting"))
    decision = scene.waiting()
    for who, name in ((persona("iqa"), "queue"), (scene.signer, "queue")):
        page = shown(client_for(who), scene.url(name))
        assert "signed off last" not in page
        assert "you gave last" not in page
    make.countersignature(decision, scene.signer.person)
    make.signoff(scene.registration, scene.pta.person)
    assert "Units signed off last" in shown(assurer, scene.url("queue"))
    assert scene.registration.person.staff_number in shown(assurer, scene.url("queue"))
    assert "No unit has been signed off yet." in shown(away, scene.url("queue"))
    assert decision.evidence.reference in shown(client_for(scene.signer), scene.url("queue"))
    make.evidence(scene.registration)
    assert "Your candidates" not in shown(client_for(scene.pta), scene.url("waiting"))


def test_pages_of_a_candidate_by_who_asks(scene: Scene) -> None:
    piece = scene.waiting().evidence
    urls = [
        scene.url("candidate", scene.registration),
        scene.url("evidence", piece),
        scene.url("learner", scene.learner),
    ]
    for url in urls:
        for who in (scene.pta, scene.manager):
            shown(client_for(who), url)
        assert client_for(scene.elsewhere).get(url).status_code == 404
        assert client_for(persona("pta")).get(url).status_code == 404
        assert client_for(scene.signer).get(url).status_code == 403
        assert client_for().get(url).status_code == 302


def test_the_map_says_what_stands_where(scene: Scene) -> None:
    scene.waiting()
    page = shown(client_for(scene.pta), scene.url("candidate", scene.registration))
    assert "waiting for a countersignature" in page
    assert "0 of 3 criteria met" in page


def test_undoing_ones_own_decision(scene: Scene) -> None:
    decision = scene.waiting()
    client = client_for(scene.pta)
    assert "Undo the last decision" in shown(client, scene.url("evidence", decision.evidence))
    shown(client, scene.url("undo_decision", decision))
    assert (
        client.post(scene.url("undo_decision", decision), {"reason": "Wrong learner"}).status_code
        == 302
    )
    assert "Undone: decision 1" in shown(client, scene.url("evidence", decision.evidence))
    shown(client, scene.url("undo_evidence", decision.evidence))
    assert (
        client.post(scene.url("undo_evidence", decision.evidence), {"reason": "Twice"}).status_code
        == 302
    )


def test_another_assessors_decision_is_not_undone(scene: Scene) -> None:
    other = make.decision(make.evidence(scene.registration, DAY), make.trainee(), DAY)
    assert client_for(scene.pta).get(scene.url("undo_decision", other)).status_code == 404


def test_an_imported_countersignature_is_disputed(scene: Scene) -> None:
    decision = scene.waiting()
    make.countersignature(decision, scene.signer.person, DAY, is_imported=True)
    client, signature = client_for(scene.signer), Countersignature.objects.get()
    assert "Dispute" in shown(client, scene.url("given"))
    shown(client, scene.url("dispute", signature))
    assert (
        client.post(scene.url("dispute", signature), {"reason": "I never saw it"}).status_code
        == 302
    )
    assert decision.evidence.reference in shown(client, scene.url("queue"))


def test_an_assessor_is_recorded_and_changed(scene: Scene) -> None:
    client, who = client_for(scene.manager), person()
    assert "Nothing is recorded" in shown(client, scene.url("assessor", who))
    form = {
        "registered_on": "2025-01-01",
        "allowed_qualifications": ["TQ"],
        "countersign_from": "",
        "reason": "",
    }
    assert client.post(scene.url("record_assessor", who), form).status_code == 302
    refused = client.post(scene.url("record_assessor", who), {**form, "achieved_on": "2025-09-01"})
    assert "Say why" in refused.content.decode()
    assert (
        client.post(
            scene.url("record_assessor", who),
            {**form, "achieved_on": "2025-09-01", "reason": "Award"},
        ).status_code
        == 302
    )
    assert "Qualified" in shown(client, scene.url("assessors"))
    assert client_for(scene.elsewhere).get(scene.url("assessor", who)).status_code == 404


def test_a_candidate_is_registered(scene: Scene) -> None:
    client, who = client_for(scene.manager), person()
    shown(client, scene.url("register", who))
    taken = scene.registration.qualification
    response = client.post(
        scene.url("register", who), {"qualification": str(taken.pk), "registered_on": "2025-08-01"}
    )
    assert response.url == scene.url("candidate", Registration.objects.get(person=who))


def queries(client: Client, url: str) -> int:
    shown(client, url)
    with CaptureQueriesContext(connection) as captured:
        shown(client, url)
    return len(captured)


@pytest.mark.parametrize("name", ["waiting", "caseload", "queue", "assessors"])
def test_a_list_takes_as_many_queries_with_twenty_rows_as_with_two_hundred(
    scene: Scene, name: str
) -> None:
    def add(count: int) -> None:
        for _row in range(count):
            registration = make.registration()
            make.allocate(registration.person, scene.pta.person)
            make.decision(
                make.evidence(registration, DAY),
                make.trainee() if name == "assessors" else scene.pta.person,
                DAY,
            )
            make.evidence(registration, DAY)

    client = client_for({"queue": scene.signer, "assessors": scene.manager}.get(name, scene.pta))
    add(20)
    before = queries(client, scene.url(name))
    add(100)
    counted = (
        0 if name == "waiting" else 1
    )  # what is longer than a page is counted; of what waits every key is read
    assert queries(client, scene.url(name)) == before + counted


def test_a_page_of_a_candidate_takes_as_many_queries_with_more_evidence(scene: Scene) -> None:
    client, url = client_for(scene.pta), scene.url("candidate", scene.registration)
    scene.waiting()
    before = queries(client, url)
    for _piece in range(20):
        scene.waiting()
    assert queries(client, url) == before


def test_a_piece_that_was_returned_is_listed_and_counted_once_by_its_open_wait(
    scene: Scene,
) -> None:
    """Submitted and decided long ago, returned today: it waits since today, and is neither new nor overdue."""
    decision = scene.waiting()
    make.countersignature(decision, scene.signer.person, today(), "returned", feedback="Say more")
    fresh = make.evidence(scene.registration, today())
    url = scene.url("waiting")
    response = client_for(scene.pta).get(url)
    assert {one.label: one.number for one in response.context["counts"]} == {
        "Returned to me": 1,
        "New": 1,
        "Overdue": 0,
    }
    assert [row[2].text for row in response.context["table"].rows] == ["Returned", "To decide"]
    shown_by = {
        asked: [
            row[0].second
            for row in client_for(scene.pta).get(f"{url}?show={asked}").context["table"].rows
        ]
        for asked in ("returned", "new", "overdue")
    }
    assert shown_by == {
        "returned": [decision.evidence.reference],
        "new": [fresh.reference],
        "overdue": [],
    }
    assert [piece.pk for piece in evidence.waiting_in_order(scene.pta)] == [
        decision.evidence_id,
        fresh.pk,
    ]
