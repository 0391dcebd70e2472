"""Give a person a place on the programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from learners.actions.applications import link_learner
from learners.actions.entry import record_entry_facts
from learners.actions.events import changing
from learners.actions.intakes import named_cohort
from learners.actions.pathways_decide import decide_pathway
from learners.facts.entry import rules_for, thresholds
from learners.models import Application, Campaign, Cohort, Enrolment, Pathway
from learners.ports import vocational
from learners.rules.entry import check_due, check_open, due_pathway
from learners.rules.events import check_hours
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from workforce.models import Pdu, Person, Region
from workforce.models.holding import hold_people


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

    With `applied_on`, the day they applied, `entry_facts` are recorded and every clause of the
    rules decides the pathway. Without it, only level 5 and the modules count, and the pathway is
    still to be decided. Raises RuleBroken if the pathway takes no starters then, if it is not the
    one that the entry facts lead to and no reason is given, and if the person has a place already.
    """
    check_hours(fte)
    check_open(pathway, start_date)
    if applied_on is None:
        check_due(
            pathway,
            due_pathway(
                entry_route=entry_route, level5_held=level5_held, modules_held=modules_held
            ),
            reason,
        )
    with acting_as(by=by, reason=reason):
        _check_not_there(person, cohort)
        enrolment = Enrolment.objects.create(
            person=person,
            entry_cohort=cohort,
            entry_route=entry_route,
            level5_held=level5_held,
            modules_held=list(modules_held),
            campaign=campaign,
        )
        with changing(enrolment, by=by, reason=reason) as history:
            history.add(
                "enrolled",
                start_date,
                to_pathway=pathway,
                to_region=region,
                to_pdu=pdu,
                to_fte=fte,
                to_cohort=cohort,
                note=reason,
            )
        if applied_on is not None:
            record_entry_facts(
                by=by,
                enrolment=enrolment,
                applied_on=applied_on,
                entry_route=entry_route,
                level5_held=level5_held,
                modules_held=modules_held,
                **(entry_facts or {}),
            )
            decide_pathway(by=by, enrolment=enrolment, on=today(), chosen=pathway, reason=reason)
        vocational.vocational().register({person.pk: start_date}, by=by)
    return enrolment


def leads_to(
    *,
    entry_route: str,
    level5_held: bool,
    modules_held: Sequence[str] = (),
    modules_started: Sequence[str] = (),
    applied_on: dt.date | None = None,
) -> Pathway:
    """Return the pathway that the answers lead to.

    The rules of the day they applied count, if that day is known.
    """
    facts: dict[str, Any] = {
        "entry_route": entry_route,
        "level5_held": level5_held,
        "modules_held": modules_held,
    }
    if applied_on is not None:
        facts |= {
            "modules_started": modules_started,
            "rules": thresholds(rules_for(None, applied_on)),
        }
    return Pathway.objects.get(code=due_pathway(**facts))


def enrol_into(
    *, by: Any, cohort: str, application: Application | None = None, **terms: Any
) -> Enrolment:
    """Enrol somebody into a cohort given by its name or code, and link the place with their application.

    A cohort that does not exist yet is created, as by a file. With an application, the campaign is that of it.
    """
    with acting_as(by=by):
        if application is not None:
            terms["campaign"] = application.campaign
        enrolment = enrol(by=by, cohort=named_cohort(cohort), **terms)
        if application is not None:
            link_learner(by=by, application=application, enrolment=enrolment)
    return enrolment


def _check_not_there(person: Person, cohort: Cohort) -> None:
    """Lock the person, so that two users who enrol them at once act one after the other.

    Raises RuleBroken if they are in this cohort already; `changing` looks for other places.
    """
    hold_people([person.pk])
    if Enrolment.objects.filter(person=person, entry_cohort=cohort).exists():
        raise RuleBroken(f"They have a place in {cohort} already.", "cohort")
