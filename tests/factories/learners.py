"""Learners for tests: missing reference data, people, enrolments and their events. Nothing is random."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

from learners.derived.enrolments import refresh
from learners.models import (
    AcademicModule,
    Cohort,
    Course,
    CourseRequirement,
    Enrolment,
    Event,
    LostReason,
    Pathway,
    PathwayTiming,
    Reason,
    ReasonSet,
)
from pqip.core.acting import Job, acting_as
from workforce.models import Pdu, Person, Region

BY = Job("test")
NUMBERS = count(1)

#: Code → name, full-time months and assessment start, part-time months (S3 §2.4).
PATHWAYS = {
    "PQIP13": ("13 months", 13, 4, None),
    "PQIP15": ("15 months", 15, 6, 21),
    "PQIP21": ("21 months", 21, 12, 30),
    "PQIP27": ("27 months", 27, 18, None),
}


def region(code: str = "NE") -> Region:
    with acting_as(by=BY):
        return Region.objects.get_or_create(
            code=code, defaults={"name": {"NE": "North East", "WAL": "Wales"}.get(code, code)}
        )[0]


def pdu(code: str = "NE-01", of: str = "NE") -> Pdu:
    with acting_as(by=BY):
        return Pdu.objects.get_or_create(
            code=code, defaults={"name": f"Unit {code}", "region": region(of)}
        )[0]


def pathway(code: str = "PQIP15") -> Pathway:
    """Return the pathway with its timings, for both modes."""
    name, months, opens, part_time = PATHWAYS[code]
    with acting_as(by=BY):
        found, made = Pathway.objects.get_or_create(
            code=code, defaults={"name": name, "order": months}
        )
        if made:
            since = dt.date(2010, 1, 1)
            for mode, length, opening in (
                ("full_time", months, opens),
                ("part_time", part_time, None),
            ):
                PathwayTiming.objects.create(
                    pathway=found,
                    mode=mode,
                    months=length,
                    assessment_start_months=opening,
                    source="test",
                    effective_on=since,
                )
    return found


def cohort(code: str = "Intake 14") -> Cohort:
    with acting_as(by=BY):
        return Cohort.objects.get_or_create(code=code)[0]


def module(code: str = "CJS", *, required: bool = True) -> AcademicModule:
    with acting_as(by=BY):
        return AcademicModule.objects.get_or_create(
            code=code, defaults={"title": f"Module {code}", "level": 5, "is_required": required}
        )[0]


def course(
    code: str = "FL1", *, due_months: int | None = None, required: bool = True, **fields: Any
) -> Course:
    """Return a course, by default required of every learner and PSO; one that ships is returned unchanged."""
    with acting_as(by=BY):
        found, made = Course.objects.get_or_create(
            code=code, defaults={"title": f"Course {code}", "category": "FL", **fields}
        )
        for audience in ("learner", "pso") if made and required else ():
            CourseRequirement.objects.create(
                course=found,
                audience=audience,
                due_months=due_months,
                effective_on=dt.date(2014, 1, 1),
            )
    return found


def reason(code: str = "health_and_wellbeing", *, kind: str = "driver") -> Reason:
    with acting_as(by=BY):
        held, _ = ReasonSet.objects.get_or_create(
            kind=kind, from_date=dt.date(2020, 1, 1), defaults={"title": kind, "source": "test"}
        )
        return Reason.objects.get_or_create(
            reason_set=held, code=code, defaults={"label": code.replace("_", " ").capitalize()}
        )[0]


def lost_reason(code: str = "case_work") -> LostReason:
    with acting_as(by=BY):
        return LostReason.objects.get_or_create(code=code, defaults={"title": code})[0]


def person(
    staff_number: str = "",
    first_name: str = "Sam",
    last_name: str = "Jones",
    of: str = "NE",
    **fields: Any,
) -> Person:
    """Return a person of the Service, in a region."""
    number = staff_number or f"T{next(NUMBERS):05}"
    with acting_as(by=BY):
        return Person.objects.create(
            staff_number=number,
            first_name=first_name,
            last_name=last_name,
            region=region(of),
            **fields,
        )


def enrolment(
    *,
    who: Person | None = None,
    start: dt.date = dt.date(2025, 1, 15),
    on: str = "PQIP15",
    in_region: str = "NE",
    in_pdu: Pdu | None = None,
    fte: str = "1.0",
    in_cohort: str = "Intake 14",
    started: bool = True,
    **fields: Any,
) -> Enrolment:
    """Return an enrolment from `start`; due to start where `started` is False."""
    facts = {
        "entry_route": "external",
        "level5_held": True,
        "modules_held": ["CJS", "UCCB", "PPP"],
        **fields,
    }
    with acting_as(by=BY):
        made = Enrolment.objects.create(
            person=who or person(of=in_region), entry_cohort=cohort(in_cohort), **facts
        )
        Event.objects.create(
            enrolment=made,
            kind="enrolled",
            effective_on=start,
            to_pathway=pathway(on),
            to_region=region(in_region),
            to_pdu=in_pdu,
            to_fte=Decimal(fte),
            to_cohort=cohort(in_cohort),
        )
        if started:
            Event.objects.create(enrolment=made, kind="started", effective_on=start)
        refresh([made.pk])
    made.refresh_from_db()
    return made


def event(of: Enrolment, kind: str, on: dt.date, **content: Any) -> Event:
    """Record an event of an enrolment directly, with everything that follows from it; return the event."""
    with acting_as(by=BY):
        made = Event.objects.create(enrolment=of, kind=kind, effective_on=on, **content)
        refresh([of.pk])
    of.refresh_from_db()
    return made
