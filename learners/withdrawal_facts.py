"""Withdrawals that wait for somebody: to be approved, to be checked, to be heard. Read through the reader's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from learners.models import (
    CodingCheck,
    Enrolment,
    Event,
    LeaverWords,
    Reason,
    ReasonSet,
    WithdrawalDetail,
    WithdrawalProposal,
    WithdrawalVerdict,
)
from learners.models.events import EndedBy
from learners.rules.withdrawal import CHECKED_WITHIN, FITTING, check_reasons, needs_approval
from pqip.core.access_log import log_access
from pqip.core.models import AccessEntry

APPROVE, LEAVERS = "learners.approve_withdrawal", "learners.view_leavers"
#: What the coding of a withdrawal is.
CODING = ("reason", "other_reasons", "ended_by", "destination", "note")


def proposals(user: Any, permission: str = APPROVE) -> QuerySet[WithdrawalProposal]:
    """Withdrawals the Service proposes that nobody has decided, within reach."""
    return undecided().visible_to(user, permission)


def undecided() -> QuerySet[WithdrawalProposal]:
    """Every proposal that stands and waits to be approved or refused."""
    decided = WithdrawalVerdict.objects.live().filter(proposal=OuterRef("pk"))
    return WithdrawalProposal.objects.live().filter(~Exists(decided))


def proposals_of(enrolment: Enrolment) -> list[tuple[WithdrawalProposal, WithdrawalVerdict | None]]:
    """Every proposal that stands, latest first, with what was decided of it."""
    rows = list(WithdrawalProposal.objects.live().filter(enrolment=enrolment).order_by("-effective_on", "-id"))
    verdicts = {row.proposal_id: row for row in WithdrawalVerdict.objects.live().filter(proposal__in=rows)}
    return [(row, verdicts.get(row.pk)) for row in rows]


def codings(user: Any, on: dt.date, permission: str = APPROVE) -> QuerySet[Event]:
    """Withdrawals of the past year that the Service did not end, whose coding nobody has agreed as it stands."""
    same = {name: OuterRef(name) for name in CODING}
    agreed = CodingCheck.objects.live().filter(
        agreed=True, event__enrolment=OuterRef("enrolment"), event__kind="withdrawn",
        **{f"event__{name}": outer for name, outer in same.items()},
    )
    rows = Event.objects.live().visible_to(user, permission)
    return rows.filter(~Exists(agreed), ~Q(ended_by=EndedBy.SERVICE), kind="withdrawn", effective_on__gt=on - CHECKED_WITHIN)


def is_checked(event: Event) -> bool:
    """Whether a second person agreed the coding as it stands."""
    same = {f"event__{name}": getattr(event, name) for name in CODING}
    rows = CodingCheck.objects.live().filter(agreed=True, event__enrolment=event.enrolment_id, event__kind="withdrawn", **same)
    return needs_approval(event.ended_by) or rows.exists()


def coders_of(event: Event) -> set[str]:
    """Who recorded a withdrawal coded as this one, so that nobody checks their own when its interview is recorded since."""
    same = {name: getattr(event, name) for name in CODING}
    rows = Event.objects.filter(enrolment=event.enrolment_id, kind="withdrawn", **same)
    first = rows.order_by("id").values_list("recorded_by", flat=True).first()
    return {event.recorded_by} | ({first} if first else set())


def withdrawal_of(enrolment: Enrolment) -> Event | None:
    return Event.objects.live().filter(enrolment=enrolment, kind="withdrawn").first()


def detail_of(enrolment: Enrolment) -> WithdrawalDetail | None:
    return WithdrawalDetail.objects.live().filter(enrolment=enrolment).first()


def leavers(user: Any) -> QuerySet[Event]:
    """Withdrawals within the reach of somebody who reads leavers' words."""
    words = LeaverWords.objects.live().filter(enrolment=OuterRef("enrolment"))
    rows = Event.objects.live().visible_to(user, LEAVERS).filter(kind="withdrawn")
    return rows.annotate(has_words=Exists(words))


def words_read_by(user: Any, enrolment: Enrolment) -> LeaverWords | None:
    """What a leaver said, for those who may read it: a line in the log of access where there is something to read."""
    words = LeaverWords.objects.live().visible_to(user, LEAVERS).filter(enrolment=enrolment).first()
    if words is not None:
        log_access(user, AccessEntry.Kind.VIEW, "learners:leaver's own words", {}, person_key=enrolment.person_id)
    return words


def reasons_for(ended_by: str, on: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Reasons in force on a day that fit who ended it (every one where that is not known), grouped by their list, as choices."""
    return _choices(FITTING.get(ended_by, ReasonSet.Kind.values), on)


def check_coding(on: dt.date, ended_by: str, reason: str, other_reasons: Collection[str], note: str) -> None:
    """Raises RuleBroken unless the reasons are in force on that day, fit who ended it, and *other* is said in words."""
    check_reasons(reason, other_reasons, note, Fitting().on(ended_by, on))


class Fitting:
    """Every reason and when it was in use, read once for as many withdrawals as there are."""

    def __init__(self) -> None:
        columns = ("code", "reason_set__kind", "reason_set__from_date", "reason_set__to_date")
        self.reasons = list(Reason.objects.values_list(*columns))

    def on(self, ended_by: str, on: dt.date | None) -> set[str]:
        """Reasons in use on a day (at any time, without one) that fit who ended it; every one where that is not known."""
        kinds = FITTING.get(ended_by, ReasonSet.Kind.values)
        return {
            code for code, kind, since, until in self.reasons
            if kind in kinds and (on is None or (since <= on and (until is None or on <= until)))
        }


def drivers(on: dt.date) -> list[tuple[str, str]]:
    """Drivers of attrition in force on a day, as choices: what leavers are asked."""
    return [each for _, group in _choices(("driver",), on) for each in group]


def _choices(kinds: Iterable[str], on: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    in_force = Q(reason_set__to_date=None) | Q(reason_set__to_date__gte=on)
    rows = Reason.objects.filter(in_force, reason_set__from_date__lte=on, reason_set__kind__in=list(kinds))
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows.select_related("reason_set").order_by("reason_set__kind", "order", "label"):
        groups.setdefault(row.reason_set.title, []).append((row.code, row.label))
    return list(groups.items())
