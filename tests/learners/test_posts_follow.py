"""The learner's post follows the programme, through every door, and is undone with it; what HR states wins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from learners.actions.enrolments import enrol
from learners.actions.events_amend import correct_event, void_event
from learners.actions.events_change_fte import change_fte
from learners.actions.events_complete import complete
from learners.actions.events_did_not_start import did_not_start
from learners.actions.events_move_region import move_region
from learners.actions.events_start import start
from learners.actions.qualified_officers import answer_post, offer_post, undo_post
from learners.actions.starting_arrangements import arrange
from learners.actions.withdrawals import withdraw
from learners.actions.withdrawals_approval import decide_withdrawal, propose_withdrawal
from learners.derived.posts import follow_posts
from learners.facts.promised import AFTER, promised
from learners.facts.starting import readiness
from learners.models import Enrolment, Event, StarterStep
from learners.models.starting import Arrangement
from learners.queries.needs import needing
from learners.rules.posts import DESTINATION, LEAVE_REASON
from pqip.core.acting import Job, acting_as
from pqip.core.errors import RuleBroken
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.learners.files import bring_in, day, done, learner
from workforce.actions.posts import change_post, end_post, void_spell
from workforce.models import Person, Spell

pytestmark = pytest.mark.django_db
BY, DAY = Job("test"), dt.timedelta(days=1)
START, MARCH, JUNE = dt.date(2025, 1, 15), dt.date(2025, 3, 3), dt.date(2025, 6, 2)
ALL = ("programme", "hr")
Line = tuple[Any, ...]


def posts(who: Person) -> list[Line]:
    """From, last day, grade, region, hours: what stands of somebody's posts."""
    rows = Spell.objects.live().filter(person=who).order_by("effective_on")
    return [
        (row.effective_on, row.ended_on, row.grade.code, row.region.code, row.fte) for row in rows
    ]


def line(
    begins: dt.date,
    ends: dt.date | None = None,
    grade: str = "PSO",
    region: str = "NE",
    fte: str = "1.0",
) -> Line:
    return (begins, ends, grade, region, Decimal(fte))


def enrolled(who: Person | None = None) -> Enrolment:
    """Enrolled and started on screen: from outside, or a PSO since 2022 whose post HR stated."""
    make.region("WAL")
    made = enrol(
        by=BY,
        person=who or make.person(),
        cohort=make.cohort(),
        pathway=make.pathway(),
        region=make.region(),
        fte=Decimal(1),
        start_date=START,
        entry_route="external",
        level5_held=True,
        modules_held=["CJS", "UCCB", "PPP"],
    )
    start(by=BY, enrolment=made, on=START)
    return made


@pytest.fixture(params=ALL)
def begun(request: Any) -> tuple[Enrolment, dt.date]:
    """A learner, and since when they have been in post: the programme began it, or HR had stated it."""
    if request.param == "programme":
        return enrolled(), START
    who = make.person()
    w.spell(who, dt.date(2022, 5, 2), in_grade="PSO")
    return enrolled(who), dt.date(2022, 5, 2)


def test_enrolling_begins_a_post_where_there_is_none(begun: tuple[Enrolment, dt.date]) -> None:
    made, since = begun
    assert posts(made.person) == [line(since)]
    made.person.refresh_from_db()
    follows = Spell.objects.live().get(person=made.person).follows_programme
    assert follows is (since == START)


