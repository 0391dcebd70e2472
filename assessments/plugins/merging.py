"""What happens to assessment records when two records of one person are merged.

Decisions and authority stay with whoever gave them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Exists, Model, OuterRef

from assessments.models import (
    AssessmentPlan,
    AssessorRecord,
    Attendance,
    CertificateClaim,
    Countersignature,
    CpdEntry,
    Decision,
    DecisionDraft,
    Evidence,
    Handover,
    Registration,
    RegistrationFact,
    Sample,
    SamplingAgreement,
    StandardisationAction,
    UnitChoice,
    UnitRelease,
    UnitSignoff,
    VersionMove,
)
from assessments.models.holding import hold
from workforce.ports.merging import How, register, register_hold, register_spare

CANDIDATE = "registration__person"
BOTH_REGISTERED = "Evidence stands in both registrations, and moves from neither. Undo what is in the wrong one first."
#: Models whose rows show that a registration has been used.
FILLED = (
    Evidence,
    VersionMove,
    UnitChoice,
    AssessmentPlan,
    UnitSignoff,
    UnitRelease,
    CertificateClaim,
)


def hold_candidates(people: Collection[int]) -> None:
    """Lock the registrations of these people (keys)."""
    hold(
        registrations=list(
            Registration.objects.filter(person__in=people).values_list("pk", flat=True)
        )
    )


def spare(kept: int, gone: int) -> tuple[Collection[int], Sequence[Model]]:
    """Return the registrations of the person who goes that were never used and duplicate one of the person who stays,
    with their facts.

    These are not moved by the merge.
    """
    theirs = Registration.objects.filter(person=kept).values("qualification")
    rows = Registration.objects.filter(person=gone, qualification__in=theirs)
    for model in FILLED:
        rows = rows.exclude(Exists(model._base_manager.filter(registration=OuterRef("pk"))))
    certified = RegistrationFact.objects.live().filter(
        registration=OuterRef("pk"), certificated_on__isnull=False
    )
    left = list(rows.exclude(Exists(certified)).values_list("pk", flat=True))
    return left, list(RegistrationFact.objects.live().filter(registration__in=left).order_by("pk"))


register_hold(hold_candidates)
register_spare(Registration, spare)
register(
    Registration,
    person=How.POINTED,
    words=lambda row: f"the registration for {row.qualification}",
    mend=BOTH_REGISTERED,
)
register(AssessorRecord, person=How.ANCHOR)
register(CpdEntry, person=How.RECORDED)
register(Handover, person=How.RECORDED, taken_by=How.RECORDED, about="person")
register(Decision, assessor=How.ANCHOR, about="evidence__registration__person")
register(
    Countersignature, countersigner=How.ANCHOR, about="decision__evidence__registration__person"
)
register(DecisionDraft, assessor=How.ANCHOR, about="evidence__registration__person")
register(AssessmentPlan, assessor=How.RECORDED, about=CANDIDATE)
register(Sample, quality_assurer=How.ANCHOR, about="decision__evidence__registration__person")
register(SamplingAgreement, external=How.ANCHOR)
register(Attendance, person=How.RECORDED)
register(StandardisationAction, owner=How.RECORDED)
register(UnitSignoff, signed_off_by=How.ANCHOR, about=CANDIDATE)
register(UnitRelease, released_by=How.ANCHOR, about=CANDIDATE)
