"""A learner's dates, and whether they need action, are the same in the progression report as on pages and lists."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from assessments.models import Qualification
from learners.actions.modules_results import record_module_result
from learners.facts.milestones import milestones_of
from learners.models import Enrolment
from learners.queries.needs import needing
from pqip.core.acting import Job
from pqip.core.clock import today
from tests.factories import assessments, learners
from tests.factories.reports import rows

pytestmark = pytest.mark.django_db
START, DAY = dt.date(2025, 1, 15), dt.timedelta(days=1)


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
    learners.event(
        made, "moved_pathway", dt.date(2025, 12, 1), to_pathway=learners.pathway("PQIP21")
    )
    learners.event(made, "extended", dt.date(2026, 9, 1), extended_to=dt.date(2028, 6, 30))
    found = milestones_of(made, on)
    reached = [
        each for each in found if each.code.startswith("unit_") and each.on and each.on <= on
    ]
    end = next(each.on for each in found if each.code == "planned_end")
    (reported,) = rows("progression", on)
    assert len([each for each in found if each.code.startswith("unit_")]) > 0
    assert (reported["planned_end"], reported["units_expected"]) == (end, len(reached))


def test_who_needs_action_on_the_list_is_who_the_report_says() -> None:
    """Two units short, past the planned end, a module long overdue, a fourth one late, past the return; one short; on track."""
    qualification, on = Qualification.objects.get(code="VQ5"), today()
    began = {
        "on_track": on - 30 * DAY,
        "behind": on - 245 * DAY,
        "short": on - 350 * DAY,
        "past_end": on - 600 * DAY,
        "module": on - 60 * DAY,
        "away": on - 70 * DAY,
        "fourth": on - 245 * DAY,
    }
    held = {
        name: ["CJS", "UCCB", "PPP"] + ["REHAB"] * (name not in ("module", "fourth"))
        for name in began
    }
    made = {
        name: learners.enrolment(start=start, modules_held=held[name])
        for name, start in began.items()
    }
    for each in made.values():
        assessments.registration(each.person, each.start_date, of=qualification)
    late = on - 29 * DAY
    record_module_result(
        by=Job("test"),
        enrolment=made["module"],
        module=learners.module("REHAB"),
        attempt=1,
        due_date=late,
    )
    learners.event(made["away"], "deferred", on - 40 * DAY, expected_return=on - DAY)
    everybody = Enrolment.objects.filter(pk__in=[each.pk for each in made.values()])
    said = {row["learner"]: row["progress"] for row in rows("progression", on)}
    of_report = {str(each.public_id): said[str(each.public_id)] for each in everybody}
    needs_action = set(needing(everybody, "at_risk", on))
    behind = set(needing(everybody, "behind", on)) - needs_action
    of_list = {
        str(each.public_id): "at_risk"
        if each in needs_action
        else "behind"
        if each in behind
        else "on_track"
        for each in everybody
    }
    assert of_list == of_report
    assert {name: of_list[str(each.public_id)] for name, each in made.items()} == {
        "on_track": "on_track",
        "behind": "behind",
        "short": "at_risk",
        "past_end": "at_risk",
        "module": "at_risk",
        "away": "at_risk",
        "fourth": "at_risk",
    }
