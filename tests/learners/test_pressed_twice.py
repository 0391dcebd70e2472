"""Pressed twice, one after the other or both at once: one outcome. Those at once are really committed, by real threads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections

from learners.actions.allocations import allocate
from learners.actions.conversations import offer_conversation, record_outcome
from learners.actions.conversations_agreed import agree_action, finish_action
from learners.actions.development import plan_observation, show_items
from learners.actions.entry import record_entry_facts
from learners.actions.extensions import extend
from learners.actions.intakes_courses import book_intake, plan_course
from learners.actions.leavers import record_words
from learners.actions.modules_extensions import answer_extension, ask_for_extension
from learners.actions.modules_results import record_module_result
from learners.actions.pathways_decide import decide_pathway
from learners.actions.qualified_officers import (
    answer_post,
    attend_workshop,
    offer_post,
    record_protection,
)
from learners.actions.starting_arrangements import arrange
from learners.actions.starting_contact import keep_in_touch
from learners.actions.support import add_support
from learners.actions.training import record_training
from learners.actions.training_evaluations import record_evaluation
from learners.actions.training_exemptions import exempt
from learners.actions.training_follow_ups import complete_follow_up
from learners.actions.voice_challenges import challenge
from learners.actions.withdrawals_approval import decide_withdrawal, propose_withdrawal
from learners.actions.withdrawals_coding import agree_coding
from learners.models import (
    Allocation,
    Challenge,
    CodingCheck,
    Contact,
    Conversation,
    ConversationAction,
    CourseEvaluation,
    CoursePlan,
    Enrolment,
    EntryFacts,
    Event,
    ExtensionRequest,
    FollowUp,
    InductionRecord,
    LeaverWords,
    ModuleResult,
    NewlyQualified,
    NewlyQualifiedWorkshop,
    OfficerPost,
    PathwayDecision,
    PracticeObservation,
    StarterStep,
    SupportNeed,
    TrainingExemption,
    TrainingRecord,
    WithdrawalProposal,
    WithdrawalVerdict,
)
from pqip.core.acting import Job
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make
from workforce.models import Person

from .test_pages import browser, date, send, somebody

BY, OTHER, DAY = Job("test"), Job("somebody else"), dt.timedelta(days=1)
START, ON = dt.date(2025, 1, 13), dt.date(2025, 6, 2)


@dataclass(frozen=True)
class Press:
    """What is pressed of a learner, and the ledger that then holds one live row.

    `before`: an event that has to be there; `first`: what has to be recorded.
    """

    ledger: Any
    press: Callable[[Enrolment], Any]
    before: str = ""
    first: Callable[[Enrolment], Any] = lambda of: None


def _due(of: Enrolment) -> Any:
    return record_module_result(by=BY, enrolment=of, module=make.module(), attempt=1, due_date=ON)


def _ask(of: Enrolment) -> Any:
    return ask_for_extension(
        by=BY, enrolment=of, module=make.module(), attempt=1, on=ON - DAY, asked_until=ON + 30 * DAY
    )


def _asked(of: Enrolment) -> Any:
    _due(of)
    return _ask(of)


def _attend(of: Enrolment) -> Any:
    course = make.course(needs_follow_up=True)
    return record_training(by=BY, person=of.person, course=course, booked_for=ON, status="attended")


def _propose(of: Enrolment) -> Any:
    return propose_withdrawal(
        by=BY, enrolment=of, on=ON, told_on=ON, last_activity_on=ON, reason="academic"
    )


def _offer(of: Enrolment) -> Any:
    return offer_post(by=BY, enrolment=of, on=ON, region=make.region())


def _plan(of: Enrolment) -> Any:
    return plan_course(
        by=BY, cohort=of.cohort, region=of.region, course=make.course(), on=today() + 20 * DAY
    )


def _talked(of: Enrolment) -> Any:
    talk = offer_conversation(by=BY, enrolment=of, offered_on=ON)
    return record_outcome(by=BY, conversation=talk, came="held", came_on=ON)


def _agree(of: Enrolment) -> Any:
    talk = Conversation.objects.live().get()
    stated = {"what": "A mentor is found", "owner": "line_manager"}
    return agree_action(by=BY, conversation=talk, agreed_on=ON, do_by=ON + DAY, **stated)


def _agreed(of: Enrolment) -> Any:
    _talked(of)
    return _agree(of)


PRESSES = {
    "conversation": Press(
        Conversation, lambda of: offer_conversation(by=BY, enrolment=of, offered_on=ON)
    ),
    "what came of a conversation": Press(
        Conversation,
        lambda of: record_outcome(
            by=BY, conversation=Conversation.objects.live().get(), came="declined", came_on=ON
        ),
        first=lambda of: offer_conversation(by=BY, enrolment=of, offered_on=ON),
    ),
    "agreed in a conversation": Press(ConversationAction, _agree, first=_talked),
    "done as agreed": Press(
        ConversationAction,
        lambda of: finish_action(by=BY, action=ConversationAction.objects.live().get(), done_on=ON),
        first=_agreed,
    ),
    "contact": Press(
        Contact,
        lambda of: keep_in_touch(by=BY, enrolment=of, on=ON, means="email", about="First day"),
    ),
    "support": Press(
        SupportNeed,
        lambda of: add_support(by=BY, enrolment=of, agreed_on=ON, adjustment="A screen reader"),
    ),
    "workshop": Press(
        NewlyQualifiedWorkshop,
        lambda of: attend_workshop(
            by=BY, enrolment=of, title="Judgement", on=ON, is_mandatory=True
        ),
        "completed",
    ),
    "post": Press(OfficerPost, _offer),
    "post answered": Press(
        OfficerPost,
        lambda of: answer_post(
            by=BY, post=OfficerPost.objects.live().get(), answer="accepted", on=ON
        ),
        first=_offer,
    ),
    "protection": Press(
        NewlyQualified, lambda of: record_protection(by=BY, enrolment=of, on=ON), "completed"
    ),
    "exemption": Press(
        TrainingExemption,
        lambda of: exempt(by=BY, person=of.person, course=make.course(), on=ON, reason="Taught it"),
    ),
    "training": Press(
        TrainingRecord,
        lambda of: record_training(
            by=BY, person=of.person, course=make.course(), booked_for=ON, status="attended"
        ),
    ),
    "evaluation": Press(
        CourseEvaluation,
        lambda of: record_evaluation(
            by=BY,
            person=of.person,
            course=make.course(),
            attended_on=ON,
            levels=[1],
            answered_on=ON,
        ),
        first=_attend,
    ),
    "planned day": Press(CoursePlan, _plan),
    "booked by the plan": Press(
        TrainingRecord,
        lambda of: book_intake(
            by=BY, plan=CoursePlan.objects.live().get(), people={of.pk: of.person_id}
        ),
        first=_plan,
    ),
    "follow-up": Press(
        FollowUp,
        lambda of: complete_follow_up(
            by=BY, follow_up=FollowUp.objects.live().get(), kind="discussion", done_on=ON
        ),
        first=_attend,
    ),
    "result": Press(ModuleResult, _due),
    "more time": Press(ExtensionRequest, _ask, first=_due),
    "more time agreed": Press(
        ModuleResult,
        lambda of: answer_extension(
            by=BY, request=ExtensionRequest.objects.live().get(), answer="agreed", answered_on=ON
        ),
        first=_asked,
    ),
    "challenge": Press(
        Challenge, lambda of: challenge(by=BY, enrolment=of, item="Dates", says="A week too late")
    ),
    "step": Press(
        StarterStep,
        lambda of: arrange(by=BY, enrolment=of, arrangement="checks", state="asked", on=ON),
    ),
    "entry": Press(
        EntryFacts,
        lambda of: record_entry_facts(
            by=BY, enrolment=of, applied_on=ON, entry_route="external", level5_held=True
        ),
    ),
    "decision": Press(
        PathwayDecision,
        lambda of: decide_pathway(
            by=BY, enrolment=of, on=ON, chosen=make.pathway("PQIP15"), reason="Seen"
        ),
    ),
    "extension": Press(
        Event,
        lambda of: extend(
            by=BY, enrolment=of, on=ON, extended_to=dt.date(2027, 1, 1), note="Agreed"
        ),
    ),
    "words": Press(
        LeaverWords,
        lambda of: record_words(by=BY, enrolment=of, on=ON, words="Too far"),
        "withdrawn",
    ),
    "proposal": Press(WithdrawalProposal, _propose),
    "approval": Press(
        WithdrawalVerdict,
        lambda of: decide_withdrawal(
            by=OTHER, proposal=WithdrawalProposal.objects.live().get(), approved=True
        ),
        first=_propose,
    ),
    "coding": Press(
        CodingCheck,
        lambda of: agree_coding(by=OTHER, event=Event.objects.live().get(kind="withdrawn")),
        "withdrawn",
    ),
    "mentor": Press(
        Allocation,
        lambda of: allocate(
            by=BY,
            person=of.person,
            role="mentor",
            other=Person.objects.get(staff_number="M1"),
            from_date=ON,
        ),
        first=lambda of: make.person("M1"),
    ),
    "induction": Press(
        InductionRecord, lambda of: show_items(by=BY, person=of.person, items=["team"], on=ON)
    ),
    "observation": Press(
        PracticeObservation, lambda of: plan_observation(by=BY, person=of.person, on=ON)
    ),
}


def learner(press: Press) -> Enrolment:
    made = make.enrolment(start=START)
    if press.before:
        make.event(made, press.before, ON - DAY)
    for needed in (make.module, make.course, make.region):
        needed()
    make.reason("academic", kind="programme")
    press.first(made)
    return made


def rows(press: Press) -> Any:
    found = press.ledger.objects.live()
    return found.filter(kind="extended") if press.ledger is Event else found


def once(press: Press, of: Enrolment) -> str:
    """What whoever pressed is told."""
    try:
        press.press(Enrolment.objects.get(pk=of.pk))
    except (RuleBroken, Conflict) as refused:
        return str(refused)
    return "done"


@pytest.mark.django_db
@pytest.mark.parametrize("name", PRESSES)
def test_one_after_the_other(name: str) -> None:
    press = PRESSES[name]
    made = learner(press)
    assert once(press, made) == "done"
    once(press, made)
    assert rows(press).count() == 1


@pytest.mark.parametrize("name", PRESSES)
def test_both_at_once(real_db: object, name: str) -> None:
    press, ready, said = PRESSES[name], Barrier(2), []
    made = learner(press)

    def push() -> None:
        ready.wait()
        try:
            said.append(once(press, made))
        finally:
            connections.close_all()

    both = [Thread(target=push) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(said) == 2, "neither fell over"
    assert "done" in said
    assert rows(press).count() == 1


@pytest.mark.django_db
def test_on_screen_both_presses_lead_on() -> None:
    made, client = make.enrolment(start=today() + 20 * DAY), browser(somebody())
    contact = {"means": "email", "about": "First day", **date("on", today())}
    support = {"adjustment": "A screen reader", **date("agreed_on", today()), "staff_number": ""}
    for page, answers, ledger in (
        ("record_contact", contact, Contact),
        ("add_support", support, SupportNeed),
    ):
        assert [send(client, page, made, **answers).status_code for _ in range(2)] == [302, 302]
        assert ledger.objects.live().count() == 1


@pytest.mark.django_db
def test_the_same_adjustment_otherwise_is_changed_not_added() -> None:
    made = make.enrolment(start=START)
    add_support(by=BY, enrolment=made, agreed_on=ON, adjustment="A screen reader")
    with pytest.raises(RuleBroken, match="Change it instead"):
        add_support(
            by=BY, enrolment=made, agreed_on=ON, adjustment="a screen reader", in_place_on=ON
        )
    assert add_support(by=BY, enrolment=made, agreed_on=ON + DAY, adjustment="A screen reader").pk
