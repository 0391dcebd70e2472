"""Withdrawals to approve or check, and leavers, read through the user's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypedDict

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
from learners.rules.withdrawals import CHECKED_WITHIN, FITTING, needs_approval
from pqip.core.scope import ScopedLedgerQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Gone(TypedDict):
        has_words: bool

    Gone = WithAnnotations[Event, _Gone]

APPROVE, LEAVERS = "learners.approve_withdrawal", "learners.view_leavers"
#: The columns that make up the coding of a withdrawal.
CODING = ("reason", "other_reasons", "ended_by", "destination", "note")


def proposals(user: Any, permission: str = APPROVE) -> ScopedLedgerQuerySet[WithdrawalProposal]:
    """Return proposed withdrawals within reach that nobody has decided."""
    return undecided().visible_to(user, permission)


def undecided() -> ScopedLedgerQuerySet[WithdrawalProposal]:
    """Return every live proposal that waits to be approved or refused."""
    decided = WithdrawalVerdict.objects.live().filter(proposal=OuterRef("pk"))
    return WithdrawalProposal.objects.live().filter(~Exists(decided))


def proposals_of(enrolment: Enrolment) -> list[tuple[WithdrawalProposal, WithdrawalVerdict | None]]:
    """Return every live proposal, the latest first, with its decision if there is one."""
    rows = list(
        WithdrawalProposal.objects.live()
        .filter(enrolment=enrolment)
        .order_by("-effective_on", "-id")
    )
    verdicts = {
        row.proposal_id: row for row in WithdrawalVerdict.objects.live().filter(proposal__in=rows)
    }
    return [(row, verdicts.get(row.pk)) for row in rows]


def codings(user: Any, on: dt.date, permission: str = APPROVE) -> QuerySet[Event]:
    """Return withdrawals of the past year whose current coding nobody has agreed.

    Those that the Service ended are not included.
    """
    same = {name: OuterRef(name) for name in CODING}
    agreed = CodingCheck.objects.live().filter(
        agreed=True,
        event__enrolment=OuterRef("enrolment"),
        event__kind="withdrawn",
        **{f"event__{name}": outer for name, outer in same.items()},
    )
    rows = Event.objects.live().visible_to(user, permission)
    return rows.filter(
        ~Exists(agreed),
        ~Q(ended_by=EndedBy.SERVICE),
        kind="withdrawn",
        effective_on__gt=on - CHECKED_WITHIN,
    )


def is_checked(event: Event) -> bool:
    """Return True if a second person agreed the current coding, or the Service ended it, which was
    approved.
    """
    same = {f"event__{name}": getattr(event, name) for name in CODING}
    rows = CodingCheck.objects.live().filter(
        agreed=True, event__enrolment=event.enrolment_id, event__kind="withdrawn", **same
    )
    return needs_approval(event.ended_by) or rows.exists()


def coders_of(event: Event) -> set[str]:
    """Return who first recorded this coding of a withdrawal, and who recorded the event.

    So nobody checks their own coding after its interview was recorded.
    """
    same = {name: getattr(event, name) for name in CODING}
    rows = Event.objects.filter(enrolment=event.enrolment_id, kind="withdrawn", **same)
    first = rows.order_by("id").values_list("recorded_by", flat=True).first()
    return {event.recorded_by} | ({first} if first else set())


def withdrawal_of(enrolment: Enrolment) -> Event | None:
    """Return the live withdrawal of an enrolment, or None."""
    return Event.objects.live().filter(enrolment=enrolment, kind="withdrawn").first()


def detail_of(enrolment: Enrolment) -> WithdrawalDetail | None:
    """Return the dates around the withdrawal of an enrolment, or None."""
    return WithdrawalDetail.objects.live().filter(enrolment=enrolment).first()


def leavers(user: Any) -> QuerySet[Gone]:
    """Return withdrawals within the reach of a user who may read leavers' words."""
    words = LeaverWords.objects.live().filter(enrolment=OuterRef("enrolment"))
    rows = Event.objects.live().visible_to(user, LEAVERS).filter(kind="withdrawn")
    return rows.annotate(has_words=Exists(words))


def words_of(user: Any, enrolment: Enrolment) -> LeaverWords | None:
    """Return what a leaver said, for users who may read it. Whoever shows it logs the reading."""
    return LeaverWords.objects.live().visible_to(user, LEAVERS).filter(enrolment=enrolment).first()


def reasons_for(ended_by: str, on: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return reasons in force on a day that fit who ended it, grouped by their list, as choices.

    If it is not known who ended it, every reason fits.
    """
    return _choices(FITTING.get(ended_by, ReasonSet.Kind.values), on)


class Fitting:
    """Every reason and when it was in use, read once for any number of withdrawals."""

    def __init__(self) -> None:
        columns = ("code", "reason_set__kind", "reason_set__from_date", "reason_set__to_date")
        self.reasons = list(Reason.objects.values_list(*columns))

    def on(self, ended_by: str, on: dt.date | None) -> set[str]:
        """Return the codes of reasons in use on a day that fit who ended it.

        Without a day, reasons in use at any time count. If it is not known who ended it, every
        reason fits.
        """
        kinds = FITTING.get(ended_by, ReasonSet.Kind.values)
        return {
            code
            for code, kind, since, until in self.reasons
            if kind in kinds and (on is None or (since <= on and (until is None or on <= until)))
        }


def drivers(on: dt.date) -> list[tuple[str, str]]:
    """Return drivers of attrition in force on a day, as choices for leavers."""
    return [each for _, group in _choices(("driver",), on) for each in group]


def _choices(kinds: Iterable[str], on: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    in_force = Q(reason_set__to_date=None) | Q(reason_set__to_date__gte=on)
    rows = Reason.objects.filter(
        in_force, reason_set__from_date__lte=on, reason_set__kind__in=list(kinds)
    )
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows.select_related("reason_set").order_by("reason_set__kind", "order", "label"):
        groups.setdefault(row.reason_set.title, []).append((row.code, row.label))
    return list(groups.items())
