"""What a second person approves, brought by a file: named, allowed, told of it, and able to dispute it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from learners.actions.approvals_dispute import dispute_approval
from learners.actions.events_amend import correct_event
from learners.actions.extensions import extend
from learners.actions.withdrawals_approval import decide_withdrawal, propose_withdrawal
from learners.imports.common import EventRow, copy_events
from learners.models import Enrolment, Event
from learners.queries.approvals import in_name_of
from pqip.core.acting import Job, acting_as
from pqip.core.errors import RuleBroken
from pqip.messages.models import Message
from tests.factories import learners as make
from tests.factories import workforce as staff
from tests.personas import client_for, persona
from workforce.actions.opening import open_region
from workforce.models import User

from .files import bring_in, day, done, wrong
from .test_pages import at, date, text_of

pytestmark = pytest.mark.django_db
NAMED = "approvals_in_your_name"


@pytest.fixture
def sam() -> Enrolment:
    make.reason("academic", kind="programme"), make.reason()
    make.pathway("PQIP21")
    return make.enrolment(who=make.person("L1"))


@pytest.fixture
def manager() -> User:
    return persona("learning_manager", of=staff.person("M1"))


@pytest.fixture
def director() -> User:
    return persona("regional_manager", of=staff.person("D1"))


def row(**cells: Any) -> dict[str, Any]:
    return {
        "staff_number": "L1",
        "event": "withdrawn",
        "effective_date": "2025-09-01",
        "reason": "academic",
        "ended_by": "service",
        **cells,
    }


def opened(at: dt.datetime = dt.datetime(2025, 9, 1, 8, tzinfo=dt.UTC), code: str = "NE") -> None:
    open_region(by=Job("test"), region=make.region(code), at=at)


def told(user: User, kind: str = NAMED) -> int:
    return Message.objects.filter(to_user=user, kind=kind).count()


def gone() -> Event:
    return Event.objects.live().get(kind="withdrawn")


def test_what_the_service_ends_names_who_approved_it(
    tmp_path: Path, sam: Enrolment, manager: User, director: User
) -> None:
    [refused] = bring_in(tmp_path, "learner-events", row(), by=manager).problems
    assert (refused.column, "Name who approved it" in refused.message) == ("approved_by", True)
    assert done(bring_in(tmp_path, "learner-events", row(approved_by="D1"), by=manager)) == "1 new"
    assert (gone().approved_by, told(director), told(manager)) == (director.person, 1, 0)
    assert str(at("approvals")) in Message.objects.get(to_user=director).body
    assert done(bring_in(tmp_path, "learner-events", row(), by=manager)) == "1 unchanged"
    assert (
        done(bring_in(tmp_path, "learner-events", row(approved_by="D1"), by=manager))
        == "1 unchanged"
    )


def test_coded_anew_it_is_approved_anew(
    tmp_path: Path, sam: Enrolment, manager: User, director: User
) -> None:
    done(bring_in(tmp_path, "learner-events", row(approved_by="D1"), by=manager))
    assert (
        "Name who approved it"
        in wrong(bring_in(tmp_path, "learner-events", row(note="Failed twice"), by=manager))[0]
    )
    done(
        bring_in(
            tmp_path, "learner-events", row(exit_interview_offered_on="2025-09-02"), by=manager
        )
    )
    assert gone().approved_by == director.person, "an interview codes nothing"
    done(
        bring_in(tmp_path, "learner-events", row(note="Failed twice", approved_by="D1"), by=manager)
    )
    assert (gone().note, gone().approved_by) == ("Failed twice", director.person)


@pytest.mark.parametrize(("number", "words"), [
    ("M1", "Somebody else must approve it"), ("L1", "Nobody approves their own withdrawal"), ("P1", "They may not approve"),
    ("OLD", "They may not approve"), ("FAR", "is not a staff number"), ("NIL", "is not a staff number"),
])  # fmt: skip
def test_who_may_not_be_named(
    tmp_path: Path, sam: Enrolment, manager: User, number: str, words: str
) -> None:
    staff.person("P1"), staff.person("FAR", in_region="WAL")
    staff.grant(
        staff.user(person=staff.person("OLD")),
        "regional_manager",
        in_region="NE",
        ends_on=day("2025-08-31"),
    )
    by_file = wrong(bring_in(tmp_path, "learner-events", row(approved_by=number), by=manager))
    assert words in by_file[0]


def test_history_needs_no_approval_and_what_comes_after_does(
    tmp_path: Path, sam: Enrolment, manager: User
) -> None:
    assert done(bring_in(tmp_path, "learner-events", row(), by=Job("import"))) == "1 new", (
        "what the job loads before the opening"
    )
    opened()
    void = row(void="yes")
    assert (
        "Give the reason" in wrong(bring_in(tmp_path, "learner-events", void, by=Job("import")))[0]
    )
    assert (
        done(
            bring_in(
                tmp_path, "learner-events", {**void, "void_reason": "Mixed up"}, by=Job("import")
            )
        )
        == "1 changed"
    )
    for by in (manager, Job("import")):
        later = row(effective_date="2025-09-02")
        assert (
            "Name who approved it" in wrong(bring_in(tmp_path, "learner-events", later, by=by))[0]
        )
    assert (
        done(bring_in(tmp_path, "learner-events", row(effective_date="2025-08-31"), by=manager))
        == "1 new"
    )


@pytest.mark.parametrize(
    "at",
    [
        dt.datetime(2025, 8, 31, 23, 30, tzinfo=dt.UTC),
        dt.datetime(2025, 9, 1, 22, 30, tzinfo=dt.UTC),
    ],
)
@pytest.mark.parametrize("who", ["a person", "the job"])
@pytest.mark.parametrize(
    ("on", "is_history"), [("2025-08-31", True), ("2025-09-01", False), ("2025-09-02", False)]
)
def test_history_ends_with_the_day_of_the_opening(
    tmp_path: Path,
    sam: Enrolment,
    manager: User,
    at: dt.datetime,
    who: str,
    on: str,
    is_history: bool,
) -> None:
    """1 September in London, early and late: the day before is history, the day itself no longer, whoever brings it."""
    opened(at)
    by = manager if who == "a person" else Job("import")
    problems = wrong(bring_in(tmp_path, "learner-events", row(effective_date=on), by=by))
    assert problems == [] if is_history else "Name who approved it" in problems[0]


@pytest.mark.parametrize("opened_code", ["", "WAL"])
def test_in_a_region_that_is_not_open_the_job_loads_history(
    tmp_path: Path, sam: Enrolment, manager: User, opened_code: str
) -> None:
    if opened_code:
        opened(code=opened_code)
    assert (
        "Name who approved it" in wrong(bring_in(tmp_path, "learner-events", row(), by=manager))[0]
    )
    assert done(bring_in(tmp_path, "learner-events", row(), by=Job("import"))) == "1 new"


def test_in_an_opened_region_the_job_names_who_approved_it(
    tmp_path: Path, sam: Enrolment, director: User
) -> None:
    opened()
    assert (
        "Name who approved it"
        in wrong(bring_in(tmp_path, "learner-events", row(), by=Job("import")))[0]
    )
    assert (
        done(bring_in(tmp_path, "learner-events", row(approved_by="d1"), by=Job("import")))
        == "1 new"
    ), "whatever its case"
    assert gone().approved_by == director.person


def test_the_database_refuses_what_nobody_approved(
    sam: Enrolment, manager: User, director: User
) -> None:
    """Beneath every action and file: from the day of the opening on, and not what a second person approved on screen."""
    opened()
    for on in ("2025-09-01", "2026-01-05"):
        with pytest.raises(DatabaseError, match="Name who approved it"), transaction.atomic():
            make.event(sam, "withdrawn", day(on), ended_by="service")
        with (
            pytest.raises(DatabaseError, match="Name who approved it"),
            transaction.atomic(),
            acting_as(by=Job("test")),
        ):
            copy_events([EventRow(None, sam.pk, "withdrawn", day(on), ended_by="service")])
    with transaction.atomic():
        make.event(sam, "withdrawn", day("2025-08-31"), ended_by="service")
        transaction.set_rollback(True)
    proposal = propose_withdrawal(
        by=manager,
        enrolment=sam,
        on=day("2025-09-01"),
        told_on=day("2025-09-01"),
        last_activity_on=day("2025-09-01"),
        reason="academic",
    )
    event = decide_withdrawal(by=staff.user(), proposal=proposal, approved=True)
    assert (event.approved_by, event.ended_by) == (None, "service")
    correct_event(
        by=manager, event=event, reason="Interviewed", exit_interview_offered_on=day("2025-09-02")
    )


def test_what_was_recorded_before_the_opening_may_be_put_right(
    tmp_path: Path, sam: Enrolment
) -> None:
    done(bring_in(tmp_path, "learner-events", row(), by=Job("import")))
    opened()
    correct_event(
        by=Job("test"),
        event=gone(),
        reason="Interviewed",
        exit_interview_offered_on=day("2025-09-02"),
    )
    offered = row(exit_interview_offered_on="2025-09-03")
    assert done(bring_in(tmp_path, "learner-events", offered, by=Job("import"))) == "1 changed"


def test_an_extension_is_approved_by_who_records_it_or_is_named(
    tmp_path: Path, sam: Enrolment, manager: User, director: User
) -> None:
    longer = row(event="extended", extended_to="2027-01-01", note="Illness", reason="", ended_by="")
    assert done(bring_in(tmp_path, "learner-events", longer, by=manager)) == "1 new"
    assert Event.objects.live().get(kind="extended").approved_by == manager.person
    assert told(manager) == 0
    more = {"on": day("2025-10-01"), "extended_to": day("2027-06-01"), "note": "More"}
    extend(by=manager, enrolment=sam, approved_by=director.person, **more)
    assert told(director) == 1
    assert [each.effective_on for each in in_name_of(director)] == [day("2025-10-01")]


def test_disputing_undoes_it_and_tells_who_recorded_it(
    tmp_path: Path, sam: Enrolment, manager: User, director: User
) -> None:
    done(bring_in(tmp_path, "learner-events", row(approved_by="D1"), by=manager))
    browser = client_for(director)
    assert "Dispute" in text_of(browser.get(at("approvals")))
    page = at("dispute_approval", gone().public_id)
    assert client_for(manager).get(page).status_code == 404
    with pytest.raises(RuleBroken, match="Only the person named"):
        dispute_approval(by=manager, event=gone(), reason="Mine")
    assert "Enter" in text_of(browser.post(page, {"reason": ""}))
    assert browser.post(page, {"reason": "I never saw it"}).status_code == 302
    sam.refresh_from_db()
    assert (sam.status, told(manager, "approval_disputed")) == ("active", 1)
    assert browser.get(page).status_code == 404


def test_what_was_approved_on_screen_is_not_disputed(
    sam: Enrolment, manager: User, director: User
) -> None:
    on = day("2025-09-01")
    proposal = propose_withdrawal(
        by=manager, enrolment=sam, on=on, told_on=on, last_activity_on=on, reason="academic"
    )
    made = decide_withdrawal(by=director, proposal=proposal, approved=True)
    assert made is not None
    assert made.approved_by == director.person
    assert not in_name_of(director).exists()


def test_nobody_decides_a_withdrawal_of_their_own(sam: Enrolment, manager: User) -> None:
    on = day("2025-09-01")
    proposal = propose_withdrawal(
        by=manager, enrolment=sam, on=on, told_on=on, last_activity_on=on, reason="academic"
    )
    with pytest.raises(RuleBroken, match="Nobody approves their own withdrawal"):
        decide_withdrawal(
            by=persona("regional_manager", of=sam.person), proposal=proposal, approved=True
        )


@pytest.mark.parametrize("approver", ["M1", "L1"])
def test_the_database_refuses_the_recorder_and_the_learner(
    sam: Enrolment, manager: User, approver: str
) -> None:
    who = {"M1": manager.person, "L1": sam.person}[approver]
    with pytest.raises(DatabaseError, match="approve"), transaction.atomic(), acting_as(by=manager):
        Event.objects.create(
            enrolment=sam,
            kind="withdrawn",
            effective_on=day("2025-09-01"),
            ended_by="service",
            approved_by=who,
        )


def test_the_rules_are_asked_before_the_answers_are_checked(sam: Enrolment, manager: User) -> None:
    browser, page = client_for(manager), at("extend", sam.public_id)
    early = {
        **date("on", dt.date(2025, 6, 2)),
        **date("extended_to", dt.date(2026, 4, 14)),
        "note": "Ill",
    }
    said = text_of(browser.post(page, early))
    assert "The new end must be after the planned end" in said
    assert "Check your answers" not in said
    late = {**early, **date("extended_to", dt.date(2026, 5, 1))}
    assert "Check your answers" in text_of(browser.post(page, late))
    back = {**date("on", dt.date(2025, 12, 1)), **date("expected_return", dt.date(2025, 11, 1))}
    said = text_of(browser.post(at("defer", sam.public_id), back))
    assert "must be after the day the break begins" in said
    assert "Check your answers" not in said
    assert not Event.objects.filter(kind__in=["extended", "deferred"]).exists(), (
        "asking records nothing"
    )
