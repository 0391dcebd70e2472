"""Two people act at once: one outcome, and the other is told why theirs no longer fits. Really committed."""

from __future__ import annotations

import datetime as dt
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, connections

from learners.actions.withdrawals import withdraw
from learners.models import Enrolment
from pqip.core.acting import Job, acting_as
from pqip.core.errors import RuleBroken
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
