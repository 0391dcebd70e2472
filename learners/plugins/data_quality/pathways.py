"""Checks of the pathway: it was open at the start, and it is the one that the entry facts lead to."""

from __future__ import annotations

import datetime as dt

from learners.facts.pathways import unfitting
from learners.plugins.data_quality.shared import asks
from workforce.data_quality import Check, register
from workforce.data_quality.checks import Sql

NOT_OPEN = """
SELECT s.region_id, s.pdu_id, e.person_id, t.enrolment_id, p.name AS about,
    coalesce(t.start_date < p.opens_on, false) OR coalesce(t.start_date > p.closes_on, false) AS fails, t.start_date AS since
FROM started t JOIN standing s ON s.enrolment_id = t.enrolment_id JOIN learners_enrolment e ON e.id = t.enrolment_id
JOIN learners_pathway p ON p.id = t.pathway_id
"""
UNFITTING = """
SELECT s.region_id, s.pdu_id, e.person_id, s.enrolment_id, coalesce('On ' || p.name || ', came for ' || w.name, '') AS about,
    u.enrolment_id IS NOT NULL AS fails, s.start_date AS since
FROM standing s JOIN learners_enrolment e ON e.id = s.enrolment_id JOIN learners_pathway p ON p.id = s.pathway_id
LEFT JOIN unnest(%(unfitting)s::bigint[], %(fitting)s::text[]) AS u (enrolment_id, code) ON u.enrolment_id = s.enrolment_id
LEFT JOIN learners_pathway w ON w.code = u.code
WHERE s.status IN ('due_to_start', 'active', 'deferred')
"""


def not_fitting(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return the learners on another pathway than the one their entry facts lead to."""
    found = unfitting(as_at, known_at)
    return UNFITTING, {"unfitting": list(found), "fitting": list(found.values())}


register(
    Check(
        "pathway_not_open",
        "Pathway not open at the start",
        means="They started on a day on which nobody could start on that pathway.",
        to_do="Check the pathway and the first day. Correct the one that is wrong.",
        counts="Everybody who has started",
        mends=("learners.record_event",),
        rows=asks(NOT_OPEN),
        reads=("standing", "started"),
        page="learners:programme",
    ),
    Check(
        "pathway_unfitting",
        "Pathway that does not fit what they came with",
        means="Their level 5, modules and route lead to another pathway, and nobody has decided otherwise.",
        to_do="Correct what is recorded of their entry, or decide the pathway. One that the rules do not lead to needs a reason.",
        counts="Learners due to start, active or on a break",
        mends=("learners.decide_pathway",),
        rows=not_fitting,
        reads=("standing",),
        page="learners:entry",
    ),
)
