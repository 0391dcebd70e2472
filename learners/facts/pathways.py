"""Learners on another pathway than the one their entry facts lead to.

They are found as at a day and as known at an instant.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.facts import status
from learners.facts.entry import thresholds, version_in_force
from learners.facts.training import asked
from learners.models import EntryRules
from learners.rules.entry import due_pathway
from learners.rules.entry.advice import SHORT
from pqip.core.known import known_sql, when

#: The pilot of the short pathway: entry facts that lead to the short pathway fit it too.
PILOT = "PQIP13"
#: Learners due to start or on the programme whose pathway nobody has decided, and who were not
#: moved to it since the start.
UNDECIDED = """
SELECT s.enrolment_id, p.code, i.entry_route, i.level5_held, i.modules_held, i.campaign_id,
    coalesce(f.modules_started, '{{}}') AS modules_started, coalesce(f.effective_on, v.effective_on) AS applied_on
FROM standing s JOIN learners_pathway p ON p.id = s.pathway_id JOIN entries i ON i.enrolment_id = s.enrolment_id
JOIN learners_event v ON v.enrolment_id = s.enrolment_id AND v.kind = 'enrolled' AND {known_v}
LEFT JOIN learners_entryfacts f ON f.enrolment_id = s.enrolment_id AND {known_f}
WHERE s.status IN ('due_to_start', 'active', 'deferred')
    AND NOT EXISTS (SELECT FROM learners_pathwaydecision d WHERE d.enrolment_id = s.enrolment_id
        AND d.chosen_id = s.pathway_id AND d.effective_on <= %(as_at)s AND {known_d})
    AND NOT EXISTS (SELECT FROM learners_event m WHERE m.enrolment_id = s.enrolment_id AND m.kind = 'moved_pathway'
        AND m.to_pathway_id = s.pathway_id AND m.effective_on BETWEEN s.start_date AND %(as_at)s AND {known_m})
ORDER BY s.enrolment_id
"""


def unfitting(as_at: dt.date, known_at: dt.datetime | None) -> dict[int, str]:
    """Return, by enrolment, the code of the pathway that the rules lead to, where it is not the
    learner's own.
    """
    standing, parameters = status.status_on(as_at, known_at)
    entries, more = status.entries(known_at)
    sql = UNDECIDED.format(**{f"known_{alias}": known_sql(alias, known_at) for alias in "vfdm"})
    rows = asked(
        [("standing", standing), ("entries", entries)],
        sql,
        {**when(as_at, known_at), **parameters, **more},
    )
    rules = list(EntryRules.objects.known_at(known_at).order_by("effective_on", "id"))
    found = {row["enrolment_id"]: (row["code"], _fitting(row, rules)) for row in rows}
    return {
        key: fits
        for key, (code, fits) in found.items()
        if fits and fits != (SHORT if code == PILOT else code)
    }


def _fitting(row: dict[str, Any], rules: list[EntryRules]) -> str:
    """Return the pathway that the rules of the campaign lead to, or an empty text if there are no
    rules.
    """
    version = version_in_force(rules, row["campaign_id"], row["applied_on"])
    if version is None:
        return ""
    return due_pathway(
        entry_route=row["entry_route"],
        level5_held=row["level5_held"],
        modules_held=row["modules_held"],
        modules_started=row["modules_started"],
        rules=thresholds(version),
    )
