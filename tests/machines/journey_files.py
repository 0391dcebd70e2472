"""The same through files, a row or two at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import Enrolment, Event
from pqip.core.acting import Job
from tests.machines.driver import Draw
from tests.machines.journey_beside import COURSES, MODULES
from tests.machines.journey_steps import DESTINATIONS, ENDED, steps
from tests.machines.journey_world import COHORTS, HELPERS, LEARNERS, PATHWAYS, REGIONS, JourneyWorld
from tests.machines.world import any_row
from workforce.models import Person, Spell


def by(world: JourneyWorld, draw: Draw) -> Any:
    return Job("import") if draw.often(70) else world.manager(draw)


def number(world: JourneyWorld, name: str) -> str:
    return Person.objects.values_list("staff_number", flat=True).get(pk=world.people[name].pk)


@steps(5)
def learners_file(world: JourneyWorld, draw: Draw) -> None:
    name = draw.one(LEARNERS)
    place = Enrolment.objects.filter(person=world.people[name]).order_by("-pk").first()
    who = Person.objects.get(pk=world.people[name].pk)
    on = (
        place.start_date
        if place is not None and place.start_date and draw.often(60)
        else world.day(draw)
    )
    row: dict[str, Any] = {
        "staff_number": who.staff_number,
        "first_name": who.first_name,
        "last_name": who.last_name,
        "region": draw.one(REGIONS),
        "cohort": place.entry_cohort.code if place and draw.often(70) else draw.one(COHORTS),
        "pathway": draw.one(PATHWAYS),
        "entry_route": "external",
        "fte": draw.one(("1.0", "0.6")),
        "start_date": on,
        "level5_held": draw.one(("yes", "no")),
    }
    more = draw.one(
        (
            {},
            {"last_name": f"Surname{world.next()}"},
            {"modules_held": "CJS;PPP"},
            {"sex": draw.one(("female", "male"))},
            {"pta": number(world, draw.one(HELPERS[:2]))},
            {"line_manager": number(world, draw.one(HELPERS[2:]))},
            {"campaign": f"Campaign {draw.number(2)}"},
            {"effective_from": world.day(draw, since=on)},
        )
    )
    row |= more
    told = ", ".join(
        f"{key} {value}"
        for key, value in row.items()
        if key not in ("staff_number", "first_name", "entry_route")
    )
    world.say(f"a learners file has {name}: {told}")
    world.bring_in("learners", row, by=by(world, draw))


KINDS = (
    "deferred",
    "resumed",
    "extended",
    "withdrawn",
    "completed",
    "moved_pathway",
    "moved_region",
    "changed_fte",
    "referred_to_board",
    "board_decision",
    "qualified",
    "registered",
)


@steps(6)
def events_file(world: JourneyWorld, draw: Draw) -> None:
    place = world.place(draw)
    row: dict[str, Any] = {
        "staff_number": place.person.staff_number,
        "cohort": place.entry_cohort.code,
    }
    if draw.often(70):
        kind, on = draw.one(KINDS), world.day(draw)
        row |= {"event": kind, "effective_date": on, **content(world, draw, kind, on, place)}
    else:
        event = any_row(Event, draw, enrolment=place)
        row |= {"event": event.kind, "effective_date": event.effective_on}
        void = draw.often(60)
        stated = (
            {"void": "yes", "void_reason": "Wrong"}
            if void
            else content(world, draw, event.kind, event.effective_on, place)
        )
        row |= stated
    told = ", ".join(
        f"{key} {value}"
        for key, value in row.items()
        if key not in ("staff_number", "cohort") and value
    )
    world.say(f"an events file has {world.of(place)}: {told}")
    world.bring_in("learner-events", row, by=by(world, draw))


def content(
    world: JourneyWorld, draw: Draw, kind: str, on: dt.date, place: Enrolment
) -> dict[str, Any]:
    if kind == "withdrawn":
        ended_by, reason = draw.one(ENDED)
        return {
            "ended_by": ended_by,
            "reason": reason,
            "destination": draw.one(DESTINATIONS),
            **approved(world, draw),
        }
    if kind == "extended":
        return {
            "extended_to": (place.planned_end or on) + dt.timedelta(days=90 * draw.number(3) - 90),
            "note": "More time",
            **approved(world, draw),
        }
    if kind == "moved_region":
        return {"to_region": draw.one(REGIONS)}
    if kind == "moved_pathway":
        return {"to_pathway": draw.one(PATHWAYS)}
    if kind == "changed_fte":
        return {"to_fte": draw.one(("1.0", "0.6", "0.8"))}
    if kind == "deferred":
        return {"expected_return": world.day(draw, since=on) if draw.often(50) else ""}
    if kind == "board_decision":
        return {"board_outcome": "Continue as planned"}
    return {}


def approved(world: JourneyWorld, draw: Draw) -> dict[str, str]:
    return {"approved_by": number(world, draw.one(("Max", "Rita"))) if draw.often(50) else ""}


@steps(2)
def results_file(world: JourneyWorld, draw: Draw) -> None:
    place, due = world.place(draw), world.day(draw)
    outcome = draw.one(("pass", "fail", "pending", ""))
    row = {
        "staff_number": place.person.staff_number,
        "module": draw.one(MODULES),
        "attempt": draw.number(3) + 1,
        "due_date": due,
        "submitted_date": world.day(draw, since=due) if draw.often(50) else "",
        "outcome": outcome,
    }
    world.say(
        f"a results file has {world.of(place)}: {row['module']} attempt {row['attempt']}, due {due}, "
        f"{outcome or 'pending'}"
    )
    world.bring_in("module-results", row, by=by(world, draw))


@steps()
def awards_file(world: JourneyWorld, draw: Draw) -> None:
    place, on, code = world.place(draw), world.day(draw), draw.one(("BA", "GRADDIP"))
    world.say(f"an awards file has {world.of(place)}: {code} on {on}")
    row = {"staff_number": place.person.staff_number, "award": code, "awarded_on": on}
    world.bring_in("university-awards", row, by=by(world, draw))


@steps(2)
def training_file(world: JourneyWorld, draw: Draw) -> None:
    name, on = draw.one(LEARNERS), world.day(draw)
    row = {
        "staff_number": number(world, name),
        "course": draw.one(COURSES),
        "booked_for": on,
        "status": draw.one(("booked", "attended", "did_not_attend", "cancelled")),
    }
    world.say(f"a training file has {name}: {row['course']} {row['status']} on {on}")
    world.bring_in("training", row, by=by(world, draw))


@steps(2)
def allocations_file(world: JourneyWorld, draw: Draw) -> None:
    name, other, on = draw.one(LEARNERS), draw.one(HELPERS), world.day(draw)
    row = {
        "staff_number": number(world, name),
        "role": draw.one(("pta", "line_manager", "mentor")),
        "from_date": on,
        "to_date": world.day(draw, since=on) if draw.number(100) >= 70 else "",
        "other_staff_number": number(world, other),
    }
    world.say(
        f"an allocations file has {other} as {row['role']} of {name} from {on} to {row['to_date'] or 'no end'}"
    )
    world.bring_in("allocations", row, by=by(world, draw))


@steps(3)
def staff_file(world: JourneyWorld, draw: Draw) -> None:
    name = draw.one((*LEARNERS, *HELPERS))
    who = Person.objects.get(pk=world.people[name].pk)
    spell = Spell.objects.live().filter(person=who).order_by("effective_on").last()
    began = spell.post_start_date if spell and draw.often(80) else world.day(draw)
    row: dict[str, Any] = {
        "staff_number": who.staff_number,
        "email": f"{name.lower()}@example.com",
        "first_name": who.first_name,
        "last_name": who.last_name,
        "grade": draw.one(("PSO", "PO", "PTA")),
        "region": draw.one(REGIONS),
        "fte": draw.one(("1.0", "0.5")),
        "start_date": began,
    }
    row |= draw.one(
        (
            {},
            {"last_name": f"Surname{world.next()}"},
            {"effective_from": world.day(draw, since=began)},
            {"end_date": world.day(draw, since=began), "leave_reason": "resigned"},
        )
    )
    told = ", ".join(
        f"{key} {value}"
        for key, value in row.items()
        if key not in ("staff_number", "first_name", "email")
    )
    world.say(f"a staff file has {name}: {told}")
    world.bring_in("staff", row, by=by(world, draw))


@steps()
def absences_file(world: JourneyWorld, draw: Draw) -> None:
    name, on = draw.one(LEARNERS), world.day(draw)
    row = {
        "staff_number": number(world, name),
        "kind": draw.one(("long_term_absence", "career_break", "reduced_hours")),
        "start_date": on,
        "end_date": world.day(draw, since=on) if draw.often(50) else "",
        "fte_lost": "0.4",
    }
    world.say(
        f"an absences file has {name}: {row['kind']} from {on} to {row['end_date'] or 'no end'}"
    )
    world.bring_in("absences", row, by=by(world, draw))


@steps()
def targets_file(world: JourneyWorld, draw: Draw) -> None:
    row = {
        "region": draw.one((*REGIONS, "NAT")),
        "grade": draw.one(("PSO", "PO")),
        "effective_from": world.day(draw),
        "target_fte": draw.number(50),
    }
    world.say(f"a targets file: {row}")
    world.bring_in("targets", row)


@steps()
def intakes_file(world: JourneyWorld, draw: Draw) -> None:
    row = {
        "cohort": draw.one(("Intake 14", "Intake 15", "Intake 90")),
        "region": draw.one(REGIONS),
        "pathway": draw.one(("PQIP15", "PQIP21")),
        "starts_on": world.day(draw),
        "places": draw.number(40),
    }
    world.say(f"an intakes file: {row}")
    world.bring_in("intakes", row)


@steps(2)
def applications_file(world: JourneyWorld, draw: Draw) -> None:
    on = world.day(draw, ahead=0)
    row = {
        "application_number": f"A{draw.number(5)}",
        "campaign": f"Campaign {draw.number(2)}",
        "region": draw.one(REGIONS),
        "route": draw.one(("external", "pso_progression")),
        "applied_on": on,
        "sifted_on": on + dt.timedelta(days=draw.number(20)),
        "sift_passed": draw.one(("yes", "no")),
        "outcome": draw.one(("", "withdrew", "in_progress")),
    }
    world.say(f"an applications file: {row}")
    world.bring_in("applications", row)


@steps()
def staffing_file(world: JourneyWorld, draw: Draw) -> None:
    row = {
        "region": draw.one((*REGIONS, "NAT")),
        "grade": draw.one(("PSO", "PO")),
        "as_at": world.day(draw, ahead=0),
        "fte": draw.number(50),
        "headcount": draw.number(60),
        "source": "Returned by the region",
    }
    world.say(f"a staffing file: {row}")
    world.bring_in("staffing", row)


@steps()
def records_complete_file(world: JourneyWorld, draw: Draw) -> None:
    since = world.day(draw)
    row = {
        "region": draw.one(REGIONS),
        "grade": draw.one(("PSO", "PO")),
        "complete_from": since,
        "complete_until": world.day(draw, since=since) if draw.often(40) else "",
    }
    world.say(f"a records-complete file: {row}")
    world.bring_in("records-complete", row)


@steps()
def study_days_file(world: JourneyWorld, draw: Draw) -> None:
    name, on, taken = draw.one(LEARNERS), world.day(draw, ahead=0), draw.one(("yes", "no", ""))
    row = {
        "staff_number": number(world, name),
        "on": on,
        "kind": "university",
        "taken": taken,
        "reason_lost": "case_work" if taken == "no" else "",
    }
    world.say(f"a study days file has {name}: {on} taken {taken or 'not known'}")
    world.bring_in("protected-days", row, by=by(world, draw))


@steps()
def reviews_file(world: JourneyWorld, draw: Draw) -> None:
    name, due = draw.one(LEARNERS), world.day(draw)
    held = world.day(draw, since=due, ahead=0) if draw.often(50) else ""
    row = {"staff_number": number(world, name), "due_on": due, "held_on": held}
    world.say(f"a reviews file has {name}: due {due}, held {held or 'not yet'}")
    world.bring_in("reviews", row, by=by(world, draw))
