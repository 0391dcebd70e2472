"""Before day one: how days count, what may follow what, how ready many starters are, and what the database refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from learners.actions.allocations import allocate
from learners.actions.starting_acknowledgement import acknowledge
from learners.actions.starting_arrangements import arrange, undo_step
from learners.actions.starting_contact import keep_in_touch, undo_contact
from learners.actions.support import add_support, change_support, remove_support
from learners.facts.starting import readiness
from learners.models import Contact, Enrolment, ManagerAcknowledgement, StarterStep, SupportNeed
from learners.models.starting import Arrangement
from learners.rules.starting import (
    AGREED,
    ASKED,
    DONE,
    DONE_ACTION_TAKEN,
    NOT_NEEDED,
    PAUSED,
    RECORDABLE,
    RESUMED,
    ArrangementState,
    next_states,
)
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now, today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make
from workforce.models import User

BY = Job("test")
DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 3, 2)


def on(number: int) -> dt.date:
    return FIRST + number * DAY


def test_what_may_follow() -> None:
    assert next_states("vetting", "") == [ASKED, DONE, NOT_NEEDED]
    assert next_states("vetting", PAUSED) == [RESUMED, DONE, NOT_NEEDED]
    assert next_states("pathway_told", DONE) == [DONE]
    assert next_states("family_connection", "") == [DONE, DONE_ACTION_TAKEN]
    assert next_states("family_connection", DONE_ACTION_TAKEN) == []
    assert next_states("mentor", "") == []
    assert set(RECORDABLE) == set(Arrangement.values)


def starter(**fields: Any) -> Enrolment:
    return make.enrolment(started=False, start=today() + 30 * DAY, **fields)


def manager(of: Enrolment) -> User:
    who = make.person(last_name="Manager")
    allocate(by=BY, person=of.person, role="line_manager", other=who, from_date=today() - 60 * DAY)
    of.refresh_from_db()
    with acting_as(by=BY):
        return User.objects.create_user(f"{who.staff_number}@example.com", None, person=who)


@pytest.mark.django_db
def test_an_arrangement_moves_step_by_step_and_its_owner_stays() -> None:
    made, owner = starter(), make.person()
    arrange(
        by=BY, enrolment=made, arrangement="vetting", state=ASKED, on=today() - 9 * DAY, owner=owner
    )
    arrange(
        by=BY,
        enrolment=made,
        arrangement="vetting",
        state=PAUSED,
        on=today() - 4 * DAY,
        note="Address missing",
    )
    found = readiness([made.pk], today())[made.pk].states["vetting"]
    assert (found.state, found.days.calendar, found.days.paused) == (PAUSED, 9, 4)  # type: ignore[union-attr]
    assert StarterStep.objects.live().get(enrolment=made, state=PAUSED).owner == owner
    with pytest.raises(RuleBroken, match="cannot follow"):
        arrange(by=BY, enrolment=made, arrangement="vetting", state=PAUSED, on=today())
    undo_step(by=BY, enrolment=made, arrangement="vetting", reason="Another learner")
    assert readiness([made.pk], today())[made.pk].states["vetting"].state == ASKED
    undo_step(by=BY, enrolment=made, arrangement="vetting", reason="Another learner")
    with pytest.raises(RuleBroken, match="nothing to undo"):
        undo_step(by=BY, enrolment=made, arrangement="vetting", reason="Another learner")


@pytest.mark.django_db
def test_nothing_is_arranged_for_whoever_has_left() -> None:
    made = make.enrolment(start=dt.date(2025, 1, 15))
    make.event(made, "withdrawn", dt.date(2025, 3, 1))
    with pytest.raises(RuleBroken, match="has ended"):
        arrange(by=BY, enrolment=made, arrangement="vetting", state=ASKED, on=today())


@pytest.mark.django_db
def test_a_change_of_pathway_is_told_again() -> None:
    made = starter()
    arrange(by=BY, enrolment=made, arrangement="pathway_told", state=DONE, on=today() - 5 * DAY)
    assert "pathway_told" not in readiness([made.pk], today())[made.pk].missing()
    make.event(made, "moved_pathway", today() - 4 * DAY, to_pathway=make.pathway("PQIP21"))
    found = readiness([made.pk], today())[made.pk]
    assert found.states["pathway_told"].told_before_change
    assert "pathway_told" in found.missing()
    arrange(by=BY, enrolment=made, arrangement="pathway_told", state=DONE, on=today())
    assert "pathway_told" not in readiness([made.pk], today())[made.pk].missing()


@pytest.mark.django_db
def test_only_their_line_manager_acknowledges_and_again_once_adjustments_change() -> None:
    made = starter()
    with pytest.raises(RuleBroken, match="Only their line manager"):
        acknowledge(by=BY, enrolment=made)
    user = manager(made)
    acknowledge(by=user, enrolment=made)
    acknowledge(by=user, enrolment=made)
    assert ManagerAcknowledgement.objects.live().filter(enrolment=made).count() == 1
    assert readiness([made.pk], today())[made.pk].read_on == today()
    with acting_as(by=BY, recorded_at=now() + DAY):
        SupportNeed.objects.create(enrolment=made, effective_on=today(), adjustment="A quiet room")
    assert readiness([made.pk], today())[made.pk].read_on is None
    other = manager(starter())
    with pytest.raises(RuleBroken, match="Only their line manager"):
        acknowledge(by=other, enrolment=made)


@pytest.mark.django_db
def test_a_new_line_manager_has_not_read_it() -> None:
    made = starter()
    acknowledge(by=manager(made), enrolment=made)
    allocate(by=BY, person=made.person, role="line_manager", other=make.person(), from_date=today())
    assert readiness([made.pk], today())[made.pk].read_on is None


@pytest.mark.django_db
def test_contacts_are_noted_and_undone() -> None:
    made = starter()
    kept = keep_in_touch(
        by=BY, enrolment=made, on=today() - DAY, means="telephone", about="First day"
    )
    assert readiness([made.pk], today())[made.pk].last_contact == today() - DAY
    with pytest.raises(RuleBroken, match="day to come"):
        keep_in_touch(by=BY, enrolment=made, on=today() + DAY, means="telephone", about="First day")
    undo_contact(by=BY, contact=kept, reason="Another learner")
    with pytest.raises(Conflict):
        undo_contact(by=BY, contact=kept, reason="Another learner")
    assert not Contact.objects.live().exists()


@pytest.mark.django_db
def test_support_is_agreed_put_in_place_and_removed() -> None:
    made = starter()
    need = add_support(
        by=BY, enrolment=made, agreed_on=today() - 9 * DAY, adjustment="A screen reader"
    )
    assert readiness([made.pk], today())[made.pk].states["adjustments"].state == AGREED
    asked = {
        "adjustment": "A screen reader",
        "review_on": None,
        "owner": None,
        "agreed_on": today() - 9 * DAY,
    }
    with pytest.raises(RuleBroken, match="cannot have been in place before"):
        change_support(by=BY, need=need, **{**asked, "in_place_on": today() - 10 * DAY})
    placed = change_support(by=BY, need=need, **asked, in_place_on=today() - DAY)
    assert readiness([made.pk], today())[made.pk].states["adjustments"] == ArrangementState(
        DONE, today() - DAY
    )
    with pytest.raises(Conflict):
        change_support(by=BY, need=need, **asked, in_place_on=today())
    with pytest.raises(RuleBroken, match="cannot have ended before"):
        change_support(
            by=BY, need=placed, **asked, in_place_on=today() - DAY, ended_on=today() - 10 * DAY
        )
    ended = change_support(by=BY, need=placed, **asked, in_place_on=today() - DAY, ended_on=today())
    assert readiness([made.pk], today())[made.pk].states["adjustments"] == ArrangementState(
        NOT_NEEDED, today()
    )
    assert readiness([made.pk], today() - DAY)[made.pk].states["adjustments"] == ArrangementState(
        DONE, today() - DAY
    )
    remove_support(by=BY, need=ended, reason="Another learner's")
    assert readiness([made.pk], today())[made.pk].states["adjustments"] == ArrangementState()


@pytest.mark.django_db
@pytest.mark.parametrize(("days_given", "field"), [
    ({"agreed_on": 1}, "agreed_on"), ({"in_place_on": 1}, "in_place_on"), ({"review_on": -10}, "review_on"),
])  # fmt: skip
def test_support_on_days_that_cannot_be_is_refused(days_given: dict[str, int], field: str) -> None:
    given = {"agreed_on": today()} | {
        name: today() + number * DAY for name, number in days_given.items()
    }
    with pytest.raises(RuleBroken) as broken:
        add_support(by=BY, enrolment=starter(), adjustment="A quiet room", **given)  # type: ignore[arg-type]
    assert broken.value.field == field


@pytest.mark.django_db
def test_readiness_as_at_a_day_and_as_known_then() -> None:
    late, before = (
        dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 15, 9, tzinfo=dt.UTC),
    )
    with acting_as(by=BY, recorded_at=before - DAY):
        made = starter()
    with acting_as(by=BY, recorded_at=late):
        StarterStep.objects.create(
            enrolment=made, arrangement="vetting", state=DONE, effective_on=on(3)
        )
    assert readiness([made.pk], on(2))[made.pk].states["vetting"] == ArrangementState()
    assert readiness([made.pk], on(3))[made.pk].states["vetting"].state == DONE
    assert readiness([made.pk], on(3), before)[made.pk].states["vetting"] == ArrangementState()
    assert readiness([made.pk], on(3), late)[made.pk].states["vetting"].state == DONE


@pytest.mark.django_db
def test_readiness_of_many_costs_as_much_as_of_one() -> None:
    found = []
    for number in (1, 5):
        keys = [starter().pk for _ in range(number)]
        with CaptureQueriesContext(connection) as queries:
            assert len(readiness(keys, today())) == number
        found.append(len(queries))
    assert found[0] == found[1]


@pytest.mark.django_db
@pytest.mark.parametrize("content", [
    {"arrangement": "family_connection", "state": "done", "note": "Who it is"},
    {"arrangement": "family_connection", "state": "asked"},
    {"arrangement": "mentor", "state": "done"}, {"arrangement": "vetting", "state": "asked"},
])  # fmt: skip
def test_the_database_refuses_what_is_not_to_be_kept(content: dict[str, str]) -> None:
    made = starter()
    arrange(by=BY, enrolment=made, arrangement="vetting", state=ASKED, on=today())
    with pytest.raises(IntegrityError), transaction.atomic(), acting_as(by=BY):
        StarterStep.objects.create(enrolment=made, effective_on=today(), **content)


@pytest.mark.django_db
def test_nothing_of_the_family_check_is_kept_but_that_it_was_done() -> None:
    with pytest.raises(RuleBroken, match="only that it was done"):
        arrange(
            by=BY,
            enrolment=starter(),
            arrangement="family_connection",
            state=DONE,
            on=today(),
            note="Who it is",
        )


@pytest.mark.django_db
def test_the_database_refuses_an_adjustment_in_place_before_it_was_agreed_and_two_live_readings_of_a_manager() -> (
    None
):
    made, boss = starter(), make.person()
    with (
        pytest.raises(IntegrityError, match="learners_support_dates"),
        transaction.atomic(),
        acting_as(by=BY),
    ):
        SupportNeed.objects.create(
            enrolment=made, adjustment="test", effective_on=today(), in_place_on=today() - DAY
        )
    with acting_as(by=BY):
        ManagerAcknowledgement.objects.create(
            enrolment=made, manager=boss, effective_on=today() - DAY
        )
    with (
        pytest.raises(IntegrityError, match="learners_acknowledged_once"),
        transaction.atomic(),
        acting_as(by=BY),
    ):
        ManagerAcknowledgement.objects.create(enrolment=made, manager=boss, effective_on=today())
