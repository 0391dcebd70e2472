"""Two people act at once: one outcome, and the other is told why theirs no longer fits. Really committed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, connections

from learners.actions.conversations import offer_conversation, record_outcome, undo_conversation
from learners.actions.conversations_agreed import agree_action
from learners.actions.withdrawals import withdraw
from learners.models import Conversation, ConversationAction, Enrolment
from pqip.core.acting import Job, acting_as
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make

from .test_guards import INSERT, START

BY = Job("test")


def test_two_people_withdrawing_a_learner_at_once(real_db: object) -> None:
    made = make.enrolment()
    ready, said = Barrier(2), []

    def try_it(day: int) -> None:
        mine = Enrolment.objects.get(pk=made.pk)
        ready.wait()
        try:
            withdraw(by=BY, enrolment=mine, on=dt.date(2025, 6, day))
            said.append("done")
        except RuleBroken as broken:
            said.append(broken.message)
        finally:
            connections.close_all()

    both = [Thread(target=try_it, args=(day,)) for day in (1, 2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert said.count("done") == 1
    assert "Nothing may follow" in " ".join(said) or "does not fit what is recorded" in " ".join(
        said
    )
    assert made.events.live().filter(kind="withdrawn").count() == 1


def test_a_commit_is_refused(real_db: object) -> None:
    made = make.enrolment()
    with (
        pytest.raises(DatabaseError, match="may not follow"),
        acting_as(by=BY),
        connection.cursor() as cursor,
    ):
        cursor.execute(INSERT, [made.pk, "resumed", START])


def test_a_conversation_is_undone_while_something_is_agreed_in_it(real_db: object) -> None:
    """Either nothing is agreed in it, or it stays."""
    made, on = make.enrolment(), dt.date(2025, 6, 2)
    talk = offer_conversation(by=BY, enrolment=made, offered_on=on)
    talk = record_outcome(by=BY, conversation=talk, came="held", came_on=on)
    ready, said = Barrier(2), []
    stated = {"what": "A mentor is found", "owner": "pta", "agreed_on": on, "do_by": on}

    def try_it(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
            said.append("done")
        except (RuleBroken, Conflict) as refused:
            said.append(str(refused))
        finally:
            connections.close_all()

    acts = (
        lambda: undo_conversation(by=BY, conversation=talk, reason="test"),
        lambda: agree_action(by=BY, conversation=talk, **stated),
    )
    both = [Thread(target=try_it, args=(act,)) for act in acts]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert said.count("done") == 1
    held = Conversation.objects.live().count()
    assert ConversationAction.objects.live().count() == held
