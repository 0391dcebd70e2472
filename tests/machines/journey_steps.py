"""What happens to learners, a step each, through the actions that the pages call."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from learners.actions.approvals_dispute import dispute_approval
from learners.actions.board import record_board_decision, refer_to_board
from learners.actions.breaks_begin import defer
from learners.actions.breaks_end import resume
from learners.actions.enrolments import enrol
from learners.actions.entry import record_entry_facts
from learners.actions.events_amend import correct_event, void_event
from learners.actions.events_change_fte import change_fte
from learners.actions.events_complete import complete
from learners.actions.events_did_not_start import did_not_start
from learners.actions.events_move_cohort import move_cohort
from learners.actions.events_move_region import move_region
from learners.actions.events_start import start
from learners.actions.extensions import extend
from learners.actions.leavers import record_interview, record_words
from learners.actions.pathways_decide import decide_pathway
from learners.actions.pathways_move import move_pathway
from learners.actions.qualified import qualify
from learners.actions.qualified import register as join_register
from learners.actions.qualified_officers import (
    answer_post,
    offer_post,
    record_protection,
    undo_post,
)
from learners.actions.withdrawals import withdraw
from learners.actions.withdrawals_approval import decide_withdrawal, propose_withdrawal, take_back
from learners.actions.withdrawals_coding import agree_coding, correct_coding
from learners.models import BoardOutcome, Event, OfficerPost, WithdrawalProposal
from tests.machines import world as shared
from tests.machines.driver import Draw, Table
from tests.machines.journey_world import DAYS, LEARNERS, JourneyWorld
from tests.machines.world import TABLES, any_row, today

steps = Table()
ENDED = (
    ("service", "conduct_or_vetting"),
    ("learner", "health_and_wellbeing"),
    ("both", "retirement"),
    ("", ""),
)
DESTINATIONS = ("left_service", "returned_to_pso", "other_role", "unknown", "")
HOURS = (Decimal("1.0"), Decimal("0.6"), Decimal("0.8"))


@steps(4)
def give_a_place(world: JourneyWorld, draw: Draw) -> None:
    who, on = world.person(draw, *LEARNERS), world.day(draw)
    region, pathway, cohort = world.region(draw), world.pathway(draw), world.cohort(draw)
    level5, applied = draw.often(50), world.day(draw, ahead=0) if draw.number(100) >= 60 else None
    world.say(
        f"{world.name(who)} has a place in {cohort.code} on {pathway.code} in {region.code} from {on}, "
        f"level 5 {level5}, applied {applied}"
    )
    enrol(
        by=world.manager(draw),
        person=who,
        cohort=cohort,
        pathway=pathway,
        region=region,
        pdu=world.pdu(draw, region),
        fte=HOURS[draw.number(3)],
        start_date=on,
        entry_route="external",
        level5_held=level5,
        modules_held=["CJS"],
        reason="Agreed",
        applied_on=applied,
    )


@steps(5)
def start_place(world: JourneyWorld, draw: Draw) -> None:
    place = world.place(draw)
    on = place.start_date if place.start_date and draw.often(70) else world.day(draw)
    world.say(f"{world.of(place)} starts on {on}")
    start(by=world.manager(draw), enrolment=place, on=on)


@steps()
def did_not(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw)
    world.say(f"{world.of(place)} did not start, {on}")
    did_not_start(by=world.manager(draw), enrolment=place, on=on)


@steps(3)
def take_a_break(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw)
    back = world.day(draw, since=on) if draw.often(50) else None
    world.say(f"{world.of(place)} is on a break from {on}, expected back {back}")
    defer(by=world.manager(draw), enrolment=place, on=on, expected_return=back)


@steps(3)
def come_back(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw)
    world.say(f"{world.of(place)} is back on {on}")
    resume(by=world.manager(draw), enrolment=place, on=on)


@steps(2)
def extend_place(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw)
    until = (place.planned_end or on) + dt.timedelta(
        days=90 * (draw.number(3) + 1) - 90 * draw.number(2)
    )
    approver = world.people[draw.one(("Max", "Rita"))] if draw.often(70) else None
    world.say(
        f"{world.of(place)} is given until {until}, on {on}, "
        f"approved by {world.name(approver) if approver else 'who records it'}"
    )
    extend(
        by=world.manager(draw),
        enrolment=place,
        on=on,
        extended_to=until,
        note="Illness of the assessor",
        approved_by=approver,
    )


@steps(2)
def leave(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw)
    ended_by, reason = draw.one(ENDED)
    told = on - dt.timedelta(days=5) if draw.often(50) else None
    destination = draw.one(DESTINATIONS)
    world.say(
        f"{world.of(place)} leaves on {on}, ended by {ended_by or 'nobody said'}, {reason or 'no reason'}, "
        f"{destination or 'no destination'}"
    )
    withdraw(
        by=world.manager(draw),
        enrolment=place,
        on=on,
        reason=reason,
        ended_by=ended_by,
        destination=destination,
        told_on=told,
        last_activity_on=told,
    )


@steps(2)
def propose(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw)
    world.say(f"it is proposed that {world.of(place)} leaves on {on}")
    propose_withdrawal(
        by=world.manager(draw),
        enrolment=place,
        on=on,
        told_on=on,
        last_activity_on=on,
        reason="conduct_or_vetting",
        destination=draw.one(DESTINATIONS),
    )


@steps(3)
def approve(world: JourneyWorld, draw: Draw) -> None:
    proposal, yes, by = any_row(WithdrawalProposal, draw), draw.often(75), world.manager(draw)
    world.say(
        f"{world.name(by.person_id)} {'approves' if yes else 'refuses'} the withdrawal of "
        f"{world.of(proposal.enrolment)} on {proposal.effective_on}"
    )
    decide_withdrawal(by=by, proposal=proposal, approved=yes, note="Not yet")


@steps(2)
def dispute(world: JourneyWorld, draw: Draw) -> None:
    event = any_row(Event, draw, approved_by__isnull=False)
    by = world.users[world.name(event.approved_by_id)] if draw.often(80) else world.manager(draw)
    world.say(
        f"{world.name(by.person_id)} disputes having approved {event.kind} of {world.of(event.enrolment)}"
    )
    dispute_approval(by=by, event=event, reason="Not by me")


@steps()
def take_the_proposal_back(world: JourneyWorld, draw: Draw) -> None:
    proposal = any_row(WithdrawalProposal, draw)
    world.say(f"the proposal for {world.of(proposal.enrolment)} is taken back")
    take_back(by=world.manager(draw), proposal=proposal, reason="Wrong")


@steps()
def check_how_it_is_coded(world: JourneyWorld, draw: Draw) -> None:
    event, by = any_row(Event, draw, kind="withdrawn"), world.manager(draw)
    if draw.often(50):
        world.say(
            f"{world.name(by.person_id)} agrees how the withdrawal of {world.of(event.enrolment)} is coded"
        )
        agree_coding(by=by, event=event)
    else:
        world.say(
            f"{world.name(by.person_id)} codes the withdrawal of {world.of(event.enrolment)} otherwise"
        )
        correct_coding(
            by=by,
            event=event,
            why="Wrong",
            reason="wellbeing" if draw.often(50) else "staffing",
            other_reasons=[],
            ended_by="learner",
            destination=draw.one(DESTINATIONS),
            note="",
        )


@steps()
def exit_interview(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw, ahead=0)
    world.say(f"{world.of(place)} is offered an interview on {on}")
    record_interview(
        by=world.manager(draw),
        enrolment=place,
        offered_on=on,
        held_on=on if draw.often(50) else None,
    )


@steps()
def own_words(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw, ahead=0)
    world.say(f"{world.of(place)} says on {on} why they left")
    record_words(
        by=world.manager(draw),
        enrolment=place,
        on=on,
        reason="staffing" if draw.often(50) else "leadership",
    )


@steps(2)
def finish(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw)
    world.say(f"{world.of(place)} completes on {on}")
    complete(by=world.manager(draw), enrolment=place, on=on, reason="Seen on paper")


@steps()
def qualify_and_register(world: JourneyWorld, draw: Draw) -> None:
    place, on, first = world.place(draw), world.day(draw), draw.often(60)
    world.say(f"{world.of(place)} {'qualifies' if first else 'joins the register'} on {on}")
    (qualify if first else join_register)(by=world.manager(draw), enrolment=place, on=on)


@steps(2)
def to_another_region(world: JourneyWorld, draw: Draw) -> None:
    place, on, region = world.place(draw), world.day(draw), world.region(draw)
    world.say(f"{world.of(place)} moves to {region.code} on {on}")
    move_region(
        by=world.manager(draw),
        enrolment=place,
        on=on,
        to_region=region,
        to_pdu=world.pdu(draw, region),
    )


@steps()
def to_another_pathway(world: JourneyWorld, draw: Draw) -> None:
    place, on, pathway = world.place(draw), world.day(draw), world.pathway(draw)
    world.say(f"{world.of(place)} moves to {pathway.code} on {on}")
    move_pathway(by=world.manager(draw), enrolment=place, on=on, to_pathway=pathway)


@steps()
def decide_the_pathway(world: JourneyWorld, draw: Draw) -> None:
    place, on, pathway = world.place(draw), world.day(draw, ahead=0), world.pathway(draw)
    world.say(f"{pathway.code} is decided for {world.of(place)} on {on}")
    decide_pathway(by=world.manager(draw), enrolment=place, on=on, chosen=pathway, reason="Agreed")


@steps()
def to_another_cohort(world: JourneyWorld, draw: Draw) -> None:
    place, on, cohort = world.place(draw), world.day(draw), world.cohort(draw)
    world.say(f"{world.of(place)} moves to {cohort.code} on {on}")
    move_cohort(by=world.manager(draw), enrolment=place, on=on, to_cohort=cohort)


@steps(2)
def other_hours(world: JourneyWorld, draw: Draw) -> None:
    place, on, hours = world.place(draw), world.day(draw), HOURS[draw.number(3)]
    world.say(f"{world.of(place)} works {hours} from {on}")
    change_fte(by=world.manager(draw), enrolment=place, on=on, to_fte=hours)


@steps()
def to_the_board(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw)
    world.say(f"{world.of(place)} is referred to the board on {on}")
    refer_to_board(by=world.manager(draw), enrolment=place, on=on, note="Behind")


@steps()
def the_board_decides(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw)
    outcome = draw.one(list(BoardOutcome.objects.order_by("pk")))
    world.say(f"the board decides of {world.of(place)} on {on}: {outcome.title}")
    record_board_decision(
        by=world.manager(draw),
        enrolment=place,
        on=on,
        board_outcome=outcome.title,
        reason=draw.one(list(outcome.reasons.order_by("pk"))).code,
    )


@steps(3)
def undo_event(world: JourneyWorld, draw: Draw) -> None:
    event = any_row(Event, draw)
    world.say(f"{event.kind} of {world.of(event.enrolment)} on {event.effective_on} is undone")
    void_event(by=world.manager(draw), event=event, reason="Wrong")


@steps(2)
def put_event_right(world: JourneyWorld, draw: Draw) -> None:
    event, on = any_row(Event, draw), world.day(draw)
    changes = {"effective_on": on}
    if event.kind == "enrolled" and draw.often(50):
        changes = {"to_pathway": world.pathway(draw)}
    world.say(
        f"{event.kind} of {world.of(event.enrolment)} on {event.effective_on} is corrected: {next(iter(changes.values()))}"
    )
    correct_event(by=world.manager(draw), event=event, reason="Wrong", **changes)


@steps(2)
def entry_facts_anew(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw, ahead=0)
    level5, modules = draw.often(50), draw.some(["CJS", "UCCB", "PPP", "REHAB"])
    world.say(f"{world.of(place)} applied on {on}, level 5 {level5}, holds {', '.join(modules)}")
    route = draw.one(("external", "pso_progression"))
    record_entry_facts(
        by=world.manager(draw),
        enrolment=place,
        applied_on=on,
        entry_route=route,
        level5_held=level5,
        modules_held=modules,
        reason="As the certificate says",
    )


@steps()
def offer_a_post(world: JourneyWorld, draw: Draw) -> None:
    place, on, region = world.place(draw), world.day(draw, ahead=0), world.region(draw)
    world.say(f"{world.of(place)} is offered a post in {region.code} on {on}")
    offer_post(by=world.manager(draw), enrolment=place, on=on, region=region)


@steps()
def answer_the_offer(world: JourneyWorld, draw: Draw) -> None:
    post, on = any_row(OfficerPost, draw), world.day(draw, ahead=0)
    if draw.number(100) >= 75:
        world.say(f"the offer to {world.of(post.enrolment)} is undone")
        undo_post(by=world.manager(draw), post=post, reason="Wrong")
    else:
        answer = draw.one(("accepted", "declined"))
        world.say(f"{world.of(post.enrolment)} {answer} the post on {on}")
        answer_post(by=world.manager(draw), post=post, answer=answer, on=on)


@steps()
def protect(world: JourneyWorld, draw: Draw) -> None:
    place, on = world.place(draw), world.day(draw)
    world.say(f"{world.of(place)} is protected as newly qualified from {on}")
    record_protection(
        by=world.manager(draw),
        enrolment=place,
        on=on,
        mentor=world.person(draw, "Tess", "Quin"),
        reduction_from=on if draw.often(50) else None,
    )


ask = steps(8)(shared.ask_step(sorted(TABLES), [*DAYS, today()]))
ask_again = steps(2)(shared.ask_again)
