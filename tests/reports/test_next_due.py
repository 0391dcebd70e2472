"""What is due next, worked out by hand: of each strand, around its day, on a break, as known before, on report and list.

One learner on the 15-month pathway from 1 January 2025 who holds every level 5 module. Assessment opens on 1 July 2025 and the
programme ends on 1 April 2026, 274 days later: of the two required modules of level 6 the first is due after 137 days, on
15 November 2025. Every required course is due after twelve months, on 1 January 2026.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.management import call_command

from assessments.models import Qualification, Registration
from assessments.rules.waiting import due_by
from learners.actions.modules_results import record_module_result
from learners.facts.next_due import next_due_of
from learners.facts.reviews import overdue_review
from learners.models import Enrolment, Review, TrainingRecord
from learners.ports import vocational
from pqip.core.acting import Job, acting_as
from pqip.core.ledger import supersede
from pqip.core.snapshot import safe_known_at
from tests.factories import assessments, learners
from tests.factories.reports import row, rows
from workforce.models import BankHoliday

pytestmark = pytest.mark.django_db
BY, DAY, START = Job("test"), dt.timedelta(days=1), dt.date(2025, 1, 1)
ALL = ["CJS", "UCCB", "PPP", "REHAB"]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture
def made() -> Enrolment:
    return learners.enrolment(start=START, modules_held=ALL)


@pytest.fixture
def candidate(made: Enrolment) -> Registration:
    return assessments.registration(made.person, START, of=Qualification.objects.get(code="VQ5"))


def due(made: Enrolment, on: str, known_at: dt.datetime | None = None) -> tuple[str, str]:
    """What the report says, which the list says too where it is asked as known now."""
    said = row("progression", day(on), known_at, learner=str(made.public_id))
    found = said["next_due"], str(said["next_due_on"] or "")
    if known_at is None:
        listed = next_due_of([made], day(on)).get(made.pk)
        assert found == ((listed.title, str(listed.on)) if listed else ("", ""))
    return found


def overdue(made: Enrolment, on: str) -> bool:
    return next_due_of([made], day(on))[made.pk].overdue


def book(made: Enrolment, code: str, on: str, status: str = "booked") -> TrainingRecord:
    with acting_as(by=BY):
        return TrainingRecord.objects.create(
            person=made.person, course=learners.course(code), effective_on=day(on), status=status
        )


def review(made: Enrolment, on: str, **fields: Any) -> Review:
    with acting_as(by=BY):
        return Review.objects.create(person=made.person, effective_on=day(on), **fields)


def attempt(
    made: Enrolment, number: int, due_date: str, handed_in: str = "", outcome: str = "pending"
) -> None:
    record_module_result(
        by=BY,
        enrolment=made,
        module=learners.module("L6-ETHICS"),
        attempt=number,
        due_date=day(due_date),
        submitted_date=day(handed_in) if handed_in else None,
        outcome=outcome,
    )


def test_a_module_of_which_nothing_is_on_record(made: Enrolment) -> None:
    title = learners.module("L6-ETHICS").title
    assert due(made, "2025-06-02") == due(made, "2025-11-15") == (title, "2025-11-15")
    assert due(made, "2025-11-16") == (f"{title}: result not recorded", "2025-11-15")
    assert (overdue(made, "2025-11-15"), overdue(made, "2025-11-16")) == (False, True)


def test_a_module_handed_in_failed_and_failed_at_the_last_attempt(made: Enrolment) -> None:
    title, other = (
        learners.module("L6-ETHICS").title,
        ("Adult safeguarding (facilitated): to be booked", "2026-01-01"),
    )
    attempt(made, 1, "2025-09-01")
    assert due(made, "2025-08-01") == (f"{title}: hand in", "2025-09-01")
    attempt(made, 1, "2025-09-01", "2025-08-20")
    assert due(made, "2025-08-19") == (f"{title}: hand in", "2025-09-01")
    assert due(made, "2025-08-20") == other, "its result is awaited"
    attempt(made, 1, "2025-09-01", "2025-08-20", "fail")
    assert due(made, "2025-08-20") == (f"{title}: failed, next attempt not planned", "2025-08-20")
    attempt(made, 2, "2025-10-01", "2025-10-01", "fail")
    attempt(made, 3, "2025-11-03", "2025-11-03", "fail")
    assert due(made, "2025-11-03") == (f"{title}: failed at the last attempt", "2025-11-03")


def test_courses_to_book_booked_and_attended(made: Enrolment) -> None:
    """The first by title is an adult safeguarding course, and after it one on child safeguarding. A booked day that has passed
    with nothing recorded of it leaves the course due as it was."""
    attempt(made, 1, "2025-11-03", "2025-11-03", "pass")
    first, second = "Adult safeguarding (facilitated)", "Child safeguarding (facilitated)"
    assert due(made, "2025-12-31") == (f"{first}: to be booked", "2026-01-01")
    assert due(made, "2026-01-01") == (f"{first}: training not booked", "2026-01-01")
    assert (overdue(made, "2026-01-01"), overdue(made, "2026-01-02")) == (False, True)
    booked = book(made, "ASG-F", "2025-12-10")
    assert due(made, "2025-12-09") == due(made, "2025-12-10") == (first, "2025-12-10")
    assert due(made, "2026-01-02") == (first, "2026-01-01")
    with acting_as(by=BY):
        supersede(booked, by=BY, reason="Attended", status="attended")
    assert due(made, "2025-12-10") == (f"{second}: to be booked", "2026-01-01")
    assert due(made, "2026-01-01") == (f"{second}: training not booked", "2026-01-01")


def test_a_review_until_it_is_held_and_strands_in_their_order_on_one_day(made: Enrolment) -> None:
    review(made, "2025-06-10", held_on=day("2025-06-12"), kind="three_way")
    assert due(made, "2025-06-10") == due(made, "2025-06-11") == ("Three-way review", "2025-06-10")
    assert (overdue(made, "2025-06-10"), overdue(made, "2025-06-11")) == (False, True)
    assert due(made, "2025-06-12")[1] == "2025-11-15"
    book(made, "FL1", "2025-06-10")
    assert due(made, "2025-06-09") == ("Core skills and key concepts", "2025-06-10"), (
        "training stands before reviews"
    )
    assert due(made, "2025-06-11") == ("Three-way review", "2025-06-10")


def test_a_review_laid_out_for_an_earlier_place_is_not_due_in_the_next(made: Enrolment) -> None:
    """Due the day before the start it belongs to another place; on the first day to this one."""
    review(made, (START - dt.timedelta(days=1)).isoformat(), kind="three_way")
    before = due(made, START.isoformat())
    assert before[0] != "Three-way review"
    assert not Enrolment.objects.filter(overdue_review(day("2025-06-01")), pk=made.pk).exists()
    review(made, START.isoformat(), kind="three_way")
    assert due(made, START.isoformat()) == ("Three-way review", START.isoformat())
    assert Enrolment.objects.filter(overdue_review(day("2025-06-01")), pk=made.pk).exists()


def test_what_waits_for_the_service_is_due_after_ten_working_days(
    made: Enrolment, candidate: Registration
) -> None:
    """Submitted on Friday 30 May 2025: due on Friday 13 June, and overdue not at the weekend but on Monday 16 June."""
    assessments.evidence(candidate, day("2025-05-30"))
    said = "Evidence waits for a decision (1)", "2025-06-13"
    assert due(made, "2025-05-29")[1] == "2025-11-15"
    assert due(made, "2025-05-30") == due(made, "2025-06-15") == due(made, "2025-06-16") == said
    assert [overdue(made, on) for on in ("2025-06-13", "2025-06-15", "2025-06-16")] == [
        False,
        False,
        True,
    ]


def test_working_days_in_sql_are_those_of_the_rule(
    made: Enrolment, candidate: Registration
) -> None:
    """Over Easter and the Christmas of 2025, whatever day of the week it began."""
    holidays = set(BankHoliday.objects.values_list("date", flat=True))
    for nth, since in enumerate(
        dt.date(2025, 4, 10) + DAY * step for step in (0, 1, 2, 3, 4, 8, 11, 250, 251, 255, 259)
    ):
        person = learners.person()
        of = assessments.registration(person, START, of=candidate.qualification)
        assessments.evidence(of, since, reference=f"EV-{nth}")
        (step,) = vocational.vocational().due_next([person.pk], since + 3 * DAY)[person.pk]
        assert step.on == due_by(since, holidays), since


def test_an_assessment_planned_until_its_evidence_and_not_on_a_break(
    made: Enrolment, candidate: Registration
) -> None:
    tutor = assessments.assessor()
    assessments.plan(candidate, tutor, day("2025-06-05"), effective_on=day("2025-05-01"))
    said = "Assessment planned: observation", "2025-06-05"
    assert due(made, "2025-04-30")[1] == "2025-11-15"
    assert due(made, "2025-05-01") == due(made, "2025-06-06") == said
    assert overdue(made, "2025-06-06")
    learners.event(made, "deferred", day("2025-06-07"), expected_return=day("2025-08-01"))
    assert due(made, "2025-06-06") == said
    assert (
        due(made, "2025-06-07")
        == due(made, "2025-08-02")
        == ("Expected back from the break", "2025-08-01")
    )
    assert (overdue(made, "2025-08-01"), overdue(made, "2025-08-02")) == (False, True)
    assessments.evidence(candidate, day("2025-06-06"))
    assert due(made, "2025-06-20") == ("Evidence waits for a decision (1)", "2025-06-20"), (
        "a break does not hold the service"
    )


def test_nothing_is_due_before_the_start_and_after_the_end(made: Enrolment) -> None:
    learners.event(made, "withdrawn", day("2025-12-01"))
    assert due(made, "2025-11-30")[1] == "2025-11-15"
    assert due(made, "2025-12-01") == ("", "")
    coming = learners.enrolment(start=day("2026-03-01"), modules_held=ALL, started=False)
    assert next_due_of([coming], day("2026-02-01")) == {}


def printed(form: str, known_at: dt.datetime) -> str:
    out = io.StringIO()
    asked = {"as_at": "2025-06-01", "known_at": known_at.isoformat(), "format": form}
    call_command("report", "progression", stdout=out, **asked)
    return out.getvalue()


@pytest.mark.parametrize("form", ["csv", "json"])
def test_as_known_before(made: Enrolment, candidate: Registration, form: str) -> None:
    """What was recorded since changes not a byte of what was known; text and an ISO date in the file."""
    shown, on = review(made, "2025-06-10"), day("2025-06-01")
    before = safe_known_at()
    was = printed(form, before)
    assert all(text in was for text in ("Three-way review", "2025-06-10"))
    with acting_as(by=BY):
        supersede(shown, by=BY, reason="Held", held_on=on)
    assessments.plan(candidate, assessments.assessor(), day("2025-06-02"), effective_on=on)
    book(made, "FL1", "2025-06-03")
    assert due(made, "2025-06-01", before) == ("Three-way review", "2025-06-10")
    assert due(made, "2025-06-01") == ("Assessment planned: observation", "2025-06-02")
    assert printed(form, before) == was


def test_report_and_list_say_the_same_of_many() -> None:
    """A fourth module, one to be handed in, a course booked: each learner their own, on every day that is asked."""
    many = [
        learners.enrolment(start=START + 40 * DAY * nth, modules_held=ALL[:nth]) for nth in range(5)
    ]
    book(many[0], "FL3", "2025-02-10")
    attempt(many[1], 1, "2025-05-05")
    for on in (day("2025-02-01"), day("2025-06-30"), day("2026-03-01")):
        listed = {key: (found.title, found.on) for key, found in next_due_of(many, on).items()}
        reported = {
            one["enrolment_id"]: (one["next_due"], one["next_due_on"])
            for one in rows("progression", on)
        }
        assert listed == {key: said for key, said in reported.items() if said[0]}
        assert len(listed) == len(reported)
