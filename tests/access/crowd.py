"""Many more learners at home: each with assessors, evidence, and a decision that waits to be countersigned."""

from __future__ import annotations

from learners.actions.derive import refresh_standing
from pqip.core.acting import act
from tests.access.records import START, World
from tests.factories import assessments, learners, workforce
from tests.factories.workforce import BY
from tests.personas import HOME


def add(world: World, number: int) -> None:
    """So many more learners, all within reach of the personas of the home region."""
    trainee = world.people["pta"].person
    manager = world.people["line_manager"].person
    for _ in range(number):
        who = workforce.person(in_region=HOME, in_grade="PSO")
        workforce.spell(who, START, in_region=HOME, in_grade="PSO")
        enrolment = learners.enrolment(who=who, start=START, in_region=HOME)
        assessments.allocate(who, trainee, "pta")
        assessments.allocate(who, manager, "line_manager")
        with act(by=BY):
            refresh_standing([enrolment.pk])
        candidate = assessments.registration(who)
        assessments.evidence(candidate)
        assessments.decision(assessments.evidence(candidate), trainee)
        workforce.user("learning_manager", in_region=HOME, password=None)
