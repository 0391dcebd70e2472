"""The `learner-events` dataset, judged over whole histories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from learners.actions.withdrawals import withdraw
from learners.actions.withdrawals_approval import decide_withdrawal, propose_withdrawal
from learners.models import Enrolment, WithdrawalDetail, WithdrawalProposal, WithdrawalVerdict
from pqip.core.acting import Job
from tests.factories import learners as make

from .files import bring_in, day, done, wrong
from .test_pages import somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam() -> Enrolment:
    make.reason()
    make.pathway("PQIP21")
    make.region("WAL")
    return make.enrolment(who=make.person("L1"))


def row(event: str, on: str, **cells: Any) -> dict[str, Any]:
    return {"staff_number": "L1", "event": event, "effective_date": on, **cells}


def test_a_history_in_any_order_of_rows(tmp_path: Path, sam: Enrolment) -> None:
    rows = [
        row(
            "withdrawn",
            "2025-09-01",
            reason="health_and_wellbeing",
            other_reasons="retirement;retirement",
            ended_by="learner",
            destination="left_service",
            exit_interview_offered_on="2025-09-02",
        ),
        row("resumed", "2025-05-01"),
        row("deferred", "01/03/2025", expected_return="2025-05-01"),
        row("moved_pathway", "2025-06-01", to_pathway="PQIP21"),
        row("changed_fte", "2025-06-02", to_fte="0.6"),
        row("moved_region", "2025-06-03", to_region="Wales"),
        row("extended", "2025-06-04", extended_to="2030-01-01"),
        row("referred_to_board", "2025-06-05", note="Behind"),
        row("board_decision", "2025-06-06", board_outcome="Action plan"),
    ]
    make.reason("retirement")
    assert done(bring_in(tmp_path, "learner-events", *rows)) == "9 new"
    assert done(bring_in(tmp_path, "learner-events", *rows)) == "9 unchanged"
    sam.refresh_from_db()
    assert (sam.status, sam.pathway.code, sam.region.code, str(sam.fte)) == (
        "withdrawn",
        "PQIP21",
        "WAL",
        "0.60",
    )
    gone = sam.events.live().get(kind="withdrawn")
    assert (gone.reason, gone.other_reasons, gone.destination) == (
        "health_and_wellbeing",
        ["retirement"],
        "left_service",
    )


def test_changed_content_voids_and_records_anew(tmp_path: Path, sam: Enrolment) -> None:
    done(bring_in(tmp_path, "learner-events", row("withdrawn", "2025-09-01", reason="")))
    outcome = bring_in(
        tmp_path, "learner-events", row("withdrawn", "2025-09-01", reason="health_and_wellbeing")
    )
    assert done(outcome) == "1 changed"
    assert sam.events.filter(kind="withdrawn").count() == 2
    assert sam.events.live().get(kind="withdrawn").reason == "health_and_wellbeing"


def test_every_illegal_move_is_told_at_its_row(tmp_path: Path, sam: Enrolment) -> None:
    make.enrolment(who=make.person("L2"))
    outcome = bring_in(
        tmp_path,
        "learner-events",
        row("resumed", "2025-02-01"),
        row("withdrawn", "2025-03-01"),
        row("completed", "2025-04-01"),
        {**row("deferred", "2025-02-01"), "staff_number": "L2"},
        row("extended", "2025-05-01", extended_to="2026-05-01"),
    )
    assert [problem.row for problem in outcome.problems] == [2, 4, 6]
    assert (
        "The learner is on the programme on that date, so they cannot come back from a break"
        in wrong(outcome)[0]
    )
    assert "Nothing may follow" in wrong(outcome)[1]
    assert "ended by that date" in wrong(outcome)[2]
    assert sam.events.count() == 2


def test_what_contradicts_the_record_names_it(tmp_path: Path, sam: Enrolment) -> None:
    make.event(sam, "deferred", day("2025-05-01"))
    outcome = bring_in(tmp_path, "learner-events", row("withdrawn", "2025-04-01"))
    assert "deferred on 1 May 2025" in wrong(outcome)[0]


def test_leaving_before_the_first_day_is_not_starting(tmp_path: Path, sam: Enrolment) -> None:
    rows = [row("withdrawn", "2025-01-14", destination="unknown")]
    assert done(bring_in(tmp_path, "learner-events", *rows)) == "1 new"
    sam.refresh_from_db()
    assert sam.status == "did_not_start"
    assert done(bring_in(tmp_path, "learner-events", *rows)) == "1 unchanged"
    # Voided, they are back to where they were.
    assert (
        done(
            bring_in(
                tmp_path,
                "learner-events",
                row("withdrawn", "2025-01-14", void="yes", void_reason="Mixed up"),
            )
        )
        == "1 changed"
    )
    sam.refresh_from_db()
    assert sam.status == "active"


def test_voiding_and_naming_what_was_voided(tmp_path: Path, sam: Enrolment) -> None:
    done(bring_in(tmp_path, "learner-events", row("withdrawn", "2025-09-01")))
    void = row("withdrawn", "2025-09-01", void="yes", void_reason="Somebody else")
    assert done(bring_in(tmp_path, "learner-events", void)) == "1 changed"
    assert done(bring_in(tmp_path, "learner-events", void)) == "1 unchanged"
    sam.refresh_from_db()
    assert sam.status == "active"
    outcome = bring_in(tmp_path, "learner-events", row("withdrawn", "2025-09-01"))
    assert "was recorded for that day and voided" in wrong(outcome)[0]
    outcome = bring_in(tmp_path, "learner-events", row("withdrawn", "2025-09-02", void="yes"))
    assert "no such event to void" in wrong(outcome)[0]
    # One file voids and records what is right.
    done(bring_in(tmp_path, "learner-events", row("withdrawn", "2025-10-01")))
    both = [row("withdrawn", "2025-10-01", void="yes"), row("withdrawn", "2025-10-02")]
    assert done(bring_in(tmp_path, "learner-events", *both)) == "1 new, 1 changed"


def test_with_two_enrolments_the_cohort_decides(tmp_path: Path, sam: Enrolment) -> None:
    make.event(sam, "withdrawn", day("2025-03-01"))
    make.enrolment(who=sam.person, in_cohort="Intake 16", start=day("2026-01-15"))
    outcome = bring_in(tmp_path, "learner-events", row("deferred", "2026-03-01"))
    assert "more than one enrolment. Use one of Intake 14, Intake 16" in wrong(outcome)[0]
    outcome = bring_in(
        tmp_path, "learner-events", row("deferred", "2026-03-01", cohort="Intake 99")
    )
    assert "is not a cohort of this learner" in wrong(outcome)[0]
    assert (
        done(
            bring_in(tmp_path, "learner-events", row("deferred", "2026-03-01", cohort="intake 16"))
        )
        == "1 new"
    )


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        (row("promoted", "2025-02-01"), "event", "is not known. Use one of deferred"),
        (row("withdrawn", "2025-02-01", reason="boredom"), "reason", "is not a reason"),
        (
            row("deferred", "2025-02-01", reason="health_and_wellbeing"),
            "reason",
            "A break takes no reason in a file",
        ),
        (
            row("deferred", "2025-02-01", expected_return="2025-02-01"),
            "expected_return",
            "must be after",
        ),
        (row("moved_pathway", "2025-02-01"), "to_pathway", "must be filled in for moved_pathway"),
        (row("changed_fte", "2025-02-01", to_fte="0.5"), "to_fte", "Use 1.0, or from 0.6 to 0.8"),
        (row("extended", "2025-02-01"), "extended_to", "must be filled in"),
        (
            row("completed", "2025-02-01", destination="unknown"),
            "destination",
            "goes with withdrawn only",
        ),
        (
            row("withdrawn", "2025-02-01", exit_interview_held_on="2025-02-02"),
            "exit_interview_offered_on",
            "offered",
        ),
        (
            {**row("deferred", "2025-02-01"), "staff_number": "L9"},
            "staff_number",
            "is not a learner you look after",
        ),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, sam: Enrolment, cells: dict, column: str, words: str
) -> None:
    outcome = bring_in(tmp_path, "learner-events", cells)
    assert [(problem.row, problem.column) for problem in outcome.problems] == [(2, column)], wrong(
        outcome
    )
    assert words in wrong(outcome)[0]


def test_out_of_scope_reads_as_unknown(tmp_path: Path, sam: Enrolment) -> None:
    make.enrolment(who=make.person("FAR", of="WAL"), in_region="WAL")
    known = bring_in(
        tmp_path,
        "learner-events",
        {**row("deferred", "2025-02-01"), "staff_number": "FAR"},
        by=somebody(),
    )
    unknown = bring_in(
        tmp_path,
        "learner-events",
        {**row("deferred", "2025-02-01"), "staff_number": "NIL"},
        by=somebody(),
    )
    assert wrong(known)[0].replace("FAR", "NIL") == wrong(unknown)[0]


def test_voiding_a_withdrawal_undoes_what_was_recorded_around_it(
    tmp_path: Path, sam: Enrolment
) -> None:
    """As on screen: its dates and the proposal that was approved go with it, so that another can be recorded."""
    make.reason("academic", kind="programme")
    on = day("2025-09-01")
    days = {"told_on": on, "last_activity_on": on}
    proposal = propose_withdrawal(by=Job("one"), enrolment=sam, on=on, reason="academic", **days)
    decide_withdrawal(by=Job("two"), proposal=proposal, approved=True)
    assert WithdrawalDetail.objects.live().count() == 1
    assert (
        done(bring_in(tmp_path, "learner-events", row("withdrawn", "2025-09-01", void="yes")))
        == "1 changed"
    )
    for model in (WithdrawalDetail, WithdrawalProposal, WithdrawalVerdict):
        assert not model._base_manager.filter(voided_at=None).exists()
    withdraw(
        by=Job("one"),
        enrolment=sam,
        on=on,
        ended_by="learner",
        reason="health_and_wellbeing",
        **days,
    )
    assert WithdrawalDetail.objects.live().count() == 1


def test_a_corrected_extension_keeps_who_approved_it(tmp_path: Path, sam: Enrolment) -> None:
    approver = make.person()
    make.event(
        sam, "extended", day("2025-06-04"), extended_to=day("2030-01-01"), approved_by=approver
    )
    outcome = bring_in(
        tmp_path, "learner-events", row("extended", "2025-06-04", extended_to="2030-02-01")
    )
    assert done(outcome) == "1 changed"
    fresh = sam.events.live().get(kind="extended")
    assert (fresh.extended_to, fresh.approved_by) == (day("2030-02-01"), approver)
