"""Reviews, the progression board and breaks of many learners at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from learners.models import (
    BoardAction,
    BoardAppeal,
    BoardPaper,
    BreakReview,
    Enrolment,
    Event,
    Manageable,
    ReturnPlan,
    Review,
    ReviewAction,
    ReviewPart,
    Segment,
)
from learners.models.enrolments import EnrolmentQuerySet, Status
from learners.models.reviews import Party
from learners.rules.reviews import SOON

PARTIES = len(Party)


def with_reviews(rows: EnrolmentQuerySet, on: dt.date) -> EnrolmentQuerySet:
    """Each with the first review not held (`review_due`), the latest held (`review_held`), and how many parties agreed that."""
    own = _of_the_place()
    latest = own.exclude(held_on=None).order_by("-effective_on")
    agreed = ReviewPart.objects.live().filter(person=OuterRef("person"), due_on=OuterRef("held_due")).exclude(agreed_on=None)
    counted = agreed.order_by().values("person").annotate(number=Count("pk")).values("number")
    return rows.annotate(
        review_due=Subquery(own.filter(held_on=None).order_by("effective_on").values("effective_on")[:1]),
        review_held=Subquery(latest.values("held_on")[:1]), held_due=Subquery(latest.values("effective_on")[:1]),
    ).annotate(review_agreed=Case(
        When(held_due=None, then=Value(None)), default=Subquery(counted), output_field=IntegerField(),
    ))


def review_state(state: str, on: dt.date) -> Q:
    """Of rows `with_reviews`: overdue, due in four weeks, none laid out, or held and not agreed by all."""
    return {
        "overdue": Q(review_due__lt=on),
        "soon": Q(review_due__gte=on, review_due__lte=on + SOON),
        "none": Q(review_due=None),
        "not_agreed": Q(review_held__isnull=False) & (Q(review_agreed=None) | Q(review_agreed__lt=PARTIES)),
    }.get(state, Q())


def overdue_review(on: dt.date) -> Exists:
    """The condition of enrolments with a review that was due before the day and is not held."""
    return Exists(_of_the_place().filter(held_on=None, effective_on__lt=on))


def _of_the_place() -> QuerySet[Review]:
    """Reviews of a place on the programme: of its person, due since its start. Those of a place before it are not owed again."""
    return Review.objects.live().filter(person=OuterRef("person"), effective_on__gte=OuterRef("start_date"))


def open_referrals(rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """Enrolments referred to the board since its last decision, with the day (`referred_on`)."""
    told = Event.objects.live().filter(enrolment=OuterRef("pk"))
    latest = told.filter(kind="referred_to_board").order_by("-effective_on").values("effective_on")[:1]
    decided = told.filter(kind="board_decision").order_by("-effective_on").values("effective_on")[:1]
    found = rows.on_programme().annotate(referred_on=Subquery(latest), decided_on=Subquery(decided)).exclude(referred_on=None)
    return found.filter(Q(decided_on=None) | Q(decided_on__lt=F("referred_on")))


def is_referred(enrolment: Enrolment) -> bool:
    """Whether a learner waits for the board's decision."""
    return open_referrals(Enrolment.objects.filter(pk=enrolment.pk)).exists()


def on_a_break(rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """Enrolments on a break now: since when, when expected back, when it is looked at next, and the day of the planned return."""
    part = Segment.objects.filter(enrolment=OuterRef("pk"), status=Status.DEFERRED, to_on=None).order_by("-from_on")
    look = BreakReview.objects.live().filter(enrolment=OuterRef("pk"), held_on=None).order_by("effective_on")
    plan = ReturnPlan.objects.live().filter(enrolment=OuterRef("pk"), meeting_held_on=None).order_by("-effective_on")
    return rows.filter(status=Status.DEFERRED).annotate(
        away_since=Subquery(part.values("from_on")[:1]), back_on=Subquery(part.values("expected_return")[:1]),
        look_on=Subquery(look.values("effective_on")[:1]), return_on=Subquery(plan.values("effective_on")[:1]),
    )


def review(enrolment: Enrolment, due_on: dt.date) -> QuerySet[Review]:
    return Review.objects.live().filter(person=enrolment.person_id, effective_on=due_on)


def parts_of(enrolment: Enrolment, due_on: dt.date) -> dict[str, ReviewPart]:
    """What each party said and agreed at a review."""
    return {row.party: row for row in ReviewPart.objects.live().filter(person=enrolment.person_id, due_on=due_on)}


def actions_of(enrolment: Enrolment, due_on: dt.date | None = None) -> list[ReviewAction]:
    """What was agreed at a review to be done; at every review where none is named."""
    rows = ReviewAction.objects.live().filter(person=enrolment.person_id)
    return list(rows.filter(due_on=due_on) if due_on else rows.order_by("done_on", "do_by"))


def open_task(enrolment: Enrolment, public_id: Any) -> QuerySet[ReviewAction]:
    """Something agreed at a review of a learner within reach that is not done."""
    return ReviewAction.objects.live().filter(person=enrolment.person_id, done_on=None, public_id=public_id)


def open_fact(model: Any, enrolment: Enrolment, public_id: Any, **still_open: Any) -> QuerySet:
    """A row of a ledger of a learner within reach that is still open."""
    return model.objects.live().filter(enrolment=enrolment, public_id=public_id, **still_open)


def manageable_of(user: Any, enrolment: Enrolment, due_on: dt.date) -> Manageable | None:
    """The learner's answer, for the three parties of the review; None for anybody else."""
    parties = {enrolment.person_id, enrolment.pta_id, enrolment.line_manager_id}
    if user.person_id is None or user.person_id not in parties:
        return None
    return Manageable.objects.live().filter(person=enrolment.person_id, due_on=due_on).first()


def board_of(enrolment: Enrolment) -> tuple[list[BoardPaper], list[BoardAction], list[BoardAppeal]]:
    """Papers, actions and appeals."""
    of = {"enrolment": enrolment}
    return (
        list(BoardPaper.objects.live().filter(**of).order_by("-effective_on", "-id")),
        list(BoardAction.objects.live().filter(**of).select_related("owner")),
        list(BoardAppeal.objects.live().filter(**of).order_by("-effective_on")),
    )


def breaks_of(enrolment: Enrolment) -> tuple[list[BreakReview], list[ReturnPlan]]:
    """Days a break is looked at again, and plans for the return."""
    of = {"enrolment": enrolment}
    return (
        list(BreakReview.objects.live().filter(**of).order_by("-effective_on")),
        list(ReturnPlan.objects.live().filter(**of).order_by("-effective_on")),
    )
