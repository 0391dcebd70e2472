"""What is arranged and recorded around a learner: before day one, induction, placements, requests, support, what they say."""

from __future__ import annotations

import datetime as dt

from learners.actions.board import decide_appeal, record_appeal
from learners.actions.conversations import (
    correct_conversation,
    offer_conversation,
    record_outcome,
    undo_conversation,
)
from learners.actions.conversations_agreed import (
    agree_action,
    correct_action,
    finish_action,
    undo_action,
)
from learners.actions.development import (
    hold_observation,
    plan_observation,
    show_items,
    void_item,
    void_observation,
)
from learners.actions.modules_extensions import answer_extension, ask_for_extension
from learners.actions.practice import plan_placement, record_placement, undo_practice
from learners.actions.practice_days import plan_days
from learners.actions.qualified_officers import attend_workshop
from learners.actions.starting_acknowledgement import acknowledge
from learners.actions.starting_arrangements import arrange, undo_step
from learners.actions.starting_contact import keep_in_touch, undo_contact
from learners.actions.support import add_support, change_support, remove_support
from learners.actions.training_follow_ups import complete_follow_up
from learners.models import (
    BoardAppeal,
    Contact,
    Conversation,
    ConversationAction,
    ExtensionRequest,
    FollowUp,
    InductionItem,
    InductionRecord,
    ModuleResult,
    Placement,
    PracticeObservation,
    SupportNeed,
)
from learners.models.starting import Arrangement, StarterStep
from pqip.core.acting import Job
from tests.machines.driver import Draw
from tests.machines.journey_steps import steps
from tests.machines.journey_world import LEARNERS, JourneyWorld
from tests.machines.world import any_row, today
from workforce.actions.opening import open_region

MONTH = dt.timedelta(days=30)


@steps(2)
def arrange_something(world: JourneyWorld, draw: Draw) -> None:
    place, what = world.place(draw), draw.one(Arrangement.values)
    if draw.number(100) >= 75:
        world.say(f"the last step of {what} for {world.of(place)} is undone")
        undo_step(by=world.manager(draw), enrolment=place, arrangement=what, reason="Wrong")
        return
    state, on = draw.one(StarterStep.State.values), world.day(draw, ahead=0)
    world.say(f"{what} for {world.of(place)} is {state} on {on}")
    arrange(
        by=world.manager(draw),
        enrolment=place,
        arrangement=what,
        state=state,
        on=on,
        note="As agreed",
    )


@steps()
def open_a_region(world: JourneyWorld, draw: Draw) -> None:
    region, at = (
        world.region(draw),
        dt.datetime(2026, 1, 1, tzinfo=dt.UTC) if draw.often(50) else None,
    )
    world.say(f"{region.code} is opened {at.date() if at else 'now'}")
    open_region(by=Job("open_region"), region=region, at=at)


@steps()
def in_touch(world: JourneyWorld, draw: Draw) -> None:
    if draw.number(100) >= 75:
        row = any_row(Contact, draw)
        world.say(f"a contact with {world.of(row.enrolment)} is undone")
        undo_contact(by=world.manager(draw), contact=row, reason="Wrong")
        return
    place, on = world.place(draw), world.day(draw, ahead=0)
    world.say(f"somebody was in touch with {world.of(place)} on {on}")
    keep_in_touch(by=world.manager(draw), enrolment=place, on=on, means="email", about="First day")


@steps()
def manager_has_read(world: JourneyWorld, draw: Draw) -> None:
    place, by = world.place(draw), world.manager(draw)
    world.say(f"{world.name(by.person_id)} has read of {world.of(place)}")
    acknowledge(by=by, enrolment=place)


@steps(2)
def support(world: JourneyWorld, draw: Draw) -> None:
    place, on, what = (
        world.place(draw),
        world.day(draw, ahead=0),
        draw.one(("is agreed", "changes", "is removed")),
    )
    if what == "is agreed":
        world.say(f"an adjustment for {world.of(place)} is agreed on {on}")
        add_support(
            by=world.manager(draw),
            enrolment=place,
            agreed_on=on,
            adjustment="A quiet room",
            in_place_on=world.day(draw, since=on, ahead=0) if draw.often(50) else None,
        )
        return
    row = any_row(SupportNeed, draw)
    world.say(f"an adjustment for {world.of(row.enrolment)} of {row.effective_on} {what}")
    if what == "changes":
        change_support(
            by=world.manager(draw),
            need=row,
            agreed_on=row.effective_on,
            in_place_on=world.day(draw, ahead=0),
            review_on=None,
            owner=None,
            ended_on=None,
            adjustment=row.adjustment,
        )
    else:
        remove_support(by=world.manager(draw), need=row, reason="Wrong")


@steps(2)
def induct(world: JourneyWorld, draw: Draw) -> None:
    if draw.number(100) >= 70:
        row = any_row(InductionRecord, draw)
        world.say(f"that {world.name(row.person_id)} was shown {row.item} is undone")
        void_item(by=world.manager(draw), record=row, reason="Wrong")
        return
    who, on = world.person(draw, *LEARNERS), world.day(draw, ahead=0)
    items = draw.some(
        list(InductionItem.objects.live().order_by("order").values_list("code", flat=True))
    )
    world.say(f"{world.name(who)} is shown {len(items)} items on {on}")
    show_items(by=world.manager(draw), person=who, items=items, on=on)


