"""No row that the database accepts makes a report fail, for anybody: it is counted, or left out and said to be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from assessments.models import Decision
from learners.facts.status import left_out
from learners.imports.common import EventRow, copy_events
from learners.models import (
    Allocation,
    Contact,
    Enrolment,
    EntryRecord,
    Event,
    ModuleResult,
    Segment,
)
from pqip.core.acting import PER_ROW, acting_as, actor_name
from pqip.core.clock import now
from pqip.core.snapshot import safe_known_at
from reports.catalogue import REPORTS
from tests.factories import assessments, learners
from tests.factories.reports import answered
from tests.factories.workforce import BY, grade, region
from tests.harness.database import say
from tests.learners.files import bring_in, done, learner
from workforce.models import Absence, EqualityAnswers, Person, Spell, StaffingReturn, Target

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
DAY = dt.date(2025, 9, 30)
LONG_AGO = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


def every_report(between: dt.datetime, turn: int) -> None:
    """Each report at today's knowledge, at a moment before, and at the beginning; on an ordinary day and on the outermost.

    Each day and each instant is asked once; which day meets which instant is another with each `turn`.
    """
    days, instants = (LAST, DAY, FIRST), (None, between, LONG_AGO)
    for nth, as_at in enumerate(days):
        known_at = instants[(nth + turn) % len(instants)]
        for name in REPORTS:
            assert answered(name, as_at, known_at).main.rows is not None, name


def place(**fields: Any) -> Enrolment:
    return Enrolment.objects.create(
        person=fields.pop("person", None) or learners.person(),
        entry_cohort=learners.cohort(),
        entry_route="external",
        level5_held=True,
        **fields,
    )


def an_enrolment_without_events() -> None:
    place()


def an_enrolment_with_odd_modules() -> None:
    place(modules_held=["NOSUCH", ""])


def an_enrolment_whose_only_event_is_void() -> None:
    made = learners.enrolment()
    Event.objects.filter(enrolment=made).update(voided_at=now(), void_reason="test")


def a_kept_timeline_that_is_gone() -> None:
    Segment.objects.filter(enrolment=learners.enrolment()).delete()


def deferred_before_started() -> None:
    copy_events([EventRow(None, learners.enrolment(started=False).pk, "deferred", DAY)])


def started_before_enrolled() -> None:
    made = learners.enrolment(started=False)
    copy_events([EventRow(None, made.pk, "started", dt.date(2020, 1, 1))])
    learners.refresh([made.pk])


def everything_on_one_day() -> None:
    made = learners.enrolment()
    copy_events(
        EventRow(None, made.pk, kind, made.start_date)
        for kind in ("deferred", "resumed", "completed", "qualified")
    )
    learners.refresh([made.pk])


def an_enrolment_of(start: dt.date) -> Callable[[], None]:
    def plant() -> None:
        made = learners.enrolment(start=start, on="PQIP21")
        learners.event(made, "extended", start, extended_to=LAST)

    plant.__name__ = f"an_enrolment_of_{start.year}"
    return plant


def a_break_that_lasts_for_ever() -> None:
    learners.event(
        learners.enrolment(start=dt.date(1900, 1, 2)),
        "deferred",
        dt.date(1900, 1, 3),
        expected_return=LAST,
    )


def withdrawn_with_words_nobody_knows() -> None:
    learners.event(
        learners.enrolment(),
        "withdrawn",
        DAY,
        reason="nosuch",
        destination="nosuch",
        ended_by="nosuch",
        other_reasons=["", "nosuch"],
    )


def moved_to_another_regions_unit() -> None:
    learners.event(
        learners.enrolment(),
        "moved_region",
        DAY,
        to_region=region("WAL"),
        to_pdu=learners.pdu("NE-09"),
    )


def a_decision_without_criteria() -> None:
    assert decided(met=()).criteria_met == []


def people_who_look_after_themselves_from_before_they_were_born() -> None:
    made = learners.enrolment()
    Allocation.objects.create(
        person=made.person, role="pta", other=learners.person(), effective_on=FIRST, ended_on=LAST
    )


def odd_people() -> None:
    person = Person.objects.create(
        staff_number="0", first_name="", last_name="", date_of_birth=LAST
    )
    EqualityAnswers.objects.create(
        person=person, sex="nosuch", ethnicity="\x01", disability="%(known)s"
    )
    Spell.objects.create(
        person=person,
        effective_on=FIRST,
        ended_on=LAST,
        region=region("NAT"),
        grade=grade("PO"),
        fte="0.1",
        post_start_date=LAST,
    )
    Absence.objects.create(person=person, effective_on=FIRST, kind="reduced_hours", fte_lost="9.99")
    learners.enrolment(who=person)


def odd_figures() -> None:
    for number, on in ((0, FIRST), (99999, LAST)):
        Target.objects.create(
            region=region("NE"), grade=grade("PO"), effective_on=on, target_fte=number
        )
        StaffingReturn.objects.create(
            region=region("NE"), grade=grade("PO"), effective_on=on, fte=number, source=""
        )


def results_out_of_order() -> None:
    made = learners.enrolment()
    for attempt, outcome in ((1, "pass"), (2, "fail"), (3, "pending")):
        ModuleResult.objects.create(
            enrolment=made,
            module=learners.module(),
            attempt=attempt,
            effective_on=DAY,
            outcome=outcome,
            due_date=LAST,
            submitted_date=FIRST,
        )


def a_contact_of_nobody_in_particular() -> None:
    Contact.objects.create(enrolment=place(), means="nosuch", about="", effective_on=FIRST)


def an_event_known_before_its_enrolment() -> None:
    """As somebody with the owner's rights could leave it: the guard stands in the way of everybody else."""
    say(actor_name(BY), stated_at=PER_ROW)
    made = place()
    Event.objects.create(
        enrolment=made,
        kind="enrolled",
        effective_on=DAY,
        to_region=region(),
        to_pathway=learners.pathway(),
        to_fte=1,
        to_cohort=learners.cohort(),
        recorded_at=now() - dt.timedelta(days=1),
    )
    Event.objects.create(
        enrolment=made,
        kind="registered",
        effective_on=DAY,
        recorded_at=now() - dt.timedelta(days=9),
    )


