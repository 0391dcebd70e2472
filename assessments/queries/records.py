"""What pages read: records the reader may see, and counts for a whole page at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import connection
from django.db.models import Count, F, FilteredRelation, Min, Prefetch, Q, QuerySet

from assessments.facts import progress
from assessments.facts.options import open_units
from assessments.models import (
    AssessorRecord,
    Countersignature,
    CountersignStamp,
    Criterion,
    CriterionMet,
    Decision,
    Evidence,
    Qualification,
    QualificationVersion,
    Registration,
    RegistrationFact,
    Submission,
    Unit,
    UnitAchievement,
    UnitSignoff,
    VersionMove,
    Wait,
)
from assessments.models.derived import holds_today
from assessments.models.reach import ReachLedgerQuerySet
from learners.models import Allocation
from pqip.core.clock import today
from workforce.models import Person

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _WaitingEvidence(TypedDict):
        waits_from: dt.date
        is_new: bool

    WaitingEvidence = WithAnnotations[Evidence, _WaitingEvidence]

VIEW, DECIDE, QUEUE, COUNTERSIGN = (
    "assessments.view_assessment",
    "assessments.decide",
    "assessments.view_queue",
    "assessments.countersign",
)
NAMED = "assessments.view_named"
#: For units without a sign-off of their own: the latest sign-off of the units they were carried over from.
CARRIED = """
SELECT u.id, (SELECT s.id FROM assessments_unitsignoff s WHERE s.registration_id = %(registration)s AND s.voided_at IS NULL
    AND assessments_criteria_of(s.unit_id) && assessments_behind(%(registration)s, assessments_criteria_of(u.id))
    ORDER BY s.effective_on DESC, s.id DESC LIMIT 1)
FROM assessments_unit u WHERE u.id = ANY(%(units)s)
"""
LIVE_SUBMISSION = Prefetch("submissions", Submission.objects.live(), to_attr="submitted")
OPEN_WAIT = Prefetch("waits", Wait.objects.filter(to_on=None), to_attr="open_waits")


def registrations(user: Any, permission: str = VIEW) -> QuerySet[Registration]:
    """Return the registrations that this user may see with a permission."""
    return Registration.objects.visible_to(user, permission)


def evidence(user: Any, permission: str = VIEW) -> QuerySet[Evidence]:
    """Return the evidence that this user may see with a permission."""
    return Evidence.objects.visible_to(user, permission)


def decisions(user: Any, permission: str) -> QuerySet[Decision]:
    """Return the live decisions that this user may see with a permission."""
    return Decision.objects.live().visible_to(user, permission)


def named_until(user: Any, person_ids: Collection[int]) -> dict[int, dt.date]:
    """Return the last day on which each of these people (keys) is named to this external quality assurer, for namings in
    force today.
    """
    named = Allocation.objects.live().in_force(today()).filter(role="eqa", other=user.person_id)
    until = named.filter(person__in=person_ids).values_list("person", "ended_on")
    return {person: last for person, last in until if last is not None}


def with_candidate(rows: QuerySet) -> QuerySet:
    """Add submission, candidate and open waits to evidence, in three queries whatever the number of rows."""
    return rows.select_related(
        "registration__person", "registration__qualification"
    ).prefetch_related(LIVE_SUBMISSION, OPEN_WAIT)


def waiting_for_decision(rows: QuerySet[Evidence]) -> QuerySet[WaitingEvidence]:
    """Return the evidence that waits for a decision now, once each.

    `waits_from` is the day the open wait began; `is_new` is true where the piece was not returned. Earlier waits of a
    returned piece do not count.
    """
    is_open = Q(waits__kind=Wait.Kind.DECISION, waits__to_on=None)
    waiting = rows.annotate(open_wait=FilteredRelation("waits", condition=is_open)).filter(
        open_wait__isnull=False
    )
    return waiting.annotate(waits_from=F("open_wait__from_on"), is_new=Q(open_wait__decision=None))


def queue(user: Any, permission: str = QUEUE) -> QuerySet[Decision]:
    """Return the decisions that wait for a countersignature, oldest first.

    The user's own decisions and those on their own evidence are left out.
    """
    rows = decisions(user, permission).filter(
        waits__kind=Wait.Kind.COUNTERSIGNATURE, waits__to_on=None
    )
    if user.person_id:
        rows = rows.exclude(assessor=user.person_id).exclude(
            evidence__registration__person=user.person_id
        )
    return rows.order_by("effective_on", "pk")


def with_evidence(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Add assessor, evidence, candidate and submission to decisions."""
    detailed = rows.select_related(
        "assessor", "evidence__registration__person", "evidence__registration__qualification"
    )
    return detailed.prefetch_related(
        Prefetch("evidence__submissions", Submission.objects.live(), to_attr="submitted")
    )