@steps()
def observe(world: JourneyWorld, draw: Draw) -> None:
    what, on = draw.one(("is planned", "is held", "is undone")), world.day(draw, ahead=0)
    if what == "is planned":
        who = world.person(draw, *LEARNERS)
        world.say(f"an observation of {world.name(who)} is planned for {on}")
        plan_observation(by=world.manager(draw), person=who, on=on)
        return
    row = any_row(PracticeObservation, draw)
    world.say(f"the observation of {world.name(row.person_id)} on {row.effective_on} {what}")
    if what == "is held":
        hold_observation(
            by=world.manager(draw),
            observation=row,
            held_on=on,
            observer=world.person(draw, "Tess"),
            feedback_given=True,
        )
    else:
        void_observation(by=world.manager(draw), observation=row, reason="Wrong")


@steps()
def follow_up(world: JourneyWorld, draw: Draw) -> None:
    row, on = any_row(FollowUp, draw), world.day(draw, ahead=0)
    world.say(f"{row.course.code} of {world.name(row.person_id)} is followed up on {on}")
    complete_follow_up(
        by=world.manager(draw),
        follow_up=row,
        kind=draw.one(("discussion", "observed_practice")),
        done_on=on,
    )


@steps()
def more_time_for_a_module(world: JourneyWorld, draw: Draw) -> None:
    if draw.number(100) >= 50:
        row, answer = any_row(ExtensionRequest, draw), draw.one(("agreed", "refused"))
        world.say(f"the request of {world.of(row.enrolment)} is {answer}")
        answer_extension(
            by=world.manager(draw), request=row, answer=answer, answered_on=world.day(draw, ahead=0)
        )
        return
    result, on = any_row(ModuleResult, draw), world.day(draw, ahead=0)
    world.say(
        f"{world.of(result.enrolment)} asks for more time for attempt {result.attempt} at {result.module.code} on {on}"
    )
    ask_for_extension(
        by=world.manager(draw),
        enrolment=result.enrolment,
        module=result.module,
        attempt=result.attempt,
        on=on,
        asked_until=(result.due_date or on) + MONTH,
    )


@steps()
def placement(world: JourneyWorld, draw: Draw) -> None:
    what, on = draw.one(("is planned", "took place", "is undone")), world.day(draw, ahead=0)
    if what == "is planned":
        place = world.place(draw)
        world.say(f"a placement of {world.of(place)} is planned from {on}")
        plan_placement(
            by=world.manager(draw), enrolment=place, setting="court", first=on, last=on + MONTH
        )
        return
    row = any_row(Placement, draw)
    world.say(f"the placement of {world.of(row.enrolment)} from {row.effective_on} {what}")
    if what == "took place":
        record_placement(by=world.manager(draw), placement=row, began_on=on)
    else:
        undo_practice(by=world.manager(draw), fact=row, reason="Wrong")


@steps()
def plan_study_days(world: JourneyWorld, draw: Draw) -> None:
    place, first = world.place(draw), world.day(draw)
    world.say(f"study days of {world.of(place)} are planned from {first}")
    plan_days(
        by=world.manager(draw), enrolment=place, first=first, weeks=2, weekdays={"university": 1}
    )


@steps()
def appeal(world: JourneyWorld, draw: Draw) -> None:
    if draw.number(100) >= 50:
        row = any_row(BoardAppeal, draw)
        world.say(f"the appeal of {world.of(row.enrolment)} is decided")
        decide_appeal(by=world.manager(draw), appeal=row, outcome="upheld", on=today())
        return
    place, on = world.place(draw), world.day(draw)
    world.say(f"{world.of(place)} appeals on {on}")
    record_appeal(by=world.manager(draw), enrolment=place, on=on, grounds="Not heard")


@steps()
def workshop(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw, ahead=0)
    world.say(f"{world.of(place)} attends a workshop on {on}")
    attend_workshop(
        by=world.manager(draw), enrolment=place, title="First cases", on=on, is_mandatory=True
    )


@steps(2)
def conversation(world: JourneyWorld, draw: Draw) -> None:
    what = draw.one(("is offered", "comes to something", "is put right", "is undone"))
    by, on = world.manager(draw), world.day(draw, ahead=0)
    if what == "is offered":
        place = world.place(draw)
        world.say(f"a conversation is offered to {world.of(place)} on {on}")
        offer_conversation(by=by, enrolment=place, offered_on=on)
        return
    row, came = any_row(Conversation, draw), draw.one(("held", "declined"))
    world.say(f"the conversation with {world.of(row.enrolment)} {what}: {came} on {on}")
    if what == "comes to something":
        record_outcome(by=by, conversation=row, came=came, came_on=on)
    elif what == "is put right":
        correct_conversation(
            by=by,
            conversation=row,
            offered_on=world.day(draw, ahead=0),
            came=came,
            came_on=on,
            reason="Wrong",
        )
    else:
        undo_conversation(by=by, conversation=row, reason="Wrong")


@steps(2)
def agreed_in_a_conversation(world: JourneyWorld, draw: Draw) -> None:
    what, by = draw.one(("is agreed", "is done", "is put right", "is undone")), world.manager(draw)
    on = world.day(draw, ahead=0)
    if what == "is agreed":
        talk = any_row(Conversation, draw)
        world.say(f"something {what} with {world.of(talk.enrolment)} on {on}")
        stated = {"what": "A mentor is found", "owner": "line_manager"}
        agree_action(by=by, conversation=talk, agreed_on=on, do_by=on + MONTH, **stated)
        return
    row = any_row(ConversationAction, draw)
    world.say(f"what was agreed with {world.of(row.enrolment)} {what} on {on}")
    if what == "is done":
        finish_action(by=by, action=row, done_on=on)
    elif what == "is put right":
        correct_action(
            by=by,
            action=row,
            what="A mentor is named",
            owner="pta",
            agreed_on=on,
            do_by=on + MONTH,
            done_on=None,
            reason="Wrong",
        )
    else:
        undo_action(by=by, action=row, reason="Wrong")