Does = Callable[[Enrolment], Any]
EVENTS: dict[str, tuple[Does, Callable[[dt.date], list[Line]]]] = {
    "moves": (
        lambda one: move_region(by=BY, enrolment=one, on=MARCH, to_region=make.region("WAL")),
        lambda since: [line(since, MARCH - DAY), line(MARCH, region="WAL")],
    ),
    "changes hours": (
        lambda one: change_fte(by=BY, enrolment=one, on=MARCH, to_fte=Decimal("0.6")),
        lambda since: [line(since, MARCH - DAY), line(MARCH, fte="0.6")],
    ),
    "leaves the Service": (
        lambda one: withdraw(by=BY, enrolment=one, on=MARCH, destination="left_service"),
        lambda since: [line(since, MARCH - DAY)],
    ),
    "returns to a PSO's post": (
        lambda one: withdraw(by=BY, enrolment=one, on=MARCH, destination="returned_to_pso"),
        lambda since: [line(since)],
    ),
    "takes another role": (
        lambda one: withdraw(by=BY, enrolment=one, on=MARCH, destination="other_role"),
        lambda since: [line(since)],
    ),
    "left, it is not known for where": (
        lambda one: withdraw(by=BY, enrolment=one, on=MARCH, destination="unknown"),
        lambda since: [line(since)],
    ),
    "did not start": (
        lambda one: did_not_start(by=BY, enrolment=one, on=START),
        lambda since: [] if since == START else [line(since)],
    ),
    "withdrew before the first day": (
        lambda one: withdraw(by=BY, enrolment=one, on=START - DAY, destination="left_service"),
        lambda since: [] if since == START else [line(since)],
    ),
}


@pytest.mark.parametrize("what", EVENTS)
def test_every_event_changes_the_post_and_is_undone_with_it(
    begun: tuple[Enrolment, dt.date], what: str
) -> None:
    made, since = begun
    does, wanted = EVENTS[what]
    event = does(made)
    assert posts(made.person) == wanted(since)
    follow_posts([made.person_id])
    assert posts(made.person) == wanted(since), "what follows once follows no further"
    void_event(by=BY, event=event, reason="Wrong")
    assert posts(made.person) == [line(since)]
    does(made)
    assert posts(made.person) == wanted(since), "recorded again"


def test_a_leaver_says_so_and_is_listed_where_they_were() -> None:
    made = enrolled()
    withdraw(by=BY, enrolment=made, on=MARCH, destination="left_service")
    row = Spell.objects.live().get(person=made.person)
    assert (row.leave_reason, row.destination) == (LEAVE_REASON, DESTINATION)
    assert Event.objects.live().get(enrolment=made, kind="withdrawn").recorded_at == row.recorded_at


@pytest.mark.parametrize(("days", "last"), [(0, START), (1, START), (2, START + DAY)])
def test_who_leaves_at_once_was_in_post_for_the_first_day(days: int, last: dt.date) -> None:
    made = enrolled()
    withdraw(by=BY, enrolment=made, on=START + days * DAY, destination="left_service")
    assert posts(made.person) == [line(START, last)]


def test_corrections_are_followed() -> None:
    made = enrolled()
    moved = move_region(by=BY, enrolment=made, on=MARCH, to_region=make.region("WAL"))
    correct_event(by=BY, event=moved, reason="Later", effective_on=JUNE)
    assert posts(made.person) == [line(START, JUNE - DAY), line(JUNE, region="WAL")]
    first = Event.objects.live().get(enrolment=made, kind="enrolled")
    correct_event(by=BY, event=first, reason="Part time", to_fte=Decimal("0.8"))
    assert posts(made.person) == [
        line(START, JUNE - DAY, fte="0.8"),
        line(JUNE, region="WAL", fte="0.8"),
    ]


def test_what_the_service_ends_follows_the_approval_and_not_the_proposal() -> None:
    make.reason("conduct", kind="programme")
    made = enrolled()
    proposal = propose_withdrawal(
        by=Job("proposer"),
        enrolment=made,
        on=MARCH,
        told_on=MARCH,
        last_activity_on=MARCH - DAY,
        reason="conduct",
        destination="left_service",
    )
    assert posts(made.person) == [line(START)]
    decide_withdrawal(by=Job("approver"), proposal=proposal, approved=True)
    assert posts(made.person) == [line(START, MARCH - DAY)]


def completed(**more: Any) -> Enrolment:
    made = enrolled(**more)
    make.event(made, "completed", MARCH)
    return made


