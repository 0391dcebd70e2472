"""File cases of refusals: rows that a dataset refuses as the screen refuses the same (`refusals.csv`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from learners.actions.modules_results import record_module_result
from learners.actions.practice_days import record_day
from learners.actions.withdrawals_approval import propose_withdrawal
from learners.models import Enrolment, OfferedAward
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from tests.factories import assessments as make_assessing
from tests.factories import learners as make
from tests.factories import workforce as staff
from tests.personas import persona
from workforce.models import Person, University, User

BY = Job("test")
DAY = dt.timedelta(days=1)
ON = "2025-06-02"
Cells = dict[str, Any]


@dataclass
class World:
    """Sam (L1), active in the North East since 15 January 2025, and a learning manager who brings files."""

    sam: Enrolment
    manager: User


def world() -> World:
    manager = persona("learning_manager", of=staff.person("M1"))
    make.reason("health_and_wellbeing")
    make.reason("academic", kind="programme")
    make.reason("other_programme", kind="programme")
    make.pathway("PQIP21"), make.module("CJS"), make.course("FL1"), make.lost_reason("case_work")
    staff.person("P1"), staff.person("P2")
    return World(make.enrolment(who=make.person("L1")), manager)


@dataclass(frozen=True)
class Case:
    """Rows of a dataset, what stands before, and what the refusal says; blank: the fixed words of the rule's own message."""

    dataset: str
    rows: list[Cells]
    says: str = ""
    before: Callable[[World], Any] | None = None


def event(kind: str, on: str = ON, **cells: Any) -> list[Cells]:
    return [{"staff_number": "L1", "event": kind, "effective_date": on, **cells}]


def ended(**cells: Any) -> list[Cells]:
    """A withdrawal that the Service ends."""
    return event("withdrawn", **{"reason": "academic", "ended_by": "service", **cells})


def learner(**cells: Any) -> list[Cells]:
    return [
        {
            "staff_number": "L1",
            "first_name": "Sam",
            "last_name": "Jones",
            "region": "NE",
            "cohort": "Intake 16",
            "pathway": "PQIP15",
            "entry_route": "external",
            "fte": "1.0",
            "start_date": "2026-01-15",
            "level5_held": "yes",
            **cells,
        }
    ]


def result(**cells: Any) -> list[Cells]:
    return [
        {"staff_number": "L1", "module": "CJS", "attempt": "1", "due_date": "2025-05-01", **cells}
    ]


def award(**cells: Any) -> list[Cells]:
    return [{"staff_number": "L1", "award": "BA", "awarded_on": "2026-06-01", **cells}]


def given_elsewhere(at: World) -> None:
    """An award that another university gives than the learner's own."""
    other = University.objects.exclude(name__contains="Sheffield").first()
    with acting_as(by=BY):
        OfferedAward.objects.create(
            university=other, code="MSC", title="Master", effective_on=dt.date(2014, 1, 1)
        )


def study_day(**cells: Any) -> list[Cells]:
    return [{"staff_number": "L1", "on": "2025-05-06", "kind": "university", **cells}]


def allocation(**cells: Any) -> list[Cells]:
    return [
        {
            "staff_number": "L1",
            "role": "mentor",
            "from_date": "2025-01-15",
            "to_date": "",
            "other_staff_number": "P1",
            **cells,
        }
    ]


def post(**cells: Any) -> list[Cells]:
    return [
        {
            "staff_number": "P1",
            "email": "p1@example.com",
            "first_name": "Sam",
            "last_name": "Okafor",
            "grade": "PO",
            "region": "NE",
            "fte": "1.0",
            "start_date": "2020-01-06",
            **cells,
        }
    ]


def absence(**cells: Any) -> list[Cells]:
    return [
        {
            "staff_number": "P1",
            "kind": "reduced_hours",
            "start_date": "2025-03-03",
            "end_date": "",
            "fte_lost": "0.4",
            **cells,
        }
    ]


def happened(kind: str, on: str = "2025-05-01", **content: Any) -> Callable[[World], Any]:
    return lambda at: make.event(at.sam, kind, dt.date.fromisoformat(on), **content)


def decided(at: World) -> None:
    """Referred in May, decided on the day of the file's own row."""
    happened("referred_to_board")(at)
    happened("board_decision", ON, board_outcome="Extend the programme")(at)


def proposed(at: World) -> None:
    on = dt.date.fromisoformat(ON)
    propose_withdrawal(
        by=BY, enrolment=at.sam, on=on, told_on=on, last_activity_on=on, reason="academic"
    )


def lost(at: World) -> None:
    own = staff.user("learner", person=at.sam.person)
    record_day(by=own, person=at.sam.person, on=dt.date(2025, 5, 6), kind="university", taken=False)


