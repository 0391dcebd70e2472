"""Units: the version's rule at sign-off, locks, release by somebody independent, unlocking, certificates; meetings."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from assessments.actions.certificates import claim_certificate, undo_claim
from assessments.actions.decisions import decide, void_decision
from assessments.actions.standardisation import (
    add_action,
    finish_standardisation_action,
    record_meeting,
)
from assessments.actions.units_release import release_unit, unlock_unit
from assessments.actions.units_signing_off import sign_off_unit, void_signoff
from assessments.models import (
    Attendance,
    CertificateClaim,
    Registration,
    RegistrationFact,
    Standardisation,
    StandardisationAction,
    Unit,
    UnitRelease,
    UnitSignoff,
)
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import assessments as make
from tests.factories.assessments import BY, JUDGED
from tests.factories.quality import quality_assurer
from tests.factories.workforce import region
from tests.personas import client_for, persona
from workforce.models import Person

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 8, 11)


def met(assessor: Person, *, times: int = 1) -> Registration:
    registration = make.registration()
    for _ in range(times):
        make.decision(make.evidence(registration), assessor)
    return registration


def test_a_unit_is_signed_off_once_its_version_s_rule_is_kept() -> None:
    make.qualification()
    with acting_as(by=BY):
        Unit.objects.filter(number=1).update(least_pieces=2)
    assessor = make.assessor()
    registration = met(assessor)
    unit = make.unit(registration)
    with pytest.raises(RuleBroken, match="2 pieces of evidence are needed, and 1 show it"):
        sign_off_unit(registration=registration, unit=unit, signed_off_by=assessor, by=BY)
    make.decision(make.evidence(registration), assessor)
    assert sign_off_unit(registration=registration, unit=unit, signed_off_by=assessor, by=BY)


def test_a_unit_that_is_signed_off_is_locked_until_it_is_undone() -> None:
    assessor = make.assessor()
    registration = met(assessor)
    decision = registration.evidence.get().decisions.get()
    later = make.evidence(registration)
    signoff = make.signoff(registration, assessor)
    asked = {
        "evidence": later,
        "assessor": assessor,
        "decided_on": DAY,
        "not_met": [],
        "judged": JUDGED,
        "by": BY,
    }
    with pytest.raises(RuleBroken, match="Undo the sign-off first"):
        decide(met=make.codes(registration, "1.1.1"), **asked)
    with pytest.raises(RuleBroken, match="Undo the sign-off first"):
        void_decision(decision=decision, reason="Wrong", by=BY)
    decide(met=make.codes(registration, "2.1.1"), **asked)
    release_unit(signoff=signoff, released_by=quality_assurer(), by=BY)
    with pytest.raises(RuleBroken, match="quality assurer must unlock"):
        void_decision(decision=decision, reason="Wrong", by=BY)
    with pytest.raises(RuleBroken, match="Unlock it instead"):
        void_signoff(signoff=signoff, reason="Wrong", by=BY)
    with pytest.raises(DatabaseError, match="released by quality assurance"), transaction.atomic():
        make.decision(later, assessor, DAY, met=("1.1.1",), number=2)
    unlock_unit(signoff=signoff, reason="Appeal upheld", by=BY)
    void_decision(decision=decision, reason="Wrong", by=BY)
    assert not UnitSignoff.objects.live().exists()


@pytest.mark.parametrize("who", ["assessor", "countersigner", "signer", "candidate"])
def test_nobody_releases_a_unit_they_had_a_part_in(who: str) -> None:
    terms = {"assure_from": dt.date(2020, 1, 1), "assured_qualifications": ["TQ"]}
    people = {
        "assessor": make.assessor(achieved_on=None, **terms),
        "signer": make.assessor(**terms),
    }
    people["countersigner"] = make.countersigner(**terms)
    registration = make.registration(make.assessor(**terms))
    people["candidate"] = registration.person
    make.countersignature(
        make.decision(make.evidence(registration), people["assessor"]), people["countersigner"]
    )
    signoff = make.signoff(registration, people["signer"])
    with pytest.raises(RuleBroken, match="Nobody releases"):
        release_unit(signoff=signoff, released_by=people[who], by=BY)


def test_a_release_needs_authority_and_happens_once() -> None:
    registration = met(make.assessor())
    signoff = make.signoff(registration, make.assessor())
    with pytest.raises(RuleBroken, match="no authority"):
        release_unit(signoff=signoff, released_by=make.assessor(), by=BY)
    release_unit(signoff=signoff, released_by=quality_assurer(), by=BY)
    with pytest.raises(Conflict):
        release_unit(signoff=signoff, released_by=quality_assurer(), by=BY)
    unlock_unit(signoff=signoff, reason="Appeal", by=BY)
    with pytest.raises(Conflict):
        release_unit(signoff=signoff, released_by=quality_assurer(), by=BY)
    assert not UnitRelease.objects.live().exists()


def finished() -> Registration:
    """Every unit achieved and released."""
    assessor = make.assessor()
    registration = met(assessor)
    for number in (1, 2):
        release_unit(
            signoff=make.signoff(registration, assessor, number),
            released_by=quality_assurer(),
            by=BY,
        )
    return registration


def test_a_certificate_is_claimed_once_every_unit_is_achieved_and_released() -> None:
    assessor = make.assessor()
    registration = met(assessor)
    first = make.signoff(registration, assessor, 1)
    with pytest.raises(RuleBroken, match="Not every unit is achieved on that day: 2"):
        claim_certificate(registration=registration, by=BY)
    second = make.signoff(registration, assessor, 2)
    release_unit(signoff=first, released_by=quality_assurer(), by=BY)
    with pytest.raises(RuleBroken, match="not released every unit: 2"):
        claim_certificate(registration=registration, by=BY)
    release_unit(signoff=second, released_by=quality_assurer(), by=BY)
    claim = claim_certificate(registration=registration, by=BY)
    with pytest.raises(Conflict):
        claim_certificate(registration=registration, by=BY)
    undo_claim(claim=claim, reason="Wrong centre", by=BY)
    with pytest.raises(Conflict):
        undo_claim(claim=claim, reason="Wrong centre", by=BY)
    assert claim_certificate(registration=registration, by=BY)


def test_released_unlocked_and_claimed_on_the_pages() -> None:
    assessor = make.assessor()
    registration = met(assessor)
    make.signoff(registration, assessor, 1)
    iqa, manager, centre = (
        persona("iqa"),
        client_for(persona("learning_manager")),
        client_for(persona("national")),
    )
    quality_assurer(iqa.person)
    client = client_for(iqa)
    assert (
        registration.person.name in client.get(reverse("assessments:to_release")).content.decode()
    )
    where = [registration.public_id, 1]
    assert client.post(reverse("assessments:release", args=where)).status_code == 302
    assert (
        "Unlock"
        in client.get(
            reverse("assessments:candidate", args=[registration.public_id])
        ).content.decode()
    )
    assert (
        client.post(reverse("assessments:unlock", args=where), {"reason": "Appeal"}).status_code
        == 302
    )
    assert not UnitSignoff.objects.live().exists()
    assert manager.post(reverse("assessments:release", args=where)).status_code == 403
    done = finished()
    for name in ("certificates", "claim", "undo_claim", "record_certificate"):
        where = reverse(
            f"assessments:{name}", args=[] if name == "certificates" else [done.public_id]
        )
        assert manager.get(where).status_code == 403, "the VQ centre is national"
    listed = centre.get(reverse("assessments:certificates")).content.decode()
    assert done.person.staff_number in listed
    assert (
        centre.post(
            reverse("assessments:claim", args=[done.public_id]), {"on": today().isoformat()}
        ).status_code
        == 302
    )
    assert (
        done.person.staff_number
        in centre.get(reverse("assessments:certificates"), {"show": "claimed"}).content.decode()
    )
    assert (
        centre.post(
            reverse("assessments:undo_claim", args=[done.public_id]), {"reason": "Wrong"}
        ).status_code
        == 302
    )
    assert not CertificateClaim.objects.live().exists()
    came = {"certificated_on": today().isoformat(), "certificate_number": "C1", "reason": "Came"}
    assert (
        centre.post(
            reverse("assessments:record_certificate", args=[done.public_id]), came
        ).status_code
        == 302
    )
    assert RegistrationFact.objects.live().get(registration=done).certificate_number == "C1"
    assert (
        done.person.staff_number
        in centre.get(reverse("assessments:certificates"), {"show": "received"}).content.decode()
    )
    elsewhere = client_for(persona("learning_manager", region="LON"))
    assert elsewhere.get(reverse("assessments:claim", args=[done.public_id])).status_code == 403


def test_a_moved_candidate_s_certificate_counts_the_units_of_the_new_version() -> None:
    registration = finished()
    make.move(registration)
    manager = client_for(persona("learning_manager"))
    assert (
        registration.person.staff_number
        not in manager.get(reverse("assessments:certificates")).content.decode()
    )
    with pytest.raises(RuleBroken, match="Not every unit"):
        claim_certificate(registration=Registration.objects.get(pk=registration.pk), by=BY)


def test_a_meeting_is_recorded_once_with_who_came_and_what_is_to_be_done() -> None:
    one, two = make.assessor(), make.assessor()
    asked: dict[str, Any] = {
        "region": region("NE"),
        "held_on": today(),
        "topic": "Sufficiency",
        "outcome": "",
        "by": BY,
        "invited": [one.pk, two.pk],
    }
    refused: list[tuple[dict[str, Any], str]] = [
        ({"came": []}, "came"),
        ({"came": [0]}, "came"),
        ({"came": [one.pk], "held_on": dt.date(2099, 1, 1)}, "held_on"),
    ]
    for wrong, field in refused:
        with pytest.raises(RuleBroken) as broken:
            record_meeting(**{**asked, **wrong})
        assert broken.value.field == field
    meeting = record_meeting(came=[one.pk], **asked)
    with pytest.raises(Conflict):
        record_meeting(came=[one.pk], **asked)
    assert dict(Attendance.objects.values_list("person", "has_come")) == {
        one.pk: True,
        two.pk: False,
    }
    action = add_action(meeting=meeting, what="Share an example", owner=one, do_by=today(), by=BY)
    finish_standardisation_action(action=action, by=BY)
    with pytest.raises(Conflict):
        finish_standardisation_action(action=action, by=BY)


def test_a_meeting_on_the_pages() -> None:
    iqa = persona("iqa")
    quality_assurer(iqa.person)
    came, other = make.assessor(), make.assessor()
    client = client_for(iqa)
    asked = {
        "region": region("NE").pk,
        "held_on": today().isoformat(),
        "topic": "Sufficiency",
        "came": [str(came.pk)],
    }
    answer = client.post(reverse("assessments:record_meeting"), asked)
    meeting = Standardisation.objects.get()
    assert answer.url == reverse("assessments:meeting", args=[meeting.public_id])
    shown = client.get(answer.url).content.decode()
    assert "Did not come" in shown
    absent = client.get(reverse("assessments:not_come")).content.decode()
    assert other.staff_number in absent
    assert came.staff_number not in absent
    task = {"what": "Share an example", "owner": str(came.pk), "do_by": today().isoformat()}
    client.post(reverse("assessments:meeting_action", args=[meeting.public_id]), task)
    action = StandardisationAction.objects.get()
    assert client.post(
        reverse("assessments:meeting_action_done", args=[action.public_id]),
        {"on": today().isoformat()},
    ).url
    done = StandardisationAction.objects.live().get()
    assert done.done_on == today()
    undo = reverse("assessments:undo_meeting_action", args=[done.public_id])
    assert client.post(undo, {"reason": "Not that"}).status_code == 302
    elsewhere = client_for(persona("iqa", region="LON"))
    assert elsewhere.get(answer.url).status_code == 404