@pytest.mark.parametrize(
    ("begins", "first"), [(None, JUNE), (MARCH, MARCH), (JUNE + 30 * DAY, JUNE + 30 * DAY)]
)
def test_an_accepted_post_ends_the_psos_and_begins_an_officers_where_it_is(
    begins: dt.date | None, first: dt.date
) -> None:
    made = completed()
    offer = offer_post(by=BY, enrolment=made, on=MARCH, region=make.region("WAL"))
    assert posts(made.person) == [line(START)]
    with pytest.raises(RuleBroken, match="before the day they completed"):
        answer_post(by=BY, post=offer, answer="accepted", on=JUNE, begins_on=MARCH - DAY)
    with pytest.raises(RuleBroken, match="goes with a post that was accepted"):
        answer_post(by=BY, post=offer, answer="declined", on=JUNE, begins_on=JUNE)
    accepted = answer_post(by=BY, post=offer, answer="accepted", on=JUNE, begins_on=begins)
    assert posts(made.person) == [line(START, first - DAY), line(first, grade="PO", region="WAL")]
    made.refresh_from_db()
    assert (made.post_region.code, made.region.code) == ("WAL", "NE")  # type: ignore[union-attr]
    undo_post(by=BY, post=accepted, reason="Wrong")
    assert posts(made.person) == [line(START)]
    made.refresh_from_db()
    assert made.post_region is None


def test_accepted_before_completing_begins_with_it_and_goes_with_it() -> None:
    made = enrolled()
    offer = offer_post(by=BY, enrolment=made, on=MARCH, region=make.region())
    answer_post(by=BY, post=offer, answer="accepted", on=MARCH)
    assert posts(made.person) == [line(START)]
    event = complete(
        by=w.user("learning_manager", in_region="NE"),
        enrolment=made,
        on=JUNE,
        reason="Proved on paper",
    )
    assert posts(made.person) == [line(START, JUNE - DAY), line(JUNE, grade="PO")]
    void_event(by=BY, event=event, reason="Wrong")
    assert posts(made.person) == [line(START)]


def test_a_declined_post_changes_nothing() -> None:
    made = completed()
    answer_post(
        by=BY,
        post=offer_post(by=BY, enrolment=made, on=MARCH, region=make.region()),
        answer="declined",
        on=JUNE,
    )
    assert posts(made.person) == [line(START)]


def test_what_hr_states_later_wins_and_outlasts_the_event() -> None:
    made = enrolled()
    moved = move_region(by=BY, enrolment=made, on=MARCH, to_region=make.region("WAL"))
    change_post(
        by=BY, person=made.person, on=MARCH, region=w.region("NE"), fte=Decimal("0.5"), reason="HR"
    )
    stated = [line(START, MARCH - DAY), line(MARCH, fte="0.5")]
    assert posts(made.person) == stated
    change_fte(by=BY, enrolment=made, on=MARCH - 7 * DAY, to_fte=Decimal("0.8"))
    assert posts(made.person) == [
        line(START, MARCH - 8 * DAY),
        line(MARCH - 7 * DAY, MARCH - DAY, fte="0.8"),
        stated[1],
    ]
    void_event(by=BY, event=moved, reason="Wrong")
    assert posts(made.person)[-1] == stated[1]
    withdraw(by=BY, enrolment=made, on=JUNE, destination="left_service")
    assert posts(made.person)[-1] == line(MARCH, JUNE - DAY, fte="0.5"), "said after HR had"


def test_a_correction_that_says_otherwise_is_newer_than_what_hr_stated_before_it() -> None:
    """HR kept them in the North East; then the move turns out to have been to another region. A note on it is no news."""
    made = enrolled()
    moved = move_region(by=BY, enrolment=made, on=MARCH, to_region=make.region("WAL"))
    change_post(by=BY, person=made.person, on=MARCH, region=w.region("NE"), reason="HR")
    stated = [line(START, MARCH - DAY), line(MARCH)]
    assert posts(made.person) == stated
    moved = correct_event(by=BY, event=moved, reason="Why", note="The same, with a note")
    assert posts(made.person) == stated
    correct_event(by=BY, event=moved, reason="Elsewhere", to_region=make.region("GM"))
    assert posts(made.person) == [stated[0], line(MARCH, region="GM")]


def test_terms_put_right_do_not_begin_a_post_that_hr_undid() -> None:
    made = enrolled()
    void_spell(by=BY, spell=Spell.objects.live().get(person=made.person), reason="No such post")
    assert posts(made.person) == []
    first = Event.objects.live().get(enrolment=made, kind="enrolled")
    correct_event(by=BY, event=first, reason="Part time", to_fte=Decimal("0.8"))
    assert posts(made.person) == []


