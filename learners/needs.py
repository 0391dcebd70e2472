"""What a learner needs somebody in the service to decide or do: the lists of the learning manager's first page.

Each need is a condition on enrolments as at a day, so that a count and the list it opens are the same question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, Value, When

from learners import ports
from learners.facts import units_expected
from learners.models import ManagerAcknowledgement, PathwayDecision, Segment, SupportNeed
from learners.models.enrolments import EnrolmentQuerySet, Status

#: How far ahead starters are listed, as in the report starter-readiness.
STARTERS_DAYS = 56
#: How long before the start a line manager should have read what they must know (assumed; not from the service).
BRIEFED_DAYS = 28
ON_PROGRAMME = Q(status__in=[Status.ACTIVE, Status.DEFERRED])


@dataclass(frozen=True)
class Need:
    """A reason for a decision: its code in an address, the words of its list, of one learner, and the condition.

    `condition` takes the day and the keys of learners who are behind, which only the vocational strand knows.
    """

    code: str
    title: str
    of_one: str
    condition: Callable[[dt.date, Collection[int]], Q]


def _past_return(on: dt.date, behind: Collection[int]) -> Q:
    lasting = Q(to_on=None) | Q(to_on__gt=on)
    return Q(status=Status.DEFERRED) & Q(Exists(
        Segment.objects.filter(lasting, enrolment=OuterRef("pk"), from_on__lte=on, expected_return__lt=on)
    ))


def _unread(on: dt.date, behind: Collection[int]) -> Q:
    """Starts soon, and their line manager has not said that they have read it since adjustments were last recorded."""
    since = SupportNeed.objects.live().filter(enrolment=OuterRef("enrolment"), recorded_at__gt=OuterRef("recorded_at"))
    read = ManagerAcknowledgement.objects.live().filter(
        ~Exists(since), enrolment=OuterRef("pk"), manager=OuterRef("line_manager"), effective_on__lte=on
    )
    soon = Q(status=Status.DUE_TO_START, start_date__gte=on, start_date__lte=on + dt.timedelta(days=BRIEFED_DAYS))
    return soon & ~Q(Exists(read))


NEEDS = {
    need.code: need
    for need in (
        Need("past_return", "Past their expected return", "Expected back from a break", _past_return),
        Need("past_end", "Past their planned end", "Planned end has passed", lambda on, _: ON_PROGRAMME & Q(planned_end__lt=on)),
        Need("start_unconfirmed", "Start not confirmed", "Was due to start: confirm or record that they did not",
             lambda on, _: Q(status=Status.DUE_TO_START, start_date__lt=on)),
        Need("undecided", "Pathway not decided", "Their pathway is still to be decided",
             lambda on, _: Q(status=Status.DUE_TO_START) & ~Q(Exists(
                 PathwayDecision.objects.live().filter(enrolment=OuterRef("pk"))))),
        Need("no_pta", "No practice tutor assessor", "Needs a practice tutor assessor", lambda on, _: ON_PROGRAMME & Q(pta=None)),
        Need("no_line_manager", "No line manager", "Needs a line manager", lambda on, _: ON_PROGRAMME & Q(line_manager=None)),
        Need("behind", "Behind on vocational units", "Fewer units than expected", lambda _, behind: Q(pk__in=behind)),
        Need("unread", "Starting in 4 weeks, not read by their manager", "Their line manager must know first", _unread),
        Need("starters", "Starting in the next 8 weeks", "Starts soon", lambda on, _: Q(
            status=Status.DUE_TO_START, start_date__gte=on, start_date__lte=on + dt.timedelta(days=STARTERS_DAYS))),
    )
}


def needing(rows: EnrolmentQuerySet, code: str, on: dt.date) -> EnrolmentQuerySet:
    """The enrolments with that need; all of them for a code not known."""
    if code not in NEEDS:
        return rows
    return rows.filter(NEEDS[code].condition(on, behind_keys(rows, on) if code == "behind" else ()))


def needing_anything(rows: EnrolmentQuerySet, on: dt.date, behind: Collection[int]) -> EnrolmentQuerySet:
    """The enrolments with any need at all."""
    anything = Q()
    for need in NEEDS.values():
        anything |= need.condition(on, behind)
    return rows.filter(anything)


def with_needs(rows: EnrolmentQuerySet, on: dt.date, behind: Collection[int]) -> EnrolmentQuerySet:
    """Each need as a yes or no on every row, named `need_` and its code."""
    return rows.annotate(**{f"need_{code}": _yes(need.condition(on, behind)) for code, need in NEEDS.items()})


def count_needs(rows: EnrolmentQuerySet, on: dt.date, behind: Collection[int]) -> dict[str, int]:
    """How many have each need, in one query."""
    return rows.aggregate(**{code: Count("pk", filter=need.condition(on, behind)) for code, need in NEEDS.items()})


def needs_of(row: object) -> list[Need]:
    """The needs of a row of `with_needs`."""
    return [need for code, need in NEEDS.items() if getattr(row, f"need_{code}")]


def behind_keys(rows: EnrolmentQuerySet, on: dt.date) -> list[int]:
    """Keys of those on the programme who have achieved fewer units than expected by the day."""
    people = dict(rows.on_programme().order_by().values_list("pk", "person_id"))
    progress = ports.vocational().progress_of(set(people.values()), on)
    expected = units_expected({key: progress[person].units_total for key, person in people.items() if person in progress}, on)
    return [key for key, units in expected.items() if progress[people[key]].units_achieved < units]


def _yes(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
