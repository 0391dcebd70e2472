"""Give a person a place on the programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from learners import ports
from learners.actions.changing import changing
from learners.actions.decide_pathway import decide_pathway
from learners.actions.record_entry_facts import record_entry_facts
from learners.entry_facts import rules_for, thresholds
from learners.models import Campaign, Cohort, Enrolment, Pathway
from learners.rules.entry import check_due, check_open, due_pathway
from learners.rules.history import check_hours
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.words import folded, tidy
from workforce.actions.holding import hold_people
from workforce.models import Pdu, Person, Region


def enrol(
    *,
    by: Any,
    person: Person,
    cohort: Cohort,
    pathway: Pathway,
    region: Region,
    pdu: Pdu | None = None,
    fte: Decimal,
    start_date: dt.date,
    entry_route: str,
    level5_held: bool,
    modules_held: Sequence[str] = (),
    campaign: Campaign | None = None,
    reason: str = "",
    applied_on: dt.date | None = None,
    entry_facts: Mapping[str, Any] | None = None,
) -> Enrolment:
    """Enrol `person`, due to start on `start_date`, and register them for the vocational diploma.

    With the day they applied, `entry_facts` are recorded and the pathway is decided by every clause of the rules;
    without it, level 5 and the modules are what is looked at, and the pathway is still to be decided.

    Raises RuleBroken where the pathway takes no starters then, where it is not the one the entry facts lead to and no
    reason is given, or where the person has a place already.
    """
    check_hours(fte)
    check_open(pathway, start_date)
    if applied_on is None:
        check_due(pathway, due_pathway(entry_route=entry_route, level5_held=level5_held, modules_held=modules_held), reason)
    with act(by=by, reason=reason):
        _check_not_there(person, cohort)
        enrolment = Enrolment.objects.create(
            person=person, entry_cohort=cohort, entry_route=entry_route, level5_held=level5_held,
            modules_held=list(modules_held), campaign=campaign,
        )
        with changing(enrolment, by=by, reason=reason) as history:
            history.add(
                "enrolled", start_date, to_pathway=pathway, to_region=region, to_pdu=pdu, to_fte=fte, to_cohort=cohort,
                note=reason,
            )
        if applied_on is not None:
            record_entry_facts(
                by=by, enrolment=enrolment, applied_on=applied_on, entry_route=entry_route, level5_held=level5_held,
                modules_held=modules_held, **(entry_facts or {}),
            )
            decide_pathway(by=by, enrolment=enrolment, on=today(), chosen=pathway, reason=reason)
        ports.vocational().register({person.pk: start_date}, by=by)
    return enrolment


def leads_to(
    *, entry_route: str, level5_held: bool, modules_held: Sequence[str] = (), modules_started: Sequence[str] = (),
    applied_on: dt.date | None = None,
) -> Pathway:
    """The pathway that the answers lead to: by the rules of the day they applied, where that is known."""
    facts: dict[str, Any] = {"entry_route": entry_route, "level5_held": level5_held, "modules_held": modules_held}
    if applied_on is not None:
        facts |= {"modules_started": modules_started, "rules": thresholds(rules_for(None, applied_on))}
    return Pathway.objects.get(code=due_pathway(**facts))


def enrol_into(*, by: Any, cohort: str, **terms: Any) -> Enrolment:
    """Enrol somebody into a cohort by its name or code; one that is not known yet is created, as by a file."""
    wanted = tidy(cohort)
    with act(by=by):
        known = {folded(name): row for row in Cohort.objects.all() for name in (row.name, row.code) if name}
        found = known.get(folded(wanted)) or Cohort.objects.create(code=wanted)
        return enrol(by=by, cohort=found, **terms)


def _check_not_there(person: Person, cohort: Cohort) -> None:
    """Hold the person, so that two who enrol them at once come one after the other. `changing` looks for other places."""
    hold_people([person.pk])
    if Enrolment.objects.filter(person=person, entry_cohort=cohort).exists():
        raise RuleBroken(f"They have a place in {cohort} already.", "cohort")
