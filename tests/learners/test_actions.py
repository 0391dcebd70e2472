"""Actions: what each records, what each refuses, and that the dates follow."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from learners.actions.allocations import allocate, end_allocation
from learners.actions.awards import record_award
from learners.actions.breaks_begin import defer
from learners.actions.breaks_end import resume
from learners.actions.enrolments import enrol
from learners.actions.events_amend import correct_event, void_event
from learners.actions.events_change_fte import change_fte
from learners.actions.events_complete import complete
from learners.actions.events_did_not_start import did_not_start
from learners.actions.events_move_cohort import move_cohort
from learners.actions.events_move_region import move_region
from learners.actions.events_start import start
from learners.actions.extensions import extend
from learners.actions.modules_results import record_module_result
from learners.actions.pathways_move import move_pathway
from learners.actions.qualified import qualify, register
from learners.actions.training import record_training
from learners.actions.withdrawals import withdraw
from learners.models import Allocation, Enrolment, Event, ModuleResult, TrainingRecord
from learners.ports import vocational as ports
from pqip.core.acting import Job
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make

from .conftest import Stated

pytestmark = pytest.mark.django_db
BY = Job("test")
START = dt.date(2025, 1, 15)


def enrolled(**terms: object) -> Enrolment:
    facts = {
        "person": make.person(),
        "cohort": make.cohort(),
        "pathway": make.pathway("PQIP15"),
        "region": make.region(),
        "fte": Decimal("1.0"),
        "start_date": START,
        "entry_route": "external",
        "level5_held": True,
        "modules_held": ["CJS", "UCCB", "PPP"],
    }
    return enrol(by=BY, **{**facts, **terms})


def test_enrolling_states_the_terms_and_registers_for_the_diploma(vocational: Stated) -> None:
    made = enrolled()
    made.refresh_from_db()
    assert (made.status, made.start_date, made.pathway.code, made.planned_end) == (
        "due_to_start",
        START,
        "PQIP15",
        dt.date(2026, 4, 15),
    )
    assert vocational.registered == {made.person_id: START}


def test_nobody_has_two_places_at_once(vocational: Stated) -> None:
    made = enrolled()
    with pytest.raises(RuleBroken, match="on the programme already"):
        enrolled(person=made.person, cohort=make.cohort("Intake 15"))


def test_the_pilot_is_closed_to_starters_on_screen(vocational: Stated) -> None:
    pilot = make.pathway("PQIP13")
    if pilot.opens_on is None:
        pilot.opens_on, pilot.closes_on = dt.date(2021, 1, 1), dt.date(2022, 2, 28)
    with pytest.raises(RuleBroken, match="takes starters"):
        enrolled(pathway=pilot, reason="Asked for")


def test_starting_and_the_break_that_moves_every_date() -> None:
    made = make.enrolment(started=False)
    start(by=BY, enrolment=made, on=START)
    assert made.status == "active"
    defer(by=BY, enrolment=made, on=dt.date(2025, 3, 1), expected_return=dt.date(2025, 4, 1))
    resume(by=BY, enrolment=made, on=dt.date(2025, 3, 31))
    # 15 April 2026 and 30 days of break.
    assert (made.status, made.planned_end) == ("active", dt.date(2026, 5, 15))


def test_withdrawing_ends_it_and_nothing_follows() -> None:
    made = make.enrolment()
    withdraw(
        by=BY,
        enrolment=made,
        on=dt.date(2025, 6, 1),
        reason="staffing",
        other_reasons=["staffing", "pay_and_reward"],
    )
    assert made.status == "withdrawn"
    assert made.events.live().get(kind="withdrawn").other_reasons == ["pay_and_reward"]
    with pytest.raises(RuleBroken, match="Nothing may follow"):
        defer(by=BY, enrolment=made, on=dt.date(2025, 6, 2))
    assert made.events.live().count() == 3


def test_withdrawing_on_the_first_day_counts_as_started_and_the_day_before_does_not() -> None:
    first, before = make.enrolment(), make.enrolment()
    withdraw(by=BY, enrolment=first, on=START)
    withdraw(by=BY, enrolment=before, on=START - dt.timedelta(days=1))
    assert (first.status, before.status) == ("withdrawn", "did_not_start")
    assert not before.events.live().filter(kind="started").exists()


def test_not_starting_voids_the_start_that_was_recorded() -> None:
    made = make.enrolment()
    did_not_start(by=BY, enrolment=made, on=START)
    assert made.status == "did_not_start"
    assert (
        made.events.get(kind="started").void_reason == "Left before the first day, so did not start"
    )


def test_completing_needs_the_proof_of_all_three(vocational: Stated) -> None:
    make.module("CJS")
    make.course("FL1")
    made = make.enrolment(modules_held=[])
    with pytest.raises(RuleBroken, match=r"vocational diploma.*CJS.*FL1"):
        complete(by=BY, enrolment=made, on=dt.date(2026, 4, 1))


def test_who_may_say_so_completes_without_proof_for_a_reason(vocational: Stated) -> None:
    from unittest.mock import Mock

    from workforce.models import User

    made = make.enrolment()
    user = Mock(wraps=BY, pk=1, is_active=True, spec=User)
    user.can = lambda code: code == "learners.complete_without_proof"
    with pytest.raises(RuleBroken, match="Give the reason"):
        complete(by=user, enrolment=made, on=dt.date(2026, 4, 1))
    complete(by=user, enrolment=made, on=dt.date(2026, 4, 1), reason="Certificates seen on paper")
    assert made.events.live().get(kind="completed").note == "Certificates seen on paper"


def test_completing_with_the_proof(vocational: Stated, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make.enrolment()
    vocational.progress[made.person_id] = ports.Progress(6, 6, 36, 36)
    monkeypatch.setattr("learners.facts.strands._modules_left", lambda enrolment, on: "")
    monkeypatch.setattr("learners.facts.strands._courses_left", lambda enrolment, on: None)
    record_award(by=BY, enrolment=made, award="BA", awarded_on=dt.date(2026, 3, 31))
    complete(by=BY, enrolment=made, on=dt.date(2026, 4, 1))
    assert made.status == "completed"


def test_an_extension_has_a_reason_and_an_approver_who_is_not_the_learner() -> None:
    made, approver = make.enrolment(start=START), make.person(first_name="Priya")
    terms = {"by": BY, "enrolment": made, "on": START, "extended_to": dt.date(2026, 6, 1)}
    with pytest.raises(RuleBroken, match="reason"):
        extend(**terms, note=" ")
    with pytest.raises(RuleBroken, match="their own"):
        extend(**terms, note="Long illness", approved_by=made.person)
    assert extend(**terms, note="Long illness", approved_by=approver).approved_by == approver
    made.refresh_from_db()
    assert made.planned_end == dt.date(2026, 6, 1)
    before = made.segments.order_by("-from_on").first()
    assert (before.planned_end, before.extended_to) == (dt.date(2026, 4, 15), dt.date(2026, 6, 1))


def test_extending_moves_the_planned_end_later_only() -> None:
    made = make.enrolment()
    with pytest.raises(RuleBroken, match="15 April 2026"):
        extend(
            by=BY,
            enrolment=made,
            on=dt.date(2026, 1, 1),
            extended_to=dt.date(2026, 4, 15),
            note="Why",
        )
    extend(by=BY, enrolment=made, on=START, extended_to=dt.date(2026, 6, 1), note="Why")
    assert made.planned_end == dt.date(2026, 6, 1)


def test_terms_change_from_a_day() -> None:
    made = make.enrolment()
    move_pathway(by=BY, enrolment=made, on=dt.date(2025, 3, 1), to_pathway=make.pathway("PQIP21"))
    move_region(by=BY, enrolment=made, on=dt.date(2025, 3, 2), to_region=make.region("WAL"))
    move_cohort(by=BY, enrolment=made, on=dt.date(2025, 3, 3), to_cohort=make.cohort("Intake 15"))
    assert (made.pathway.code, made.region.code, made.cohort.code) == ("PQIP21", "WAL", "Intake 15")
    assert made.planned_end == dt.date(2026, 10, 15)
    for again in (
        lambda: move_pathway(
            by=BY, enrolment=made, on=dt.date(2025, 4, 1), to_pathway=make.pathway("PQIP21")
        ),
        lambda: move_region(
            by=BY, enrolment=made, on=dt.date(2025, 4, 1), to_region=make.region("WAL")
        ),
        lambda: move_cohort(
            by=BY, enrolment=made, on=dt.date(2025, 4, 1), to_cohort=make.cohort("Intake 15")
        ),
        lambda: change_fte(by=BY, enrolment=made, on=dt.date(2025, 4, 1), to_fte=Decimal("1")),
    ):
        with pytest.raises(RuleBroken, match="already"):
            again()


def test_part_time_stretches_what_is_left() -> None:
    made = make.enrolment(start=dt.date(2025, 1, 1))
    change_fte(by=BY, enrolment=made, on=dt.date(2025, 7, 1), to_fte=Decimal("0.6"))
    # 1 July 2025 to 1 April 2026 is 274 days; × 21 ÷ 15 = 383.6, up to 384 days: 20 July 2026.
    assert made.planned_end == dt.date(2026, 7, 20)


def test_a_unit_is_in_its_region() -> None:
    made = make.enrolment()
    with pytest.raises(RuleBroken, match="is not in"):
        move_region(
            by=BY, enrolment=made, on=START, to_region=make.region("WAL"), to_pdu=make.pdu("T-NE1")
        )


def test_qualifying_and_the_register_follow_completion() -> None:
    made = make.enrolment()
    with pytest.raises(RuleBroken, match="not completed"):
        qualify(by=BY, enrolment=made, on=dt.date(2026, 4, 1))
    make.event(made, "completed", dt.date(2026, 4, 1))
    qualify(by=BY, enrolment=made, on=dt.date(2026, 4, 1))
    register(by=BY, enrolment=made, on=dt.date(2026, 4, 2))
    with pytest.raises(RuleBroken, match="already recorded"):
        register(by=BY, enrolment=made, on=dt.date(2026, 4, 2))


def test_undoing_leaves_the_mistake_in_the_history_with_its_reason() -> None:
    made = make.enrolment()
    gone = withdraw(by=BY, enrolment=made, on=dt.date(2025, 6, 1))
    void_event(by=BY, event=gone, reason="Somebody else's record")
    made.refresh_from_db()
    assert made.status == "active"
    assert Event.objects.get(pk=gone.pk).void_reason == "Somebody else's record"
    with pytest.raises(Conflict):
        void_event(by=BY, event=gone, reason="Again")


def test_what_others_stand_on_cannot_be_undone() -> None:
    made = make.enrolment()
    withdraw(by=BY, enrolment=made, on=dt.date(2025, 6, 1))
    defer_on = made.events.live().get(kind="started")
    make.event(other := make.enrolment(), "deferred", dt.date(2025, 5, 1))
    with pytest.raises(RuleBroken, match="go on a break"):
        void_event(by=BY, event=other.events.live().get(kind="started"), reason="Wrong")
    void_event(by=BY, event=defer_on, reason="Never came")  # left before starting
    made.refresh_from_db()
    assert made.status == "did_not_start"


def test_the_first_terms_are_corrected_never_undone() -> None:
    made = make.enrolment()
    first = made.events.live().get(kind="enrolled")
    with pytest.raises(RuleBroken, match="only corrected"):
        void_event(by=BY, event=first, reason="Wrong")
    correct_event(by=BY, event=first, reason="Wrong pathway", to_pathway=make.pathway("PQIP27"))
    made.refresh_from_db()
    assert made.pathway.code == "PQIP27"


def test_correcting_checks_the_whole_history() -> None:
    made = make.enrolment()
    make.event(made, "deferred", dt.date(2025, 5, 1))
    with pytest.raises(RuleBroken):
        correct_event(
            by=BY,
            event=made.events.live().get(kind="started"),
            reason="Typing",
            effective_on=dt.date(2025, 5, 2),
        )


def test_an_allocation_is_handed_over_the_day_before() -> None:
    made, one, two = make.enrolment(), make.person(), make.person()
    allocate(by=BY, person=made.person, role="pta", other=one, from_date=START)
    allocate(by=BY, person=made.person, role="pta", other=two, from_date=dt.date(2025, 3, 1))
    made.refresh_from_db()
    assert made.pta == two
    assert Allocation.objects.live().get(other=one).ended_on == dt.date(2025, 2, 28)


def test_allocations_do_not_overlap() -> None:
    made, one, two = make.enrolment(), make.person(), make.person()
    allocate(by=BY, person=made.person, role="pta", other=one, from_date=dt.date(2025, 3, 1))
    with pytest.raises(RuleBroken, match="has this role from 1 March 2025 on"):
        allocate(by=BY, person=made.person, role="pta", other=two, from_date=START)
    allocate(
        by=BY,
        person=made.person,
        role="pta",
        other=two,
        from_date=START,
        to_date=dt.date(2025, 2, 28),
    )
    with pytest.raises(RuleBroken, match="themself"):
        allocate(by=BY, person=made.person, role="mentor", other=made.person, from_date=START)


def test_ending_an_allocation_leaves_nobody() -> None:
    made, one = make.enrolment(), make.person()
    held = allocate(by=BY, person=made.person, role="line_manager", other=one, from_date=START)
    end_allocation(by=BY, allocation=held, on=dt.date(2025, 3, 1))
    made.refresh_from_db()
    assert made.line_manager is None
    with pytest.raises(Conflict):
        end_allocation(by=BY, allocation=held, on=dt.date(2025, 3, 2))


def test_results_and_training_are_brought_up_to_date_by_voiding() -> None:
    made, module, course = make.enrolment(), make.module(), make.course()
    due = dt.date(2025, 5, 1)
    record_module_result(by=BY, enrolment=made, module=module, attempt=1, due_date=due)
    with pytest.raises(RuleBroken, match="needs attempt 1"):
        record_module_result(by=BY, enrolment=made, module=module, attempt=2, due_date=due)
    record_module_result(
        by=BY,
        enrolment=made,
        module=module,
        attempt=1,
        due_date=due,
        submitted_date=due,
        mark=Decimal(35),
        outcome="fail",
    )
    record_module_result(by=BY, enrolment=made, module=module, attempt=2, due_date=due)
    assert ModuleResult.objects.count() == 3
    assert ModuleResult.objects.live().count() == 2
    record_training(by=BY, person=made.person, course=course, booked_for=due, status="booked")
    record_training(by=BY, person=made.person, course=course, booked_for=due, status="attended")
    assert [row.status for row in TrainingRecord.objects.live()] == ["attended"]
    with pytest.raises(RuleBroken, match="not taken place"):
        record_training(
            by=BY,
            person=made.person,
            course=course,
            booked_for=dt.date(2999, 1, 1),
            status="attended",
        )
