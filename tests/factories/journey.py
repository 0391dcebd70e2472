"""The whole journey for tests: one row of each fact recorded about a learner beside their events."""

from __future__ import annotations

import datetime as dt

from django.db.models import Model

from learners import models as kept
from pqip.core.acting import Job, acting_as
from tests.factories import learners
from workforce.models import Person, University

BY = Job("test")
DAY = dt.date(2026, 1, 5)
LATER = dt.date(2026, 6, 5)


def one_of_each(enrolment: kept.Enrolment, other: Person) -> list[Model]:
    """Write a row of every ledger of the journey for this learner, and return them; `other` is the person they deal with."""
    learner = {"enrolment": enrolment, "effective_on": DAY}
    person = {"person": enrolment.person, "effective_on": DAY}
    event = kept.Event.objects.live().filter(enrolment=enrolment).order_by("id").first()
    with acting_as(by=BY):
        rules = kept.EntryRules.objects.create(effective_on=DAY, source="test")
        proposal = kept.WithdrawalProposal.objects.create(
            **learner, reason="academic", told_on=DAY, last_activity_on=DAY
        )
        case_type = kept.CaseType.objects.get_or_create(code="TEST", defaults={"title": "Test"})[0]
        course, module = learners.course(), learners.module()
        taught_by = University.objects.get_or_create(name="Test University")[0]
        rows = [
            rules,
            proposal,
            kept.EntryFacts.objects.create(**learner),
            kept.PathwayDecision.objects.create(
                **learner, rules=rules, chosen=learners.pathway(), reason="test"
            ),
            kept.StarterStep.objects.create(**learner, arrangement="vetting", state="asked"),
            kept.ManagerAcknowledgement.objects.create(**learner, manager=other),
            kept.Contact.objects.create(**learner, means="email", about="test"),
            kept.SupportNeed.objects.create(**learner, adjustment="test"),
            kept.ExtensionRequest.objects.create(**learner, module=module, asked_until=LATER),
            kept.CourseRequirement.objects.create(
                course=course, audience="learner", effective_on=DAY
            ),
            kept.UniversityAward.objects.create(**learner, award="TEST"),
            kept.OfferedAward.objects.create(
                university=taught_by, code="TEST", title="Test", effective_on=DAY
            ),
            kept.OfferedAnswer.objects.create(
                question="sex", code="test", label="Test", effective_on=DAY
            ),
            kept.TaughtModule.objects.create(university=taught_by, module=module, effective_on=DAY),
            kept.ModulePlan.objects.create(
                university=taught_by,
                cohort=enrolment.entry_cohort,
                module=module,
                effective_on=DAY,
                due_on=LATER,
            ),
            kept.CourseEvaluation.objects.create(**person, course=course, level=1, answered_on=DAY),
            kept.CoursePlan.objects.create(
                cohort=enrolment.cohort, region=enrolment.region, course=course, effective_on=LATER
            ),
            kept.DiplomaExpectation.objects.create(effective_on=DAY),
            kept.TrainingExemption.objects.create(**person, course=course, reason="test"),
            kept.FollowUp.objects.create(**person, course=course, due_on=LATER),
            kept.Placement.objects.create(**learner, setting="court", planned_to=LATER),
            kept.CoWork.objects.create(**learner, responsible_officer=other, tasks="test"),
            kept.CaseTypeOverride.objects.create(**learner, case_type=case_type, reason="test"),
            kept.ProtectedDay.objects.create(**person, kind="university"),
            kept.ReviewPart.objects.create(**person, due_on=DAY, party="learner"),
            kept.Manageable.objects.create(**person, due_on=DAY, answer="well"),
            kept.ReviewAction.objects.create(
                **person, due_on=DAY, owner="learner", what="test", do_by=LATER
            ),
            kept.BoardPaper.objects.create(**learner, title="test", kept_at="test"),
            kept.BoardAction.objects.create(**learner, what="test", owner=other, do_by=LATER),
            kept.BoardAppeal.objects.create(**learner, decision_on=DAY, grounds="test"),
            kept.BreakReview.objects.create(**learner),
            kept.ReturnPlan.objects.create(**learner, plan="test"),
            kept.WithdrawalDetail.objects.create(**learner, told_on=DAY, last_activity_on=DAY),
            kept.LeaverWords.objects.create(**learner, words="test"),
            kept.OfficerPost.objects.create(**learner, region=enrolment.region),
            kept.NewlyQualified.objects.create(**learner, protected_until=LATER),
            kept.NewlyQualifiedWorkshop.objects.create(**learner, title="test"),
            kept.Challenge.objects.create(**learner, item="test", says="test"),
            kept.OwnAccount.objects.create(**learner, about="review", about_on=DAY, account="test"),
            kept.Conversation.objects.create(**learner, held_on=DAY),
            kept.ConversationAction.objects.create(
                **learner, offered_on=DAY, what="test", owner="pta", do_by=LATER
            ),
            kept.InductionItem.objects.create(code="TEST", title="Test", effective_on=DAY),
            kept.InductionRecord.objects.create(**person, item="TEST"),
            kept.PracticeObservation.objects.create(**person, observer=other),
        ]
    with acting_as(by=Job("second")):
        return [
            *rows,
            kept.WithdrawalVerdict.objects.create(
                proposal=proposal, effective_on=DAY, approved=True
            ),
            kept.CodingCheck.objects.create(event=event, effective_on=DAY, agreed=True),
        ]
