"""Every correction, by every action and every dataset: what it voids and what it records carry one instant.

So at every moment between there is exactly one of them. Whatever follows a correction (another ledger, the copies of names)
is looked at too: nothing in any ledger may carry a second instant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from learners.actions import events_amend, qualified_officers
from learners.actions.allocations import allocate
from learners.actions.entry import record_entry_facts
from learners.actions.events_did_not_start import did_not_start
from learners.models import Enrolment, Event
from pqip.core.clock import now
from tests.core.rows import LEDGERS
from tests.factories import learners as make
from tests.factories import workforce as staffed
from tests.factories.workforce import BY
from tests.learners.files import bring_in, day, done, learner
from workforce.actions import absences, people, posts, register

pytestmark = pytest.mark.django_db
ON, NEXT = day("2025-06-02"), day("2025-07-01")


def instants(since: dt.datetime) -> tuple[set[dt.datetime], int]:
    """When anything was recorded or voided in any ledger after an instant, and how many rows were voided."""
    found, voided = set(), 0
    for model in LEDGERS:
        for recorded_at, voided_at in model._base_manager.values_list("recorded_at", "voided_at"):
            found |= {at for at in (recorded_at, voided_at) if at and at > since}
            voided += bool(voided_at and voided_at > since)
    return found, voided


def posted() -> Any:
    who = staffed.person()
    return staffed.spell(who)


def withdrawn_before_the_start() -> Enrolment:
    made = make.enrolment(start=day("2026-12-14"))
    did_not_start(by=BY, enrolment=made, on=day("2026-11-20"))
    return made


def entry(of: Enrolment, **facts: Any) -> None:
    record_entry_facts(
        by=BY,
        enrolment=of,
        applied_on=day("2024-05-01"),
        **{"entry_route": "external", "level5_held": True, "modules_held": ["CJS"], **facts},
    )


def entered() -> Enrolment:
    made = make.enrolment()
    entry(made)
    return made


def qualified() -> Enrolment:
    made = make.enrolment()
    make.event(made, "completed", ON)
    qualified_officers.record_protection(by=BY, enrolment=made, on=ON)
    return made


def offered() -> Any:
    made = make.enrolment()
    return qualified_officers.offer_post(by=BY, enrolment=made, on=ON, region=made.region)


def looked_after() -> tuple[Enrolment, Any]:
    made = make.enrolment()
    allocate(by=BY, person=made.person, role="mentor", other=make.person(), from_date=ON)
    return made, make.person()


#: What is there, and the correction of it.
ACTIONS: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "change a post": (
        posted,
        lambda made: posts.change_post(by=BY, person=made.person, on=ON, fte="0.8"),
    ),
    "correct a post": (
        posted,
        lambda made: posts.correct_spell(by=BY, spell=made, reason="Wrong", fte="0.8"),
    ),
    "end a post": (posted, lambda made: posts.end_post(by=BY, person=made.person, last_day=ON)),
    "end an absence": (
        lambda: staffed.absence(staffed.person(), ON),
        lambda made: absences.end_absence(by=BY, absence=made, last_day=NEXT),
    ),
    "correct an absence": (
        lambda: staffed.absence(staffed.person(), ON),
        lambda made: absences.correct_absence(
            by=BY, absence=made, reason="Wrong", effective_on=NEXT
        ),
    ),
    "correct an entry in the register": (
        lambda: register.enter(
            by=BY, person=staffed.person(), award_type="PQF", qualified_on=ON, entered_on=ON
        ),
        lambda made: register.correct_entry(
            by=BY, entry=made, reason="Wrong", qualified_on=ON, entered_on=NEXT
        ),
    ),
    "correct an event": (
        lambda: make.event(make.enrolment(), "deferred", ON),
        lambda made: events_amend.correct_event(
            by=BY, event=made, reason="Wrong", effective_on=NEXT
        ),
    ),
    "leave before the first day": (
        lambda: make.enrolment(start=day("2026-12-14")),
        lambda made: did_not_start(by=BY, enrolment=made, on=day("2026-11-20")),
    ),
    "undo leaving before the first day": (
        withdrawn_before_the_start,
        lambda made: events_amend.void_event(
            by=BY,
            event=Event.objects.live().get(enrolment=made, kind="did_not_start"),
            reason="Wrong",
        ),
    ),
    "enter entry facts again": (
        entered,
        lambda made: entry(made, level5_held=False, entry_route="internal_moj"),
    ),
    "record protection again": (
        qualified,
        lambda made: qualified_officers.record_protection(by=BY, enrolment=made, on=NEXT),
    ),
    "answer an offer": (
        offered,
        lambda made: qualified_officers.answer_post(by=BY, post=made, answer="accepted", on=NEXT),
    ),
    "hand a role over": (
        looked_after,
        lambda made: allocate(
            by=BY, person=made[0].person, role="mentor", other=made[1], from_date=NEXT
        ),
    ),
    "rename somebody": (
        staffed.person,
        lambda made: people.correct_person(
            by=BY, person=made, reason="Married", last_name="Adeyemi"
        ),
    ),
    "renumber somebody": (
        staffed.person,
        lambda made: people.change_staff_number(
            by=BY, person=made, staff_number="P1", reason="Payroll"
        ),
    ),
}

STAFF = {
    "staff_number": "S1",
    "email": "s1@example.com",
    "first_name": "Al",
    "last_name": "Bo",
    "grade": "PTA",
    "region": "NE",
    "fte": "1.0",
    "start_date": "2020-01-06",
}
EVENT = {"staff_number": "L1", "event": "deferred", "effective_date": "2025-06-02"}
RESULT = {"staff_number": "L1", "module": "CJS", "attempt": "1", "due_date": "2025-06-02"}
COURSE = {"staff_number": "L1", "course": "FL1", "booked_for": "2025-06-02", "status": "booked"}
STUDY_DAY = {"staff_number": "L1", "on": "2025-06-02", "kind": "university", "taken": "yes"}
PLACE = {"region": "NE", "grade": "PO"}
ENTRY = {"award_type": "PQF", "qualified_on": "2012-07-01", "entered_on": "2023-04-03"}
#: By dataset: a row as first brought in, and what it says when it is corrected.
FILES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "staff": [
        (STAFF, {"fte": "0.8"}),
        (STAFF, {"last_name": "Adeyemi"}),
        (STAFF, {"fte": "0.8", "effective_from": "2025-06-02"}),
    ],
    "learners": [
        (learner(), {"level5_held": "no"}),
        (learner(), {"last_name": "Adeyemi", "fte": "0.8"}),
        (learner(sex="female"), {"sex": "male", "start_date": "2025-02-03"}),
        (learner(pta="S1"), {"pta": "S2"}),
        (learner(), {"region": "GM"}),
    ],
    "learner-events": [(EVENT, {"expected_return": "2025-09-01"})],
    "register-entries": [({**ENTRY, "staff_number": "L1"}, {"qualified_on": "2012-07-02"})],
    "absences": [
        (
            {"staff_number": "L1", "kind": "career_break", "start_date": "2025-06-02"},
            {"end_date": "2025-07-01"},
        )
    ],
    "module-results": [(RESULT, {"outcome": "pass", "mark": "60", "submitted_date": "2025-06-01"})],
    "university-awards": [
        (
            {"staff_number": "L1", "award": "BA", "awarded_on": "2026-06-02"},
            {"classification": "First class"},
        )
    ],
    "training": [(COURSE, {"status": "attended"})],
    "reviews": [({"staff_number": "L1", "due_on": "2025-06-02"}, {"held_on": "2025-06-03"})],
    "protected-days": [(STUDY_DAY, {"taken": "no", "reason_lost": "case_work"})],
    "intakes": [
        (
            {
                "cohort": "Intake 14",
                "region": "NE",
                "pathway": "PQIP15",
                "starts_on": "2025-01-15",
                "places": "12",
            },
            {"places": "10"},
        )
    ],
    "applications": [
        (
            {
                "application_number": "A1",
                "campaign": "Cohort 17",
                "region": "NE",
                "route": "external",
                "applied_on": "2025-01-15",
                "sifted_on": "2025-02-01",
                "sift_passed": "yes",
            },
            {"sifted_on": "2025-02-02"},
        )
    ],
    "targets": [
        ({**PLACE, "effective_from": "2025-01-01", "target_fte": "10"}, {"target_fte": "11"})
    ],
    "staffing": [({**PLACE, "as_at": "2025-03-31", "fte": "10", "source": "test"}, {"fte": "11"})],
    "records-complete": [
        ({**PLACE, "complete_from": "2025-01-01"}, {"complete_from": "2025-02-01"})
    ],
}


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_corrects_at_one_instant(name: str) -> None:
    prepare, correct = ACTIONS[name]
    made = prepare()
    since = now()
    correct(made)
    found, voided = instants(since)
    assert len(found) == 1, found
    assert voided, "nothing was voided, so that this proves nothing"


@pytest.mark.parametrize(
    ("dataset", "row", "change"), [(name, *pair) for name, pairs in FILES.items() for pair in pairs]
)
def test_a_file_corrects_at_one_instant(
    dataset: str, row: dict[str, Any], change: dict[str, Any], tmp_path: Path
) -> None:
    make.module()
    make.course()
    make.lost_reason()
    if dataset != "staff":
        done(
            bring_in(
                tmp_path, "staff", STAFF, {**STAFF, "staff_number": "S2", "email": "s2@example.com"}
            )
        )
    if dataset != "learners":
        done(bring_in(tmp_path, "learners", learner()))
    done(bring_in(tmp_path, dataset, row))
    since = now()
    assert done(bring_in(tmp_path, dataset, {**row, **change})) == "1 changed"
    found, voided = instants(since)
    assert len(found) == 1, found
    assert voided
