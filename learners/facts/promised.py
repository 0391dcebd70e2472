"""What was planned or agreed for a learner and is still open.

It covers reviews, practice, training, the board and a return.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from learners.facts.intakes_courses import ahead_of
from learners.facts.training import courses_of
from learners.models import (
    BoardAction,
    BreakReview,
    Enrolment,
    FollowUp,
    OfficerPost,
    Placement,
    ReturnPlan,
    ReviewAction,
    StarterStep,
)
from learners.models.enrolments import EntryRoute, Status
from learners.models.starting import Arrangement
from pqip.core.formats import lower_first, plural
from pqip.govuk.pages import Due

#: Who must act, by the party that owns an action of a review.
TURN = {"learner": "the learner", "pta": "the service", "line_manager": "the service"}
SERVICE = "the service"
#: The strand of what is due after completion.
AFTER = "Officer"


def promised(enrolment: Enrolment, on: dt.date) -> list[Due]:
    """Return everything that is still open, in no order."""
    return [
        *_actions_agreed(enrolment, on),
        *_practice(enrolment, on),
        *_to_book(enrolment, on),
        *_break(enrolment, on),
        *_case_handover(enrolment, on),
        *_officers_post(enrolment),
    ]


def _actions_agreed(enrolment: Enrolment, on: dt.date) -> Iterator[Due]:
    for task in ReviewAction.objects.live().filter(person=enrolment.person_id, done_on=None):
        yield Due(
            task.what, task.do_by, "Review", overdue=task.do_by < on, waiting_for=TURN[task.owner]
        )
    for asked in BoardAction.objects.live().filter(enrolment=enrolment, done_on=None):
        yield Due(asked.what, asked.do_by, "Progression board", overdue=asked.do_by < on)


def _practice(enrolment: Enrolment, on: dt.date) -> Iterator[Due]:
    for row in Placement.objects.live().filter(enrolment=enrolment, began_on=None):
        where, late = lower_first(row.get_setting_display()), row.effective_on < on
        yield Due(
            f"Placement: {where}",
            row.effective_on,
            "Practice",
            overdue=late,
            waiting_for=SERVICE if late else "",
        )
    tasks = FollowUp.objects.live().filter(person=enrolment.person_id, done_on=None)
    for each in tasks.select_related("course"):
        title = f"{each.course.title}: follow up into practice"
        yield Due(
            title, each.due_on, "Role training", overdue=each.due_on < on, waiting_for=SERVICE
        )


def _to_book(enrolment: Enrolment, on: dt.date) -> Iterator[Due]:
    """Yield courses planned for their intake and courses that are due, if nobody has booked them.

    Both wait for the service.
    """
    courses, planned = courses_of(enrolment.pk, on), ahead_of(enrolment, on)
    for row in courses:
        if row["course_id"] in planned and not (
            row["is_attended"] or row["is_exempt"] or row["booked_for"]
        ):
            yield Due(
                f"{row['title']}: planned, to be booked",
                planned[row["course_id"]],
                "Role training",
                waiting_for=SERVICE,
            )
    if due := [
        row["due_on"] for row in courses if row["is_unbooked"] and row["course_id"] not in planned
    ]:
        title, late = f"{plural(len(due), 'required course')} to be booked", min(due) < on
        yield Due(title, min(due), "Role training", overdue=late, waiting_for=SERVICE)


def _break(enrolment: Enrolment, on: dt.date) -> Iterator[Due]:
    for look in BreakReview.objects.live().filter(enrolment=enrolment, held_on=None):
        yield Due(
            "Look at the break again",
            look.effective_on,
            "Programme",
            overdue=look.effective_on < on,
            waiting_for=SERVICE,
        )
    for plan in ReturnPlan.objects.live().filter(enrolment=enrolment, meeting_held_on=None):
        yield Due(
            "Return meeting",
            plan.effective_on,
            "Programme",
            overdue=plan.effective_on < on,
            waiting_for=SERVICE,
        )


def _case_handover(enrolment: Enrolment, on: dt.date) -> Iterator[Due]:
    """Yield the handover of their cases, which a PSO who progresses completes by the first day.

    Only that it was done is recorded.
    """
    done = StarterStep.objects.live().filter(enrolment=enrolment, arrangement=Arrangement.CASES)
    if (
        enrolment.entry_route == EntryRoute.PSO_PROGRESSION
        and enrolment.start_date
        and not done.exists()
    ):
        yield Due(
            "Cases as a PSO handed over",
            enrolment.start_date,
            "Practice",
            overdue=enrolment.start_date < on,
            waiting_for=SERVICE,
        )


def _officers_post(enrolment: Enrolment) -> Iterator[Due]:
    """Yield the offer of an officer's post or the answer to it, for somebody who completed and
    holds none.
    """
    if enrolment.status != Status.COMPLETED or enrolment.post_region_id is not None:
        return
    answers = list(
        OfficerPost.objects.live().filter(enrolment=enrolment).values_list("answer", flat=True)
    )
    if "" in answers:
        yield Due(
            "Answer to the offer of an officer’s post", None, AFTER, waiting_for="the learner"
        )
    elif OfficerPost.Answer.ACCEPTED not in answers:
        yield Due("Offer of an officer’s post", None, AFTER, waiting_for=SERVICE)
