"""What is known of a learner's entry: facts, the version of the rules that holds for them, and what the rules say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Q

from learners.models import Enrolment, EntryFacts, EntryRules, Event, PathwayDecision, SelectionAnswer
from learners.models.enrolments import Status
from learners.rules.entry import Advice, Came, Thresholds, advise
from pqip.core.errors import RuleBroken
from workforce.models import RegionUniversity, University

#: Columns of `EntryFacts` that are facts of `Came` by the same name.
OF_FACTS = [field.name for field in EntryFacts._meta.concrete_fields if field.name in {each.name for each in fields(Came)}]
THRESHOLDS = [field.name for field in fields(Thresholds)]


@dataclass(frozen=True)
class Entry:
    """A learner's entry as known now: the rows, and the advice that follows from them."""

    facts: EntryFacts | None
    rules: EntryRules
    advice: Advice
    came: Came
    earlier: Enrolment | None
    decisions: list[PathwayDecision]


def entry_of(enrolment: Enrolment, first: Event | None = None) -> Entry:
    """Everything about how somebody came in."""
    facts = facts_of(enrolment)
    first = first or first_terms(enrolment)
    decisions = decisions_of(enrolment)
    applied_on = facts.effective_on if facts else first.effective_on
    rules = rules_for(enrolment.campaign_id, applied_on)
    earlier = earlier_place(enrolment, applied_on)
    came = came_with(enrolment, facts, first, earlier, selection_over=bool(decisions))
    return Entry(facts, rules, advise(came, thresholds(rules)), came, earlier, decisions)


def facts_of(enrolment: Enrolment) -> EntryFacts | None:
    """The entry facts recorded of a learner."""
    return EntryFacts.objects.live().filter(enrolment=enrolment).first()


def first_terms(enrolment: Enrolment) -> Event:
    """The event that states the first terms: the start first agreed, and the region applied in."""
    return Event.objects.live().select_related("to_region", "to_pathway").get(enrolment=enrolment, kind="enrolled")


def decisions_of(enrolment: Enrolment) -> list[PathwayDecision]:
    """Decisions about the pathway, latest first."""
    rows = PathwayDecision.objects.live().filter(enrolment=enrolment).select_related("advised", "chosen", "rules__campaign")
    return list(rows.order_by("-effective_on", "-id"))


def rules_for(campaign_id: int | None, applied_on: dt.date) -> EntryRules:
    """The version for a campaign and a day: the campaign's own before the one for every campaign, the latest by then.

    Before the first version for every campaign, that one holds. Raises RuleBroken where there is none at all.
    """
    rows = EntryRules.objects.live().filter(Q(campaign=None) | Q(campaign_id=campaign_id)).order_by("effective_on", "id")
    found = holding(list(rows), campaign_id, applied_on)
    if found is None:
        raise RuleBroken("There are no entry rules. Add them to the reference data first.")
    return found


def holding(versions: Sequence[EntryRules], campaign_id: int | None, applied_on: dt.date) -> EntryRules | None:
    """Of all versions, in order of their days, the one for a campaign and a day (`rules_for`); None where there is none."""
    of_all = [row for row in versions if row.campaign_id is None]
    begun = [row for row in versions if row.effective_on <= applied_on]
    own = [row for row in begun if row.campaign_id is not None and row.campaign_id == campaign_id]
    found = own[-1:] or [row for row in begun if row.campaign_id is None][-1:] or of_all[:1]
    return found[0] if found else None


def thresholds(rules: EntryRules) -> Thresholds:
    """A version of the rules as the pure rules read it."""
    return Thresholds(**{name: getattr(rules, name) for name in THRESHOLDS})


def came_with(
    enrolment: Enrolment, facts: EntryFacts | None, first: Event, earlier: Enrolment | None, *, selection_over: bool
) -> Came:
    """What the rules read, from the rows."""
    answer = SelectionAnswer.objects.filter(enrolment=enrolment).first()
    recorded: dict[str, Any] = {name: getattr(facts, name) for name in OF_FACTS} if facts else {}
    return Came(
        applied_on=facts.effective_on if facts else first.effective_on, route=enrolment.entry_route,
        level5_held=enrolment.level5_held, modules_held=tuple(enrolment.modules_held), born_on=enrolment.person.date_of_birth,
        procedure_bars=answer.procedure_bars if answer else None, selection_over=selection_over,
        left_on=earlier.left_on if earlier else None,  # type: ignore[attr-defined]
        starts_on=enrolment.start_date or first.effective_on, **recorded,
    )


def earlier_place(enrolment: Enrolment, applied_on: dt.date) -> Enrolment | None:
    """The same person's latest earlier place that they left by then, with `left_on`, `left_event` and why (rule F27)."""
    left = Event.objects.live().filter(
        kind="withdrawn", enrolment__person=enrolment.person_id, enrolment__status=Status.WITHDRAWN, effective_on__lte=applied_on
    )
    event = left.exclude(enrolment=enrolment).order_by("-effective_on").select_related("enrolment__entry_cohort").first()
    if event is None:
        return None
    place = event.enrolment
    place.left_on, place.left_event = event.effective_on, event  # type: ignore[attr-defined]
    return place


def university_of(enrolment: Enrolment) -> University | None:
    """The university that teaches a learner: that of the region they applied in, wherever they move (rule C1 24)."""
    first, facts = first_terms(enrolment), facts_of(enrolment)
    return RegionUniversity.for_region(first.to_region, facts.effective_on if facts else first.effective_on)