def attempted(at: World) -> None:
    about = {"by": BY, "enrolment": at.sam, "module": make.module("CJS")}
    record_module_result(attempt=1, due_date=dt.date(2025, 5, 1), outcome="fail", **about)
    record_module_result(attempt=2, due_date=dt.date(2025, 9, 1), **about)


def allocated(at: World) -> None:
    """P1 is the mentor up to the end of June, P2 from then on."""
    first, second = Person.objects.get(staff_number="P1"), Person.objects.get(staff_number="P2")
    make_assessing.allocate(at.sam.person, first, "mentor", ended_on=dt.date(2025, 6, 30))
    make_assessing.allocate(at.sam.person, second, "mentor", dt.date(2025, 7, 1))


def posted(at: World) -> None:
    who = Person.objects.get(staff_number="P1")
    staff.spell(who, dt.date(2019, 1, 7), ended_on=dt.date(2019, 12, 31))
    staff.spell(who, dt.date(2020, 1, 6))


def closed(at: World) -> None:
    with acting_as(by=BY):
        row = make.pathway("PQIP21")
        row.closes_on = dt.date(2025, 12, 31)
        row.save()


TO_COME = (today() + 30 * DAY).isoformat()

CASES: dict[str, Case] = {
    # Learner events: who approves
    "a withdrawal that nobody approved": Case(
        "learner-events", ended(), "is approved by somebody else. Name who approved it"
    ),
    "a withdrawal approved by who brings the file": Case("learner-events", ended(approved_by="M1")),
    "a withdrawal approved by the learner": Case("learner-events", ended(approved_by="L1")),
    "a withdrawal approved by somebody who may not": Case(
        "learner-events", ended(approved_by="P1")
    ),
    "a withdrawal while a proposal waits": Case(
        "learner-events", ended(approved_by="P1"), before=proposed
    ),
    "an extension approved by the learner": Case(
        "learner-events", event("extended", extended_to="2030-01-01", note="Ill", approved_by="L1")
    ),
    "an extension without a reason": Case(
        "learner-events", event("extended", extended_to="2030-01-01")
    ),
    # Learner events: what follows what
    "a withdrawal of somebody who completed": Case(
        "learner-events",
        event("withdrawn"),
        "Nothing may follow that, unless it is undone first",
        happened("completed"),
    ),
    "back from a break that was never begun": Case(
        "learner-events", event("resumed"), "they cannot come back from a break"
    ),
    "an extension after the end": Case(
        "learner-events",
        event("extended", extended_to="2030-01-01", note="Ill"),
        "The enrolment has ended by that date",
        happened("withdrawn"),
    ),
    "qualified before completing": Case(
        "learner-events", event("qualified"), "They have not completed by that date"
    ),
    "the first terms named to be voided": Case(
        "learner-events", event("enrolled", void="yes"), '"enrolled" is not known'
    ),
    "a second referral while one waits": Case(
        "learner-events",
        event("referred_to_board", "2025-06-02"),
        before=happened("referred_to_board"),
    ),
    "a referral before one that is recorded": Case(
        "learner-events",
        event("referred_to_board", "2025-04-02"),
        "does not fit what is recorded: referred_to_board on 1 May 2025. A referral to the board waits already",
        happened("referred_to_board"),
    ),
    "a referral on the day of a decision": Case(
        "learner-events", event("referred_to_board", ON), before=decided
    ),
    "a decision of the board without a referral": Case(
        "learner-events", event("board_decision", board_outcome="Extend the programme")
    ),
    "a decision of the board that is not listed": Case(
        "learner-events",
        event("board_decision", board_outcome="A holiday"),
        before=happened("referred_to_board"),
    ),
    "moved to a unit of another region": Case(
        "learner-events", event("moved_region", to_region="YH", to_pdu="N54DUR"), "is not in YH"
    ),
    "moved to their own pathway": Case(
        "learner-events", event("moved_pathway", to_pathway="PQIP15")
    ),
    "moved to where they are": Case("learner-events", event("moved_region", to_region="NE")),
    "changed to the hours they work": Case("learner-events", event("changed_fte", to_fte="1.0")),
    "hours that nobody works": Case(
        "learner-events", event("changed_fte", to_fte="0.5"), "Use 1.0, or from 0.6 to 0.8"
    ),
    "an extension to before the planned end": Case(
        "learner-events", event("extended", extended_to="2026-04-14", note="Ill")
    ),
    "a return before the break": Case("learner-events", event("deferred", expected_return=ON)),
    "an interview held and never offered": Case(
        "learner-events", event("withdrawn", exit_interview_held_on=ON)
    ),
    "an interview held before it was offered": Case(
        "learner-events",
        event("withdrawn", exit_interview_held_on=ON, exit_interview_offered_on="2025-06-03"),
    ),
    # Learner events: reasons
    "a reason that does not fit who ended it": Case(
        "learner-events", ended(reason="health_and_wellbeing", approved_by="P1")
    ),
    "other reasons that do not fit who ended it": Case(
        "learner-events", ended(other_reasons="health_and_wellbeing", approved_by="P1")
    ),
    "an answer in place of a reason beside another": Case(
        "learner-events",
        event(
            "withdrawn",
            reason="health_and_wellbeing",
            other_reasons="not_asked",
            ended_by="learner",
        ),
    ),
    "other reasons without the main one": Case(
        "learner-events", event("withdrawn", other_reasons="academic")
    ),
    "another reason that is not said": Case(
        "learner-events", event("withdrawn", reason="other_programme", ended_by="learner")
    ),
    # Learners
    "a second place while one is open": Case("learners", learner()),
    "a second place from before the first ended": Case(
        "learners", learner(start_date="2025-05-31"), before=happened("withdrawn", "2025-06-01")
    ),
    "a pathway that takes no starters": Case(
        "learners",
        learner(staff_number="L2", pathway="PQIP21"),
        "takes starters to 31 December 2025 only",
        closed,
    ),
    "a module held that is no knowledge module": Case(
        "learners", learner(staff_number="L2", modules_held="MATHS"), "is not known"
    ),
    # Strands
    "a mark without an outcome": Case("module-results", result(mark="50")),
    "a mark above 100": Case("module-results", result(mark="101", outcome="pass"), "to 100"),
    "work handed in on a day to come": Case(
        "module-results", result(submitted_date=TO_COME, outcome="pass", mark="50")
    ),
    "an extension before the due date": Case("module-results", result(extended_to="2025-04-01")),
    "a second attempt without a fail": Case(
        "module-results", [*result(outcome="pass", mark="50"), *result(attempt="2")]
    ),
    "an attempt without a date": Case("module-results", result(due_date="")),
    "an attempt before the first": Case("module-results", result(attempt="0"), "from 1"),
    "a pass before the next attempt": Case(
        "module-results", result(outcome="pass"), before=attempted
    ),
    "a course attended on a day to come": Case(
        "training",
        [{"staff_number": "L1", "course": "FL1", "booked_for": TO_COME, "status": "attended"}],
    ),
    "an award that their university does not give": Case(
        "university-awards", award(award="MSC"), before=given_elsewhere
    ),
    "an award on a day to come": Case("university-awards", award(awarded_on=TO_COME)),
    "an award before the start": Case("university-awards", award(awarded_on="2025-01-14")),
    "a review held on a day to come": Case(
        "reviews", [{"staff_number": "L1", "due_on": "2025-05-01", "held_on": TO_COME}]
    ),
    "a day that the learner recorded as lost": Case(
        "protected-days", study_day(taken="yes"), before=lost
    ),
    "a reason for a lost day that is not listed": Case(
        "protected-days", study_day(taken="no", reason_lost="tired"), "is not a reason"
    ),
    "a reason for a day that was taken": Case(
        "protected-days", study_day(taken="yes", reason_lost="case_work")
    ),
    "what came of a day to come": Case("protected-days", study_day(on=TO_COME, taken="yes")),
    # People who look after them
    "somebody allocated to themself": Case("allocations", allocation(other_staff_number="L1")),
    "an allocation that ends before it begins": Case(
        "allocations", allocation(to_date="2025-01-14"), "The last day comes after the first"
    ),
    "an allocation that overlaps": Case(
        "allocations",
        [*allocation(), *allocation(from_date="2025-03-01", other_staff_number="P2")],
        "End that first",
    ),
    "an allocation made longer than its room": Case(
        "allocations", allocation(), "has this role from 1 July 2025", allocated
    ),
    "somebody who may not look after them": Case(
        "allocations",
        allocation(from_date=today().isoformat(), other_staff_number="L2"),
        "is a learner on the programme and cannot be a mentor",
        lambda _at: make.enrolment(who=make.person("L2")),
    ),
    # Staff
    "a staff number that cannot be one": Case(
        "staff", post(staff_number="P 1"), "is not a staff number"
    ),
    "reduced hours without how many": Case("absences", absence(fte_lost="")),
    "more lost than full time": Case("absences", absence(fte_lost="1.5"), "to 1"),
    "an absence that ends before it begins": Case("absences", absence(end_date="2025-03-02")),
    "hours below a tenth": Case("staff", post(fte="0.05"), "from 0.1"),
    "a post that overlaps another": Case(
        "staff", post(start_date="2019-01-07", end_date="2020-03-01"), before=posted
    ),
    "a unit of another region": Case("staff", post(region="YH", pdu="N54DUR"), "is not in YH"),
}
