"""The sampling plan agreed with the external quality assurer (rule C3 66): what counts as another plan, and the pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from assessments.actions.sampling import plan_samples, record_sample, undo_sample
from assessments.actions.sampling_agreement import comment_on_plan, withdraw_comment
from assessments.models import Decision, Sample, SamplingAgreement
from assessments.queries import sampling_agreement as facts
from assessments.rules.sampling_agreement import AGAIN, AGREED, COMMENTED, NOT_YET
from pqip.core.clock import today
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.core.models import AccessEntry
from tests.factories import assessments as make
from tests.factories import workforce as w
from tests.factories.quality import quality_assurer
from tests.factories.workforce import BY
from tests.personas import client_for, persona
from workforce.models import Person, User

DUE = today() + dt.timedelta(days=30)


@pytest.fixture
def external() -> User:
    """An external quality assurer to whom a candidate of the North East is named today."""
    who = persona("eqa")
    make.allocate(make.registration().person, who.person, "eqa", today(), ended_on=today())
    return who


@pytest.fixture
def assurer() -> Person:
    return quality_assurer()


def planned(assurer: Person, **changes: Any) -> Sample:
    made = make.decision(make.evidence(make.registration()), make.assessor())
    plan_samples(decisions=[(made.pk, "interim")], quality_assurer=assurer, due_on=DUE, by=BY)
    return Sample.objects.live().get(decision=made)


def state() -> str:
    return facts.region_plans([w.region()])[0].state


def say(
    external: User, is_agreed: bool = True, comment: str = "", seen: str = ""
) -> SamplingAgreement:
    now = facts.plans([w.region().pk])[w.region().pk].fingerprint
    return comment_on_plan(
        region=w.region(),
        external=external.person,
        is_agreed=is_agreed,
        comment=comment,
        seen=seen or now,
        by=external,
    )


@pytest.mark.django_db
def test_agreed_until_the_plan_changes_and_again_once_it_does(
    external: User, assurer: Person
) -> None:
    with pytest.raises(RuleBroken, match="Nothing is planned"):
        say(external)
    first = planned(assurer)
    assert state() == NOT_YET
    say(external)
    assert state() == AGREED
    record_sample(
        sample=first,
        criteria=make.codes(first.decision.evidence.registration)[:1],
        verdict="supported",
        found="Clear.",
        on=today(),
        by=persona("iqa", of=assurer),
    )
    assert state() == AGREED, "what is found changes no plan"
    second = planned(assurer)
    assert state() == AGAIN
    undo_sample(sample=second, reason="Not needed", by=BY)
    assert state() == AGREED, "the plan is what it was"
    planned(assurer)
    say(external, is_agreed=False, comment="Sample unit 2 as well.")
    assert state() == COMMENTED
    said = say(external)
    assert state() == AGREED
    withdraw_comment(agreement=said, reason="Too early", by=external)
    assert state() == COMMENTED


@pytest.mark.django_db
def test_what_is_refused(external: User, assurer: Person) -> None:
    planned(assurer)
    with pytest.raises(RuleBroken, match="Say what must change"):
        say(external, is_agreed=False)
    with pytest.raises(Conflict, match="changed since you opened it"):
        say(external, seen="x" * 64)
    with pytest.raises(NotAllowed):
        withdraw_comment(agreement=say(external), reason="x", by=persona("eqa"))


@pytest.mark.django_db
def test_the_assurer_agrees_on_the_page_and_the_region_sees_it(
    external: User, assurer: Person
) -> None:
    sample, client = planned(assurer), client_for(external)
    where = reverse("assessments:external_plan", args=["NE"])
    assert where in client.get(reverse("assessments:external_plans")).content.decode()
    page = client.get(where).content.decode()
    assert sample.decision.assessor.name in page
    assert sample.decision.evidence.registration.person.last_name not in page, (
        "no candidate is named"
    )
    assert AccessEntry.objects.filter(user=external, what="assessments:sampling plan").count() == 2
    say_url = reverse("assessments:agree_sampling", args=["NE"])
    seen = client.get(say_url).context["form"]["seen"].value()
    assert (
        client.post(say_url, {"is_agreed": "yes", "comment": "", "seen": seen}).status_code == 302
    )
    for role in ("iqa", "learning_manager", "national"):
        told = (
            client_for(persona(role))
            .get(reverse("assessments:samples"))
            .content.decode()
            .replace("\xa0", " ")
        )
        assert "Agreed with the external quality assurer" in told
        assert external.person.name in told
    planned(assurer)
    assert (
        "to be agreed again"
        in client_for(persona("iqa")).get(reverse("assessments:samples")).content.decode()
    )
    assert client.get(reverse("assessments:external_plan", args=["WAL"])).status_code == 404
    own = SamplingAgreement.objects.live().get()
    back = reverse("assessments:take_back_agreement", args=[own.public_id])
    assert client_for(persona("eqa")).get(back).status_code == 404
    assert client.post(back, {"reason": "Too early"}).status_code == 302
    assert Decision.objects.exists()
    assert not SamplingAgreement.objects.live().exists()