def given(user: Any) -> QuerySet[Countersignature]:
    """Return the live countersignatures in the user's name, latest first."""
    rows = (
        Countersignature.objects.live()
        .visible_to(user, COUNTERSIGN)
        .filter(countersigner=user.person_id)
    )
    return rows.select_related("decision__assessor", "decision__evidence").order_by(
        "-effective_on", "-pk"
    )


def own_countersignatures(user: Any) -> QuerySet[Countersignature]:
    """Return the countersignatures the user gave on screen, including undone ones."""
    rows = Countersignature.objects.visible_to(user, COUNTERSIGN).filter(
        countersigner=user.person_id, is_imported=False
    )
    return rows.select_related("decision__assessor", "decision__evidence__registration__person")


def submissions(user: Any, permission: str) -> QuerySet[Submission]:
    """Return the visible submissions, including undone and corrected rows."""
    rows = Submission.objects.visible_to(user, permission)
    return rows.select_related(
        "evidence__registration__person", "evidence__registration__qualification"
    )


def signoffs(user: Any, permission: str) -> ReachLedgerQuerySet[UnitSignoff]:
    """Return the visible sign-offs of units, including undone ones."""
    rows = UnitSignoff.objects.visible_to(user, permission)
    return rows.select_related(
        "unit", "signed_off_by", "registration__person", "registration__qualification"
    )


def registration_facts(user: Any, permission: str) -> QuerySet[RegistrationFact]:
    """Return the visible facts of registrations, including corrected rows."""
    rows = RegistrationFact.objects.visible_to(user, permission)
    return rows.select_related(
        "registration__person", "registration__qualification", "registration__version"
    )


def versions_to_move_to(registration: Registration) -> QuerySet[QualificationVersion]:
    """Return the versions to which the candidate may move, newest first: with criteria, and never theirs before."""
    been = VersionMove.objects.live().filter(registration=registration).values("version")
    others = QualificationVersion.objects.filter(
        qualification=registration.qualification_id, units__criteria__isnull=False
    )
    return (
        others.exclude(pk=registration.version_id)
        .exclude(pk__in=been)
        .distinct()
        .order_by("-from_date")
    )


def moves(user: Any, permission: str) -> QuerySet[VersionMove]:
    """Return the visible moves to another version, including undone ones, latest first."""
    rows = VersionMove.objects.visible_to(user, permission)
    return rows.select_related(
        "version", "registration__person", "registration__qualification"
    ).order_by("-effective_on", "-pk")


