"""The development of PSOs who are not learners, by region."""

from __future__ import annotations

from learners.facts.development import Pso, in_post, with_learning
from reports.figures.asking import Query, Question, Row

REGIONS = 'SELECT g.id, g.code FROM workforce_region g ORDER BY g."order", g.code'


def pso_development(question: Question) -> list[Row]:
    """Return a row for each region with a PSO in post who is not a learner, ordered by region."""
    place = question.place
    found = [
        row
        for row in in_post(question.as_at, question.known_at)
        if row.enrolment_id is None
        and (place.everywhere or row.region_id in place.regions or row.pdu_id in place.pdus)
    ]
    regions: dict[int, list[Pso]] = {}
    for row in with_learning(found, question.as_at, question.known_at):
        regions.setdefault(row.region_id, []).append(row)
    listed = Query(question).rows(REGIONS)
    return [
        {"region": each["code"]} | _counted(regions[each["id"]], question)
        for each in listed
        if each["id"] in regions
    ]


def _counted(people: list[Pso], question: Question) -> Row:
    all_of_them = [each.developed for each in people]
    due = [each for each in all_of_them if each.is_diploma_due(question.as_at)]
    return {
        "psos": len(people),
        "vq3_due": len(due),
        "vq3_achieved_in_12_months": sum(each.is_diploma_in_time for each in due),
        "vq3_overdue": sum(each.is_diploma_overdue(question.as_at) for each in all_of_them),
        "no_mentor": sum(not each.has_mentor for each in all_of_them),
        "no_assessor": sum(each.is_diploma_open and not each.has_assessor for each in all_of_them),
        "induction_complete": sum(each.is_inducted for each in all_of_them),
        "mandatory_overdue": sum(each.mandatory_overdue > 0 for each in all_of_them),
    }
