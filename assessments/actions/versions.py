"""Move a candidate to another version of their qualification, and undo a move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from assessments.actions.options import carry_choices, drop_choices
from assessments.actions.units_locks import refuse_claimed
from assessments.derived import progress
from assessments.facts.worked_out import if_moved
from assessments.models import (
    Criterion,
    CriterionMet,
    Decision,
    QualificationVersion,
    Registration,
    RegistrationFact,
    Submission,
    Unit,
    UnitAchievement,
    UnitSignoff,
    VersionMove,
)
from assessments.models.holding import hold
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, void
from pqip.core.refusals import translate_db_errors

MOVED_MEANWHILE = "Somebody else has just moved this candidate to another version."


@dataclass(frozen=True)
class MoveEffect:
    """What a move keeps and loses: criteria met and units achieved on the day, before and after.

    `gone` holds the criteria that were met before and do not count after.
    """

    met_before: list[Criterion]
    met_after: list[Criterion]
    achieved_before: list[Unit]
    achieved_after: list[Unit]
    gone: list[Criterion]


def move_version(
    *, registration: Registration, version: QualificationVersion, on: dt.date, reason: str, by: Any
) -> VersionMove:
    """Assess the candidate by another version from a day on, and return the move.

    Criteria that replace criteria already met stay met; the rest must be shown again. Raises RuleBroken for a version
    of another qualification, a version they are or were on, a version without criteria, a day in the future, a day not
    after their last move, their registration and every sign-off, and once the certificate is claimed.
    """
    if not reason.strip():
        raise RuleBroken("Say why the candidate moves to another version.", "reason")
    with translate_db_errors(MOVED_MEANWHILE), acting_as(by=by, reason=reason):
        hold(registrations=[registration.pk])
        refuse_claimed(registration.pk)
        _check(registration, version, on)
        move = VersionMove.objects.create(
            registration=registration, version=version, effective_on=on
        )
        carry_choices(registration, version, on)
        progress.refresh([registration.pk])
    return move


def undo_move(*, move: VersionMove, reason: str, by: Any) -> None:
    """Undo the latest move.

    Raises RuleBroken where evidence, a decision or a sign-off names the new version already, or the certificate is
    claimed.
    """
    if not reason.strip():
        raise RuleBroken("Say why the move is undone.", "reason")
    with translate_db_errors(MOVED_MEANWHILE), acting_as(by=by, reason=reason):
        hold(registrations=[move.registration_id])
        held = lock_live(move, "Somebody else has undone this move already.")
        refuse_claimed(held.registration_id)
        if _moves(held.registration).filter(effective_on__gt=held.effective_on).exists():
            raise RuleBroken("The candidate has moved again since. Undo the later move first.")
        if _is_used(held):
            raise RuleBroken(
                "Evidence, a decision or a sign-off names the new version already. Undo that first."
            )
        drop_choices(held.registration, held.version, by=by, reason=reason)
        void([held], by=by, reason=reason)
        progress.refresh([held.registration_id])


def what_is_lost(
    registration: Registration, version: QualificationVersion, on: dt.date
) -> MoveEffect:
    """Return what a move on a day would keep and lose; nothing is written.

    Raises RuleBroken as `move_version` does.
    """
    _check(registration, version, on)
    after = if_moved(registration, version.pk, on)
    holding = (Q(to_on=None) | Q(to_on__gt=on)) & Q(from_on__lte=on, registration=registration)
    met = {
        one.key for one in after.met if one.from_on <= on and (one.to_on is None or one.to_on > on)
    }
    achieved = {
        one.key
        for one in after.achieved
        if one.from_on <= on and (one.to_on is None or one.to_on > on)
    }
    before = set(CriterionMet.objects.filter(holding).values_list("criterion", flat=True))
    replaced = {
        key
        for keys in Criterion.objects.filter(pk__in=met).values_list("replaces", flat=True)
        for key in keys
    }
    return MoveEffect(
        _criteria(before),
        _criteria(met),
        _units(UnitAchievement.objects.filter(holding).values_list("unit", flat=True)),
        _units(achieved),
        _criteria(before - replaced),
    )


def _check(registration: Registration, version: QualificationVersion, on: dt.date) -> None:
    if version.qualification_id != registration.qualification_id:
        raise RuleBroken("Select a version of the candidate’s own qualification.", "version")
    if (
        version.pk == registration.version_id
        or _moves(registration).filter(version=version).exists()
    ):
        raise RuleBroken("The candidate is or was assessed by this version already.", "version")
    if not Criterion.objects.filter(unit__version=version).exists():
        raise RuleBroken(f"{version} has no criteria yet.", "version")
    if on > today():
        raise RuleBroken("The date of the move must be today or in the past.", "on")
    last = (
        _moves(registration)
        .order_by("-effective_on")
        .values_list("effective_on", flat=True)
        .first()
    )
    fact = RegistrationFact.objects.live().filter(registration=registration).first()
    if on <= max(day for day in (last, fact and fact.effective_on, dt.date.min) if day):
        raise RuleBroken(
            "The candidate can move only after the day they registered, and after their last move.",
            "on",
        )
    signed = (
        UnitSignoff.objects.live()
        .filter(registration=registration, effective_on__gte=on)
        .order_by("unit__number")
    )
    if numbers := [str(number) for number in signed.values_list("unit__number", flat=True)]:
        raise RuleBroken(
            f"Signed off on or after that day: unit {', '.join(numbers)}. Choose a later day.", "on"
        )


def _is_used(move: VersionMove) -> bool:
    """Return whether any live record names the version moved to."""
    own = list(Criterion.objects.filter(unit__version=move.version_id).values_list("pk", flat=True))
    of = {"evidence__registration": move.registration_id}
    return (
        Submission.objects.live().filter(**of, criteria__overlap=own).exists()
        or Decision.objects.live()
        .filter(Q(criteria_met__overlap=own) | Q(criteria_not_met__overlap=own), **of)
        .exists()
        or UnitSignoff.objects.live()
        .filter(registration=move.registration_id, unit__version=move.version_id)
        .exists()
    )


def _moves(registration: Registration) -> QuerySet[VersionMove]:
    return VersionMove.objects.live().filter(registration=registration)


def _criteria(keys: Iterable[int]) -> list[Criterion]:
    return list(Criterion.objects.filter(pk__in=list(keys)).order_by("unit__number", "order", "pk"))


def _units(keys: Iterable[int]) -> list[Unit]:
    return list(Unit.objects.filter(pk__in=list(keys)).order_by("number"))
