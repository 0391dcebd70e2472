"""Whether candidates have achieved all that their version requires: the mandatory units, and enough of each optional
group.
"""

from __future__ import annotations

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from assessments.models import Registration, Unit, UnitAchievement, UnitGroup, VersionMove
from assessments.models.derived import holds_today
from assessments.models.units_signing_off import is_released
from pqip.core.clock import today

#: The registration about which the condition on a unit, and on a unit of a group, is asked.
OF_UNIT = OuterRef(OuterRef("pk"))
OF_GROUPED = OuterRef(OF_UNIT)


def with_version(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    """Annotate registrations with `now`, the key of the version by which the candidate is assessed today."""
    moves = (
        VersionMove.objects.live()
        .as_at(today())
        .filter(registration=OuterRef("pk"))
        .order_by("-effective_on", "-pk")
    )
    return rows.annotate(
        now=Coalesce(
            Subquery(moves.values("version")[:1]), "version", output_field=BigIntegerField()
        )
    )


def unfinished() -> Q:
    """Return the condition for registrations (from `with_version`) with a unit still to be achieved."""
    return _lacking(Exists(_achieved(OF_UNIT)), Exists(_achieved(OF_GROUPED)))


def unreleased() -> Q:
    """Return the condition for registrations (from `with_version`) with a unit still to be released, itself or in the
    units it was carried over from.
    """
    return _lacking(
        Q(is_released(OuterRef("pk"), "pk")), Q(is_released(OuterRef(OuterRef("pk")), "pk"))
    )


def _achieved(registration: OuterRef) -> QuerySet[UnitAchievement]:
    return UnitAchievement.objects.filter(
        holds_today(), registration=registration, unit=OuterRef("pk")
    )


def _lacking(is_held: Exists | Q, is_held_in_group: Exists | Q) -> Q:
    """Return the condition that a mandatory unit, or one that an optional group requires, is missing."""
    mandatory = Unit.objects.filter(version=OuterRef("now"), group=None).exclude(is_held)
    held = Unit.objects.filter(is_held_in_group, group=OuterRef("pk")).order_by().values("group")
    counted = Coalesce(Subquery(held.annotate(held=Count("pk")).values("held")), 0)
    short = (
        UnitGroup.objects.filter(version=OuterRef("now"))
        .annotate(held=counted)
        .filter(held__lt=F("choose"))
    )
    return Q(Exists(mandatory)) | Q(Exists(short))
