"""What an external quality assurer says of a region's sampling plan (rule C3 66)."""

from __future__ import annotations

from typing import Any

from assessments import agreement_facts
from assessments.models import SamplingAgreement
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.core.ledger import take_hold, void
from pqip.core.naming import refuse_case_identifiers
from workforce.models import Person, Region

CHANGED = "The plan has changed since you opened it. Nothing was saved; look at what it holds now."


def say_of_plan(
    *, region: Region, external: Person, is_agreed: bool, comment: str, seen: str, by: Any
) -> SamplingAgreement:
    """The external quality assurer agrees the plan that was shown (`seen`, its fingerprint), or says what stands against it.

    Raises RuleBroken for a plan that is not agreed without a word why, or one without a sample; Conflict where it has changed.
    """
    refuse_case_identifiers("comment", comment)
    if not is_agreed and not comment.strip():
        raise RuleBroken("Say what must change before you agree.", "comment")
    with act(by=by):
        Region.objects.select_for_update(no_key=True).get(pk=region.pk)
        plan = agreement_facts.plans([region.pk])[region.pk]
        if plan.fingerprint != seen:
            raise Conflict(CHANGED)
        if not plan.samples:
            raise RuleBroken("Nothing is planned to be sampled in this region yet.")
        return SamplingAgreement.objects.create(
            region=region, external=external, effective_on=today(), is_agreed=is_agreed, comment=comment.strip(),
            plan=plan.fingerprint, samples=plan.samples,
        )


def take_back(*, said: SamplingAgreement, reason: str, by: Any) -> None:
    """Take back what one said of a plan oneself, with a reason."""
    if not reason.strip():
        raise RuleBroken("Say why it is taken back.", "reason")
    if by.person_id != said.external_id:
        raise NotAllowed("What an external quality assurer said is theirs to take back.")
    with act(by=by, reason=reason):
        void([take_hold(said, "This has been taken back already.")], by=by, reason=reason)
