"""Work that must not be left lying: leaving, absence, lost authority, and the open list settled on qualification."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from assessments.actions.assessors import record_assessor
from assessments.actions.countersigning_settling import settle
from assessments.models import Decision
from assessments.queries import open_work as facts
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


def assesses(found: Person) -> Person:
    """An assessor with one learner whose evidence waits, and one decided by a trainee that waits for countersigning."""
    one, two = make.registration(), make.registration()
    for each in (one, two):
        make.allocate(each.person, found)
    make.evidence(one)
    make.decision(make.evidence(two), make.trainee())
    return found


def waits_of(who: Person) -> Decision:
    return make.decision(
        make.evidence(make.registration(), today() - 3 * DAY), who, today() - 3 * DAY
    )


def named(rows: Any) -> set[int]:
    return set(rows.values_list("person", flat=True))


def day_of(name: str, day: dt.date) -> dict[str, str]:
    return {name: day.isoformat()}


def test_who_leaves_is_away_or_lost_authority() -> None:
    manager, soon = persona("learning_manager"), today() + facts.AHEAD_DAYS * DAY
    people = {
        name: make.assessor()
        for name in ("stays", "left", "leaves", "later", "back", "away", "idle", "moved")
    }
    for name, person in people.items():
        if name != "idle":
            make.allocate(make.registration().person, person)
    for name, last in (
        ("left", today() - DAY),
        ("leaves", soon),
        ("later", soon + DAY),
        ("idle", today()),
    ):
        w.spell(people[name], ended_on=last)
    w.spell(people["moved"], ended_on=today() - DAY)
    w.spell(people["moved"], today())
    w.absence(people["back"], today() - 30 * DAY, "career_break", ended_on=today() - DAY)
    w.absence(
        people["away"], today() - 30 * DAY, "long_term_absence", expected_end_date=today() + DAY
    )
    w.absence(people["stays"], today() - 30 * DAY, "reduced_hours")
    over = make.countersigner(of=make.trainee(), countersign_until=today() - DAY)
    make.countersigner(of=make.trainee(), countersign_until=today())
    assert named(facts.leaving_or_away(manager)) == {
        people["left"].pk,
        people["leaves"].pk,
        people["away"].pk,
        over.pk,
    }
    assert not named(facts.leaving_or_away(persona("learning_manager", region="LON")))
    page = client_for(manager).get(reverse("assessments:open_work")).content.decode()
    for words in ("Left", "Leaves", "Away", "May not countersign", "expected until"):
        assert words in page


def test_what_is_open_by_hand() -> None:
    found, idle = assesses(make.assessor()), make.assessor()
    signed = make.trainee()
    make.allocate(signed, found, "countersigner")
    waits_of(signed)
    own = make.trainee()
    waits_of(own)
    assert facts.work_of([found.pk, idle.pk, own.pk]) == {
        found.pk: facts.Work(learners=2, to_decide=1, assessors=1, to_countersign=1),
        idle.pk: facts.Work(),
        own.pk: facts.Work(own=1),
    }


def test_once_qualified_the_open_list_is_offered_and_settled_in_one_decision() -> None:
    trainee, manager = make.trainee(), persona("learning_manager")
    signer = make.countersigner(of=trainee)
    decision = waits_of(trainee)
    client = client_for(manager)
    terms = {
        **day_of("registered_on", dt.date(2025, 1, 1)),
        **day_of("achieved_on", today()),
        "reason": "Achieved",
    }
    page = client.post(reverse("assessments:record_assessor", args=[trainee.public_id]), terms)
    assert page.url == reverse("assessments:settle", args=[trainee.public_id])
    shown = client.get(page.url).content.decode()
    assert decision.evidence.reference in shown
    assert f"{signer.name} finishes it" in shown
    assert named(facts.just_qualified(manager)) == {trainee.pk}
    last = today() + 14 * DAY
    asked = {"who": "keep", **day_of("last_day", last), "seen": str(decision.pk)}
    past = client.post(page.url, {**asked, **day_of("last_day", today() - DAY)}).content.decode()
    assert "must be today or later" in past
    said = client.post(page.url, asked, follow=True).content.decode()
    assert f"{signer.name} countersigns until" in said
    assert Allocation.objects.live().get(person=trainee, role="countersigner").ended_on == last
    assert not named(facts.just_qualified(manager)), "settled"


def test_or_somebody_else_takes_all_of_it() -> None:
    trainee, manager = make.trainee(), persona("learning_manager")
    before, outside = (
        make.countersigner(of=trainee),
        make.countersigner(w.person(in_region="LON", last_name="Contractor")),
    )
    decision = waits_of(trainee)
    record_assessor(person=trainee, achieved_on=today(), by=BY, reason="Achieved")
    url = reverse("assessments:settle", args=[trainee.public_id])
    client, last = client_for(manager), today() + DAY
    asked = {"who": "move", **day_of("last_day", last), "seen": str(decision.pk)}
    assert "Enter the staff number" in client.post(url, asked).content.decode()
    unable = make.assessor()
    assert (
        "may not countersign"
        in client.post(url, {**asked, "staff_number": unable.staff_number}).content.decode()
    )
    assert client.post(url, {**asked, "staff_number": outside.staff_number}).status_code == 302
    rows = (
        Allocation.objects.live()
        .filter(person=trainee, role="countersigner")
        .order_by("effective_on")
    )
    assert list(rows.values_list("other", "ended_on")) == [
        (before.pk, today() - DAY),
        (outside.pk, last),
    ]


def test_nothing_is_settled_on_what_was_not_seen_or_with_nobody() -> None:
    trainee = make.trainee()
    decision = waits_of(trainee)
    record_assessor(person=trainee, achieved_on=today(), by=BY, reason="Achieved")
    with pytest.raises(Conflict):
        settle(person=trainee, seen=[], last_day=today(), by=BY)
    with pytest.raises(RuleBroken, match="Nobody countersigns"):
        settle(person=trainee, seen=[decision.pk], last_day=today(), by=BY)
    page = (
        client_for(persona("learning_manager"))
        .get(reverse("assessments:settle", args=[trainee.public_id]))
        .content.decode()
    )
    assert "finishes it" not in page
    assert "Somebody else takes all of it" in page


def test_whoever_keeps_what_waits_may_countersign_up_to_the_last_day() -> None:
    trainee = make.trainee()
    signer = make.countersigner(of=trainee, countersign_until=today() + 5 * DAY)
    decision = waits_of(trainee)
    record_assessor(person=trainee, achieved_on=today(), by=BY, reason="Achieved")
    asked = {"person": trainee, "seen": [decision.pk], "by": BY}
    for taken_by in (None, signer):
        with pytest.raises(RuleBroken, match="may not countersign after"):
            settle(**asked, last_day=today() + 6 * DAY, taken_by=taken_by)
    away = make.countersigner()
    w.absence(away, today() + 2 * DAY, expected_end_date=today() + 3 * DAY)
    with pytest.raises(RuleBroken, match="is away"):
        settle(**asked, last_day=today() + 2 * DAY, taken_by=away)
    assert settle(**asked, last_day=today() + 5 * DAY).other == signer


def test_the_candidate_of_a_decision_that_waits_does_not_take_what_waits() -> None:
    trainee, candidate = make.trainee(), make.countersigner()
    make.countersigner(of=trainee)
    decision = make.decision(
        make.evidence(make.registration(candidate), today() - 3 * DAY), trainee, today() - 3 * DAY
    )
    record_assessor(person=trainee, achieved_on=today(), by=BY, reason="Achieved")
    before = set(Allocation.objects.live().values_list("pk", flat=True))
    with pytest.raises(RuleBroken, match="own evidence waits, which they may not countersign"):
        settle(person=trainee, seen=[decision.pk], last_day=today(), taken_by=candidate, by=BY)
    page = (
        client_for(persona("learning_manager"))
        .post(
            reverse("assessments:settle", args=[trainee.public_id]),
            {
                "who": "move",
                **day_of("last_day", today()),
                "seen": str(decision.pk),
                "staff_number": candidate.staff_number,
            },
        )
        .content.decode()
    )
    assert "own evidence waits" in page
    assert set(Allocation.objects.live().values_list("pk", flat=True)) == before


def test_with_nothing_waiting_the_countersigner_simply_ends() -> None:
    trainee, client = make.trainee(), client_for(persona("learning_manager"))
    url = reverse("assessments:settle", args=[trainee.public_id])
    make.countersigner(of=trainee)
    record_assessor(person=trainee, achieved_on=today(), by=BY, reason="Achieved")
    page = client.get(url).content.decode()
    assert "Nothing waits for a countersignature" in page
    assert "Somebody else takes" not in page
    assert client.post(url, {**day_of("last_day", today()), "seen": ""}).status_code == 302
    client.get(url)
    assert "Nothing waits" in client.get(url).content.decode()


def test_countersigners_are_named_for_many_and_taken_back_as_a_whole() -> None:
    alone, other, signed = make.trainee(), make.trainee(), make.trainee()
    old, new = (
        make.countersigner(of=signed),
        make.countersigner(w.person(in_region="LON", last_name="Outside")),
    )
    waits_of(alone)
    client = client_for(persona("learning_manager"))
    page = client.get(reverse("assessments:capacity"), {"show": "nobody"}).content.decode()
    url = reverse("assessments:name_for_assessors")
    assert f"{url}?show=nobody" in page
    form = client.get(url, {"show": "nobody"}).context["form"]
    chosen = [key for key, _ in form.fields["people"].choices]
    assert set(chosen) == {str(alone.public_id), str(other.public_id)}
    assert form.fields["people"].initial == chosen
    everybody = client.get(url).context["form"].fields["people"]
    assert str(signed.public_id) in dict(everybody.choices)
    assert everybody.initial == []
    asked = {
        "role": "countersigner",
        "staff_number": new.staff_number,
        **day_of("from_date", today()),
        "seen": "",
        "people": [*chosen, str(signed.public_id)],
    }
    unable = make.assessor()
    refused = client.post(
        f"{url}?show=all", {**asked, "staff_number": unable.staff_number}
    ).content.decode()
    assert "may not countersign" in refused
    check = client.post(f"{url}?show=all", asked)
    assert "What changes" in check.content.decode()
    seen = dict(check.context["sent"])["seen"]
    done = client.post(f"{url}?show=all", {**asked, "seen": seen, "confirmed": "yes"})
    rows = Allocation.objects.live().filter(role="countersigner", effective_on=today())
    assert set(rows.values_list("other", flat=True)) == {new.pk}
    assert rows.count() == 3
    assert "countersigner of 3 assessors" in client.get(done.url).content.decode()
    client.post(done.url.replace("/done/", "/undo/"))
    live = Allocation.objects.live().filter(role="countersigner")
    assert list(live.values_list("person", "other", "ended_on")) == [(signed.pk, old.pk, None)]


def test_one_assessor_from_their_page_and_each_role_can_be_ended_corrected_and_undone() -> None:
    trainee, client = make.trainee(), client_for(persona("learning_manager"))
    page = reverse("assessments:assessor", args=[trainee.public_id])
    naming = f"{reverse('assessments:name_for_assessors')}?who={trainee.public_id}"
    assert naming in client.get(page).content.decode()
    tutor = make.assessor()
    asked = {
        "role": "pta",
        "staff_number": tutor.staff_number,
        **day_of("from_date", today()),
        "seen": "",
        "people": [str(trainee.public_id)],
        "confirmed": "yes",
    }
    assert client.post(naming, asked).status_code == 302
    row = Allocation.objects.live().get(person=trainee, role="pta")
    assert tutor.name in client.get(page).content.decode()
    at = [trainee.public_id, row.public_id]
    earlier = {**day_of("from_date", today() - DAY), "reason": "They began a day earlier"}
    assert (
        client.post(reverse("assessments:correct_supporter", args=at), earlier).status_code == 302
    )
    row = Allocation.objects.live().get(person=trainee, role="pta")
    assert row.effective_on == today() - DAY
    at = [trainee.public_id, row.public_id]
    assert (
        client.post(
            reverse("assessments:end_supporter", args=at), day_of("on", today())
        ).status_code
        == 302
    )
    row = Allocation.objects.live().get(person=trainee, role="pta")
    assert row.ended_on == today()
    undo = reverse("assessments:undo_supporter", args=[trainee.public_id, row.public_id])
    assert client.post(undo, {"reason": "Named in error"}).status_code == 302
    assert not Allocation.objects.live().filter(person=trainee, role="pta").exists()
    assert client.get(f"{naming}x").status_code == 200, "a number that is none narrows to nobody"


def test_the_queue_tells_readers_whose_turn_it_is() -> None:
    trainee, alone = make.trainee(), make.trainee()
    signer = make.countersigner(persona("countersigner").person, of=trainee)
    waits_of(trainee)
    waits_of(alone)
    page = client_for(persona("iqa")).get(reverse("assessments:queue")).content.decode()
    assert signer.name in page
    assert "Nobody" in page
    own = client_for(persona("countersigner")).get(reverse("assessments:queue")).content.decode()
    assert ">Countersigner<" not in own.replace("\n", "").replace(" ", "")
