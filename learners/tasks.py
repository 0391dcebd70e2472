"""Background work of learners."""

from __future__ import annotations

from learners.actions.decide_pathway import forget_selection_answers
from learners.actions.derive import refresh_everybody, turn_the_day
from learners.actions.follow_posts import follow_everybody
from pqip.core.acting import Job as Acting
from pqip.jobs.models import Job
from pqip.jobs.registry import handler


@handler("learners.turn_day", title="Learners whose standing changes today")
def turn_day(job: Job) -> None:
    turn_the_day(by=Acting("scheduler"))
    forget_selection_answers(by=Acting("scheduler"))


@handler("learners.follow_posts", title="Posts that do not follow the programme yet")
def follow_posts(job: Job) -> None:
    """A job of its own: people are held before enrolments everywhere, and whom it cannot bring up stops nothing else."""
    follow_everybody(by=Acting("scheduler"))


@handler("learners.redate", title="Dates after a change of pathway lengths")
def redate(job: Job) -> None:
    refresh_everybody()
