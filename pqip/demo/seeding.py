"""Writes a coherent, made-up nation with ten years of history, in bulk. The same seed gives the same data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import connection

from assessments.derived import progress as assessment
from assessments.models import Registration
from learners.derived import enrolments as journeys_derived
from learners.models import ApplicantEqualityRecord, ApplicationRecord, Enrolment, EntryRecord
from pqip.core.acting import PER_ROW, Job, acting_as
from pqip.core.background.calendar import FirstWorkingDay
from pqip.core.background.queue import enqueue
from pqip.core.bulk import between_parts
from pqip.core.chunks import chunks
from pqip.core.clock import london
from pqip.core.errors import RuleBroken
from pqip.core.known import record_loaded
from pqip.demo.applications import applications
from pqip.demo.assessing import Assessing
from pqip.demo.assuring import assuring
from pqip.demo.chance import Chance
from pqip.demo.conversations import conversations
from pqip.demo.developing_assessors import developing_assessors
from pqip.demo.development import development
from pqip.demo.endings import endings
from pqip.demo.entry import entry
from pqip.demo.intakes import planned_intakes
from pqip.demo.journeys import Journeys
from pqip.demo.learning import learning
from pqip.demo.mistakes import mistakes
from pqip.demo.people import People, staff
from pqip.demo.personas import personas
from pqip.demo.planning import planning
from pqip.demo.practising import practising
from pqip.demo.qualified import qualified
from pqip.demo.registered import registered
from pqip.demo.reviewing import reviewing
from pqip.demo.staffing import declared, staffing
from pqip.demo.starting import starting
from pqip.demo.voice import voice
from pqip.demo.vq3_assessors import vq3_assessors
from pqip.demo.world import Intake, World, build
from workforce.actions.opening import open_region
from workforce.derived.people import refresh_people
from workforce.models import EqualityRecord, Person, PersonRecord, Region

CHUNK = 20_000
#: The number of months whose reports are ready, and when they would have been made.
MONTHS = 2
MONTHLY = FirstWorkingDay(dt.time(6))
Say = Callable[[str], None]


def seed(*, scale: float, number: int, as_at: dt.date, say: Say) -> None:
    """Fill an empty database. Raises RuleBroken where it holds people already."""
    if Person.objects.exists():
        raise RuleBroken(
            "This database holds people already. Made-up data goes into an empty one only."
        )
    with acting_as(by=Job("demonstration"), reason="Made-up data", recorded_at=PER_ROW):
        world = build(Chance(number), as_at, scale)
        _fill(world, say)
        _derive(say)
        say("Reviews, contacts, modules, awards and other records")
        _add_other_records(world)
        say("Accounts")
        personas(world)
        _known_since()
        _open(world)
        _months(as_at)
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE"
        )  # the tables that the role owns; the others by `manage.py analyze`


def _months(as_at: dt.date) -> None:
    """Request the reports of the last complete months, as the scheduler would have done."""
    days = (as_at - dt.timedelta(days=back) for back in range(31 * MONTHS))
    for day in sorted(day for day in days if MONTHLY.falls_on(day)):
        period = MONTHLY.period_name(day)
        enqueue(
            "reports.month",
            key=f"demonstration:{period}",
            by=Job("demonstration"),
            queue="reports",
            payload={"period": period, "due_on": day.isoformat()},
        )


def _known_since() -> None:
    """Record names, answers and entry details at the instant of the first fact of each."""
    first = "SELECT min(r.recorded_at) FROM {} r WHERE r.{} = t.{}"
    record_loaded(PersonRecord, first.format("workforce_spell", "person_id", "id"))
    record_loaded(EqualityRecord, first.format("workforce_personrecord", "person_id", "person_id"))
    record_loaded(EntryRecord, first.format("learners_event", "enrolment_id", "id"))
    record_loaded(ApplicationRecord, "(t.applied_on + time '12:00') AT TIME ZONE 'Europe/London'")
    of_application = first.format("learners_applicationrecord", "application_id", "application_id")
    record_loaded(ApplicantEqualityRecord, of_application)


def _open(world: World) -> None:
    """Open every region: the made-up record has been kept here from its first day."""
    for region in Region.objects.filter(pk__in=world.regions.values()).order_by("order"):
        open_region(
            by=Job("demonstration"),
            region=region,
            at=london(dt.datetime.combine(world.begins, dt.time())),
        )


def _fill(world: World, say: Say) -> None:
    people = People(world)
    journeys, assessing = Journeys(world, people), Assessing(world, people)
    managers = _managers(world, people)
    assessing.assessors.staff(managers)
    people.write()
    assessing.write()

    intakes = [*world.cohorts, *([world.late] if world.late else [])]

    def learners(intake: Intake) -> None:
        started = journeys.intake(intake)
        for journey in started:
            assessing.of(journey)
        people.write()
        journeys.write()
        assessing.write()
        between_parts()
        say(
            f"{intakes.index(intake) + 1} of {len(intakes)} intakes: {intake.code}, {len(started):,} learners"
        )

    for intake in world.cohorts:
        learners(intake)
    say("Officers, other staff and their courses")
    staff(world, people, journeys.employed.officers)
    people.write()
    mistakes(world.separate("mistakes"), people)
    people.write()
    staffing(world)
    vq3_assessors(world.separate("vq3_assessors"), people)
    development(world)
    if world.late:
        learners(world.late)


def _add_other_records(world: World) -> None:
    """Add what is recorded beside the journeys.

    Each part has its own random source, so that adding one leaves the others as they are.
    """
    for add in (
        entry,
        starting,
        learning,
        endings,
        qualified,
        voice,
        practising,
        reviewing,
        developing_assessors,
        assuring,
        registered,
        declared,
        planning,
        planned_intakes,
        applications,
        conversations,
    ):
        add(world.separate(add.__name__))


def _managers(world: World, people: People) -> dict[str, list[int]]:
    """Return the line managers of each region, who come before the rest of the staff."""
    return {
        region: people.fill(
            "SPO", region, max(round(len(world.pdus[region]) * 2 * min(world.scale, 3)), 2)
        )
        for region in world.regions
    }


def _derive(say: Say) -> None:
    """Compute everything that is derived from the facts."""
    say("What follows from the facts")
    between_parts()
    refresh_people(None)
    for ids in chunks(Enrolment.objects.values_list("pk", flat=True), CHUNK):
        journeys_derived.refresh(ids)
    for ids in chunks(Registration.objects.values_list("pk", flat=True), CHUNK):
        assessment.refresh(ids)
