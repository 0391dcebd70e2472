"""Sampling: levels with reasons, what is missing, plans that fill it, and independence beneath the forms."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from assessments.actions.decisions import decide, void_decision
from assessments.actions.sampling import finish_action, plan_samples, record_sample, undo_sample
from assessments.facts import sampling
from assessments.models import AssessorRecord, Decision, Sample
from assessments.rules.sampling import Gap, Level, Work, propose
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import assessments as make
from tests.factories.assessments import BY
from tests.factories.quality import quality_assurer
from tests.factories.workforce import person
from tests.personas import client_for, persona
from workforce.models import Person, User

D = dt.date
POLICY = SimpleNamespace(
    standard_share=20,
    raised_share=50,
    trainee_share=100,
    new_months=6,
    often_percent=20,
    every_unit=True,
    every_method=True,
    first_of_unit=True,
)


def work(key: int, candidate: int = 1, unit: int = 1, **changes: Any) -> Work:
    usual = {
        "decision": key,
        "candidate": candidate,
        "units": frozenset({("TQ", unit)}),
        "method": "observation",
        "decided_on": D(2026, 1, key),
        "stage": "interim",
        "people": frozenset({100}),
    }
    return Work(**{**usual, **changes})


STANDARD, TRAINEE = Level("standard", 20, []), Level("trainee", 100, [])


def test_a_plan_fills_what_is_missing_with_as_few_as_it_can_oldest_first_and_none_of_ones_own() -> (
    None
):
    works = [
        work(1, 1),
        work(2, 2, 2, method="questioning", stage="summative"),
        work(3, 2, 2, method="questioning"),
        work(4, 3, people=frozenset({7})),
    ]
    assert [one.decision for one in propose(POLICY, Level("raised", 50, []), works, 9)] == [1, 2]
    assert [one.decision for one in propose(POLICY, TRAINEE, works, 9)] == [1, 2, 4]
    assert [one.decision for one in propose(POLICY, TRAINEE, works, 7)] == [1, 2], "a part in 4"
    planned = [one._replace(is_planned=True) for one in works]
    assert propose(POLICY, TRAINEE, planned, 9) == []


# Beneath: real records.


@pytest.fixture
def policy(db: None) -> None:
    from assessments.models import SamplingPolicy

    with acting_as(by=BY):
        SamplingPolicy.objects.get_or_create(
            from_date=D(2020, 1, 1),
            defaults={**vars(POLICY), "period_months": 12, "source": "test"},
        )


def decided(assessor: Person, *named: str, days_ago: int = 30, **fields: Any) -> Decision:
    day = today() - dt.timedelta(days=days_ago)
    piece = make.evidence(make.registration(), day, *named, **fields)
    return make.decision(piece, assessor, day, met=named or None)


def test_levels_and_gaps_of_real_records(policy: None) -> None:
    assessor, trainee = make.assessor(), make.trainee()
    decided(assessor, "1.1.1")
    waiting = decided(trainee, "1.1.1")
    records = list(AssessorRecord.objects.filter(person__in=[assessor, trainee]))
    found = sampling.sampled(records)
    assert found[assessor.pk].level.name == "standard"
    assert found[assessor.pk].gap == Gap(1, [("TQ", 1)], ["observation"], ["interim"], 0)
    assert found[trainee.pk].works == [], "not final before it is countersigned"
    make.countersignature(waiting, make.countersigner(), waiting.effective_on)
    found = sampling.sampled(records)
    assert found[trainee.pk].gap.firsts == 1
    assert sampling.sampled(records, today() + dt.timedelta(days=400))[assessor.pk].works == [], (
        "out of the period"
    )


def test_sampling_takes_as_many_queries_at_any_number(
    policy: None, django_assert_num_queries: Any
) -> None:
    def records(count: int) -> list[AssessorRecord]:
        for _ in range(count):
            decided(make.assessor(), "1.1.1")
        return list(AssessorRecord.objects.live())

    few = records(2)
    with django_assert_num_queries(6):
        sampling.sampled(few)
    many = records(10)
    with django_assert_num_queries(6):
        sampling.sampled(many)


@pytest.fixture
def assurer(policy: None) -> User:
    who = persona("iqa")
    quality_assurer(who.person)
    return who


def planned(decision: Decision, by: Person) -> Sample:
    return plan_samples(
        decisions=[(decision.pk, "interim")], quality_assurer=by, due_on=today(), by=BY
    )[0]


def recorded(sample: Sample, **changes: Any) -> Sample:
    usual = {
        "verdict": "supported",
        "criteria": sample.decision.criteria_met,
        "found": "Clear trail.",
        "by": BY,
    }
    return record_sample(sample=sample, **{**usual, **changes})


def test_nobody_samples_what_they_had_a_part_in(assurer: User) -> None:
    trainee, signer = make.trainee(), make.countersigner()
    made = decided(trainee, "1.1.1")
    make.countersignature(made, signer, made.effective_on)
    candidate = made.evidence.registration.person
    for who in (trainee, signer, candidate):
        with pytest.raises(RuleBroken, match="Nobody samples"):
            planned(made, who)
    assert not Sample.objects.exists()


def test_a_verdict_needs_authority_on_the_day(policy: None) -> None:
    made = decided(make.assessor(), "1.1.1")
    for terms in (
        {"assure_from": today() + dt.timedelta(days=1)},
        {"assured_qualifications": ["VQ5"]},
        {"assure_from": D(2020, 1, 1), "assure_until": today() - dt.timedelta(days=1)},
    ):
        sample = planned(made, quality_assurer(**terms))
        with pytest.raises(RuleBroken, match="no authority"):
            recorded(sample)
        undo_sample(sample=sample, reason="Another", by=BY)
    last_day = quality_assurer(assure_from=D(2020, 1, 1), assure_until=today())
    assert recorded(planned(made, last_day)).verdict == "supported"


def test_who_sampled_a_decision_does_not_countersign_it_afterwards(assurer: User) -> None:
    made = decided(make.trainee(), "1.1.1")
    both = quality_assurer(countersign_from=D(2020, 1, 1), allowed_qualifications=["TQ"])
    recorded(planned(made, both))
    with (
        pytest.raises(DatabaseError, match="Nobody countersigns a decision they have sampled"),
        transaction.atomic(),
    ):
        make.countersignature(made, both, today())


@pytest.mark.parametrize(("changes", "field"), [
    ({"verdict": ""}, "verdict"), ({"criteria": []}, "criteria"), ({"criteria": [0]}, "criteria"), ({"found": " "}, "found"),
    ({"verdict": "action"}, "action"), ({"action": "Read it"}, "action_due_on"), ({"on": D(2099, 1, 1)}, "on"),
    ({"found": "About X123456"}, "found"),
])  # fmt: skip
def test_what_does_not_justify_a_verdict_is_refused(
    assurer: User, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        recorded(planned(decided(make.assessor(), "1.1.1"), assurer.person), **changes)
    assert broken.value.field == field


def test_planned_recorded_done_and_undone_once_each(assurer: User) -> None:
    made = decided(make.assessor(), "1.1.1")
    sample = planned(made, assurer.person)
    with pytest.raises(Conflict):
        planned(made, quality_assurer())
    found = recorded(sample, verdict="action", action="Say more", action_due_on=today())
    with pytest.raises(Conflict):
        recorded(sample)
    done = finish_action(sample=found, by=BY)
    with pytest.raises(Conflict):
        finish_action(sample=found, by=BY)
    undo_sample(sample=done, reason="Wrong one", by=BY)
    again = Sample.objects.live().get()
    assert (again.sampled_on, again.verdict, again.action_done_on) == (None, "", None)
    undo_sample(sample=again, reason="Not at all", by=BY)
    assert not Sample.objects.live().exists()


def test_from_a_plan_to_what_was_found_on_the_pages(assurer: User) -> None:
    assessor = make.assessor()
    made = decided(assessor, "1.1.1")
    client = client_for(assurer)
    levels = client.get(reverse("assessments:sampling_levels")).content.decode()
    assert "Not compliant" in levels
    assert "1 more candidate" in levels
    plan, asked = reverse("assessments:plan_samples"), {"due_on": today().isoformat()}
    checked = client.post(plan, asked).content.decode()
    assert made.evidence.reference in checked
    assert not Sample.objects.exists()
    assert client.post(plan, {**asked, "confirmed": "yes"}).status_code == 302
    sample = Sample.objects.get()
    again = client.post(plan, {**asked, "confirmed": "yes"}).content.decode()
    assert "Nothing is missing that you could sample" in again
    shown = client.get(reverse("assessments:sample", args=[sample.public_id])).content.decode()
    assert "Record what you found" in shown
    sent = {
        "criteria": [str(key) for key in made.criteria_met],
        "verdict": "action",
        "found": "Trail is thin.",
        "action": "Say where it shows",
        "action_due_on": today().isoformat(),
        "on": today().isoformat(),
    }
    assert (
        client.post(reverse("assessments:record_sample", args=[sample.public_id]), sent).status_code
        == 302
    )
    current = Sample.objects.live().get()
    assert "Compliant" in client.get(reverse("assessments:sampling_levels")).content.decode()
    assert (
        made.evidence.reference
        in client.get(reverse("assessments:samples"), {"show": "actions"}).content.decode()
    )
    done = reverse("assessments:sample_done", args=[current.public_id])
    assert client.post(done, {"on": today().isoformat()}).status_code == 302
    undo = reverse("assessments:undo_sample", args=[Sample.objects.live().get().public_id])
    assert client.post(undo, {"reason": "Wrong one"}).status_code == 302
    assert Sample.objects.live().get().sampled_on is None


def test_what_an_assessor_decides_of_a_candidate_elsewhere_is_not_proposed(assurer: User) -> None:
    assessor = make.assessor()
    elsewhere = make.registration(person(in_region="LON"))
    piece = make.evidence(elsewhere, today() - dt.timedelta(days=30))
    make.decision(piece, assessor, today() - dt.timedelta(days=30))
    page = (
        client_for(assurer)
        .post(reverse("assessments:plan_samples"), {"due_on": today().isoformat()})
        .content.decode()
    )
    assert "Nothing is missing that you could sample" in page
    assert piece.reference not in page


def test_another_quality_assurers_sample_is_read_and_not_recorded(assurer: User) -> None:
    sample = planned(decided(make.assessor(), "1.1.1"), quality_assurer())
    client = client_for(assurer)
    assert client.get(reverse("assessments:sample", args=[sample.public_id])).status_code == 200
    assert (
        client.get(reverse("assessments:record_sample", args=[sample.public_id])).status_code == 404
    )
    elsewhere = client_for(persona("iqa", region="LON"))
    assert elsewhere.get(reverse("assessments:sample", args=[sample.public_id])).status_code == 404


# After the decision: undone, made anew, corrected.


def undone(decision: Decision) -> None:
    void_decision(decision=decision, reason="Wrong piece", by=BY)


def anew(decision: Decision, by: Person, **changes: Any) -> Decision:
    return decide(
        **{
            "evidence": decision.evidence,
            "assessor": by,
            "decided_on": today(),
            "met": decision.criteria_met,
            "not_met": [],
            "judged": make.JUDGED,
            "by": BY,
            **changes,
        }
    )


def test_what_is_to_be_done_is_finished_though_the_decision_was_undone(assurer: User) -> None:
    made = decided(make.assessor(), "1.1.1")
    found = recorded(
        planned(made, assurer.person), verdict="action", action="Say more", action_due_on=today()
    )
    undone(made)
    client = client_for(assurer)
    done = reverse("assessments:sample_done", args=[found.public_id])
    assert client.post(done, {"on": today().isoformat()}).status_code == 302
    assert Sample.objects.live().get().action_done_on == today()
    with acting_as(by=BY), pytest.raises(DatabaseError, match="was undone"), transaction.atomic():
        Sample.objects.create(
            decision=decided_and_undone(),
            quality_assurer=assurer.person,
            stage="interim",
            due_on=today(),
            sampled_on=today(),
            verdict="supported",
            effective_on=today(),
        )


def decided_and_undone() -> Decision:
    made = decided(make.assessor(), "1.1.1")
    undone(made)
    return made


def test_a_planned_sample_waits_while_its_decision_is_undone_and_follows_to_the_next(
    assurer: User,
) -> None:
    assessor = make.assessor()
    made = decided(assessor, "1.1.1")
    sample = planned(made, assurer.person)
    undone(made)
    with pytest.raises(RuleBroken, match="it follows to the next decision"):
        recorded(sample)
    again = anew(made, assessor)
    current = Sample.objects.live().get()
    assert (current.decision, current.quality_assurer, current.due_on, current.sampled_on) == (
        again,
        assurer.person,
        sample.due_on,
        None,
    )
    assert recorded(current).verdict == "supported"


def test_a_sample_that_was_recorded_stays_with_what_was_sampled_when_it_is_decided_anew(
    assurer: User,
) -> None:
    assessor = make.assessor()
    made = decided(assessor, "1.1.1")
    found = recorded(
        planned(made, assurer.person), verdict="action", action="Say more", action_due_on=today()
    )
    undone(made)
    again = anew(made, assessor)
    assert Sample.objects.live().get() == found
    assert planned(again, assurer.person).decision == again, "it is sampled like any other"
    assert finish_action(sample=found, by=BY).action_done_on == today()


def test_nobody_is_left_to_sample_their_own(assurer: User) -> None:
    both = quality_assurer(person(last_name="Both"))
    made = decided(make.assessor(), "1.1.1")
    planned(made, both)
    undone(made)
    anew(made, both)
    assert not Sample.objects.live().exists()


def test_of_two_plans_on_one_piece_each_decision_takes_one(assurer: User) -> None:
    assessor = make.assessor()
    first = decided(assessor, "1.1.1")
    second = make.decision(first.evidence, assessor, first.effective_on, number=2, met=("1.1.1",))
    for one in (first, second):
        planned(one, assurer.person)
    undone(second)
    undone(first)
    again = anew(first, assessor)
    assert list(Sample.objects.live().filter(decision=again)) != []
    assert Sample.objects.live().count() == 2, "the other still waits for a decision"
