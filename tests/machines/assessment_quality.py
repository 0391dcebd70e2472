"""What quality assurers do besides releasing, a step each."""

from __future__ import annotations

from assessments.actions.sampling import finish_action, plan_samples, record_sample, undo_sample
from assessments.models import Decision, Sample
from pqip.core.clock import today
from tests.machines.assessment_steps import steps
from tests.machines.assessment_world import AssessmentWorld
from tests.machines.driver import Draw
from tests.machines.world import any_row


@steps(3)
def plan_sample(world: AssessmentWorld, draw: Draw) -> None:
    decision, who = any_row(Decision, draw), world.person(draw, "Iris", "Cora")
    world.say(
        f"{world.name(who)} is to sample the decision of {world.name(decision.assessor_id)} on {decision.evidence}"
    )
    plan_samples(
        decisions=[(decision.pk, "interim")],
        quality_assurer=who,
        due_on=today(),
        by=world.by(draw, who),
    )


@steps(3)
def sample(world: AssessmentWorld, draw: Draw) -> None:
    row = any_row(Sample, draw)
    action = draw.often(50)
    world.say(
        f"{world.name(row.quality_assurer_id)} samples the decision on {row.decision.evidence}"
        f"{', with something to do' if action else ''}"
    )
    record_sample(
        sample=row,
        verdict="action" if action else "supported",
        found="As it should be.",
        by=world.by(draw, row.quality_assurer),
        criteria=[*row.decision.criteria_met, *row.decision.criteria_not_met],
        action="More detail" if action else "",
        action_due_on=today() if action else None,
        on=world.day(draw, since=row.decision.effective_on),
    )


@steps()
def finish_what_a_sample_asked(world: AssessmentWorld, draw: Draw) -> None:
    row = any_row(Sample, draw, action_due_on__isnull=False)
    world.say(f"what the sample of {row.decision.evidence} asked is done")
    finish_action(sample=row, by=world.users["manager"])


@steps()
def take_a_sample_back(world: AssessmentWorld, draw: Draw) -> None:
    row = any_row(Sample, draw)
    world.say(f"the sample of {row.decision.evidence} is undone")
    undo_sample(sample=row, reason="Wrong", by=world.by(draw, row.quality_assurer))
