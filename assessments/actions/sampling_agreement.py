"""Record what an external quality assurer says about a region's sampling plan (rule C3 66)."""

from __future__ import annotations

from typing import Any

from assessments.models import SamplingAgreement
from assessments.queries import sampling_agreement
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.core.ledger import lock_live, void
from pqip.core.pii_check import refuse_case_identifiers
from workforce.models import Person, Region

CHANGED = "The plan has changed since you opened it. Nothing was saved; look at what it holds now."


def comment_on_plan(
    *, region: Region, external: Person, is_agreed: bool, comment: str, seen: str, by: Any
) -> SamplingAgreement:
    """Record that the external quality assurer agrees the region's plan, or what must change; return the record.

    `seen` is the fingerprint of the plan that was shown. Raises RuleBroken for a plan without samples, and for a
    refusal without a comment; Conflict where the plan has changed.
    """
    refuse_case_identifiers("comment", comment)
    if not is_agreed and not comment.strip():
        raise RuleBroken("Say what must change before you agree.", "comment")
    with acting_as(by=by):
        Region.objects.select_for_update(no_key=True).get(pk=region.pk)
        plan = sampling_agreement.plans([region.pk])[region.pk]
        if plan.fingerprint != seen:
            raise Conflict(CHANGED)
        if not plan.samples:
            raise RuleBroken("Nothing is planned to be sampled in this region yet.")
        return SamplingAgreement.objects.create(
            region=region,
            external=external,
            effective_on=today(),
            is_agreed=is_agreed,
            comment=comment.strip(),
            plan=plan.fingerprint,
            samples=plan.samples,
        )


def withdraw_comment(*, agreement: SamplingAgreement, reason: str, by: Any) -> None:
    """Undo what one said oneself about a plan, with a reason."""
    if not reason.strip():
        raise RuleBroken("Say why it is taken back.", "reason")
    if by.person_id != agreement.external_id:
        raise NotAllowed("What an external quality assurer said is theirs to take back.")
    with acting_as(by=by, reason=reason):
        void([lock_live(agreement, "This has been taken back already.")], by=by, reason=reason)
