"""The newly qualified: how many are protected, and what of their protection is kept, by region."""

from __future__ import annotations

from learners.qualified_facts import Protection, protection
from reports.figures.asking import Question, Row
from reports.figures.on_programme import standing

WHO = """
SELECT s.enrolment_id, g.code AS region FROM standing s JOIN workforce_region g ON g.id = s.region_id
WHERE s.enrolment_id = ANY(%(found)s) ORDER BY g."order", g.code, s.enrolment_id
"""


def newly_qualified(question: Question) -> list[Row]:
    """A row for each region where anybody is protected, or should be, ordered by region."""
    found = protection(question.as_at, question.known_at)
    query = standing(question)
    query.parameters["found"] = list(found)
    regions: dict[str, list[Protection]] = {}
    for row in query.rows(WHO):
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
