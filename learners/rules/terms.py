"""What an event asks of where the learner stands on its day, beside a history in which it follows.

Asked by whatever records, corrects or imports an event, with the stretch that holds on the day without it.
"""

from __future__ import annotations

from typing import Any

from learners.rules.history import check_expected_return, check_extension, check_hours
from learners.rules.timeline import Stretch
from pqip.core.errors import RuleBroken

#: Kinds of which something is asked of where the learner stands.
ASKED = frozenset({"moved_pathway", "moved_region", "moved_cohort", "changed_fte", "extended"})


def check_terms(event: Any, standing: Stretch | None) -> None:
    """Raise RuleBroken for a change that changes nothing, hours nobody works, a return before the break, an end no later.

    `standing` may be left out for kinds that are not `ASKED`.
    """
    if event.kind == "deferred":
        check_expected_return(event.effective_on, event.expected_return)
    if event.kind == "changed_fte":
        check_hours(event.to_fte)
    if standing is None:
        return
    match event.kind:
        case "moved_pathway" if event.to_pathway_id == standing.pathway_id:
            raise RuleBroken("They are on this pathway on that date already.", "to_pathway")
        case "moved_cohort" if event.to_cohort_id == standing.cohort_id:
            raise RuleBroken("They are in this cohort on that date already.", "to_cohort")
        case "changed_fte" if event.to_fte == standing.fte:
            raise RuleBroken("They work those hours on that date already.", "to_fte")
        case "moved_region" if (event.to_region_id, event.to_pdu_id) == (standing.region_id, standing.pdu_id):
            raise RuleBroken("They are there on that date already.", "to_region")
        case "extended":
            check_extension(standing.planned_end_on(event.effective_on), event.extended_to)
