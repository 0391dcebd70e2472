"""Support conversations: what calls for one, and what may be recorded.

Only what the service owes calls for one. How a learner progresses, why somebody is on a break, and
whatever concerns their health never do.
"""

from __future__ import annotations

import datetime as dt

from pqip.core.errors import RuleBroken

#: The calls, in the order in which they are shown.
NO_PTA, PTA_ABSENT, NO_MENTOR = "no_pta", "pta_absent", "no_mentor"
DAYS_LOST, NO_PLACEMENT = "study_days_lost", "placement_not_offered"
NO_ADJUSTMENT, REVIEW_OVERDUE, WORK_WAITS = (
    "adjustment_not_in_place",
    "review_overdue",
    "work_waits",
)
CALLS = (
    NO_PTA,
    PTA_ABSENT,
    NO_MENTOR,
    DAYS_LOST,
    NO_PLACEMENT,
    NO_ADJUSTMENT,
    REVIEW_OVERDUE,
    WORK_WAITS,
)
#: So many study or VQ days lost within so many days call for a conversation (both assumed; not from
#: the service). A day on leave or away sick is none that the service took.
LOST_DAYS, LOST_WITHIN = 2, 28
NOT_THE_SERVICE = "leave_or_sickness"
#: Months on the programme by which a placement should have been offered (assumed; not from the service).
PLACEMENT_MONTHS = 6
#: Days after an adjustment was agreed by which it should be in place (assumed; not from the service).
ADJUSTMENT_DAYS = 14
#: Days after which what still stands calls anew (assumed; not from the service).
AGAIN_DAYS = 90

TO_COME = "This day is still to come."


def check_offered(
    offered_on: dt.date, started: dt.date | None, left: dt.date | None, today: dt.date
) -> None:
    """Raise RuleBroken for a conversation offered on a day to come, before the learner started, or once
    they had left (`left` is the day of that).
    """
    if offered_on > today:
        raise RuleBroken("A conversation cannot have been offered on a day to come.", "offered_on")
    if started is None or offered_on < started:
        raise RuleBroken("They had not started on that day.", "offered_on")
    if left is not None and offered_on >= left:
        raise RuleBroken("They had left the programme by that day.", "offered_on")


def check_came(offered_on: dt.date, came: str, came_on: dt.date | None, today: dt.date) -> None:
    """Raise RuleBroken if the day on which a conversation was held or declined is missing, too early
    or still to come.

    `came` is `held`, `declined`, or blank for nothing yet.
    """
    if not came:
        if came_on is not None:
            raise RuleBroken("Say whether it was held or declined.", "came")
        return
    if came_on is None:
        raise RuleBroken("Enter the day on which it was held or declined.", "came_on")
    if came_on > today:
        raise RuleBroken(TO_COME, "came_on")
    if came_on < offered_on:
        raise RuleBroken("That is before the conversation was offered.", "came_on")


def check_action(
    held_on: dt.date | None,
    what: str,
    agreed_on: dt.date,
    do_by: dt.date,
    done_on: dt.date | None,
    today: dt.date,
) -> None:
    """Raise RuleBroken for something agreed without a conversation that was held, blank, or with days
    in the wrong order.
    """
    if held_on is None:
        raise RuleBroken("Something is agreed once the conversation has been held.")
    if not what.strip():
        raise RuleBroken("Enter what is to be done.", "what")
    if agreed_on < held_on:
        raise RuleBroken("That is before the conversation was held.", "agreed_on")
    if agreed_on > today:
        raise RuleBroken(TO_COME, "agreed_on")
    if do_by < agreed_on:
        raise RuleBroken("It is to be done on the day it was agreed, or later.", "do_by")
    if done_on is not None and done_on < agreed_on:
        raise RuleBroken("It cannot have been done before it was agreed.", "done_on")
    if done_on is not None and done_on > today:
        raise RuleBroken("It cannot have been done on a day to come.", "done_on")
