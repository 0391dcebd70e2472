"""The made-up nation: coherent, the same for the same seed, with queues of today and somebody to see on every list."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Min

from assessments.models import Countersignature, CpdEntry, Decision, Submission, Wait
from assessments.models.evidence import Part
from learners.actions.allocations_eligible import Nomination, check_nominations
from learners.actions.withdrawals_coding import check_coding
from learners.derived.posts import follow_posts
from learners.facts.development import development
from learners.facts.entry import entry_of
from learners.facts.posts import differences
from learners.facts.qualified import protection
from learners.facts.starting import readiness
from learners.models import (
    Allocation,
    Challenge,
    CodingCheck,
    Contact,
    CoursePlan,
    CoWork,
    Enrolment,
    EntryFacts,
    EntryRecord,
    Event,
    ExtensionRequest,
    FollowUp,
    LeaverWords,
    Manageable,
    ManagerAcknowledgement,
    ModuleResult,
    NewlyQualified,
    NewlyQualifiedWorkshop,
    OfficerPost,
    PathwayDecision,
    Placement,
    ProtectedDay,
    ReviewAction,
    ReviewPart,
    StarterStep,
    SupportNeed,
    TrainingExemption,
    WithdrawalDetail,
    WithdrawalProposal,
    WithdrawalVerdict,
)
from learners.queries.needs import needing
from learners.rules.development import MISSING
from pqip.core import proof
from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.jobs.models import Job
from tests.demo.conftest import AS_AT, fill
from tests.factories.reports import rows as reported
from tests.reports.agreeing import learners_agree
from workforce.models import (
    Person,
    PersonRecord,
    RecordsComplete,
    Region,
    RegionOpening,
    RegisterEntry,
    Spell,
)

AGAIN = NamedJob("test")
#: A leaver's work, and what an absent countersigner holds up, waits for months; nothing for longer.
MONTHS = 200


@pytest.fixture(scope="module")
def nation(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    """The nation, and what three more said that were made before it. Nothing of them stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        digests = [digest(number) for number in (1, 1, 2)]
        fill()
        yield digests
        transaction.set_rollback(True)


def digest(number: int) -> str:
    """What a nation says of people, events and decisions, without keys; it is undone again."""
    with transaction.atomic():
        fill(number)
        rows: list[Any] = [
            *Person.objects.order_by("id").values_list("first_name", "last_name", "public_id"),
            *Event.objects.order_by("id").values_list(
                "public_id", "kind", "effective_on", "recorded_at"
            ),
            *Decision.objects.order_by("id").values_list("public_id", "effective_on", "number"),
        ]
        transaction.set_rollback(True)
    return sha256(repr(rows).encode()).hexdigest()


