"""Withdrawals: dates and reasons that belong together, approval and checking by another, undoing; what the database refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError

from learners.actions.events_amend import correct_event, void_event
from learners.actions.leavers import record_interview, record_words
from learners.actions.withdrawals import withdraw
from learners.actions.withdrawals_approval import decide_withdrawal, propose_withdrawal, take_back
from learners.actions.withdrawals_coding import agree_coding, correct_coding
from learners.forms.withdrawals import WithdrawForm
from learners.models import (
    CodingCheck,
    Enrolment,
    Event,
    LeaverWords,
    WithdrawalDetail,
    WithdrawalProposal,
    WithdrawalVerdict,
)
from learners.queries.withdrawals import codings, is_checked, proposals, reasons_for, withdrawal_of
from learners.rules.withdrawals import FITTING, needs_approval
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make
from tests.personas import persona

pytestmark = pytest.mark.django_db
BY, OTHER = Job("test"), Job("second")
DAY = dt.timedelta(days=1)
ON = dt.date(2025, 6, 2)


@pytest.fixture
def made() -> Enrolment:
    return make.enrolment()


def proposed(of: Enrolment, on: dt.date = ON, **more: Any) -> WithdrawalProposal:
    asked: dict[str, Any] = {
        "told_on": on - 20 * DAY,
        "last_activity_on": on - DAY,
        "reason": "academic",
        **more,
    }
    return propose_withdrawal(by=BY, enrolment=of, on=on, **asked)


def left(of: Enrolment, on: dt.date = ON, **more: Any) -> Event:
    asked: dict[str, Any] = {
        "ended_by": "learner",
        "reason": "staffing",
        "destination": "left_service",
        **more,
    }
    return withdraw(by=BY, enrolment=of, on=on, **asked)


def test_f11_reasons_are_cut_to_who_ended_it() -> None:
    driver, programme = make.reason("staffing"), make.reason("academic", kind="programme")
    retirement = make.reason("retirement")

    def codes(ended_by: str) -> set[str]:
        return {code for _, group in reasons_for(ended_by, ON) for code, _ in group}

    assert programme.code in codes("service")
    assert not codes("service") & {driver.code, retirement.code}
    assert codes("learner") >= {driver.code, retirement.code, programme.code}
    assert codes("both") == codes("learner")
    assert set(FITTING) == {"service", "learner", "both"}


def test_only_reasons_in_force_on_the_day() -> None:
    make.reason("staffing")
    assert "staffing" not in str(reasons_for("learner", dt.date(2019, 12, 31)))
    assert "staffing" in str(reasons_for("learner", dt.date(2020, 1, 1)))


def test_a_resignation_takes_effect_at_once_with_its_three_dates(made: Enrolment) -> None:
    more = ["staffing", "pay_and_reward"]
    event = left(
        made,
        told_on=ON - 28 * DAY,
        last_activity_on=ON - DAY,
        would_return="yes",
        other_reasons=more,
    )
    made.refresh_from_db()
    detail = WithdrawalDetail.objects.live().get()
    assert (made.status, event.other_reasons) == ("withdrawn", ["pay_and_reward"])
    assert (detail.told_on, detail.last_activity_on, detail.effective_on) == (
        ON - 28 * DAY,
        ON - DAY,
        ON,
    )
    assert detail.would_return == "yes"


def test_only_what_the_service_ends_needs_somebody_else(made: Enrolment) -> None:
    assert [needs_approval(who) for who in ("service", "learner", "both", "")] == [
        True,
        False,
        False,
        False,
    ]
    with pytest.raises(RuleBroken, match="somebody else approves"):
        left(made, ended_by="service")


@pytest.mark.parametrize(("ended_by", "reason", "others", "field"), [
    ("learner", "lack_of_career_progression", (), "reason"), ("learner", "staffing", ("high_caseloads",), "other_reasons"),
    ("learner", "", (), "reason"), ("both", "other_programme", (), "note"),
])  # fmt: skip
def test_beneath_the_forms_reasons_fit_too(
    made: Enrolment, ended_by: str, reason: str, others: Any, field: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        left(made, ended_by=ended_by, reason=reason, other_reasons=others)
    assert broken.value.field == field
    with pytest.raises(RuleBroken) as broken:
        proposed(made, reason="staffing")
    assert broken.value.field == "reason"


def test_nothing_happens_until_somebody_else_approves(made: Enrolment) -> None:
    proposal = proposed(
        made,
        other_reasons=["academic", "vocational"],
        note="Failed twice",
        destination="returned_to_pso",
    )
    made.refresh_from_db()
    assert made.status == "active"
    with pytest.raises(RuleBroken, match="Somebody else"):
        decide_withdrawal(by=BY, proposal=proposal, approved=True)
    event = decide_withdrawal(by=OTHER, proposal=proposal, approved=True)
    made.refresh_from_db()
    assert event is not None
    assert (made.status, event.ended_by, event.reason) == ("withdrawn", "service", "academic")
    assert event.other_reasons == ["vocational"]
    assert (event.effective_on, event.note, event.destination) == (
        ON,
        "Failed twice",
        "returned_to_pso",
    )
    assert WithdrawalDetail.objects.live().get().told_on == ON - 20 * DAY
    with pytest.raises(Conflict):
        decide_withdrawal(by=OTHER, proposal=proposal, approved=False, note="No")


def test_a_refusal_needs_a_reason_and_changes_nothing(made: Enrolment) -> None:
    proposal = proposed(made)
    with pytest.raises(RuleBroken, match="Give the reason"):
        decide_withdrawal(by=OTHER, proposal=proposal, approved=False, note=" ")
    assert (
        decide_withdrawal(
            by=OTHER, proposal=proposal, approved=False, note="A third attempt is agreed"
        )
        is None
    )
    made.refresh_from_db()
    assert made.status == "active"
    assert WithdrawalVerdict.objects.get().note == "A third attempt is agreed"
    again = proposed(made)  # the same day may be proposed again
    assert again.pk != proposal.pk


def test_one_proposal_waits_at_a_time_and_may_be_taken_back(made: Enrolment) -> None:
    proposal = proposed(made)
    with pytest.raises(RuleBroken, match="waits to be approved"):
        proposed(made, ON + DAY)
    with pytest.raises(RuleBroken, match="reason"):
        take_back(by=BY, proposal=proposal, reason="")
    take_back(by=BY, proposal=proposal, reason="Wrong person")
    with pytest.raises(Conflict):
        decide_withdrawal(by=OTHER, proposal=proposal, approved=True)
    left(made)
    with pytest.raises(RuleBroken, match="left or completed"):
        proposed(made)


def test_undoing_restores_what_was_before(made: Enrolment) -> None:
    event = left(made, told_on=ON, last_activity_on=ON)
    void_event(by=BY, event=event, reason="They changed their mind")
    made.refresh_from_db()
    assert made.status == "active"
    assert not WithdrawalDetail.objects.live().exists()
    assert Event.objects.get(pk=event.pk).void_reason == "They changed their mind"
    proposal = proposed(made)
    approved = decide_withdrawal(by=OTHER, proposal=proposal, approved=True)
    assert approved is not None
    void_event(by=OTHER, event=approved, reason="Appeal upheld")
    made.refresh_from_db()
    assert made.status == "active"
    assert not WithdrawalVerdict.objects.live().exists()
    assert proposed(made)


def test_correcting_the_day_keeps_the_dates_around_it(made: Enrolment) -> None:
    event = left(made, told_on=ON - DAY, last_activity_on=ON - 9 * DAY)
    with pytest.raises(RuleBroken, match="told"):
        correct_event(by=BY, event=event, reason="Typing error", effective_on=ON - 2 * DAY)
    correct_event(by=BY, event=event, reason="Typing error", effective_on=ON + 5 * DAY)
    assert WithdrawalDetail.objects.live().get().effective_on == ON + 5 * DAY


def test_the_coding_of_a_resignation_is_checked_by_somebody_else() -> None:
    manager, made = persona("learning_manager"), make.enrolment(start=today() - 200 * DAY)
    event = left(made, today() - 3 * DAY)
    assert [row.pk for row in codings(manager, today())] == [event.pk]
    with pytest.raises(RuleBroken, match="Somebody else"):
        agree_coding(by=BY, event=event)
    agree_coding(by=OTHER, event=event)
    assert not codings(manager, today())
    assert is_checked(event)
    with pytest.raises(Conflict):
        agree_coding(by=OTHER, event=event)


def test_a_wrong_coding_is_corrected_and_checked_in_turn() -> None:
    manager, made = persona("learning_manager"), make.enrolment(start=today() - 200 * DAY)
    event = left(made, today() - 3 * DAY)
    right = {
        "reason": "pay_and_reward",
        "other_reasons": ["pay_and_reward", "staffing"],
        "ended_by": "both",
        "destination": "other_role",
        "note": "",
    }
    for who, asked, said in (
        (BY, right, "Somebody else"),
        (OTHER, right | {"ended_by": "service"}, "propose"),
        (OTHER, {name: getattr(event, name) for name in right}, "Nothing differs"),
    ):
        with pytest.raises(RuleBroken, match=said):
            correct_coding(by=who, event=event, why="Said so at the interview", **asked)  # type: ignore[arg-type]
    fresh = correct_coding(by=OTHER, event=event, why="Said so at the interview", **right)  # type: ignore[arg-type]
    assert (fresh.reason, fresh.other_reasons, fresh.ended_by) == (
        "pay_and_reward",
        ["staffing"],
        "both",
    )
    assert not CodingCheck.objects.get().agreed
    assert [row.pk for row in codings(manager, today())] == [fresh.pk]
    with pytest.raises(RuleBroken, match="Somebody else"):
        agree_coding(by=OTHER, event=fresh)
    agree_coding(by=BY, event=fresh)
    assert not codings(manager, today())


def test_a_checked_coding_stays_checked_when_the_interview_is_recorded() -> None:
    manager, made = persona("learning_manager"), make.enrolment(start=today() - 200 * DAY)
    event = left(made, today() - 5 * DAY)
    fresh = record_interview(
        by=Job("partner"), enrolment=made, offered_on=today() - 4 * DAY, held_on=None
    )
    with pytest.raises(
        RuleBroken, match="Somebody else"
    ):  # the interview does not make it another's coding
        agree_coding(by=BY, event=fresh)
    agree_coding(by=OTHER, event=fresh)
    record_interview(
        by=Job("partner"), enrolment=made, offered_on=today() - 4 * DAY, held_on=today()
    )
    assert not codings(manager, today())
    held = withdrawal_of(made)
    assert held is not None
    assert (held.exit_interview_held_on, held.reason, held.pk != event.pk) == (
        today(),
        "staffing",
        True,
    )


@pytest.mark.parametrize(("days", "listed"), [(0, True), (364, True), (365, False)])
def test_codings_are_listed_for_a_year(days: int, listed: bool) -> None:
    made = make.enrolment(start=today() - 500 * DAY)
    left(made, today() - days * DAY)
    assert codings(persona("learning_manager"), today()).exists() is listed


def test_lists_are_within_reach(made: Enrolment) -> None:
    proposed(made)
    assert proposals(persona("regional_manager")).count() == 1
    assert proposals(persona("regional_manager", region="WAL")).count() == 0


def test_c4_78_an_interview_cannot_be_before_it_is_offered(made: Enrolment) -> None:
    left(made)
    for offered, held in ((None, ON), (ON, ON - DAY), (today() + DAY, None)):
        with pytest.raises(RuleBroken):
            record_interview(by=BY, enrolment=made, offered_on=offered, held_on=held)
    with pytest.raises(Conflict):
        record_interview(by=BY, enrolment=make.enrolment(), offered_on=ON, held_on=None)


def test_c4_78_a_leavers_own_words(made: Enrolment) -> None:
    with pytest.raises(Conflict):
        record_words(by=BY, enrolment=made, on=ON, words="Too much at once")
    left(made)
    with pytest.raises(RuleBroken):
        record_words(by=BY, enrolment=made, on=ON)
    record_words(by=BY, enrolment=made, on=ON, reason="staffing", other_reasons=["staffing", "pay"])
    record_words(by=BY, enrolment=made, on=ON, reason="pay", words="Too much at once")
    row = LeaverWords.objects.live().get()
    assert (row.reasons, row.words, LeaverWords.objects.count()) == (["pay"], "Too much at once", 2)


def test_the_database_refuses_the_same_person_and_dates_that_cannot_be(made: Enrolment) -> None:
    proposal, event = proposed(made), Event.objects.get(enrolment=made, kind="started")
    with pytest.raises(DatabaseError, match="other than its proposer"), acting_as(by=BY):
        WithdrawalVerdict.objects.create(proposal=proposal, effective_on=ON, approved=True)
    with pytest.raises(DatabaseError, match="other than its recorder"), acting_as(by=BY):
        CodingCheck.objects.create(event=event, effective_on=ON, agreed=True)
    late = {"effective_on": ON, "told_on": ON, "last_activity_on": ON, "enrolment": made}
    for name in ("told_on", "last_activity_on"):
        for model, more in ((WithdrawalDetail, {}), (WithdrawalProposal, {"reason": "academic"})):
            with pytest.raises(IntegrityError), acting_as(by=BY):
                model.objects.create(**late | {name: ON + DAY} | more)


def test_other_reasons_offer_none_of_these_and_what_is_missing_is_called_as_it_is_shown() -> None:
    form = WithdrawForm({}, ended_by="learner", on=ON)
    assert {"not_asked", "prefer_not_to_say"} & {
        code for _, group in form.fields["reason"].choices[1:] for code, _ in group
    }
    assert not {"not_asked", "prefer_not_to_say"} & {
        code for code, _ in form.fields["other_reasons"].choices
    }
    assert (form.fields["told_on"].label, form.errors["told_on"]) == (
        "Day they told us",
        ["Enter day they told us"],
    )
    assert form.errors["would_return"] == [
        "Select whether they would return, or that they were not asked"
    ]
