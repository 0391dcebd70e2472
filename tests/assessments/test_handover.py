"""Handovers: everybody and their open work move together, the note is accepted, and all of it is undone as a whole."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from assessments.actions.assessors import record_assessor
from assessments.actions.handovers import (
    accept_handover,
    hand_over,
    looked_after,
    open_work,
    undo_handover,
)
from assessments.models import Handover
from learners.actions.allocations import allocate
from learners.models import Allocation
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import assessments as make
from tests.factories import workforce as w
from tests.factories.assessments import BY
from tests.personas import client_for, persona
from workforce.models import Person

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def over(person: Person, taken_by: Person, role: str = "pta", **changes: Any) -> Handover:
    on = changes.get("on", today())
    usual = {
        "on": on,
        "why": "leaving",
        "note": "Two are near their end.",
        "by": BY,
        "seen": [row.pk for row in looked_after(person, role, on)],
    }
    return hand_over(person=person, taken_by=taken_by, role=role, **{**usual, **changes})


def assessor_of(*registrations: Any, **fields: Any) -> Person:
    found = make.assessor()
    for one in registrations:
        make.allocate(one.person, found, **fields)
    return found


def held(role: str = "pta") -> set[tuple[int, int, dt.date, dt.date | None]]:
    rows = Allocation.objects.live().filter(role=role)
    return set(rows.values_list("person", "other", "effective_on", "ended_on"))


def test_learners_and_their_open_work_move_together_and_back() -> None:
    one, two = make.registration(), make.registration()
    leaver, taker = assessor_of(one, two), persona("pta")
    make.evidence(one)
    make.decision(make.evidence(two), make.trainee())
    assert open_work(leaver, "pta", today()) == (1, 1)
    before = held()
    made = over(leaver, taker.person)
    assert held() == {
        *(
            (key, leaver.pk, make.REGISTERED_ON, today() - DAY)
            for key in (one.person_id, two.person_id)
        ),
        *((key, taker.person_id, today(), None) for key in (one.person_id, two.person_id)),
    }
    listed = client_for(taker).get(reverse("assessments:waiting")).content.decode()
    assert one.evidence.get().reference in listed
    undo_handover(handover=made, reason="They stay", by=BY)
    assert held() == before
    with pytest.raises(Conflict):
        undo_handover(handover=made, reason="They stay", by=BY)


def test_one_unit_and_one_that_has_not_begun_move_as_they_are_and_back() -> None:
    one, two = make.registration(), make.registration()
    leaver = assessor_of(one, unit=1, ended_on=today() + 30 * DAY)
    make.allocate(two.person, leaver, on=today() + 5 * DAY)
    before = held()
    taker = make.assessor()
    made = over(leaver, taker)
    assert (one.person_id, taker.pk, today(), today() + 30 * DAY) in held()
    assert (two.person_id, taker.pk, today() + 5 * DAY, None) in held()
    assert Allocation.objects.live().get(other=taker, unit=1)
    undo_handover(handover=made, reason="They stay", by=BY)
    assert held() == before


def test_what_cannot_be_handed_over_is_refused_and_nothing_moves() -> None:
    one = make.registration()
    leaver = assessor_of(one)
    before = held()
    for taker, changes, field in (
        (leaver, {}, "taken_by"),
        (one.person, {}, "taken_by"),
        (make.assessor(), {"note": " "}, "note"),
        (make.assessor(), {"role": "countersigner"}, "role"),
        (make.assessor(), {"note": "About X123456"}, "note"),
    ):
        with pytest.raises(RuleBroken) as broken:
            over(leaver, taker, **changes)
        assert broken.value.field == field
    with pytest.raises(Conflict):
        over(leaver, make.assessor(), seen=[0])
    assert held() == before
    assert not Handover.objects.exists()


def test_a_countersigner_needs_authority_for_what_waits() -> None:
    trainee = make.trainee()
    leaver = make.countersigner(of=trainee)
    make.decision(make.evidence(make.registration()), trainee)
    for taker in (
        make.assessor(),
        make.countersigner(allowed_qualifications=["VQ5"]),
        make.countersigner(countersign_until=today() - DAY),
    ):
        with pytest.raises(RuleBroken, match="may not countersign"):
            over(leaver, taker, "countersigner")
    taker = make.countersigner()
    assert over(leaver, taker, "countersigner").made
    assert Allocation.objects.live().get(role="countersigner", ended_on=None).other == taker


def test_the_candidate_of_a_decision_that_waits_does_not_take_over_its_countersigning() -> None:
    trainee, candidate = make.trainee(), make.countersigner()
    leaver = make.countersigner(of=trainee)
    decision = make.decision(make.evidence(make.registration(candidate)), trainee)
    with pytest.raises(
        RuleBroken, match="own evidence waits, which they may not countersign"
    ) as broken:
        over(leaver, candidate, "countersigner")
    assert broken.value.field == "other"
    with pytest.raises(RuleBroken, match="own evidence waits"):
        allocate(by=BY, person=trainee, role="countersigner", other=candidate, from_date=today())
    assert not Handover.objects.exists()
    make.countersignature(decision, leaver)
    assert over(leaver, candidate, "countersigner").made, "once nothing of theirs waits"


def test_only_who_takes_over_accepts_and_twice_is_once() -> None:
    taker = persona("pta")
    made = over(assessor_of(make.registration()), taker.person)
    with pytest.raises(RuleBroken, match="Only whoever takes over"):
        accept_handover(handover=made, by=persona("pta"))
    accepted = accept_handover(handover=made, by=taker)
    assert accept_handover(handover=accepted, by=taker) == accepted
    assert accepted.accepted_on == today()


def test_handed_over_accepted_and_undone_on_the_pages() -> None:
    registration, taker = make.registration(), persona("pta")
    leaver = assessor_of(registration)
    manager = client_for(persona("learning_manager"))
    where = reverse("assessments:hand_over", args=[leaver.public_id])
    asked = {
        "role": "pta",
        "why": "leaving",
        "staff_number": taker.person.staff_number,
        "on": today().isoformat(),
        "note": "One is near the end.",
    }
    checked = manager.post(where, asked).content.decode()
    assert registration.person.staff_number in checked
    assert not Handover.objects.exists()
    (seen,) = looked_after(leaver, "pta", today())
    assert (
        manager.post(where, {**asked, "confirmed": "yes", "seen": str(seen.pk)}).status_code == 302
    )
    assert "Not accepted yet" in manager.get(reverse("assessments:handovers")).content.decode()
    mine = client_for(taker)
    assert "One is near the end." in mine.get(reverse("assessments:handed_to_me")).content.decode()
    made = Handover.objects.get()
    assert (
        client_for(persona("pta"))
        .get(reverse("assessments:accept_handover", args=[made.public_id]))
        .status_code
        == 404
    )
    assert (
        mine.post(reverse("assessments:accept_handover", args=[made.public_id])).status_code == 302
    )
    current = Handover.objects.live().get()
    assert current.accepted_on
    undo = reverse("assessments:undo_handover", args=[current.public_id])
    assert manager.post(undo, {"reason": "They stay"}).status_code == 302
    assert not Handover.objects.live().exists()
    elsewhere = client_for(persona("learning_manager", region="LON"))
    assert elsewhere.get(where).status_code == 404


def test_rates_of_an_assessor_by_hand() -> None:
    """Agreed after 10 and 20 days and returned after 3: the median is 10."""
    from assessments.facts.countersigning_capacity import rates_of

    trainee, signer = make.trainee(), make.countersigner()
    for days, outcome in ((10, "agreed"), (20, "agreed"), (3, "returned")):
        day = today() - days * DAY
        made = make.decision(make.evidence(make.registration(), day), trainee, day)
        make.countersignature(made, signer, today(), outcome)
    found = rates_of(trainee.pk)
    assert (found.agreed, found.returned, found.disagreed, found.median_days) == (2, 1, 0, 10)


def test_two_spells_of_one_learner_are_handed_back_as_they_were() -> None:
    """One that has begun and ends, and one that is still ahead; the same for one unit."""
    one = make.registration()
    leaver = assessor_of(one, ended_on=today() + 9 * DAY)
    make.allocate(one.person, leaver, on=today() + 20 * DAY)
    make.allocate(one.person, leaver, on=today() + 3 * DAY, unit=1, ended_on=today() + 4 * DAY)
    make.allocate(one.person, leaver, on=today() + 5 * DAY, unit=1)
    before = held()
    made = over(leaver, make.assessor())
    assert len(made.made) == 4
    undo_handover(handover=made, reason="They stay", by=BY)
    assert held() == before


def test_who_takes_over_may_for_as_long_as_it_lasts() -> None:
    trainee = make.trainee()
    leaver = make.countersigner()
    make.allocate(trainee, leaver, "countersigner", ended_on=today() + 9 * DAY)
    for short in (
        make.countersigner(countersign_until=today() + 8 * DAY),
        make.countersigner(lapsed_on=today() + 9 * DAY),
    ):
        with pytest.raises(RuleBroken, match="may not countersign after"):
            over(leaver, short, "countersigner")
    leaves, away = make.countersigner(), make.countersigner()
    w.spell(leaves, ended_on=today() + 8 * DAY)
    w.absence(away, today() + 9 * DAY)
    for taker, words in ((leaves, "leaves on"), (away, "is away")):
        with pytest.raises(RuleBroken, match=words):
            over(leaver, taker, "countersigner")
    assert over(
        leaver, make.countersigner(countersign_until=today() + 9 * DAY), "countersigner"
    ).made


def test_nobody_gets_back_by_undoing_what_they_may_no_longer_do() -> None:
    trainee = make.trainee()
    leaver = make.countersigner(of=trainee)
    made = over(leaver, make.countersigner(), "countersigner")
    record_assessor(person=leaver, countersign_until=today() - DAY, reason="Left the panel", by=BY)
    with pytest.raises(RuleBroken, match="may not countersign"):
        undo_handover(handover=made, reason="They stay", by=BY)
    learners = assessor_of(make.registration())
    moved = over(learners, make.assessor())
    w.spell(learners, ended_on=today() - DAY)
    with pytest.raises(RuleBroken, match="not in post"):
        undo_handover(handover=moved, reason="They stay", by=BY)
    assert Handover.objects.live().count() == 2