def test_hr_ends_a_post_and_the_programme_does_not_begin_it_again() -> None:
    made = enrolled()
    end_post(by=BY, person=made.person, last_day=MARCH)
    change_fte(by=BY, enrolment=made, on=JUNE, to_fte=Decimal("0.8"))
    assert posts(made.person) == [line(START, MARCH)]


def test_an_end_that_hr_stated_stands() -> None:
    who = make.person()
    w.spell(who, dt.date(2022, 5, 2), in_grade="PSO", ended_on=JUNE)
    made = enrolled(who)
    withdraw(by=BY, enrolment=made, on=MARCH, destination="left_service")
    assert posts(who) == [line(dt.date(2022, 5, 2), JUNE)]


def test_an_officers_post_that_hr_stated_stands() -> None:
    who = make.person()
    w.spell(who, dt.date(2022, 5, 2), in_grade="PSO", ended_on=JUNE - DAY)
    w.spell(who, JUNE, in_grade="PO", fte="0.9")
    made = completed(who=who)
    offer = offer_post(by=BY, enrolment=made, on=MARCH, region=make.region("WAL"))
    answer_post(by=BY, post=offer, answer="accepted", on=MARCH)
    assert posts(who) == [line(dt.date(2022, 5, 2), JUNE - DAY), line(JUNE, grade="PO", fte="0.9")]


def test_files_say_the_same(tmp_path: Path) -> None:
    for code in ("WAL", "GM"):
        make.region(code)
    make.pathway()
    done(
        bring_in(
            tmp_path, "learners", learner(), learner(staff_number="L2"), learner(staff_number="L3")
        )
    )
    who = {number: Person.objects.get(staff_number=number) for number in ("L1", "L2", "L3")}
    events = [
        {
            "staff_number": "L1",
            "event": "moved_region",
            "effective_date": "2025-03-03",
            "to_region": "WAL",
        },
        {
            "staff_number": "L1",
            "event": "changed_fte",
            "effective_date": "2025-06-02",
            "to_fte": "0.6",
        },
        {
            "staff_number": "L2",
            "event": "withdrawn",
            "effective_date": "2025-03-03",
            "destination": "left_service",
        },
        {
            "staff_number": "L3",
            "event": "withdrawn",
            "effective_date": "2025-01-14",
            "destination": "left_service",
        },
    ]
    wanted = {
        "L1": [
            line(START, MARCH - DAY),
            line(MARCH, JUNE - DAY, region="WAL"),
            line(JUNE, region="WAL", fte="0.6"),
        ],
        "L2": [line(START, MARCH - DAY)],
        "L3": [],
    }
    assert done(bring_in(tmp_path, "learner-events", *events)) == "4 new"
    assert {number: posts(each) for number, each in who.items()} == wanted
    before = Spell.objects.count()
    assert done(bring_in(tmp_path, "learner-events", *reversed(events))) == "4 unchanged"
    assert Spell.objects.count() == before
    done(
        bring_in(
            tmp_path,
            "learner-events",
            *({**row, "void": "yes", "void_reason": "Wrong"} for row in events),
        )
    )
    assert all(posts(each) == [line(START)] for each in who.values())
    done(
        bring_in(
            tmp_path,
            "learners",
            learner(region="GM", effective_from="2025-06-02"),
            learner(staff_number="L2", fte="0.8"),
        )
    )
    assert posts(who["L1"]) == [line(START, JUNE - DAY), line(JUNE, region="GM")]
    assert posts(who["L2"]) == [line(START, fte="0.8")], "a correction of the first terms"


STAFF = {
    "staff_number": "L1",
    "email": "l1@example.com",
    "first_name": "Sam",
    "last_name": "Jones",
    "grade": "PSO",
    "region": "NE",
    "fte": "1.0",
    "start_date": "2022-05-02",
}


