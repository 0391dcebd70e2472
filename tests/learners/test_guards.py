"""The database refuses illegal histories beneath every form: raw SQL, bulk and COPY."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection

from learners.models import Allocation, Event, ModuleResult
from pqip.core.acting import Job, acting_as
from pqip.core.bulk import copy_rows
from tests.factories import learners as make

pytestmark = pytest.mark.django_db
BY = Job("test")
START = dt.date(2025, 1, 15)


def settle() -> None:
    """What commit would check, checked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(sql: str, *values: object) -> str:
    with pytest.raises(DatabaseError) as error, acting_as(by=BY), connection.cursor() as cursor:  # noqa: PT012  (either may refuse)
        cursor.execute(sql, values)
        settle()
    return str(error.value)


INSERT = (
    "INSERT INTO learners_event (enrolment_id, kind, effective_on, reason, other_reasons, ended_by, destination, "
    "board_outcome, note) VALUES (%s, %s, %s, '', '{}', '', '', '', '')"
)


@pytest.mark.parametrize("kind", ["resumed", "did_not_start"])
def test_an_illegal_move_by_raw_sql(kind: str) -> None:
    made = make.enrolment()
    assert f'"{kind}" may not follow "started"' in refused(
        INSERT, made.pk, kind, START + dt.timedelta(days=5)
    )


def test_nothing_follows_an_ending() -> None:
    made = make.enrolment()
    make.event(made, "withdrawn", START + dt.timedelta(days=5))
    assert '"deferred" may not follow "withdrawn"' in refused(
        INSERT, made.pk, "deferred", START + dt.timedelta(days=9)
    )
    assert '"completed" may not follow "withdrawn"' in refused(
        INSERT, made.pk, "completed", START + dt.timedelta(days=9)
    )


def test_voiding_what_others_stand_on() -> None:
    made = make.enrolment()
    make.event(made, "deferred", START + dt.timedelta(days=5))
    said = refused(
        "UPDATE learners_event SET voided_at = now(), void_reason = 'x' WHERE enrolment_id = %s AND kind = 'started'",
        made.pk,
    )
    assert '"deferred" may not follow "nothing"' in said


def test_the_first_terms_may_not_be_voided() -> None:
    made = make.enrolment()
    said = refused(
        "UPDATE learners_event SET voided_at = now(), void_reason = 'x' WHERE enrolment_id = %s",
        made.pk,
    )
    assert "no event that states its first terms" in said


def test_an_illegal_move_by_copy() -> None:
    made = make.enrolment()
    with pytest.raises(DatabaseError, match="may not follow"), acting_as(by=BY):  # noqa: PT012  (refused at the end)
        copy_rows(
            Event,
            [
                "enrolment_id",
                "kind",
                "effective_on",
                "reason",
                "other_reasons",
                "ended_by",
                "destination",
                "board_outcome",
                "note",
            ],
            [(made.pk, "resumed", START, "", [], "", "", "", "")],
        )
        settle()


def test_in_between_an_action_may_be_out_of_order() -> None:
    made = make.enrolment()
    make.event(made, "deferred", START + dt.timedelta(days=5))
    with acting_as(by=BY):
        started = made.events.live().get(kind="started")
        Event.objects.filter(pk=started.pk).update(
            voided_at=dt.datetime.now(dt.UTC), void_reason="Typing"
        )
        Event.objects.create(
            enrolment=made, kind="started", effective_on=START + dt.timedelta(days=1)
        )
        settle()


def test_the_same_event_twice_on_a_day() -> None:
    made = make.enrolment()
    assert "learners_event_once" in refused(INSERT, made.pk, "started", START)


@pytest.mark.parametrize("fte", ["0.59", "0.81"])
def test_hours_outside_the_limits(fte: str) -> None:
    made = make.enrolment()
    with pytest.raises(IntegrityError), acting_as(by=BY):
        Event.objects.create(enrolment=made, kind="changed_fte", effective_on=START, to_fte=fte)


def test_overlapping_allocations() -> None:
    made, one, two = make.enrolment(), make.person(), make.person()
    with acting_as(by=BY):
        Allocation.objects.create(person=made.person, role="pta", other=one, effective_on=START)
    with pytest.raises(IntegrityError, match="no_overlap"), acting_as(by=BY):
        Allocation.objects.create(
            person=made.person, role="pta", other=two, effective_on=START + dt.timedelta(days=90)
        )
    with acting_as(by=BY):  # one unit's PTA stands beside the general one
        Allocation.objects.create(
            person=made.person, role="pta", other=two, unit=3, effective_on=START
        )


def test_marks_outside_the_scale() -> None:
    made, module = make.enrolment(), make.module()
    with pytest.raises(IntegrityError), acting_as(by=BY):
        ModuleResult.objects.create(
            enrolment=made, module=module, attempt=1, effective_on=START, mark=101
        )
