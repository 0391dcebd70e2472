"""What becomes of facts about the programme when two records of one person are merged."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from learners.derived.enrolments import refresh, refresh_standing
from learners.derived.posts import follow_posts
from learners.models import (
    Allocation,
    BoardAction,
    Conversation,
    CourseEvaluation,
    CoWork,
    Enrolment,
    Event,
    FollowUp,
    InductionRecord,
    Manageable,
    ManagerAcknowledgement,
    NewlyQualified,
    PracticeObservation,
    ProtectedDay,
    Review,
    ReviewAction,
    ReviewPart,
    StarterStep,
    SupportNeed,
    TrainingExemption,
    TrainingRecord,
)
from learners.models.holding import hold_learners
from pqip.core.formats import short_date
from workforce.ports.merging import How, register, register_after, register_hold

PLACES = "They have one place at a time, and one with each intake: correct or undo what is wrong of one of them first."
LEARNER = "enrolment__person"


def refresh_learners(people: Collection[int]) -> None:
    """Work out again the places of these people, and of everybody they look after or looked after."""
    own = list(Enrolment.objects.filter(person__in=people).values_list("pk", flat=True))
    theirs = Allocation.objects.filter(Q(other__in=people) | Q(person__in=people)).values("person")
    others = Enrolment.objects.filter(
        Q(person__in=theirs) | Q(pta__in=people) | Q(line_manager__in=people)
    ).exclude(pk__in=own)
    refresh(own)
    refresh_standing(list(others.values_list("pk", flat=True)))


def _allocated(row: Allocation) -> str:
    return f"{row.get_role_display()} of {row.person} from {short_date(row.effective_on)}"


register_hold(hold_learners)
register_after(follow_posts)
register_after(refresh_learners)
register(
    Enrolment,
    person=How.POINTED,
    pta=How.FOLLOWS,
    line_manager=How.FOLLOWS,
    mend=PLACES,
    title="places on the programme",
    words=lambda row: f"the place with {row.entry_cohort}",
)
register(
    Allocation,
    person=How.RECORDED,
    other=How.RECORDED,
    about="person",
    words=_allocated,
    title="who looks after whom",
)
register(BoardAction, owner=How.RECORDED)
register(InductionRecord, person=How.RECORDED)
register(PracticeObservation, person=How.RECORDED, observer=How.RECORDED, about="person")
register(Event, approved_by=How.ANCHOR, about=LEARNER, title="approvals")
register(TrainingRecord, person=How.RECORDED, title="courses")
register(CourseEvaluation, person=How.RECORDED)
register(TrainingExemption, person=How.RECORDED)
register(FollowUp, person=How.RECORDED, done_with=How.RECORDED, about="person")
register(CoWork, responsible_officer=How.RECORDED, about=LEARNER)
register(ProtectedDay, person=How.RECORDED, title="study and vocational days")
register(
    NewlyQualified,
    mentor=How.RECORDED,
    pta=How.RECORDED,
    about=LEARNER,
    title="newly qualified officers looked after",
)
register(Review, person=How.RECORDED)
register(ReviewPart, person=How.RECORDED)
register(Manageable, person=How.RECORDED)
register(ReviewAction, person=How.RECORDED)
register(StarterStep, owner=How.RECORDED)
register(ManagerAcknowledgement, manager=How.RECORDED, about=LEARNER)
register(SupportNeed, owner=How.RECORDED)
register(Conversation, offered_by=How.RECORDED, about=LEARNER)