def candidate_counts(keys: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return counts for each registration (by key): evidence to decide, returned, with the countersigner, and the
    oldest wait.
    """
    waits = Wait.objects.filter(evidence__registration__in=keys, to_on=None)
    counted = waits.values(key=F("evidence__registration")).annotate(
        to_decide=Count("pk", filter=Q(kind=Wait.Kind.DECISION, decision=None)),
        returned=Count("pk", filter=Q(kind=Wait.Kind.DECISION, decision__isnull=False)),
        countersigning=Count("pk", filter=Q(kind=Wait.Kind.COUNTERSIGNATURE)),
        oldest=Min("from_on"),
    )
    return {row["key"]: dict(row) for row in counted}


def candidate_progress(person_ids: Collection[int], as_at: dt.date) -> dict[int, dict[str, Any]]:
    """Return the units and criteria, achieved and total, of each registration of these people, by registration."""
    query, parameters = progress.progress(as_at, None, person_ids)
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        names = [column[0] for column in cursor.description]
        return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def units_of(registration: Registration) -> list[Unit]:
    """Return the units on which the candidate is assessed, with their criteria.

    Optional units not chosen are left out.
    """
    rows = Unit.objects.filter(open_units(registration), version=registration.current_version)
    return list(rows.prefetch_related("criteria").order_by("number"))


def criteria_of(keys: Iterable[int]) -> dict[int, Criterion]:
    """Return the criteria by key, in order."""
    return {
        one.pk: one
        for one in Criterion.objects.filter(pk__in=list(keys)).order_by(
            "unit__number", "order", "pk"
        )
    }


def met_now(registration: Registration) -> set[int]:
    """Return the keys of the criteria met today."""
    rows = CriterionMet.objects.filter(holds_today(), registration=registration)
    return set(rows.values_list("criterion", flat=True))


def signed_off(registration: Registration, achieved: Collection[int]) -> dict[int, UnitSignoff]:
    """Return the sign-off of each unit, by unit.

    A unit achieved that counts as signed off since a move has the latest sign-off of those it was carried over from.
    """
    rows = (
        UnitSignoff.objects.live()
        .filter(registration=registration)
        .select_related("signed_off_by", "unit")
    )
    every = {one.pk: one for one in rows}
    found = {one.unit_id: one for one in every.values()}
    if carried := sorted(set(achieved) - found.keys()):
        with connection.cursor() as cursor:
            cursor.execute(CARRIED, {"registration": registration.pk, "units": carried})
            found |= {unit: every[signoff] for unit, signoff in cursor.fetchall() if signoff}
    return found


def achieved_now(registration: Registration) -> set[int]:
    """Return the keys of the units achieved today."""
    rows = UnitAchievement.objects.filter(holds_today(), registration=registration)
    return set(rows.values_list("unit", flat=True))


def pieces_of(registration: Registration) -> list[Evidence]:
    """Return the candidate's live evidence, oldest first, with submission, live decisions and open waits."""
    rows = (
        Evidence.objects.filter(registration=registration, submissions__voided_at=None)
        .distinct()
        .order_by("pk")
    )
    given = Prefetch("countersignatures", Countersignature.objects.live(), to_attr="given")
    live = (
        Decision.objects.live()
        .select_related("assessor")
        .prefetch_related(given)
        .order_by("effective_on", "number", "pk")
    )
    return list(
        rows.prefetch_related(
            LIVE_SUBMISSION, OPEN_WAIT, Prefetch("decisions", live, to_attr="decided")
        )
    )


def history_of(piece: Evidence) -> dict[str, list[Any]]:
    """Return everything recorded about a piece of evidence, including undone rows, by kind."""
    decided = Decision.objects.filter(evidence=piece).select_related("assessor")
    return {
        "submissions": list(Submission.objects.filter(evidence=piece).order_by("pk")),
        "decisions": list(decided.order_by("effective_on", "number", "pk")),
        "stamps": list(
            CountersignStamp.objects.filter(decision__evidence=piece)
            .select_related("decision")
            .order_by("pk")
        ),
        "signatures": list(
            Countersignature.objects.filter(decision__evidence=piece)
            .select_related("countersigner", "decision")
            .order_by("pk")
        ),
    }


def latest_decision(piece: Evidence) -> Decision | None:
    """Return the latest live decision on a piece of evidence, or None."""
    return (
        Decision.objects.live()
        .filter(evidence=piece)
        .order_by("-effective_on", "-number", "-pk")
        .first()
    )


def assessors(user: Any) -> QuerySet[AssessorRecord]:
    """Return the assessors that this user may see."""
    return (
        AssessorRecord.objects.live()
        .visible_to(user, "assessments.manage_assessors")
        .select_related("person__region")
    )


def assessor_counts(person_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return counts for each assessor (by key): learners allocated today, and decisions that wait for a
    countersignature.
    """
    found: dict[int, dict[str, int]] = defaultdict(lambda: {"caseload": 0, "waiting": 0})
    in_force = Allocation.objects.live().in_force(today()).filter(role="pta")
    caseloads = (
        in_force.filter(other__in=person_ids)
        .values_list("other")
        .annotate(Count("person", distinct=True))
    )
    for key, number in caseloads.order_by():
        found[key]["caseload"] = number
    waits = Wait.objects.filter(
        kind=Wait.Kind.COUNTERSIGNATURE, to_on=None, decision__assessor__in=person_ids
    )
    for key, number in waits.values_list("decision__assessor").annotate(Count("pk")).order_by():
        found[key]["waiting"] = number
    return found


def person(user: Any, permission: str, public_id: Any) -> QuerySet[Person]:
    """Return the visible person with this public identifier, as a queryset."""
    return Person.objects.visible_to(user, permission).filter(public_id=public_id)


def record_of(who: Person) -> AssessorRecord | None:
    """Return a person's live assessor record, or None."""
    return AssessorRecord.objects.live().filter(person=who).first()


def records_of(who: Person) -> list[AssessorRecord]:
    """Return every assessor record of a person, including undone ones, latest first."""
    return list(AssessorRecord.objects.filter(person=who).order_by("-pk"))


def versions_by_choice() -> QuerySet[QualificationVersion]:
    """Return the versions on which a candidate is placed only by choice."""
    rows = QualificationVersion.objects.filter(
        by_choice=True, units__criteria__isnull=False
    ).distinct()
    return rows.select_related("qualification").order_by("qualification__order", "-from_date")


def qualifications() -> QuerySet[Qualification]:
    """Return the qualifications of which a version has been loaded."""
    return Qualification.objects.filter(versions__isnull=False).distinct()
