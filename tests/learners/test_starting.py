"""Before day one: how days count, what may follow what, how ready many starters are, and what the database refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from learners.actions.acknowledge import acknowledge
from learners.actions.allocate import allocate
from learners.actions.arrange import arrange, undo_step
from learners.actions.keep_in_touch import keep_in_touch, undo_contact
from learners.actions.support import add_support, change_support, remove_support
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
    TARGET_DAYS,
    Adjustment,
    Standing,
    Step,
    adjustments,
    check_step,
    days,
    mentored,
    next_states,
    standing,
    told,
)
from learners.starting_facts import readiness
from pqip.core.acting import Job, act
from pqip.core.clock import now, today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make
from workforce.models import User

BY = Job("test")
DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 3, 2)


def on(number: int) -> dt.date:
    return FIRST + number * DAY


def steps(*taken: tuple[int, str]) -> list[Step]:
    return [Step(on(number), state) for number, state in taken]


@pytest.mark.parametrize(("taken", "at", "calendar", "paused"), [
    ([(0, ASKED)], 0, 0, 0),
    ([(0, ASKED)], 25, 25, 0),
    ([(0, ASKED), (10, PAUSED)], 10, 10, 0),
    ([(0, ASKED), (10, PAUSED)], 11, 11, 1),
    ([(0, ASKED), (10, PAUSED), (20, RESUMED)], 30, 30, 10),
    ([(0, ASKED), (10, PAUSED), (10, RESUMED)], 30, 30, 0),
    ([(0, ASKED), (5, PAUSED), (8, RESUMED), (20, PAUSED), (24, RESUMED), (30, DONE)], 90, 30, 7),
    ([(0, ASKED), (10, PAUSED), (40, DONE)], 90, 40, 30),
    ([(0, ASKED), (10, DONE), (50, ASKED)], 53, 3, 0),
])  # fmt: skip
def test_c5_79_the_clock_stands_still_while_information_is_missing(
    taken: list[tuple[int, str]], at: int, calendar: int, paused: int
) -> None:
    found = days(steps(*taken), on(at))
    assert found is not None
    assert (found.calendar, found.paused, found.counted) == (calendar, paused, calendar - paused)


@pytest.mark.parametrize(("lasted", "past"), [(TARGET_DAYS - 1, False), (TARGET_DAYS, False), (TARGET_DAYS + 1, True)])
def test_c5_79_the_target_of_25_days(lasted: int, past: bool) -> None:
    found = days(steps((0, ASKED), (7, PAUSED), (14, RESUMED), (lasted + 7, DONE)), on(200))
    assert found is not None
    assert (found.counted, found.is_past_target) == (lasted, past)


def test_what_was_never_started_has_no_days() -> None:
    assert days(steps((3, DONE)), on(9)) is None
    assert standing(steps((3, DONE)), on(2)) == Standing()
    assert standing(steps((3, DONE)), on(3)) == Standing(DONE, on(3))


@pytest.mark.parametrize(("changed", "finished"), [(2, True), (3, True), (4, False), (10, True)])
def test_c5_81_whoever_was_told_before_a_change_is_to_be_told_again(changed: int, finished: bool) -> None:
    assert told(steps((3, DONE)), [on(changed)], on(9)).is_finished is finished


@pytest.mark.parametrize(("needs", "state", "since"), [
    ([], "", None),
    ([(1, None)], AGREED, 1),
    ([(1, 4), (2, None)], AGREED, 2),
    ([(1, 4), (2, 9)], DONE, 9),
    ([(1, 4), (2, 10)], AGREED, 2),
    ([(1, 4), (10, None)], DONE, 4),
    ([(1, None, 9), (2, 4)], DONE, 4),
    ([(1, None, 10), (2, 4)], AGREED, 1),
    ([(1, 2, 8), (1, 2, 9)], NOT_NEEDED, 9),
])  # fmt: skip
def test_adjustments_are_in_place_once_all_are(needs: list[Any], state: str, since: int | None) -> None:
    rows = [Adjustment(*(None if number is None else on(number) for number in need)) for need in needs]  # type: ignore[arg-type]
    found = adjustments([], rows, on(9))
    assert (found.state, found.since) == (state, None if since is None else on(since))


@pytest.mark.parametrize(("begins", "ends", "arranged"), [
    (0, None, True), (20, None, True), (21, None, False), (0, 20, True), (0, 19, False),
])  # fmt: skip
def test_a_mentor_is_there_on_the_first_day(begins: int, ends: int | None, arranged: bool) -> None:
    rows = [(on(begins), None if ends is None else on(ends))]
    assert mentored(rows, on(20), on(5)).is_finished is arranged


def test_what_may_follow() -> None:
    assert next_states("vetting", "") == [ASKED, DONE, NOT_NEEDED]
    assert next_states("vetting", PAUSED) == [RESUMED, DONE, NOT_NEEDED]
    assert next_states("pathway_told", DONE) == [DONE]
    assert next_states("family_connection", "") == [DONE, DONE_ACTION_TAKEN]
    assert next_states("family_connection", DONE_ACTION_TAKEN) == []
    assert next_states("mentor", "") == []
    assert set(RECORDABLE) == set(Arrangement.values)


@pytest.mark.parametrize(("state", "day", "field"), [
    (RESUMED, 5, "state"), (DONE_ACTION_TAKEN, 5, "state"), (ASKED, 5, "state"), (DONE, 2, "on"), (DONE, 21, "on"),
])  # fmt: skip
def test_a_step_that_cannot_be_is_refused(state: str, day: int, field: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_step("vetting", steps((3, ASKED)), state, on(day), on(20))
    assert broken.value.field == field


def starter(**fields: Any) -> Enrolment:
    return make.enrolment(started=False, start=today() + 30 * DAY, **fields)


def manager(of: Enrolment) -> User:
    who = make.person(last_name="Manager")
    allocate(by=BY, person=of.person, role="line_manager", other=who, from_date=today() - 60 * DAY)
    of.refresh_from_db()
    with act(by=BY):
        return User.objects.create_user(f"{who.staff_number}@example.com", None, person=who)


@pytest.mark.django_db
def test_an_arrangement_moves_step_by_step_and_its_owner_stays() -> None:
    made, owner = starter(), make.person()
    arrange(by=BY, enrolment=made, arrangement="vetting", state=ASKED, on=today() - 9 * DAY, owner=owner)
    arrange(by=BY, enrolment=made, arrangement="vetting", state=PAUSED, on=today() - 4 * DAY, note="Address missing")
    found = readiness([made.pk], today())[made.pk].standings["vetting"]
    assert (found.state, found.days.calendar, found.days.paused) == (PAUSED, 9, 4)  # type: ignore[union-attr]
    assert StarterStep.objects.live().get(enrolment=made, state=PAUSED).owner == owner
    with pytest.raises(RuleBroken, match="cannot follow"):
        arrange(by=BY, enrolment=made, arrangement="vetting", state=PAUSED, on=today())
    undo_step(by=BY, enrolment=made, arrangement="vetting", reason="Another learner")
    assert readiness([made.pk], today())[made.pk].standings["vetting"].state == ASKED
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
    assert found.standings["pathway_told"].told_before_change
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
    with act(by=BY, recorded_at=now() + DAY):
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
    kept = keep_in_touch(by=BY, enrolment=made, on=today() - DAY, means="telephone", about="First day")
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
    need = add_support(by=BY, enrolment=made, agreed_on=today() - 9 * DAY, adjustment="A screen reader")
    assert readiness([made.pk], today())[made.pk].standings["adjustments"].state == AGREED
    asked = {"adjustment": "A screen reader", "review_on": None, "owner": None, "agreed_on": today() - 9 * DAY}
    with pytest.raises(RuleBroken, match="cannot have been in place before"):
        change_support(by=BY, need=need, **{**asked, "in_place_on": today() - 10 * DAY})
    placed = change_support(by=BY, need=need, **asked, in_place_on=today() - DAY)
    assert readiness([made.pk], today())[made.pk].standings["adjustments"] == Standing(DONE, today() - DAY)
    with pytest.raises(Conflict):
        change_support(by=BY, need=need, **asked, in_place_on=today())
    with pytest.raises(RuleBroken, match="cannot have ended before"):
        change_support(by=BY, need=placed, **asked, in_place_on=today() - DAY, ended_on=today() - 10 * DAY)
    ended = change_support(by=BY, need=placed, **asked, in_place_on=today() - DAY, ended_on=today())
    assert readiness([made.pk], today())[made.pk].standings["adjustments"] == Standing(NOT_NEEDED, today())
    assert readiness([made.pk], today() - DAY)[made.pk].standings["adjustments"] == Standing(DONE, today() - DAY)
    remove_support(by=BY, need=ended, reason="Another learner's")
    assert readiness([made.pk], today())[made.pk].standings["adjustments"] == Standing()


@pytest.mark.django_db
@pytest.mark.parametrize(("days_given", "field"), [
    ({"agreed_on": 1}, "agreed_on"), ({"in_place_on": 1}, "in_place_on"), ({"review_on": -10}, "review_on"),
])  # fmt: skip
def test_support_on_days_that_cannot_be_is_refused(days_given: dict[str, int], field: str) -> None:
    given = {"agreed_on": today()} | {name: today() + number * DAY for name, number in days_given.items()}
    with pytest.raises(RuleBroken) as broken:
        add_support(by=BY, enrolment=starter(), adjustment="A quiet room", **given)  # type: ignore[arg-type]
    assert broken.value.field == field


@pytest.mark.django_db
def test_readiness_as_at_a_day_and_as_known_then() -> None:
    late, before = dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC), dt.datetime(2026, 3, 15, 9, tzinfo=dt.UTC)
    with act(by=BY, recorded_at=before - DAY):
        made = starter()
    with act(by=BY, recorded_at=late):
        StarterStep.objects.create(enrolment=made, arrangement="vetting", state=DONE, effective_on=on(3))
    assert readiness([made.pk], on(2))[made.pk].standings["vetting"] == Standing()
    assert readiness([made.pk], on(3))[made.pk].standings["vetting"].state == DONE
    assert readiness([made.pk], on(3), before)[made.pk].standings["vetting"] == Standing()
    assert readiness([made.pk], on(3), late)[made.pk].standings["vetting"].state == DONE


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
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=BY):
        StarterStep.objects.create(enrolment=made, effective_on=today(), **content)


@pytest.mark.django_db
def test_nothing_of_the_family_check_is_kept_but_that_it_was_done() -> None:
    with pytest.raises(RuleBroken, match="only that it was done"):
        arrange(by=BY, enrolment=starter(), arrangement="family_connection", state=DONE, on=today(), note="Who it is")


@pytest.mark.django_db
def test_the_database_refuses_an_adjustment_in_place_before_it_was_agreed_and_two_live_readings_of_a_manager() -> None:
    made, boss = starter(), make.person()
    with pytest.raises(IntegrityError, match="learners_support_dates"), transaction.atomic(), act(by=BY):
        SupportNeed.objects.create(enrolment=made, adjustment="test", effective_on=today(), in_place_on=today() - DAY)
    with act(by=BY):
        ManagerAcknowledgement.objects.create(enrolment=made, manager=boss, effective_on=today() - DAY)
    with pytest.raises(IntegrityError, match="learners_acknowledged_once"), transaction.atomic(), act(by=BY):
        ManagerAcknowledgement.objects.create(enrolment=made, manager=boss, effective_on=today())
