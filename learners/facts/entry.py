"""What is known of a learner's entry: the facts, the version of the rules that applies, and the
advice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Q

from learners.models import (
    Enrolment,
    EntryFacts,
    EntryRules,
    Event,
    PathwayDecision,
    SelectionAnswer,
)
from learners.models.enrolments import Status
from learners.rules.entry import Advice, Applicant, Thresholds, advise
from pqip.core.errors import RuleBroken
from workforce.models import RegionUniversity, University

#: Columns of `EntryFacts` that `Applicant` has under the same name.
OF_FACTS = [
    field.name
    for field in EntryFacts._meta.concrete_fields
    if field.name in {each.name for each in fields(Applicant)}
]
THRESHOLDS = [field.name for field in fields(Thresholds)]


@dataclass(frozen=True)
class EarlierPlace:
    """An earlier place on the programme that the person left, and the event that says when and why."""

    place: Enrolment
    left_event: Event


@dataclass(frozen=True)
class Entry:
    """A learner's entry as known now: the rows, and the advice that follows from them."""

    first: Event | None
    facts: EntryFacts | None
    rules: EntryRules
    advice: Advice
    applicant: Applicant
    earlier: EarlierPlace | None
    decisions: list[PathwayDecision]


def entry_of(enrolment: Enrolment) -> Entry | None:
    """Return everything about a learner's entry; None where neither facts nor first terms give its day.

    Raises RuleBroken if there are no entry rules.
    """
    facts, first = facts_of(enrolment), first_terms(enrolment)
    dated = facts or first
    if dated is None:
        return None
    applied_on, decisions = dated.effective_on, decisions_of(enrolment)
    rules = rules_for(enrolment.campaign_id, applied_on)
    earlier = earlier_place(enrolment, applied_on)
    applicant = applicant_of(
        enrolment, applied_on, facts, first, earlier, selection_over=bool(decisions)
    )
    advice = advise(applicant, thresholds(rules))
    return Entry(first, facts, rules, advice, applicant, earlier, decisions)


def facts_of(enrolment: Enrolment) -> EntryFacts | None:
    """Return the entry facts recorded for a learner, or None."""
    return EntryFacts.objects.live().filter(enrolment=enrolment).first()


def first_terms(enrolment: Enrolment) -> Event | None:
    """Return the event with the first terms: the start first agreed, and the region applied in.

    None where no event states them.
    """
    rows = Event.objects.live().filter(enrolment=enrolment, kind="enrolled")
    return rows.select_related("to_region", "to_pathway").first()


def decisions_of(enrolment: Enrolment) -> list[PathwayDecision]:
    """Return the decisions about the pathway, the latest first."""
    rows = (
        PathwayDecision.objects.live()
        .filter(enrolment=enrolment)
        .select_related("advised", "chosen", "rules__campaign")
    )
    return list(rows.order_by("-effective_on", "-id"))


def rules_for(campaign_id: int | None, applied_on: dt.date) -> EntryRules:
    """Return the version of the rules for a campaign and a day.

    The campaign's own version is used before the general one; of each the latest that is in force
    by then. Before the first general version, that one applies. Raises RuleBroken if there is none
    at all.
    """
    rows = (
        EntryRules.objects.live()
        .filter(Q(campaign=None) | Q(campaign_id=campaign_id))
        .order_by("effective_on", "id")
    )
    found = version_in_force(list(rows), campaign_id, applied_on)
    if found is None:
        raise RuleBroken("There are no entry rules. Add them to the reference data first.")
    return found


def version_in_force(
    versions: Sequence[EntryRules], campaign_id: int | None, applied_on: dt.date
) -> EntryRules | None:
    """Return the version for a campaign and a day (see `rules_for`), or None.

    `versions` are all versions in date order.
    """
    of_all = [row for row in versions if row.campaign_id is None]
    begun = [row for row in versions if row.effective_on <= applied_on]
    own = [row for row in begun if row.campaign_id is not None and row.campaign_id == campaign_id]
    found = own[-1:] or [row for row in begun if row.campaign_id is None][-1:] or of_all[:1]
    return found[0] if found else None


def thresholds(rules: EntryRules) -> Thresholds:
    """Return the thresholds of a version, as the pure rules use them."""
    return Thresholds(**{name: getattr(rules, name) for name in THRESHOLDS})


def applicant_of(
    enrolment: Enrolment,
    applied_on: dt.date,
    facts: EntryFacts | None,
    first: Event | None,
    earlier: EarlierPlace | None,
    *,
    selection_over: bool,
) -> Applicant:
    """Return what the rules need to know about the learner, from the rows."""
    answer = SelectionAnswer.objects.filter(enrolment=enrolment).first()
    recorded: dict[str, Any] = {name: getattr(facts, name) for name in OF_FACTS} if facts else {}
    return Applicant(
        applied_on=applied_on,
        route=enrolment.entry_route,
        level5_held=enrolment.level5_held,
        modules_held=tuple(enrolment.modules_held),
        born_on=enrolment.person.date_of_birth,
        procedure_bars=answer.procedure_bars if answer else None,
        selection_over=selection_over,
        left_on=earlier.left_event.effective_on if earlier else None,
        starts_on=enrolment.start_date or (first.effective_on if first else None),
        **recorded,
    )


def earlier_place(enrolment: Enrolment, applied_on: dt.date) -> EarlierPlace | None:
    """Return the latest place that the same person left by then, and why (rule F27), or None."""
    left = Event.objects.live().filter(
        kind="withdrawn",
        enrolment__person=enrolment.person_id,
        enrolment__status=Status.WITHDRAWN,
        effective_on__lte=applied_on,
    )
    event = (
        left.exclude(enrolment=enrolment)
        .order_by("-effective_on")
        .select_related("enrolment__entry_cohort")
        .first()
    )
    return None if event is None else EarlierPlace(event.enrolment, event)


def university_of(enrolment: Enrolment) -> University | None:
    """Return the university that teaches a learner, or None.

    It is that of the region they applied in, wherever they move (rule C1 24). None where no first
    terms state a region, or the region has no university.
    """
    first, facts = first_terms(enrolment), facts_of(enrolment)
    if first is None or first.to_region is None:
        return None
    return RegionUniversity.for_region(
        first.to_region, facts.effective_on if facts else first.effective_on
    )
