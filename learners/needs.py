"""What a learner needs somebody in the service to decide or do: the lists of the learning manager's first page.

Each need is a condition on enrolments as at a day, so that a count and the list it opens are the same question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, Value, When

from learners import ports
from learners.academic_facts import flags
from learners.facts import units_expected
from learners.models import Allocation, Enrolment, ManagerAcknowledgement, OfficerPost, PathwayDecision, Segment, SupportNeed
from learners.models.enrolments import EnrolmentQuerySet, Status
from learners.review_facts import open_referrals, overdue_review
from learners.training_facts import late_keys

#: How far ahead starters are listed, as in the report starter-readiness.
STARTERS_DAYS = 56
#: How long before the start a line manager should have read what they must know (assumed; not from the service).
BRIEFED_DAYS = 28
#: How long after completing somebody is listed who was offered no officer's post (assumed; not from the service).
OFFERED_DAYS = 365
ON_PROGRAMME = Q(status__in=[Status.ACTIVE, Status.DEFERRED])


#: Keys of enrolments that only another strand's facts tell, by what they are: behind, short, modules, results, training and
#: unbooked.
Known = Mapping[str, Collection[int]]


@dataclass(frozen=True)
class Need:
    """What a learner needs: its code in an address, the words of its list, of one learner, and the condition.

    `condition` takes the day and what other strands tell. With `decides`, it is for the service to decide this week.
    """

    code: str
    title: str
    of_one: str
    condition: Callable[[dt.date, Known], Q]
    decides: bool = True


def _past_return(on: dt.date, known: Known) -> Q:
    lasting = Q(to_on=None) | Q(to_on__gt=on)
    return Q(status=Status.DEFERRED) & Q(Exists(
        Segment.objects.filter(lasting, enrolment=OuterRef("pk"), from_on__lte=on, expected_return__lt=on)
    ))


def _unread(on: dt.date, known: Known) -> Q:
    """Starts soon, and their line manager has not said that they have read it since adjustments were last recorded."""
    since = SupportNeed.objects.live().filter(enrolment=OuterRef("enrolment"), recorded_at__gt=OuterRef("recorded_at"))
    read = ManagerAcknowledgement.objects.live().filter(
        ~Exists(since), enrolment=OuterRef("pk"), manager=OuterRef("line_manager"), effective_on__lte=on
    )
    soon = Q(status=Status.DUE_TO_START, start_date__gte=on, start_date__lte=on + dt.timedelta(days=BRIEFED_DAYS))
    return soon & ~Q(Exists(read))


def _past_end(on: dt.date, known: Known) -> Q:
    return ON_PROGRAMME & Q(planned_end__lt=on)


def _at_risk(on: dt.date, known: Known) -> Q:
    """As reports count *needs action*: units short, the planned end or an expected return passed, or modules that need action."""
    told = Q(pk__in=known["short"]) | Q(pk__in=known["modules"])
    return ON_PROGRAMME & (told | _past_end(on, known) | _past_return(on, known))


def _no_mentor(on: dt.date, known: Known) -> Q:
    mentor = Allocation.objects.live().filter(person=OuterRef("person"), role="mentor", effective_on__lte=on)
    return ON_PROGRAMME & ~Q(Exists(mentor.exclude(ended_on__lt=on)))


def _no_offer(on: dt.date, known: Known) -> Q:
    """Completed within a year, holds no officer's post, and no offer is open or accepted."""
    offered = OfficerPost.objects.live().filter(enrolment=OuterRef("pk")).exclude(answer=OfficerPost.Answer.DECLINED)
    lately = Q(status=Status.COMPLETED, post_region=None, placed_until__gte=on - dt.timedelta(days=OFFERED_DAYS))
    return lately & ~Q(Exists(offered))


