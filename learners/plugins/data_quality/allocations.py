"""Checks that a learner has an assessor, a line manager and a mentor."""

from __future__ import annotations

from learners.plugins.data_quality.shared import asks
from workforce.data_quality import Check, register

#: Somebody in the role on the day; for a PTA the general one, not that of a single unit.
WITHOUT = """
SELECT s.region_id, s.pdu_id, s.person_id, s.enrolment_id, '' AS about, coalesce(a.has_none, true) AS fails,
    greatest(s.start_date, a.until) AS since
FROM on_programme s LEFT JOIN (
    SELECT l.person_id, bool_and(coalesce(l.ended_on < %(as_at)s, false)) AS has_none, max(l.ended_on) AS until
    FROM learners_allocation l
    WHERE l.role = '{{role}}' AND l.unit IS NULL AND l.effective_on <= %(as_at)s AND {known_l} GROUP BY l.person_id
) a ON a.person_id = s.person_id
"""


def _without(role: str, need: str, title: str, who: str) -> Check:
    return Check(
        need,
        title,
        means=f"They are on the programme, and nobody is their {who} on the day.",
        to_do=f"Allocate their {who}: one learner on the page of their people, or many at once from the list.",
        counts="Learners active or on a break",
        mends=("learners.allocate",),
        reads=("on_programme",),
        page="learners:people",
        rows=asks(WITHOUT.replace("{{role}}", role), "l"),
        list_url="learners:list",
        list_filter=f"need={need}",
    )


register(
    _without("pta", "no_pta", "No practice tutor assessor", "practice tutor assessor"),
    _without("line_manager", "no_line_manager", "No line manager", "line manager"),
    _without("mentor", "no_mentor", "No mentor", "mentor"),
)
