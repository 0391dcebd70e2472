"""Support conversations: what calls for one, who may offer and record them, and what the learner and others see."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError

from learners.actions.allocations import allocate
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
from learners.derived.enrolments import refresh_standing
from learners.facts.conversations import Called, calls_of
from learners.models import (
    Allocation,
    Conversation,
    ConversationAction,
    Enrolment,
    Placement,
    ProtectedDay,
    Review,
    SupportNeed,
)
from learners.ports import vocational as ports
from learners.ports.timeline import entries_for
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now, today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import supersede, void
from pqip.core.models import AccessEntry
from tests.factories import learners as make
from workforce.models import Absence, User

from .conftest import Stated
from .test_guards import settle
from .test_pages import at, browser, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)
START = dt.date(2025, 1, 13)
MARCH, APRIL = dt.date(2025, 3, 3), dt.date(2025, 4, 1)


def looked_after(made: Enrolment, role: str, **days: Any) -> Allocation:
    """Somebody has a role for the learner, from the start unless another day is given."""
    with acting_as(by=BY):
        row = Allocation.objects.create(
            person=made.person, other=make.person(), role=role, **{"effective_on": START, **days}
        )
        refresh_standing([made.pk])
    made.refresh_from_db()
    return row


@pytest.fixture
def made() -> Enrolment:
    """Somebody whom the service owes nothing: a practice tutor assessor, a mentor and a placement from the start."""
    found = make.enrolment(start=START)
    looked_after(found, "pta")
    looked_after(found, "mentor")
    with acting_as(by=BY):
        Placement.objects.create(
            enrolment=found, setting="court", effective_on=START, planned_to=START
        )
    return found


def void_all(model: Any) -> None:
    with acting_as(by=BY, reason="test"):
        model.objects.live().update(voided_at=now(), void_reason="test")


def calls(made: Enrolment, on: dt.date, known_at: dt.datetime | None = None) -> dict[str, dt.date]:
    return {one.call: one.since for one in calls_of([made.pk], on, known_at).get(made.pk, [])}


# What calls for one


def test_nothing_calls_for_a_conversation_where_nothing_is_owed(made: Enrolment) -> None:
    assert calls(made, today()) == {}
    assert calls_of([], today()) == {}


@pytest.mark.parametrize(("role", "call"), [("pta", "no_pta"), ("mentor", "no_mentor")])
def test_nobody_has_the_role_from_the_day_after_the_last(
    made: Enrolment, role: str, call: str
) -> None:
    row = Allocation.objects.live().get(person=made.person, role=role)
    with acting_as(by=BY):
        supersede(row, by=BY, reason="test", ended_on=dt.date(2025, 3, 31))
    assert calls(made, dt.date(2025, 3, 31)) == {}
    assert calls(made, APRIL) == {call: APRIL}
    assert calls(made, APRIL + 40 * DAY) == {call: APRIL}
    void_all(Allocation)
    assert calls(made, START) == {"no_pta": START, "no_mentor": START}


def test_an_absent_assessor_calls_from_the_day_of_the_absence_or_of_the_allocation(
    made: Enrolment,
) -> None:
    held = Allocation.objects.live().get(person=made.person, role="pta")
    first = held.other
    with acting_as(by=BY):
        Absence.objects.create(person=first, kind="long_term_absence", effective_on=MARCH)
        Absence.objects.create(person=first, kind="reduced_hours", effective_on=START)
    assert calls(made, MARCH - DAY) == {}
    assert calls(made, MARCH) == {"pta_absent": MARCH}
    supersede(held, by=BY, reason="test", ended_on=MARCH + 2 * DAY)
    second = looked_after(made, "pta", effective_on=MARCH + 3 * DAY).other
    assert calls(made, MARCH + 3 * DAY) == {}
    with acting_as(by=BY):
        Absence.objects.create(person=second, kind="career_break", effective_on=MARCH - DAY)
    assert calls(made, MARCH + 3 * DAY) == {"pta_absent": MARCH + 3 * DAY}


def test_two_days_lost_within_28_days_but_none_on_leave_or_sick(made: Enrolment) -> None:
    def lost(on: dt.date, reason: str = "case_work", kind: str = "university") -> None:
        with acting_as(by=BY):
            ProtectedDay.objects.create(
                person=made.person, kind=kind, effective_on=on, taken=False, reason_lost=reason
            )

    second = MARCH + 7 * DAY
    lost(MARCH)
    lost(second, "leave_or_sickness")
    assert calls(made, second) == {}
    lost(second, "", "vocational")
    assert calls(made, second - DAY) == {}
    assert calls(made, second) == {"study_days_lost": second}
    assert calls(made, MARCH + 27 * DAY) == {"study_days_lost": second}
    assert calls(made, MARCH + 28 * DAY) == {}


def test_a_placement_is_owed_after_six_months_on_the_programme(made: Enrolment) -> None:
    void_all(Placement)
    owed = dt.date(2025, 7, 13)
    assert calls(made, owed - DAY) == {}
    assert calls(made, owed) == {"placement_not_offered": owed}
    make.event(made, "deferred", MARCH)
    assert calls(made, MARCH + DAY) == {}
    make.event(made, "resumed", MARCH + 10 * DAY)
    assert calls(made, owed + 9 * DAY) == {}
    assert calls(made, owed + 10 * DAY) == {"placement_not_offered": owed + 10 * DAY}
    with acting_as(by=BY):
        Placement.objects.create(
            enrolment=made, setting="prison", effective_on=today(), planned_to=today()
        )
    assert calls(made, today()) == {}, "one planned for any day is an offer"
    assert calls(made, owed + 10 * DAY) == {"placement_not_offered": owed + 10 * DAY}, (
        "and none before it was planned"
    )


def plan(made: Enrolment, first: dt.date, recorded: dt.datetime) -> Placement:
    """A placement planned from a day, recorded at an instant."""
    with acting_as(by=BY, recorded_at=recorded):
        return Placement.objects.create(
            enrolment=made, setting="prison", effective_on=first, planned_to=first
        )


def test_a_placement_was_offered_on_the_day_it_was_recorded() -> None:
    """Or by its first day, if that is earlier; also if it was recorded anew since, but not if it was undone."""
    with acting_as(by=BY, recorded_at=dt.datetime(2025, 1, 2, tzinfo=dt.UTC)):
        made = make.enrolment(start=START)
        looked_after(made, "pta")
        looked_after(made, "mentor")
    owed, offered, first = dt.date(2025, 7, 13), dt.date(2025, 8, 1), today() - 2 * DAY
    late = {"placement_not_offered": owed}
    planned = plan(made, first, dt.datetime(2025, 7, 31, 23, 30, tzinfo=dt.UTC))
    assert calls(made, offered - DAY) == late, "half past midnight of the next day in London"
    assert calls(made, offered) == {}
    assert calls(made, offered, dt.datetime(2025, 7, 31, 23, 0, tzinfo=dt.UTC)) == late
    begun = supersede(planned, by=BY, reason="test", began_on=first)
    assert calls(made, offered - DAY) == late
    assert calls(made, offered) == {}, "what came of it is recorded later"
    asked = dt.datetime(2025, 8, 1, tzinfo=dt.UTC)
    assert calls(made, offered, asked) == {}, "and is not known then"
    with acting_as(by=BY, reason="test"):
        void([begun], by=BY, reason="test")
    assert calls(made, offered) == late, "it was recorded in error"
    assert calls(made, offered, asked) == {}, "as was known then"
    with acting_as(by=BY):
        Placement.objects.create(
            enrolment=made, setting="court", effective_on=first, planned_to=first
        )
    assert calls(made, first - DAY) == late, "another, planned today"
    assert calls(made, first) == {}, "which had begun by then"


def test_an_adjustment_is_owed_fifteen_days_after_it_was_agreed(made: Enrolment) -> None:
    with acting_as(by=BY):
        row = SupportNeed.objects.create(enrolment=made, adjustment="test", effective_on=MARCH)
    owed = MARCH + 15 * DAY
    assert calls(made, owed - DAY) == {}
    assert calls(made, owed) == {"adjustment_not_in_place": owed}
    row = supersede(row, by=BY, reason="test", in_place_on=owed + DAY)
    assert calls(made, owed) == {"adjustment_not_in_place": owed}
    assert calls(made, owed + DAY) == {}
    supersede(row, by=BY, reason="test", in_place_on=None, ended_on=owed + DAY)
    assert calls(made, owed) == {"adjustment_not_in_place": owed}
    assert calls(made, owed + DAY) == {}


def test_a_review_is_owed_from_the_day_after_it_was_due(made: Enrolment) -> None:
    with acting_as(by=BY):
        Review.objects.create(person=made.person, effective_on=START - DAY)
        row = Review.objects.create(person=made.person, effective_on=APRIL)
    assert calls(made, APRIL) == {}
    assert calls(made, APRIL + DAY) == {"review_overdue": APRIL + DAY}
    supersede(row, by=BY, reason="test", held_on=APRIL + 5 * DAY)
    assert calls(made, APRIL + 4 * DAY) == {"review_overdue": APRIL + DAY}
    assert calls(made, APRIL + 5 * DAY) == {}


def test_work_that_waits_too_long_is_the_services_never_the_learners(
    made: Enrolment, vocational: Stated
) -> None:
    step = ports.DueStep("Evidence", APRIL, waiting_for="learner", overdue=True)
    later = ports.DueStep("Evidence", APRIL, waiting_for="service")
    vocational.steps[made.person_id] = [step, later]
    assert calls(made, APRIL + DAY) == {}
    late = ports.DueStep("Evidence", APRIL, waiting_for="service", overdue=True)
    vocational.steps[made.person_id] = [late]
    assert calls(made, APRIL + DAY) == {"work_waits": APRIL + DAY}


def test_nothing_calls_before_the_start_on_a_break_or_after_the_end(made: Enrolment) -> None:
    void_all(Allocation)
    assert calls(made, START - DAY) == {}
    make.event(made, "deferred", MARCH)
    assert calls(made, MARCH) == {}
    make.event(made, "resumed", APRIL)
    assert calls(made, APRIL) == {"no_pta": START, "no_mentor": START}
    make.event(made, "withdrawn", APRIL + DAY)
    assert calls(made, APRIL + DAY) == {}


def test_what_was_known_stays_what_it_was(made: Enrolment) -> None:
    void_all(Placement)
    before = now()
    owed = dt.date(2025, 7, 13)
    with acting_as(by=BY):
        Placement.objects.create(
            enrolment=made, setting="court", effective_on=owed, planned_to=owed
        )
    assert calls(made, owed) == {}
    assert calls(made, owed, before) == {"placement_not_offered": owed}


def test_an_offer_answers_what_has_called_until_then_for_ninety_days(made: Enrolment) -> None:
    looked = Allocation.objects.live().get(person=made.person, role="pta")
    supersede(looked, by=BY, reason="test", ended_on=APRIL - DAY)
    mentor = Allocation.objects.live().get(person=made.person, role="mentor")
    supersede(mentor, by=BY, reason="test", ended_on=APRIL)
    talk = offer_conversation(by=BY, enrolment=made, offered_on=APRIL)

    def answered(on: dt.date) -> dict[str, bool]:
        return {one.call: one.is_answered for one in calls_of([made.pk], on)[made.pk]}

    assert answered(APRIL + DAY) == {"no_pta": True, "no_mentor": True}, "the offer waits"
    record_outcome(by=BY, conversation=talk, came="declined", came_on=APRIL + DAY)
    assert answered(APRIL + 90 * DAY) == {"no_pta": True, "no_mentor": False}
    assert answered(APRIL + 91 * DAY) == {"no_pta": False, "no_mentor": False}
    assert calls_of([made.pk], APRIL)[made.pk] == [Called("no_pta", APRIL, True)]


# Who may, and what may be recorded


@pytest.fixture
def manager(made: Enrolment) -> User:
    who = make.person()
    allocate(by=BY, person=made.person, role="line_manager", other=who, from_date=START)
    made.refresh_from_db()
    return somebody("line_manager", person=who)


def talked(by: Any, made: Enrolment) -> Conversation:
    talk = offer_conversation(by=by, enrolment=made, offered_on=today() - 9 * DAY)
    return record_outcome(by=by, conversation=talk, came="held", came_on=today() - 5 * DAY)


def agreed(by: Any, talk: Conversation, **changed: Any) -> ConversationAction:
    stated = {
        "what": "A PTA is found",
        "owner": "learning_manager",
        "agreed_on": today() - 5 * DAY,
        "do_by": today() + 9 * DAY,
    }
    return agree_action(by=by, conversation=talk, **(stated | changed))


def test_a_conversation_is_offered_held_and_what_was_agreed_done(
    made: Enrolment, manager: User
) -> None:
    talk = talked(manager, made)
    assert (talk.offered_by, talk.held_on) == (manager.person, today() - 5 * DAY)
    row = agreed(manager, talk)
    assert agreed(manager, talk) == row, "sent twice it is one"
    with pytest.raises(RuleBroken, match="agreed already"):
        agreed(manager, talk, do_by=today())
    done = finish_action(by=manager, action=row, done_on=today())
    assert done.done_on == today()
    with pytest.raises(Conflict):
        finish_action(by=manager, action=row, done_on=today())
    settle()


def test_an_offer_twice_is_one_and_another_waits_for_what_came_of_it(made: Enrolment) -> None:
    first = offer_conversation(by=BY, enrolment=made, offered_on=today() - DAY)
    assert offer_conversation(by=BY, enrolment=made, offered_on=today() - DAY) == first
    with pytest.raises(RuleBroken, match="offered already"):
        offer_conversation(by=BY, enrolment=made, offered_on=today())
    record_outcome(by=BY, conversation=first, came="declined", came_on=today())
    with pytest.raises(Conflict):
        record_outcome(by=BY, conversation=first, came="held", came_on=today())
    offer_conversation(by=BY, enrolment=made, offered_on=today())
    assert Conversation.objects.live().count() == 2
    with pytest.raises(RuleBroken, match="once the conversation has been held"):
        agreed(BY, Conversation.objects.live().get(effective_on=today() - DAY))


def test_whoever_has_left_is_offered_none_but_what_came_of_one_is_still_recorded(
    made: Enrolment,
) -> None:
    talk = offer_conversation(by=BY, enrolment=made, offered_on=today() - 9 * DAY)
    make.event(made, "withdrawn", today() - DAY)
    with pytest.raises(RuleBroken, match="not on the programme"):
        offer_conversation(by=BY, enrolment=made, offered_on=today() - 2 * DAY)
    assert record_outcome(by=BY, conversation=talk, came="held", came_on=today()).held_on


def test_a_line_manager_of_before_may_nothing_and_the_new_one_everything(
    made: Enrolment, manager: User
) -> None:
    talk = talked(manager, made)
    row = agreed(manager, talk)
    other = make.person()
    allocate(by=BY, person=made.person, role="line_manager", other=other, from_date=today())
    made.refresh_from_db()
    newer = somebody("line_manager", person=other)
    acts = [
        lambda by: offer_conversation(by=by, enrolment=made, offered_on=today()),
        lambda by: agreed(by, talk, what="Another"),
        lambda by: undo_conversation(by=by, conversation=talk, reason="test"),
        lambda by: finish_action(by=by, action=row, done_on=today()),
        lambda by: undo_action(by=by, action=row, reason="test"),
    ]
    for act in acts:
        with pytest.raises(RuleBroken, match="Only their line manager"):
            act(manager)
    assert browser(manager).get(at("conversations_of", made.public_id)).status_code == 404
    assert browser(newer).get(at("conversations_of", made.public_id)).status_code == 200
    finish_action(by=newer, action=row, done_on=today())


def test_the_learner_reads_and_records_nothing(made: Enrolment) -> None:
    """Not even a learning manager of the region, of themself: on screen, by an action, or beneath them."""
    user = somebody("learning_manager", person=made.person)
    with pytest.raises(RuleBroken, match="Somebody else records"):
        offer_conversation(by=user, enrolment=made, offered_on=today())
    client = browser(user)
    assert client.get(at("conversations_of", made.public_id)).status_code == 200
    assert client.get(at("offer_conversation", made.public_id)).status_code == 404
    assert "Offer a conversation" not in text_of(client.get(at("conversations_of", made.public_id)))
    talk = offer_conversation(by=BY, enrolment=made, offered_on=today())
    with pytest.raises(DatabaseError, match="Somebody else records"), acting_as(by=user):
        Conversation.objects.filter(pk=talk.pk).update(voided_at=now(), void_reason="test")


def test_the_database_keeps_what_was_agreed_on_a_conversation_that_was_held(
    made: Enrolment,
) -> None:
    talk = talked(BY, made)
    agreed(BY, talk)
    settle()
    with pytest.raises(DatabaseError, match="rests on a conversation"), acting_as(by=BY):  # noqa: PT012
        Conversation.objects.filter(pk=talk.pk).update(voided_at=now(), void_reason="test")
        settle()


def test_the_database_refuses_an_action_without_a_conversation(made: Enrolment) -> None:
    with pytest.raises(DatabaseError, match="rests on a conversation"), acting_as(by=BY):  # noqa: PT012
        ConversationAction.objects.create(
            enrolment=made,
            effective_on=today(),
            offered_on=today(),
            what="x",
            owner="pta",
            do_by=today(),
        )
        settle()


@pytest.mark.parametrize("days", [
    {"held_on": -1}, {"declined_on": -1}, {"held_on": 0, "declined_on": 0},
])  # fmt: skip
def test_the_database_refuses_days_that_cannot_be(made: Enrolment, days: dict[str, int]) -> None:
    stated = {name: APRIL + number * DAY for name, number in days.items()}
    with pytest.raises(IntegrityError), acting_as(by=BY):
        Conversation.objects.create(enrolment=made, effective_on=APRIL, **stated)


def test_correcting_and_undoing(made: Enrolment, manager: User) -> None:
    talk = talked(manager, made)
    row = agreed(manager, talk)

    def put_right(**changed: Any) -> Conversation:
        stated = {
            "offered_on": today() - 9 * DAY,
            "came": "held",
            "came_on": today() - 5 * DAY,
            "reason": "test",
        }
        return correct_conversation(by=manager, conversation=talk, **(stated | changed))

    for changed, field in (
        ({"came": "declined"}, "came"),
        ({"came": "", "came_on": None}, "came"),
        ({"came_on": today() - 4 * DAY}, "came_on"),
    ):
        with pytest.raises(RuleBroken) as refused:
            put_right(**changed)
        assert refused.value.field == field
    with pytest.raises(RuleBroken, match="Undo what was agreed"):
        undo_conversation(by=manager, conversation=talk, reason="test")
    talk = put_right(came_on=today() - 6 * DAY)
    assert ConversationAction.objects.live().get() == row, (
        "it is recorded anew only if its key moves"
    )
    moved = put_right(offered_on=today() - 8 * DAY)
    row = ConversationAction.objects.live().get()
    assert (moved.effective_on, row.offered_on) == (today() - 8 * DAY, today() - 8 * DAY)
    settle()
    row = correct_action(
        by=manager,
        action=row,
        what="A mentor is found",
        owner="pta",
        agreed_on=today() - 4 * DAY,
        do_by=today(),
        done_on=today(),
        reason="test",
    )
    assert (row.what, row.owner, row.done_on) == ("A mentor is found", "pta", today())
    undo_action(by=manager, action=row, reason="test")
    undo_conversation(by=manager, conversation=moved, reason="test")
    settle()
    assert not Conversation.objects.live().exists()
    assert Conversation.objects.count() == 4
    with pytest.raises(Conflict):
        put_right()


def test_a_correction_leads_to_no_day_after_they_left(made: Enrolment) -> None:
    talk = talked(BY, made)
    make.event(made, "withdrawn", today() - 3 * DAY)
    stated = {"by": BY, "conversation": talk, "came": "held", "came_on": today(), "reason": "test"}
    for on in (today() - 3 * DAY, today()):
        with pytest.raises(RuleBroken, match="had left") as refused:
            correct_conversation(offered_on=on, **stated)
        assert refused.value.field == "offered_on"
    assert correct_conversation(offered_on=today() - 4 * DAY, **stated).held_on == today()


def test_another_conversation_may_be_in_the_way_of_a_correction(made: Enrolment) -> None:
    first = talked(BY, made)
    offer_conversation(by=BY, enrolment=made, offered_on=today())
    stated = {"by": BY, "conversation": first, "reason": "test"}
    with pytest.raises(RuleBroken, match="offered on that day"):
        correct_conversation(offered_on=today(), came="held", came_on=today(), **stated)
    with pytest.raises(RuleBroken, match="offered already"):
        correct_conversation(offered_on=today() - DAY, came="", came_on=None, **stated)


def test_words_are_checked_for_case_identifiers(made: Enrolment) -> None:
    talk = talked(BY, made)
    with pytest.raises(RuleBroken, match="case reference"):
        agreed(BY, talk, what="Ask about X123456")


# What is seen


def other_roles(made: Enrolment) -> dict[str, User]:
    pta = Allocation.objects.live().get(person=made.person, role="pta").other
    return {
        "pta": somebody("pta", person=pta),
        "regional_manager": somebody("regional_manager"),
        "national": somebody("national"),
    }


def test_the_learner_sees_the_same_in_the_second_person(made: Enrolment, manager: User) -> None:
    row = Allocation.objects.live().get(person=made.person, role="mentor")
    supersede(row, by=BY, reason="test", ended_on=today() - DAY)
    agreed(manager, talked(manager, made), do_by=today() - DAY)
    agreed(manager, Conversation.objects.live().get(), what="Hand in by Friday", owner="learner")
    theirs = text_of(browser(manager).get(at("conversations_of", made.public_id)))
    learner = browser(somebody("learner", person=made.person))
    own = text_of(learner.get(at("conversations_of", made.public_id)))
    assert "They have no mentor." in theirs
    assert "You have no mentor." in own
    for said in ("A PTA is found", "Hand in by Friday", "Overdue", "Held", str(manager.person)):
        assert said in theirs
        assert said in own
    assert "Undo" in theirs
    assert "Undo" not in own
    first_page = text_of(learner.get(at("own")))
    waiting, _, mine = first_page.partition("Waiting for others")
    assert "Hand in by Friday" in waiting
    assert "A PTA is found" in mine


def test_nobody_else_reads_a_word_of_it(made: Enrolment, manager: User) -> None:
    agreed(manager, talked(manager, made), what="zqagreed", do_by=today() - DAY)
    for role, user in other_roles(made).items():
        client = browser(user)
        assert client.get(at("conversations_of", made.public_id)).status_code == 403, role
        for page in ("learner", "history", "reviews_of"):
            said = text_of(client.get(at(page, made.public_id)))
            assert "zqagreed" not in said, (role, page)
            assert "upport conversation" not in said, (role, page)
    told = [each.title for _, each in entries_for(made, manager, today())]
    assert "Support conversation held" in told
    another = somebody("line_manager", person=make.person())
    told = [strand for strand, _ in entries_for(made, another, today())]
    assert "Conversations" not in told, "the role alone is not enough"


def test_that_an_adjustment_is_not_in_place_is_a_reading_of_support_needs(
    made: Enrolment, manager: User
) -> None:
    with acting_as(by=BY):
        SupportNeed.objects.create(enrolment=made, adjustment="zqsupport", effective_on=MARCH)
    client = browser(manager)

    def readings(kind: str) -> int:
        return AccessEntry.objects.filter(
            what="learners:support", kind=kind, person_key=made.person_id
        ).count()

    page = text_of(client.get(at("conversations_of", made.public_id)))
    assert "adjustment agreed more than 14 days ago" in page
    assert "zqsupport" not in page
    assert readings("view") == 1
    assert "Adjustment not in place" in text_of(client.get(at("conversations")))
    assert readings("view") == 2
    client.get(at("conversations") + "?format=csv")
    assert readings("export") == 1


def test_the_list_shows_whom_to_offer_one_and_what_is_open(made: Enrolment, manager: User) -> None:
    client, name = browser(manager), made.person.name
    listed = at("conversations")
    assert name not in text_of(client.get(listed))
    void_all(Placement)
    assert "Placement not offered" in text_of(client.get(listed))
    assert "Support conversations to offer" in text_of(client.get(at("mine")))
    talk = offer_conversation(by=manager, enrolment=made, offered_on=today())
    assert name not in text_of(client.get(listed))
    assert name in text_of(client.get(listed + "?state=waiting"))
    one, button = at("conversations_of", made.public_id), at("offer_conversation", made.public_id)
    assert button not in text_of(client.get(one)), "another waits for what came of it"
    held = record_outcome(by=manager, conversation=talk, came="held", came_on=today())
    assert button in text_of(client.get(one))
    assert name not in text_of(client.get(listed + "?state=waiting"))
    row = agreed(manager, held, agreed_on=today())
    assert name not in text_of(client.get(listed + "?state=overdue"))
    undo_action(by=manager, action=row, reason="test")
    correct_conversation(
        by=manager, conversation=held, offered_on=today() - 3 * DAY, came="held",
        came_on=today() - 3 * DAY, reason="test",
    )  # fmt: skip
    late = Conversation.objects.live().get()
    agreed(manager, late, agreed_on=today() - 3 * DAY, do_by=today() - DAY)
    assert "1 overdue" in text_of(client.get(listed + "?state=overdue"))
    talk = offer_conversation(by=manager, enrolment=made, offered_on=today())
    make.event(made, "withdrawn", today())
    for state in ("waiting", "overdue"):
        page = client.get(f"{listed}?state={state}")
        assert page.status_code == 200
        assert name not in text_of(page), "it would be listed for ever"
    record_outcome(by=manager, conversation=talk, came="held", came_on=today())
    assert button not in text_of(client.get(one)), "they are not on the programme"