def decided(**content: Any) -> Decision:
    """A decision on a piece of a learner's evidence."""
    registration = assessments.registration(learners.enrolment().person)
    return assessments.decision(
        assessments.evidence(registration), assessments.assessor(), **content
    )


ODD = [
    an_enrolment_without_events,
    an_enrolment_with_odd_modules,
    an_enrolment_whose_only_event_is_void,
    a_kept_timeline_that_is_gone,
    deferred_before_started,
    started_before_enrolled,
    everything_on_one_day,
    an_enrolment_of(FIRST),
    an_enrolment_of(LAST),
    a_break_that_lasts_for_ever,
    withdrawn_with_words_nobody_knows,
    moved_to_another_regions_unit,
    a_decision_without_criteria,
    people_who_look_after_themselves_from_before_they_were_born,
    odd_people,
    odd_figures,
    results_out_of_order,
    a_contact_of_nobody_in_particular,
    an_event_known_before_its_enrolment,
]
#: What the database refuses beneath every form, file and COPY.
REFUSED = {"an_enrolment_whose_only_event_is_void", "deferred_before_started"}


@pytest.mark.parametrize("plant", ODD, ids=lambda plant: plant.__name__)
def test_every_report_survives(plant: Callable[[], None]) -> None:
    learners.enrolment()
    between = safe_known_at()
    try:
        with transaction.atomic(), acting_as(by=BY):
            plant()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except DatabaseError:
        assert plant.__name__ in REFUSED
    else:
        assert plant.__name__ not in REFUSED
    every_report(between, ODD.index(plant))


@pytest.mark.parametrize("year", ["0001", "1899", "2200", "9999"])
@pytest.mark.parametrize("column", ["effective_on", "expected_return", "extended_to"])
def test_a_date_that_cannot_be_meant_is_refused_beneath_everything(year: str, column: str) -> None:
    made = learners.enrolment()
    with pytest.raises(DatabaseError, match="core_dates_"), acting_as(by=BY):
        Event.objects.create(
            enrolment=made,
            kind="registered",
            **{"effective_on": DAY, column: dt.date(int(year), 6, 1)},
        )


def test_what_states_too_little_is_left_out_and_said() -> None:
    assert left_out(None) == []
    before = safe_known_at()
    with acting_as(by=BY):
        made = place()
    assert left_out(None) == left_out(safe_known_at()) == [made.pk]
    assert left_out(before) == []
    assert answered("monthly-status", DAY).notes == [
        "1 place on the programme (anywhere) not counted: nothing states their first terms."
    ]
    assert answered("monthly-status", DAY, before).notes == []


def test_an_event_is_not_recorded_before_its_enrolment(tmp_path: Path) -> None:
    done(bring_in(tmp_path, "learners", learner()))
    first = EntryRecord.objects.get().recorded_at
    path = tmp_path / "events.csv"
    path.write_text("staff_number,event,effective_date\nL1,deferred,2025-06-02\n")
    with pytest.raises(CommandError, match="1 error"):
        call_command(
            "import_data",
            "learner-events",
            str(path),
            "--recorded-at",
            (first - dt.timedelta(days=9)).isoformat(),
        )
    enrolment = Enrolment.objects.get()
    for stated, said in (
        ((first - dt.timedelta(days=9)), None),
        (PER_ROW, first - dt.timedelta(days=9)),
    ):
        with (
            pytest.raises(DatabaseError, match="before what it belongs to"),
            acting_as(by=BY, recorded_at=stated),
        ):
            Event.objects.create(
                enrolment=enrolment, kind="deferred", effective_on=DAY, recorded_at=said
            )
    with acting_as(by=BY, recorded_at=first):
        Event.objects.create(enrolment=enrolment, kind="deferred", effective_on=DAY)


def test_nothing_of_a_piece_of_evidence_is_recorded_before_it() -> None:
    decision = decided()
    with (
        pytest.raises(DatabaseError, match="before what it belongs to"),
        acting_as(by=BY, recorded_at=LONG_AGO),
    ):
        type(decision).objects.create(
            evidence=decision.evidence,
            assessor=decision.assessor,
            effective_on=decision.effective_on,
            number=2,
        )
