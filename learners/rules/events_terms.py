"""What an event requires of the learner's terms on its day, apart from its place in the history.

Whoever records, corrects or imports an event asks this, with the period that holds on that day
without the event.
"""

from __future__ import annotations

from typing import Any

from learners.rules.events import check_expected_return, check_extension, check_hours
from learners.rules.timeline import StatusPeriod
from pqip.core.errors import RuleBroken

#: Kinds of event that require something of the learner's terms on their day.
ASKED = frozenset({"moved_pathway", "moved_region", "moved_cohort", "changed_fte", "extended"})


def check_terms(event: Any, period: StatusPeriod | None) -> None:
    """Raise RuleBroken for an event that does not fit the terms in force on its day.

    Refused are a change that changes nothing, hours that nobody works, a return before the break
    begins, and an extension that is no later. `period` may be None for kinds that are not in
    `ASKED`.
    """
    if event.kind == "deferred":
        check_expected_return(event.effective_on, event.expected_return)
    if event.kind == "changed_fte":
        check_hours(event.to_fte)
    if period is None:
        return
    match event.kind:
        case "moved_pathway" if event.to_pathway_id == period.pathway_id:
            raise RuleBroken("They are on this pathway on that date already.", "to_pathway")
        case "moved_cohort" if event.to_cohort_id == period.cohort_id:
            raise RuleBroken("They are in this cohort on that date already.", "to_cohort")
        case "changed_fte" if event.to_fte == period.fte:
            raise RuleBroken("They work those hours on that date already.", "to_fte")
        case "moved_region" if (event.to_region_id, event.to_pdu_id) == (
            period.region_id,
            period.pdu_id,
        ):
            raise RuleBroken("They are there on that date already.", "to_region")
        case "extended":
            check_extension(period.planned_end_on(event.effective_on), event.extended_to)