NEEDS = {
    need.code: need
    for need in (
        Need("past_return", "Past their expected return", "Expected back from a break", _past_return),
        Need("past_end", "Past their planned end", "Planned end has passed", _past_end),
        Need("start_unconfirmed", "Start not confirmed", "Was due to start: confirm or record that they did not",
             lambda on, _: Q(status=Status.DUE_TO_START, start_date__lt=on)),
        Need("undecided", "Pathway not decided", "Their pathway is still to be decided",
             lambda on, _: Q(status=Status.DUE_TO_START) & ~Q(Exists(
                 PathwayDecision.objects.live().filter(enrolment=OuterRef("pk"))))),
        Need("no_pta", "No practice tutor assessor", "Needs a practice tutor assessor", lambda on, _: ON_PROGRAMME & Q(pta=None)),
        Need("no_line_manager", "No line manager", "Needs a line manager", lambda on, _: ON_PROGRAMME & Q(line_manager=None)),
        Need("no_mentor", "No mentor", "Needs a mentor", _no_mentor, decides=False),
        Need("behind", "Behind on vocational units", "Fewer units than expected", lambda _, known: Q(pk__in=known["behind"])),
        Need("at_risk", "Needs action", "Needs action", _at_risk, decides=False),
        Need("modules", "Modules failed or overdue",
             "A module failed at the last attempt, long overdue, or a fourth not passed in six months",
             lambda _, known: Q(pk__in=known["modules"])),
        Need("results", "Module results not recorded", "A university module is due and nothing is recorded of it",
             lambda _, known: Q(pk__in=known["results"]), decides=False),
        Need("training", "Training overdue", "Required training is overdue", lambda _, known: ON_PROGRAMME & Q(
            pk__in=known["training"]), decides=False),
        Need("unbooked", "Training due and not booked", "Book the training that is due", lambda _, known: ON_PROGRAMME & Q(
            pk__in=known["unbooked"]), decides=False),
        Need("review", "Review overdue", "A review is overdue", lambda on, _: ON_PROGRAMME & Q(overdue_review(on)),
             decides=False),
        Need("board", "Waiting for the progression board", "The board is to decide", lambda on, _: Q(
            pk__in=open_referrals(Enrolment.objects.all()).values("pk"))),
        Need("no_offer", "Completed, no post offered", "Completed, and no officer’s post was offered", _no_offer),
        Need("unread", "Starting in 4 weeks, not read by their manager", "Their line manager must know first", _unread),
        Need("starters", "Starting in the next 8 weeks", "Starts soon", lambda on, _: Q(
            status=Status.DUE_TO_START, start_date__gte=on, start_date__lte=on + dt.timedelta(days=STARTERS_DAYS))),
    )
}


#: The needs whose condition asks another strand, and what it asks.
ASKS = {"behind": ("behind",), "at_risk": ("short", "modules"), "modules": ("modules",), "results": ("results",),
        "training": ("training",), "unbooked": ("unbooked",)}


def told(rows: EnrolmentQuerySet, on: dt.date, codes: Iterable[str] = NEEDS) -> dict[str, list[int]]:
    """What the other strands tell of these enrolments, as far as the needs of these codes ask it."""
    wanted = {what for code in codes for what in ASKS.get(code, ())}
    found: dict[str, list[int]] = {}
    if wanted & {"behind", "short"}:
        short = units_short(rows, on)
        found |= {"behind": list(short), "short": [key for key, units in short.items() if units >= units_at_risk()]}
    if wanted & {"modules", "results"}:
        stands = flags(list(rows.on_programme().order_by().values_list("pk", flat=True)), on)
        found["modules"] = [key for key, flag in stands.items() if flag.needs_action]
        found["results"] = [key for key, flag in stands.items() if flag.result_not_recorded]
    if wanted & {"training", "unbooked"}:
        found["training"], found["unbooked"] = late_keys(on)
    return found


def needing(rows: EnrolmentQuerySet, code: str, on: dt.date) -> EnrolmentQuerySet:
    """The enrolments with that need; all of them for a code not known."""
    if code not in NEEDS:
        return rows
    return rows.filter(NEEDS[code].condition(on, told(rows, on, [code])))


def needing_anything(rows: EnrolmentQuerySet, on: dt.date, known: Known) -> EnrolmentQuerySet:
    """The enrolments with any need that somebody decides."""
    anything = Q()
    for need in NEEDS.values():
        if need.decides:
            anything |= need.condition(on, known)
    return rows.filter(anything)


def with_needs(rows: EnrolmentQuerySet, on: dt.date, known: Known) -> EnrolmentQuerySet:
    """Each need as a yes or no on every row, named `need_` and its code."""
    return rows.annotate(**{f"need_{code}": _yes(need.condition(on, known)) for code, need in NEEDS.items()})


def count_needs(rows: EnrolmentQuerySet, on: dt.date, known: Known) -> dict[str, int]:
    """How many have each need, in one query."""
    return rows.aggregate(**{code: Count("pk", filter=need.condition(on, known)) for code, need in NEEDS.items()})


def needs_of(row: object, *, decided: bool = False) -> list[Need]:
    """The needs of a row of `with_needs`; with `decided` those alone that somebody decides."""
    found = [need for code, need in NEEDS.items() if getattr(row, f"need_{code}")]
    return [need for need in found if need.decides or not decided]


def units_short(rows: EnrolmentQuerySet, on: dt.date) -> dict[int, int]:
    """How many units fewer than expected those on the programme have achieved, by enrolment; those on track are left out."""
    people = dict(rows.on_programme().order_by().values_list("pk", "person_id"))
    progress = ports.vocational().progress_of(set(people.values()), on)
    expected = units_expected({key: progress[person].units_total for key, person in people.items() if person in progress}, on)
    short = {key: units - progress[people[key]].units_achieved for key, units in expected.items()}
    return {key: units for key, units in short.items() if units > 0}


def units_at_risk() -> int:
    """So many units short, and a learner needs action (assumed; not from the service)."""
    return int(getattr(settings, "PQIP_UNITS_AT_RISK", 2))


def _yes(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
