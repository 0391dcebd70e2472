"""A learner's dates are the same in the progression report as on their own pages: both come from one timeline."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from assessments.models import Qualification
from learners.milestone_facts import milestones_of
from tests.factories import assessments, learners
from tests.factories.reports import rows

pytestmark = pytest.mark.django_db
START = dt.date(2025, 1, 15)


@pytest.mark.parametrize("on", [
    dt.date(2025, 3, 10), dt.date(2025, 6, 30), dt.date(2025, 12, 31), dt.date(2026, 6, 30), dt.date(2026, 9, 30),
])  # fmt: skip
def test_planned_end_and_units_expected(on: dt.date) -> None:
    """A break, fewer hours, another pathway and an extension, each before one of the days."""
    made = learners.enrolment(start=START)
    assessments.registration(made.person, START, of=Qualification.objects.get(code="VQ5"))
    learners.event(made, "deferred", dt.date(2025, 3, 1))
    learners.event(made, "resumed", dt.date(2025, 3, 31))
    learners.event(made, "changed_fte", dt.date(2025, 6, 1), to_fte=Decimal("0.8"))
    learners.event(made, "moved_pathway", dt.date(2025, 12, 1), to_pathway=learners.pathway("PQIP21"))
    learners.event(made, "extended", dt.date(2026, 9, 1), extended_to=dt.date(2028, 6, 30))
    found = milestones_of(made, on)
    reached = [each for each in found if each.code.startswith("unit_") and each.on and each.on <= on]
    end = next(each.on for each in found if each.code == "planned_end")
    (reported,) = rows("progression", on)
    assert len([each for each in found if each.code.startswith("unit_")]) > 0
    assert (reported["planned_end"], reported["units_expected"]) == (end, len(reached))