def test_a_staff_row_says_otherwise_before_and_after(tmp_path: Path) -> None:
    make.region("WAL")
    make.pathway()
    done(bring_in(tmp_path, "staff", STAFF))
    done(bring_in(tmp_path, "learners", learner(fte="0.8")))
    who, since = Person.objects.get(staff_number="L1"), day("2022-05-02")
    assert posts(who) == [line(since)], "HR's hours stand: the first terms are no event"
    moved = {
        "staff_number": "L1",
        "event": "moved_region",
        "effective_date": "2025-03-03",
        "to_region": "WAL",
    }
    done(bring_in(tmp_path, "learner-events", moved))
    assert posts(who) == [line(since, MARCH - DAY), line(MARCH, region="WAL")]
    assert done(bring_in(tmp_path, "staff", {**STAFF, "region": "WAL"})) == "1 unchanged"
    assert done(bring_in(tmp_path, "staff", STAFF)) == "1 unchanged", (
        "what HR said before is no news"
    )
    otherwise = {**STAFF, "region": "NE", "effective_from": "2025-03-03"}
    assert done(bring_in(tmp_path, "staff", otherwise)) == "1 changed"
    assert posts(who) == [line(since, MARCH - DAY), line(MARCH)]
    done(bring_in(tmp_path, "learner-events", {**moved, "note": "x"}))
    assert posts(who)[-1] == line(MARCH), "the same move said again is no newer than HR"


def test_a_second_place_after_the_first(tmp_path: Path) -> None:
    make.pathway()
    done(bring_in(tmp_path, "learners", learner()))
    done(
        bring_in(
            tmp_path,
            "learner-events",
            {
                "staff_number": "L1",
                "event": "withdrawn",
                "effective_date": "2025-03-03",
                "destination": "left_service",
            },
        )
    )
    done(bring_in(tmp_path, "learners", learner(cohort="Intake 15", start_date="2025-06-02")))
    assert posts(Person.objects.get(staff_number="L1")) == [line(START, MARCH - DAY), line(JUNE)]


def test_who_completed_is_offered_a_post_until_they_hold_one() -> None:
    made, on = completed(), MARCH + 30 * DAY

    def owed() -> list[tuple[str, str]]:
        made.refresh_from_db()
        return [(due.title, due.waiting_for) for due in promised(made, on) if due.strand == AFTER]

    def listed(day: dt.date = on) -> bool:
        return needing(Enrolment.objects.all(), "no_offer", day).filter(pk=made.pk).exists()

    assert owed() == [("Offer of an officer’s post", "the service")]
    assert [listed(MARCH + days * DAY) for days in (0, 365, 366)] == [True, True, False]
    offer = offer_post(by=BY, enrolment=made, on=MARCH, region=make.region())
    assert owed() == [("Answer to the offer of an officer’s post", "the learner")]
    assert not listed()
    declined = answer_post(by=BY, post=offer, answer="declined", on=MARCH)
    assert declined.answer == "declined"
    assert listed()
    second = offer_post(by=BY, enrolment=made, on=MARCH, region=make.region())
    answer_post(by=BY, post=second, answer="accepted", on=MARCH)
    assert (owed(), listed()) == ([], False)


@pytest.mark.parametrize(("route", "asked"), [("pso_progression", True), ("external", False)])
def test_a_pso_who_progresses_hands_their_cases_over_and_only_that_is_kept(
    route: str, asked: bool
) -> None:
    made = make.enrolment(start=START, entry_route=route)
    title = "Cases as a PSO handed over"

    def owed() -> list[tuple[dt.date | None, bool]]:
        return [(due.on, due.overdue) for due in promised(made, START + DAY) if due.title == title]

    assert owed() == ([(START, True)] if asked else [])
    assert (Arrangement.CASES in readiness([made.pk], START)[made.pk].states) is asked
    with pytest.raises(RuleBroken, match="only that it was done"):
        arrange(
            by=BY,
            enrolment=made,
            arrangement="cases_handed_over",
            state="done",
            on=START,
            note="Which",
        )
    arrange(by=BY, enrolment=made, arrangement="cases_handed_over", state="done", on=START)
    assert owed() == []
    with pytest.raises(IntegrityError), acting_as(by=BY):
        StarterStep.objects.create(
            enrolment=made,
            arrangement=Arrangement.CASES,
            state="done",
            effective_on=MARCH,
            note="Which",
        )
