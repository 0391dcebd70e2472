"""The current records within reach, as rows of the datasets of learners."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import F

from learners.imports.common import live_events, reached
from learners.imports.learner_events_approvers import Approvers
from learners.imports.learner_events_rules import BELONGS, stated_values
from learners.models import (
    Allocation,
    Application,
    ApplicationStage,
    Enrolment,
    Event,
    ModuleResult,
    PlannedIntake,
    ProtectedDay,
    Review,
    TrainingRecord,
    UniversityAward,
)
from learners.rules.applications import DAYS, RESULTS, outcome
from pqip.exchange.datasets import Context
from workforce.models import Person

Rows = Iterator[dict[str, Any]]
SEE_BREAK_REASON = "learners.see_break_reason"


def learners(context: Context) -> Rows:
    """Yield every place on the programme by its first terms, and who looks after the learner today.

    Equality answers are not included.
    """
    rows = Enrolment.objects.filter(context.scope.condition(Enrolment.SCOPE))
    named = rows.select_related("person", "entry_cohort", "campaign").order_by(
        "person__staff_number", "entry_cohort__code"
    )
    enrolled = Event.objects.live().filter(enrolment__in=rows, kind="enrolled")
    first = {
        event.enrolment_id: event
        for event in enrolled.select_related("to_region", "to_pdu", "to_pathway")
    }
    numbers: dict[int | None, str | None] = dict(
        Person.objects.filter(context.scope.condition(Person.SCOPE)).values_list(
            "pk", "staff_number"
        )
    )
    for row in named.iterator(chunk_size=2000):
        if (event := first.get(row.pk)) is not None:
            yield (
                _place(row)
                | _terms(event)
                | {"pta": numbers.get(row.pta_id), "line_manager": numbers.get(row.line_manager_id)}
            )


def _place(row: Enrolment) -> dict[str, Any]:
    who = row.person
    return {
        "staff_number": who.staff_number,
        "first_name": who.first_name,
        "last_name": who.last_name,
        "email": who.email,
        "date_of_birth": who.date_of_birth,
        "cohort": row.entry_cohort.code,
        "entry_route": row.entry_route,
        "level5_held": row.level5_held,
        "modules_held": row.modules_held,
        "campaign": row.campaign.code if row.campaign else None,
    }


def _terms(event: Event) -> dict[str, Any]:
    return {
        "region": event.to_region.code if event.to_region else None,
        "pdu": event.to_pdu.code if event.to_pdu else None,
        "pathway": event.to_pathway.code if event.to_pathway else None,
        "fte": event.to_fte,
        "start_date": event.effective_on,
    }


def events(context: Context, kinds: Collection[str]) -> Rows:
    """Yield every event that a file may state.

    A break's reason is left out; its note is included for users who may read it.
    """
    rows = Enrolment.objects.filter(context.scope.condition(Enrolment.SCOPE))
    listed = rows.values_list("pk", "person__staff_number", "entry_cohort__code")
    named = {key: (number, cohort) for key, number, cohort in listed}
    found = live_events(list(named))
    approvers = {
        event.approved_by_id for own in found.values() for event in own if event.approved_by_id
    }
    context.codes["approver"] = Approvers((), context, approvers).codes
    for key in sorted(found, key=lambda each: named[each]):
        for event in sorted(found[key], key=lambda each: (each.effective_on, each.id)):
            if event.kind not in kinds or (
                event.kind == "deferred" and not context.may(SEE_BREAK_REASON)
            ):
                continue
            stated = {
                column: value
                for column, value in stated_values(event, context).items()
                if event.kind in BELONGS.get(column, (event.kind,))
            }
            number, cohort = named[key]
            yield {
                "staff_number": number,
                "event": event.kind,
                "effective_date": event.effective_on,
                "cohort": cohort,
                **stated,
            }


def module_results(context: Context) -> Rows:
    """Yield every attempt at a module."""
    rows = ModuleResult.objects.live().filter(
        enrolment__in=Enrolment.objects.filter(context.scope.condition(Enrolment.SCOPE))
    )
    columns = ("attempt", "due_date", "extended_to", "submitted_date", "mark", "outcome")
    ordered = rows.order_by(
        "enrolment__person__staff_number", "module__order", "module__code", "attempt", "pk"
    )
    for number, module, *values in ordered.values_list(
        "enrolment__person__staff_number", "module__code", *columns
    ):
        yield {"staff_number": number, "module": module, **dict(zip(columns, values, strict=True))}


def university_awards(context: Context) -> Rows:
    """Yield every award that a university gave to a learner."""
    within = Enrolment.objects.filter(context.scope.condition(Enrolment.SCOPE))
    rows = (
        UniversityAward.objects.live()
        .filter(enrolment__in=within)
        .order_by("enrolment__person__staff_number", "award", "pk")
    )
    columns = ("enrolment__person__staff_number", "award", "effective_on", "classification")
    for values in rows.values_list(*columns).iterator(chunk_size=10_000):
        yield dict(
            zip(("staff_number", "award", "awarded_on", "classification"), values, strict=True)
        )


def training(context: Context) -> Rows:
    """Yield every booking with its outcome."""
    rows = TrainingRecord.objects.live().filter(
        person__in=Person.objects.filter(reached(context.scope))
    )
    ordered = rows.order_by("person__staff_number", "effective_on", "course__order")
    columns = ("person__staff_number", "course__code", "effective_on", "status", "delivery")
    for values in ordered.values_list(*columns).iterator(chunk_size=10_000):
        yield dict(
            zip(("staff_number", "course", "booked_for", "status", "delivery"), values, strict=True)
        )


def protected_days(context: Context) -> Rows:
    """Yield every study and VQ day with its outcome."""
    rows = ProtectedDay.objects.live().filter(
        person__in=Person.objects.filter(reached(context.scope))
    )
    columns = ("person__staff_number", "effective_on", "kind", "taken", "reason_lost")
    for values in (
        rows.order_by("person__staff_number", "effective_on", "kind")
        .values_list(*columns)
        .iterator(chunk_size=10_000)
    ):
        yield dict(zip(("staff_number", "on", "kind", "taken", "reason_lost"), values, strict=True))


def reviews(context: Context) -> Rows:
    """Yield every review due, with the day it was held."""
    rows = Review.objects.live().filter(person__in=Person.objects.filter(reached(context.scope)))
    columns = ("person__staff_number", "effective_on", "held_on", "kind")
    for values in (
        rows.order_by("person__staff_number", "effective_on")
        .values_list(*columns)
        .iterator(chunk_size=10_000)
    ):
        yield dict(zip(("staff_number", "due_on", "held_on", "kind"), values, strict=True))


def allocations(context: Context, roles: Collection[str]) -> Rows:
    """Yield who looks after whom, from when to when."""
    rows = Allocation.objects.live().filter(
        person__in=Person.objects.filter(reached(context.scope)), role__in=roles
    )
    columns = (
        "person__staff_number",
        "role",
        "effective_on",
        "ended_on",
        "other__staff_number",
        "unit",
    )
    names = ("staff_number", "role", "from_date", "to_date", "other_staff_number", "unit")
    ordered = rows.order_by(
        "person__staff_number", "role", "effective_on", F("unit").asc(nulls_first=True)
    )
    for values in ordered.values_list(*columns).iterator(chunk_size=10_000):
        yield dict(zip(names, values, strict=True))


def intakes(context: Context) -> Rows:
    """Every intake planned in regions within reach."""
    rows = PlannedIntake.objects.live().filter(context.scope.condition(PlannedIntake.SCOPE))
    ordered = rows.order_by("effective_on", "cohort__code", "region__order", "pathway__order")
    columns = ("cohort__code", "region__code", "pathway__code", "effective_on", "places")
    names = ("cohort", "region", "pathway", "starts_on", "places")
    for values in ordered.values_list(*columns):
        yield dict(zip(names, values, strict=True))


def applications(context: Context) -> Rows:
    """Yield applications within reach with their stages; without equality answers."""
    rows = Application.objects.filter(context.scope.condition(Application.SCOPE))
    columns = (
        "application_number",
        "campaign__code",
        "region__code",
        "route",
        "applied_on",
        "paused_days",
    )
    listed = rows.order_by("campaign__code", "application_number", "pk")
    stages: dict[int, dict[str, ApplicationStage]] = {}
    for row in ApplicationStage.objects.live().filter(application__in=rows).order_by():
        stages.setdefault(row.application_id, {})[row.stage] = row
    for key, staff_number, *values in listed.values_list(
        "pk", "enrolment__person__staff_number", *columns
    ).iterator(chunk_size=10_000):
        number, campaign, region, route, applied_on, paused_days = values
        held = stages.get(key, {})
        yield {
            "application_number": number,
            "campaign": campaign,
            "region": region,
            "route": route,
            "applied_on": applied_on,
            "paused_days": paused_days,
            "outcome": outcome(held.values()),
            "staff_number": staff_number,
            **{column: held[stage].effective_on for stage, column in DAYS.items() if stage in held},
            **{column: held[stage].passed for stage, column in RESULTS.items() if stage in held},
        }
