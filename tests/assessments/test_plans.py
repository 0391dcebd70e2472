"""Assessment plans: planned by the assessor, agreed by the candidate, done by evidence."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError
from django.urls import reverse

from assessments.actions.evidence import log_evidence, void_evidence
from assessments.actions.plans import agree_plan, change_plan, drop_plan, plan_assessment
from assessments.models import AssessmentPlan, Criterion
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import assessments as make
from tests.factories.assessments import BY
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db


def planned(**changes: object) -> AssessmentPlan:
    registration = changes.pop("registration", None) or make.registration()
    usual = {
        "registration": registration,
        "assessor": make.assessor(),
        "what": "Observation",
        "method": "observation",
        "due_on": today(),
        "criteria": make.codes(registration)[:2],
        "by": BY,
    }
    return plan_assessment(**{**usual, **changes})


@pytest.mark.parametrize(("changes", "field"), [
    ({"due_on": dt.date(2026, 1, 5)}, "due_on"), ({"criteria": []}, "criteria"), ({"criteria": [0]}, "criteria"),
    ({"method": "guess"}, "method"), ({"what": "Meeting X123456"}, "what"),
])  # fmt: skip
def test_what_cannot_be_planned_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        planned(**changes)
    assert broken.value.field == field


def test_a_criterion_is_planned_and_shown_only_by_its_own_methods() -> None:
    make.qualification()
    with acting_as(by=BY):
        Criterion.objects.filter(code="1.1.1").update(methods=["questioning"])
    registration = make.registration()
    with pytest.raises(RuleBroken, match=r"1\.1\.1 may not be shown by observation"):
        planned(registration=registration)
    stated = {
        "registration": registration,
        "title": "Answers",
        "submitted_on": today(),
        "names_nobody": True,
        "by": BY,
        "criteria": make.codes(registration),
    }
    with pytest.raises(RuleBroken, match=r"1\.1\.1 may not be shown by observation"):
        log_evidence(method="observation", **stated)
    assert log_evidence(method="questioning", **stated)
    with pytest.raises(DatabaseError) as error:
        make.evidence(registration, today(), "1.1.1", method="observation")
    assert getattr(error.value.__cause__, "pgcode", "") == "PQ112", error.value


def test_evidence_logged_for_a_plan_makes_it_done_once_and_undoing_opens_it_again() -> None:
    plan = planned()
    stated = {
        "registration": plan.registration,
        "title": "Seen",
        "method": "observation",
        "submitted_on": today(),
        "criteria": plan.criteria,
        "names_nobody": True,
        "by": BY,
        "plan": plan,
    }
    piece = log_evidence(**stated)
    assert AssessmentPlan.objects.live().get().evidence == piece
    with pytest.raises(Conflict):
        log_evidence(**stated)
    void_evidence(evidence=piece, reason="Not this", by=BY)
    assert AssessmentPlan.objects.live().get().evidence is None


def test_only_the_candidate_agrees_and_a_change_is_agreed_anew() -> None:
    learner = persona("learner")
    plan = planned(registration=make.registration(learner.person))
    with pytest.raises(RuleBroken, match="Only the candidate"):
        agree_plan(plan=plan, by=persona("pta"))
    agreed = agree_plan(plan=plan, by=learner)
    assert agree_plan(plan=agreed, by=learner) == agreed
    changed = change_plan(plan=agreed, reason="Ill", due_on=today() + dt.timedelta(days=7), by=BY)
    assert changed.agreed_on is None
    with pytest.raises(Conflict):
        drop_plan(plan=agreed, reason="Old", by=BY)
    drop_plan(plan=changed, reason="No longer", by=BY)
    assert not AssessmentPlan.objects.live().exists()


def test_planned_agreed_and_logged_on_the_pages() -> None:
    pta, learner = persona("pta"), persona("learner")
    registration = make.registration(learner.person)
    make.allocate(learner.person, pta.person)
    where = reverse("assessments:plan", args=[registration.public_id])
    asked = {
        "what": "First appointment",
        "method": "observation",
        "due_on": "2099-01-15",
        "criteria": [str(key) for key in make.codes(registration, "1.1.1")],
    }
    assert client_for(pta).post(where, asked).status_code == 302
    plan = AssessmentPlan.objects.get()
    candidate = reverse("assessments:candidate", args=[registration.public_id])
    mine = client_for(learner).get(candidate).content.decode()
    assert "First appointment" in mine
    assert "To be agreed" in mine
    agree = reverse("assessments:agree_plan", args=[plan.public_id])
    assert client_for(learner).post(agree).status_code == 302
    listed = client_for(pta).get(reverse("assessments:plans")).content.decode()
    assert "Agreed" in listed
    agreed = AssessmentPlan.objects.live().get()
    log = client_for(pta).get(
        reverse("assessments:log_evidence", args=[registration.public_id]),
        {"plan": agreed.public_id},
    )
    assert 'value="First appointment"' in log.content.decode()
    change = reverse("assessments:change_plan", args=[agreed.public_id])
    sent = {**asked, "due_on": "2099-02-15", "seen": agreed.pk, "reason": "Ill"}
    assert client_for(pta).post(change, sent).status_code == 302
    drop = reverse("assessments:drop_plan", args=[AssessmentPlan.objects.live().get().public_id])
    assert client_for(pta).post(drop, {"reason": "No longer"}).status_code == 302
    assert "No assessment is planned." in client_for(pta).get(candidate).content.decode()


def test_another_assessors_candidate_is_not_found() -> None:
    plan = planned()
    stranger = client_for(persona("pta"))
    assert (
        stranger.get(reverse("assessments:plan", args=[plan.registration.public_id])).status_code
        == 404
    )
    assert (
        stranger.get(reverse("assessments:change_plan", args=[plan.public_id])).status_code == 404
    )