@pytest.fixture(autouse=True)
def _there(nation: list[str], django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def test_what_is_kept_is_what_the_facts_say() -> None:
    assert [difference for check in proof.checks() for difference in check.differences()] == []


def test_every_region_is_open_and_names_were_known_from_their_first_fact() -> None:
    assert RegionOpening.objects.count() == Region.objects.exclude(code=Region.NATIONAL).count()
    first = dict(Spell.objects.values_list("person").annotate(Min("recorded_at")))
    known = dict(PersonRecord.objects.values_list("person", "recorded_at"))
    assert {key: known[key] for key in first} == first
    began = dict(Event.objects.values_list("enrolment").annotate(Min("recorded_at")))
    assert dict(EntryRecord.objects.values_list("enrolment", "recorded_at")) == began


def test_posts_follow_the_programme_and_the_reports_agree() -> None:
    standing = set(Spell.objects.live().values_list("pk", flat=True))
    with acting_as(by=AGAIN), transaction.atomic():
        follow_posts(list(Enrolment.objects.values_list("person", flat=True)))
        assert set(Spell.objects.live().values_list("pk", flat=True)) == standing
    for day in (AS_AT, AS_AT - dt.timedelta(days=200)):
        assert list(learners_agree(day)) == []
        assert {each.kind for each in differences(day)} <= {"not_told"}


#: Of a hundred records, how many may be wrong at most: what a service would have, and nothing that the product made itself.
WRONG = {
    "register_missing": 6,
    "not_declared": 10,
    "post_disagrees": 6,
    "no_pta": 12,
    "no_line_manager": 6,
    "no_mentor": 15,
    "course_missing": 20,
    "module_missing": 8,
    "no_reason": 12,
    "unchecked_coding": 50,
    "absent_past_end": 40,
    "return_differs": 80,
    "planned_end_passed": 8,
    "completed_unproved": 3,
    "no_post": 4,
    "alike": 4,
}


def test_what_is_wrong_is_what_a_service_would_have() -> None:
    counted: dict[str, list[int]] = {}
    for row in reported("data-quality", AS_AT):
        sums = counted.setdefault(row["check"], [0, 0])
        sums[0], sums[1] = sums[0] + row["records"], sums[1] + row["failing"]
    wrong = {check: (failing, records) for check, (records, failing) in counted.items() if failing}
    assert {
        check: found
        for check, found in wrong.items()
        if found[0] * 100 > WRONG.get(check, 0) * found[1]
    } == {}
    assert wrong.keys() >= {"no_post", "alike", "not_declared", "return_differs"}


def test_totals_come_from_records_but_where_a_region_returned_them() -> None:
    source = {
        (row["region"], row["grade"]): (row["source"], row["source_date"])
        for row in reported("workforce-position", AS_AT)
    }
    assert source["NW", "PO"] == ("records", None)
    assert source["WAL", "SPO"] == ("return", AS_AT - dt.timedelta(days=160)), "an old one"
    assert RecordsComplete.objects.live().exists()


def test_training_is_attended_by_most_and_what_somebody_leads_by_fewer() -> None:
    sums: dict[bool, list[int]] = {True: [0, 0], False: [0, 0]}
    for row in reported("training", AS_AT):
        led = sums[row["course"] in {"FL3", "FL4", "FL5", "FL7", "FL8", "ASG-F", "CSG-F", "DA-F"}]
        led[0], led[1] = led[0] + row["due"], led[1] + row["attended"]
    assert 0.3 < sums[True][1] / sums[True][0] < 0.8
    assert 0.85 < sums[False][1] / sums[False][0] < 1
    assert CoursePlan.objects.live().filter(effective_on__gt=AS_AT).exists()


def test_the_register_holds_officers_of_every_award() -> None:
    entries = RegisterEntry.objects.live()
    assert set(entries.values_list("from_programme", flat=True)) == {True, False}
    assert len(set(entries.values_list("award_type", flat=True))) > 2
    officers = Spell.objects.live().filter(
        grade__code="PO", ended_on=None, effective_on__lt=AS_AT - dt.timedelta(days=200)
    )
    assert officers.exclude(person__in=entries.values("person")).count() * 20 < officers.count()


def test_nothing_has_waited_for_years() -> None:
    began = Wait.objects.filter(to_on=None).values_list("from_on", flat=True)
    assert began
    assert min(began) > AS_AT - dt.timedelta(days=MONTHS)


def test_there_is_something_of_everything() -> None:
    assert CpdEntry.objects.filter(effective_on__lte=AS_AT).exists()
    assert set(Submission.objects.values_list("part", flat=True)) == {"", *Part.values}
    assert {"active", "completed", "withdrawn", "due_to_start"} <= set(
        Enrolment.objects.values_list("status", flat=True)
    )
    assert set(Enrolment.objects.values_list("pathway__code", flat=True)) >= {
        "PQIP15",
        "PQIP21",
        "PQIP27",
    }
    assert Event.objects.filter(kind="deferred").exists()
    assert Event.objects.filter(voided_at__isnull=False).exists()
    assert Countersignature.objects.exists()


@pytest.mark.parametrize("role", ["pta", "countersigner", "line_manager", "mentor"])
def test_nobody_looks_after_anybody_who_surely_may_not(role: str) -> None:
    rows = (
        Allocation.objects.live()
        .filter(role=role)
        .values_list("other", "person", "effective_on", "ended_on")
    )
    assert rows
    looked = check_nominations(role, [Nomination(*row) for row in rows], history_before=dt.date.max)
    assert {one.refusal for one in looked} == {""}


TOLD = [
    Challenge,
    CodingCheck,
    Contact,
    CoWork,
    EntryFacts,
    ExtensionRequest,
    FollowUp,
    LeaverWords,
    Manageable,
    ManagerAcknowledgement,
    NewlyQualified,
    NewlyQualifiedWorkshop,
    OfficerPost,
    PathwayDecision,
    Placement,
    ProtectedDay,
    ReviewAction,
    ReviewPart,
    StarterStep,
    SupportNeed,
    TrainingExemption,
    WithdrawalDetail,
    WithdrawalProposal,
    WithdrawalVerdict,
]
#: What may lie ahead: an end proposed, a first day as an officer, a placement or a study day.
AHEAD = (WithdrawalProposal, NewlyQualified, Placement, ProtectedDay)


@pytest.mark.parametrize("ledger", TOLD)
def test_beside_the_journeys_something_is_told_and_nothing_before_its_time(ledger: Any) -> None:
    rows = ledger.objects.live()
    assert rows.exists()
    assert not rows.filter(recorded_at__date__gte=AS_AT).exists()
    if ledger not in AHEAD:
        assert not rows.filter(effective_on__gt=AS_AT).exists()
    assert ledger._base_manager.filter(loaded_at=None).count() == 0


def test_starters_of_the_next_weeks_are_on_their_way() -> None:
    soon = needing(Enrolment.objects.all(), "starters", AS_AT)
    assert soon
    assert not soon.filter(line_manager=None).exists()
    found = readiness(soon.values_list("pk", flat=True), AS_AT).values()
    assert any(each.missing() for each in found)
    assert any(state.is_finished for each in found for state in each.states.values())


def test_nearly_every_pathway_is_decided_as_the_rules_say() -> None:
    due = Enrolment.objects.filter(status="due_to_start")
    assert needing(due, "undecided", AS_AT).count() <= max(due.count() // 5, 2)
    for decision in PathwayDecision.objects.live().select_related(
        "enrolment__person", "chosen", "advised"
    )[:100]:
        entry = entry_of(decision.enrolment)
        assert entry.advice.pathway == (decision.advised and decision.advised.code)
        assert entry.rules == decision.rules
        assert decision.chosen_id == decision.enrolment.pathway_id


def test_withdrawals_are_coded_proposed_and_checked_by_two() -> None:
    for proposal in WithdrawalProposal.objects.live():
        check_coding(proposal.effective_on, proposal.ended_by, proposal.reason, (), proposal.note)
    decided = WithdrawalVerdict.objects.live().values("proposal")
    waiting = WithdrawalProposal.objects.live().exclude(pk__in=decided)
    assert waiting.filter(enrolment__status="active").count() == waiting.count() > 0
    approved = WithdrawalVerdict.objects.live().filter(approved=True).values("proposal__enrolment")
    assert not Enrolment.objects.filter(pk__in=approved).exclude(status="withdrawn").exists()
    assert not CodingCheck.objects.live().filter(recorded_by=F("event__recorded_by")).exists()


def test_an_agreed_request_moved_the_day() -> None:
    for request in ExtensionRequest.objects.live().filter(answer="agreed"):
        results = ModuleResult.objects.live().filter(
            enrolment=request.enrolment_id, module=request.module_id, attempt=request.attempt
        )
        assert [row.extended_to for row in results] == [request.asked_until]


def test_some_of_the_newly_qualified_are_protected_and_some_are_not() -> None:
    found = protection(AS_AT).values()
    assert any(not each.exceptions for each in found)
    assert any(each.exceptions for each in found)


def test_psos_are_developed_some_well_and_some_not() -> None:
    psos = [pso.developed for pso in development(AS_AT).values()]
    assert {code for each in psos for code in each.missing(AS_AT)} == set(MISSING)
    assert any(each.is_inducted for each in psos)
    assert any(each.is_diploma_in_time for each in psos)
    assert any(each.observed_on for each in psos)


def test_the_last_two_months_are_asked_for() -> None:
    asked = Job.objects.filter(kind="reports.month").order_by("key")
    assert [job.payload for job in asked] == [
        {"period": "2026-10", "due_on": "2026-10-01"},
        {"period": "2026-11", "due_on": "2026-11-02"},
    ]


def test_people_are_plainly_made_up() -> None:
    assert not Person.objects.exclude(email="").exclude(email__endswith="@example.com").exists()


def test_people_already_there_are_left_alone() -> None:
    with pytest.raises(CommandError, match="empty one only"):
        call_command("seed_demo", "--scale", "0.02", stdout=io.StringIO())


def test_the_same_seed_gives_the_same_nation(nation: list[str]) -> None:
    first, again, other = nation
    assert first == again
    assert first != other
