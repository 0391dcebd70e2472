"""The newly qualified: how many are protected, and what of their protection is kept, by the region of their officer's post."""

from __future__ import annotations

from learners import facts
from learners.qualified_facts import Protection, protection
from reports.figures.asking import Query, Question, Row

#: Where each holds the officer's post; where none is on record, the region in which they completed.
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
    """A row for each region where anybody is protected, or should be, by the region of their post, ordered by region."""
    found = protection(question.as_at, question.known_at)
    query = Query(question)
    query.define("standing", facts.standing(question.as_at, question.known_at))
    places = list(zip(*((each.region_id, each.pdu_id) for each in found.values()), strict=True)) or [(), ()]
    query.parameters |= {"found": list(found), "regions": list(places[0]), "pdus": list(places[1])}
    regions: dict[str, list[Protection]] = {}
    for row in query.rows(WHO.format(within=question.place.condition("p"))):
        regions.setdefault(row["region"], []).append(found[row["enrolment_id"]])
    return [{"region": region} | _counted(people, question) for region, people in regions.items()]


def _counted(people: list[Protection], question: Question) -> Row:
    kept = [each.kept for each in people if each.kept is not None]
    return {
        "protected": len(kept),
        "reduction_in_force": sum(each.is_reduced(question.as_at) for each in kept),
        "mentor": sum(each.has_mentor for each in kept),
        "workshops_done": sum(each.workshops > 0 for each in kept),
        "pta_retained": sum(each.keeps_pta for each in kept),
        "office_moved": sum(each.office_moved is True for each in kept),
        "exceptions": sum(bool(each.exceptions) for each in people),
    }
