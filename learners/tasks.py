"""Background work of learners."""

from __future__ import annotations

from learners.actions.pathways_decide import forget_selection_answers
from learners.derived.enrolments import daily_refresh, refresh_everybody
from learners.derived.posts import follow_everybody
from pqip.core.acting import Job as Acting
from pqip.core.background.queue import Job
from pqip.core.background.registry import handler


@handler("learners.turn_day", title="Learners whose standing changes today")
def refresh_for_today(job: Job) -> None:
    daily_refresh(by=Acting("scheduler"))
    forget_selection_answers(by=Acting("scheduler"))


@handler("learners.follow_posts", title="Posts that do not follow the programme yet")
def follow_posts(job: Job) -> None:
    """Bring posts up to date that do not follow the programme yet.

    It is a job by itself, because people are locked before enrolments everywhere, and a failure
    here must not stop the other daily work.
    """
    follow_everybody(by=Acting("scheduler"))


@handler("learners.redate", title="Dates after a change of pathway lengths")
def redate(job: Job) -> None:
    refresh_everybody()
