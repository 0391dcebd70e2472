"""What a learner needs somebody in the service to decide or do.

They are the lists of the learning manager's first page. Each need is a condition on enrolments as
at a day, so that a count and the list it opens ask the same question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, Value, When

from learners.facts.modules_attention import flags
from learners.facts.progress import units_at_risk
from learners.facts.reviews import open_referrals, overdue_review
from learners.facts.status import units_expected
from learners.facts.training import overdue_and_unbooked_keys
from learners.models import (
    Allocation,
    Enrolment,
    ManagerAcknowledgement,
    OfficerPost,
    PathwayDecision,
    Segment,
    SupportNeed,
)
from learners.models.enrolments import EnrolmentQuerySet, Status
from learners.ports import vocational
from learners.rules.board import HEAR
from pqip.core.expressions import these

#: The days ahead for which starters are listed, as in the report starter-readiness.
STARTERS_DAYS = 56
#: The days before the start by which a line manager should have read what they must know (assumed;
#: not from the service).
BRIEFED_DAYS = 28
#: The days after completion for which somebody without an offer of an officer's post is listed
#: (assumed; not from the service).
OFFERED_DAYS = 365
ON_PROGRAMME = Q(status__in=[Status.ACTIVE, Status.DEFERRED])


#: Keys of enrolments that only the facts of other strands give, by name: `behind`, `short`,
#: `modules`, `results`, `training`, `unbooked`.
StrandKeys = Mapping[str, Collection[int]]


@dataclass(frozen=True)
class Need:
    """What a learner needs: its code in an address, and the condition. Its words are in
    `learners/presenters/needs.py`.

    `condition` takes the day and the keys that other strands give. `decides` means that those who
    run the programme in a region decide it this week. `by` is the permission of others who alone
    may do it: it is their work, and is only shown to everybody else.
    """

    code: str
    condition: Callable[[dt.date, StrandKeys], Q]
    decides: bool = True
    by: str = ""


def _past_return(on: dt.date, keys: StrandKeys) -> Q:
    lasting = Q(to_on=None) | Q(to_on__gt=on)
    return Q(status=Status.DEFERRED) & Q(
        Exists(
            Segment.objects.filter(
                lasting, enrolment=OuterRef("pk"), from_on__lte=on, expected_return__lt=on
            )
        )
    )


def _unread(on: dt.date, keys: StrandKeys) -> Q:
    """Return the condition of those who start soon and whose line manager has not read what they
    must know.

    A confirmation from before the last change of adjustments does not count.
    """
    since = SupportNeed.objects.live().filter(
        enrolment=OuterRef("enrolment"), recorded_at__gt=OuterRef("recorded_at")
    )
    read = ManagerAcknowledgement.objects.live().filter(
        ~Exists(since),
        enrolment=OuterRef("pk"),
        manager=OuterRef("line_manager"),
        effective_on__lte=on,
    )
    soon = Q(
        status=Status.DUE_TO_START,
        start_date__gte=on,
        start_date__lte=on + dt.timedelta(days=BRIEFED_DAYS),
    )
    return soon & ~Q(Exists(read))


def _past_end(on: dt.date, keys: StrandKeys) -> Q:
    return ON_PROGRAMME & Q(planned_end__lt=on)


def _at_risk(on: dt.date, keys: StrandKeys) -> Q:
    """Return the condition of those in need of action, as reports count them.

    They are short of units, have passed the planned end or an expected return, or have modules that
    need action.
    """
    in_need = Q(pk__in=these(keys["short"])) | Q(pk__in=these(keys["modules"]))
    return ON_PROGRAMME & (in_need | _past_end(on, keys) | _past_return(on, keys))


def _no_mentor(on: dt.date, keys: StrandKeys) -> Q:
    mentor = Allocation.objects.live().in_force(on).filter(person=OuterRef("person"), role="mentor")
    return ON_PROGRAMME & ~Q(Exists(mentor))


def _no_offer(on: dt.date, keys: StrandKeys) -> Q:
    """Return the condition of those who completed within a year and have no officer's post and no
    offer.

    An offer counts if it is open or accepted.
    """
    offered = (
        OfficerPost.objects.live()
        .filter(enrolment=OuterRef("pk"))
        .exclude(answer=OfficerPost.Answer.DECLINED)
    )
    lately = Q(
        status=Status.COMPLETED,
        post_region=None,
        placed_until__gte=on - dt.timedelta(days=OFFERED_DAYS),
    )
    return lately & ~Q(Exists(offered))


NEEDS = {
    need.code: need
    for need in (
        Need("past_return", _past_return),
        Need("past_end", _past_end),
        Need("start_unconfirmed", lambda on, _: Q(status=Status.DUE_TO_START, start_date__lt=on)),
        Need(
            "undecided",
            lambda on, _: (
                Q(status=Status.DUE_TO_START)
                & ~Q(Exists(PathwayDecision.objects.live().filter(enrolment=OuterRef("pk"))))
            ),
        ),
        Need("no_pta", lambda on, _: ON_PROGRAMME & Q(pta=None)),
        Need("no_line_manager", lambda on, _: ON_PROGRAMME & Q(line_manager=None)),
        Need("no_mentor", _no_mentor, decides=False),
        Need("behind", lambda _, keys: Q(pk__in=these(keys["behind"]))),
        Need("at_risk", _at_risk, decides=False),
        Need("modules", lambda _, keys: Q(pk__in=these(keys["modules"]))),
        Need("results", lambda _, keys: Q(pk__in=these(keys["results"])), decides=False),
        Need(
            "training",
            lambda _, keys: ON_PROGRAMME & Q(pk__in=these(keys["training"])),
            decides=False,
        ),
        Need(
            "unbooked",
            lambda _, keys: ON_PROGRAMME & Q(pk__in=these(keys["unbooked"])),
            decides=False,
        ),
        Need("review", lambda on, _: ON_PROGRAMME & Q(overdue_review(on)), decides=False),
        Need(
            "board",
            lambda on, _: Q(pk__in=open_referrals(Enrolment.objects.all()).values("pk")),
            decides=False,
            by=HEAR,
        ),
        Need("no_offer", _no_offer),
        Need("unread", _unread),
        Need(
            "starters",
            lambda on, _: Q(
                status=Status.DUE_TO_START,
                start_date__gte=on,
                start_date__lte=on + dt.timedelta(days=STARTERS_DAYS),
            ),
        ),
    )
}


#: For each need that depends on other strands, the names of the keys that it uses.
ASKS = {
    "behind": ("behind",),
    "at_risk": ("short", "modules"),
    "modules": ("modules",),
    "results": ("results",),
    "training": ("training",),
    "unbooked": ("unbooked",),
}


def strand_keys(
    rows: EnrolmentQuerySet, on: dt.date, codes: Iterable[str] = NEEDS
) -> dict[str, list[int]]:
    """Return the keys that other strands give for these enrolments, as far as the needs of these
    codes use them.
    """
    wanted = {what for code in codes for what in ASKS.get(code, ())}
    found: dict[str, list[int]] = {}
    if wanted & {"behind", "short"}:
        short = units_short(rows, on)
        found |= {
            "behind": list(short),
            "short": [key for key, units in short.items() if units >= units_at_risk()],
        }
    if wanted & {"modules", "results", "training", "unbooked"}:
        keys = list(rows.on_programme().order_by().values_list("pk", flat=True))
    if wanted & {"modules", "results"}:
        stands = flags(keys, on)
        found["modules"] = [key for key, flag in stands.items() if flag.needs_action]
        found["results"] = [key for key, flag in stands.items() if flag.result_not_recorded]
    if wanted & {"training", "unbooked"}:
        found["training"], found["unbooked"] = overdue_and_unbooked_keys(keys, on)
    return found


def needing(rows: EnrolmentQuerySet, code: str, on: dt.date) -> EnrolmentQuerySet:
    """Filter for enrolments with that need; an unknown code filters nothing."""
    if code not in NEEDS:
        return rows
    return rows.filter(NEEDS[code].condition(on, strand_keys(rows, on, [code])))


def needing_anything(rows: EnrolmentQuerySet, on: dt.date, keys: StrandKeys) -> EnrolmentQuerySet:
    """Filter for enrolments with any need that somebody decides."""
    anything = Q()
    for need in NEEDS.values():
        if need.decides:
            anything |= need.condition(on, keys)
    return rows.filter(anything)


def with_needs(
    rows: EnrolmentQuerySet, on: dt.date, keys: StrandKeys, *, decided: bool = False
) -> EnrolmentQuerySet:
    """Add each need to every row as True or False, named `need_` and its code; with `decided` only those that somebody
    decides.
    """
    return rows.annotate(
        **{
            f"need_{code}": _yes(need.condition(on, keys))
            for code, need in NEEDS.items()
            if need.decides or not decided
        }
    )


def count_needs(rows: EnrolmentQuerySet, on: dt.date, keys: StrandKeys) -> dict[str, int]:
    """Return, by code, the number of enrolments with each need, in one query; without those that are others' work."""
    return rows.aggregate(
        **{
            code: Count("pk", filter=need.condition(on, keys))
            for code, need in NEEDS.items()
            if not need.by
        }
    )


def needs_of(row: object, *, decided: bool = False) -> list[Need]:
    """Return the needs of a row of `with_needs`; with `decided` only those that somebody decides."""
    return [
        need
        for code, need in NEEDS.items()
        if (need.decides or not decided) and getattr(row, f"need_{code}")
    ]


def units_short(rows: EnrolmentQuerySet, on: dt.date) -> dict[int, int]:
    """Return, by enrolment, how many units those on the programme are short of what is expected.

    Those who are not short are left out.
    """
    people = dict(rows.on_programme().order_by().values_list("pk", "person_id"))
    units = vocational.vocational().units_of(set(people.values()), on)
    expected = units_expected(
        {key: units[person].units_total for key, person in people.items() if person in units}, on
    )
    short = {key: number - units[people[key]].units_achieved for key, number in expected.items()}
    return {key: number for key, number in short.items() if number > 0}


def _yes(condition: Q) -> Case:
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
