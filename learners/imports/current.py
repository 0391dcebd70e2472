"""What the records say now, as rows of the datasets of learners, within reach."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import F

from learners.imports.approvers import Approvers
from learners.imports.common import live_events, reached
from learners.imports.event_rules import BELONGS, said
from learners.models import Allocation, Enrolment, Event, ModuleResult, ProtectedDay, Review, TrainingRecord, UniversityAward
from pqip.exchange.datasets import Context
from workforce.models import Person

Rows = Iterator[dict[str, Any]]
SEE_BREAK_REASON = "learners.see_break_reason"


def learners(context: Context) -> Rows:
    """Every place on the programme by its first terms, with who looks after the learner today. No equality answers."""
    rows = Enrolment.objects.filter(context.scope.condition(Enrolment.SCOPE))
    named = rows.select_related("person", "entry_cohort", "campaign").order_by("person__staff_number", "entry_cohort__code")
    enrolled = Event.objects.live().filter(enrolment__in=rows, kind="enrolled")
    first = {event.enrolment_id: event for event in enrolled.select_related("to_region", "to_pdu", "to_pathway")}
    numbers = dict(Person.objects.filter(context.scope.condition(Person.SCOPE)).values_list("pk", "staff_number"))
    for row in named.iterator(chunk_size=2000):
        if (event := first.get(row.pk)) is not None:
            yield _place(row) | _terms(event) | {
                "pta": numbers.get(row.pta_id), "line_manager": numbers.get(row.line_manager_id),
            }


def _place(row: Enrolment) -> dict[str, Any]:
    who = row.person
    return {
        "staff_number": who.staff_number, "first_name": who.first_name, "last_name": who.last_name, "email": who.email,
        "date_of_birth": who.date_of_birth, "cohort": row.entry_cohort.code, "entry_route": row.entry_route,
        "level5_held": row.level5_held, "modules_held": row.modules_held, "campaign": row.campaign.code if row.campaign else None,
    }


def _terms(event: Event) -> dict[str, Any]:
    return {
        "region": event.to_region.code if event.to_region else None, "pdu": event.to_pdu.code if event.to_pdu else None,
        "pathway": event.to_pathway.code if event.to_pathway else None, "fte": event.to_fte, "start_date": event.effective_on,
    }


def events(context: Context, kinds: Collection[str]) -> Rows:
    """Every event a file may state. A break's reason stays where it is; its note, for those who may read it."""
    rows = Enrolment.objects.filter(context.scope.condition(Enrolment.SCOPE))
    listed = rows.values_list("pk", "person__staff_number", "entry_cohort__code")
    named = {key: (number, cohort) for key, number, cohort in listed}
    found = live_events(list(named))
    approvers = {event.approved_by_id for own in found.values() for event in own if event.approved_by_id}
    context.codes["approver"] = Approvers((), context, approvers).codes
    for key in sorted(found, key=lambda each: named[each]):
        for event in sorted(found[key], key=lambda each: (each.effective_on, each.id)):
            if event.kind not in kinds or (event.kind == "deferred" and not context.may(SEE_BREAK_REASON)):
                continue
            stated = {column: value for column, value in said(event, context).items()
                      if event.kind in BELONGS.get(column, (event.kind,))}
            number, cohort = named[key]
            yield {"staff_number": number, "event": event.kind, "effective_date": event.effective_on, "cohort": cohort, **stated}


def module_results(context: Context) -> Rows:
    """Every attempt at a module."""
    rows = ModuleResult.objects.live().filter(enrolment__in=Enrolment.objects.filter(context.scope.condition(Enrolment.SCOPE)))
    columns = ("attempt", "due_date", "extended_to", "submitted_date", "mark", "outcome")
    ordered = rows.order_by("enrolment__person__staff_number", "module__order", "module__code", "attempt", "pk")
    for number, module, *values in ordered.values_list("enrolment__person__staff_number", "module__code", *columns):
        yield {"staff_number": number, "module": module, **dict(zip(columns, values, strict=True))}


def university_awards(context: Context) -> Rows:
    """Every award that a university gave a learner."""
    within = Enrolment.objects.filter(context.scope.condition(Enrolment.SCOPE))
    rows = UniversityAward.objects.live().filter(enrolment__in=within).order_by("enrolment__person__staff_number", "award", "pk")
    columns = ("enrolment__person__staff_number", "award", "effective_on", "classification")
    for values in rows.values_list(*columns).iterator(chunk_size=10_000):
        yield dict(zip(("staff_number", "award", "awarded_on", "classification"), values, strict=True))


def training(context: Context) -> Rows:
    """Every booking, with what came of it."""
    rows = TrainingRecord.objects.live().filter(person__in=Person.objects.filter(reached(context.scope)))
    ordered = rows.order_by("person__staff_number", "effective_on", "course__order")
    columns = ("person__staff_number", "course__code", "effective_on", "status", "delivery")
    for values in ordered.values_list(*columns).iterator(chunk_size=10_000):
        yield dict(zip(("staff_number", "course", "booked_for", "status", "delivery"), values, strict=True))


def protected_days(context: Context) -> Rows:
    """Every study and VQ day, and what came of it."""
    rows = ProtectedDay.objects.live().filter(person__in=Person.objects.filter(reached(context.scope)))
    columns = ("person__staff_number", "effective_on", "kind", "taken", "reason_lost")
    for values in rows.order_by("person__staff_number", "effective_on", "kind").values_list(*columns).iterator(chunk_size=10_000):
        yield dict(zip(("staff_number", "on", "kind", "taken", "reason_lost"), values, strict=True))


def reviews(context: Context) -> Rows:
    """Every review due, and the day it was held."""
    rows = Review.objects.live().filter(person__in=Person.objects.filter(reached(context.scope)))
    columns = ("person__staff_number", "effective_on", "held_on", "kind")
    for values in rows.order_by("person__staff_number", "effective_on").values_list(*columns).iterator(chunk_size=10_000):
        yield dict(zip(("staff_number", "due_on", "held_on", "kind"), values, strict=True))


def allocations(context: Context, roles: Collection[str]) -> Rows:
    """Who looks after whom, from when to when."""
    rows = Allocation.objects.live().filter(person__in=Person.objects.filter(reached(context.scope)), role__in=roles)
    columns = ("person__staff_number", "role", "effective_on", "ended_on", "other__staff_number", "unit")
    names = ("staff_number", "role", "from_date", "to_date", "other_staff_number", "unit")
    ordered = rows.order_by("person__staff_number", "role", "effective_on", F("unit").asc(nulls_first=True))
    for values in ordered.values_list(*columns).iterator(chunk_size=10_000):
        yield dict(zip(names, values, strict=True))
