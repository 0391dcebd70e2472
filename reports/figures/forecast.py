"""The supply forecast: what it is made from, as at a day and as known at an instant, and its answer as a report's rows."""

from __future__ import annotations

from reports.figures.asking import PlaceFilter, Query, Question
from reports.figures.forecast_learners import OfRegion, learners_of
from reports.figures.forecast_posts import grades_of
from reports.rules.forecast_inputs import Inputs, Region

REGIONS = "SELECT id, code FROM workforce_region WHERE code <> 'NAT' ORDER BY \"order\", code"


def inputs(question: Question, *, planned_ahead: int | None = None) -> Inputs:
    """What a forecast of the day is made from, for every region, whichever is asked about: regions learn from each other.

    `planned_ahead`: only intakes that begin within so many months count; all that are planned where it is None.
    """
    whole = Question(question.as_at, question.known_at, PlaceFilter())
    learners, grades = learners_of(whole, planned_ahead=planned_ahead), grades_of(whole)
    return Inputs(
        question.as_at,
        tuple(
            _region(code, learners.get(key, OfRegion()), grades.get(code, ()))
            for key, code in Query(whole).tuples(REGIONS)
        ),
    )


def _region(code: str, learners: OfRegion, grades: tuple) -> Region:
    return Region(
        code,
        learners.learners,
        learners.intakes,
        learners.training,
        grades,
        no_length=learners.no_length,
    )
