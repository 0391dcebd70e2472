"""Newly qualified officers: how many are protected, and how far the protection is kept, by the region of their post."""

from __future__ import annotations

from learners.facts import status
from learners.facts.qualified import Protection, protection
from reports.figures.asking import Query, Question, Row

#: The region of each one's officer's post; where no post is recorded, the region in which they completed.
WHO = """
SELECT k.enrolment_id, g.code AS region
FROM unnest(%(found)s::bigint[], %(regions)s::bigint[], %(pdus)s::bigint[]) AS k (enrolment_id, region_id, pdu_id)
LEFT JOIN standing s ON s.enrolment_id = k.enrolment_id
CROSS JOIN LATERAL (SELECT coalesce(k.region_id, s.region_id) AS region_id,
    CASE WHEN k.region_id IS NULL THEN s.pdu_id ELSE k.pdu_id END AS pdu_id) p
JOIN workforce_region g ON g.id = p.region_id
WHERE {within} ORDER BY g."order", g.code, k.enrolment_id
"""


def newly_qualified(question: Question) -> list[Row]:
    """Return a row for each region where anybody is or should be protected, ordered by region."""
    return [
        {"region": region} | _counted(list(people.values()), question)
        for region, people in protected_in(question).items()
    ]


def protected_in(question: Question) -> dict[str, dict[int, Protection]]:
    """Return, by region in their order and by enrolment, everybody within the place who is or should be protected."""
    found = protection(question.as_at, question.known_at)
    query = Query(question)
    query.define("standing", status.status_on(question.as_at, question.known_at))
    places = list(
        zip(*((each.region_id, each.pdu_id) for each in found.values()), strict=True)
    ) or [(), ()]
    query.parameters |= {"found": list(found), "regions": list(places[0]), "pdus": list(places[1])}
    regions: dict[str, dict[int, Protection]] = {}
    for row in query.rows(WHO.format(within=question.place.condition("p"))):
        regions.setdefault(row["region"], {})[row["enrolment_id"]] = found[row["enrolment_id"]]
    return regions


def _counted(people: list[Protection], question: Question) -> Row:
    kept = [each.record for each in people if each.record is not None]
    return {
        "protected": len(kept),
        "reduction_in_force": sum(each.is_reduced(question.as_at) for each in kept),
        "mentor": sum(each.has_mentor for each in kept),
        "workshops_done": sum(each.workshops > 0 for each in kept),
        "pta_retained": sum(each.keeps_pta for each in kept),
        "office_moved": sum(each.office_moved is True for each in kept),
        "exceptions": sum(bool(each.exceptions) for each in people),
    }
