"""Reviews, the progression board and breaks, of many learners at once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from learners.models import (
    BoardAction,
    BoardAppeal,
    BoardPaper,
    BreakReview,
    Enrolment,
    Event,
    ReturnPlan,
    Review,
    ReviewAction,
    ReviewPart,
    Segment,
)
from learners.models.enrolments import EnrolmentQuerySet, Status
from learners.models.reviews import Party
from learners.rules.reviews import SOON

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Referred(TypedDict):
        referred_on: dt.date

    Referred = WithAnnotations[Enrolment, _Referred]

    class _OnABreak(TypedDict):
        away_since: dt.date
        back_on: dt.date | None
        look_on: dt.date | None
        return_on: dt.date | None

    OnABreak = WithAnnotations[Enrolment, _OnABreak]

PARTIES = len(Party)


def with_reviews(rows: EnrolmentQuerySet, on: dt.date) -> EnrolmentQuerySet:
    """Add the reviews to each enrolment.

    `review_due` is the first review not held, `review_held` the latest held, and `review_agreed`
    the number of parties who agreed it.
    """
    own = _of_the_place()
    latest = own.exclude(held_on=None).order_by("-effective_on")
    agreed = (
        ReviewPart.objects.live()
        .filter(person=OuterRef("person"), due_on=OuterRef("held_due"))
        .exclude(agreed_on=None)
    )
    counted = agreed.order_by().values("person").annotate(number=Count("pk")).values("number")
    return rows.annotate(
        review_due=Subquery(
            own.filter(held_on=None).order_by("effective_on").values("effective_on")[:1]
        ),
        review_held=Subquery(latest.values("held_on")[:1]),
        held_due=Subquery(latest.values("effective_on")[:1]),
    ).annotate(
        review_agreed=Case(
            When(held_due=None, then=Value(None)),
            default=Subquery(counted),
            output_field=IntegerField(),
        )
    )


def review_state(state: str, on: dt.date) -> Q:
    """Return a condition for rows of `with_reviews`: overdue, due soon, none planned, or held and
    not agreed by all.
    """
    return {
        "overdue": Q(review_due__lt=on),
        "soon": Q(review_due__gte=on, review_due__lte=on + SOON),
        "none": Q(review_due=None),
        "not_agreed": Q(review_held__isnull=False)
        & (Q(review_agreed=None) | Q(review_agreed__lt=PARTIES)),
    }.get(state, Q())


def overdue_review(on: dt.date) -> Exists:
    """Return the condition of enrolments with a review that was due before the day and was not
    held.
    """
    return Exists(_of_the_place().filter(held_on=None, effective_on__lt=on))


def _of_the_place() -> QuerySet[Review]:
    """Return the reviews of an enrolment: those of its person that were due since its start.

    Reviews due before the start belong to an earlier place.
    """
    return Review.objects.live().filter(
        person=OuterRef("person"), effective_on__gte=OuterRef("start_date")
    )


def open_referrals(rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """Return enrolments referred to the board since its last decision, with the day
    (`referred_on`).
    """
    board_events = Event.objects.live().filter(enrolment=OuterRef("pk"))
    latest = (
        board_events.filter(kind="referred_to_board")
        .order_by("-effective_on")
        .values("effective_on")[:1]
    )
    decided = (
        board_events.filter(kind="board_decision")
        .order_by("-effective_on")
        .values("effective_on")[:1]
    )
    found = (
        rows.on_programme()
        .annotate(referred_on=Subquery(latest), decided_on=Subquery(decided))
        .exclude(referred_on=None)
    )
    return found.filter(Q(decided_on=None) | Q(decided_on__lt=F("referred_on")))


def is_referred(enrolment: Enrolment) -> bool:
    """Return True if a learner waits for a decision of the board."""
    return open_referrals(Enrolment.objects.filter(pk=enrolment.pk)).exists()


def on_a_break(rows: EnrolmentQuerySet, on: dt.date) -> EnrolmentQuerySet:
    """Add the dates of the break to enrolments on a break today (`on`).

    They are the beginning, the expected return, the next review of the break, and the planned
    return. A break may have several stretches, as when the learner moves while it lasts, and its
    end may be recorded ahead.
    """
    begun = (
        Event.objects.live()
        .filter(enrolment=OuterRef("pk"), kind="deferred", effective_on__lte=on)
        .order_by("-effective_on")
    )
    part = Segment.objects.filter(
        Q(to_on=None) | Q(to_on__gt=on), enrolment=OuterRef("pk"), from_on__lte=on
    )
    look = (
        BreakReview.objects.live()
        .filter(enrolment=OuterRef("pk"), held_on=None)
        .order_by("effective_on")
    )
    plan = (
        ReturnPlan.objects.live()
        .filter(enrolment=OuterRef("pk"), meeting_held_on=None)
        .order_by("-effective_on")
    )
    return rows.filter(status=Status.DEFERRED).annotate(
        away_since=Subquery(begun.values("effective_on")[:1]),
        back_on=Subquery(part.values("expected_return")[:1]),
        look_on=Subquery(look.values("effective_on")[:1]),
        return_on=Subquery(plan.values("effective_on")[:1]),
    )


def review(enrolment: Enrolment, due_on: dt.date) -> QuerySet[Review]:
    """Return the review of a learner that is due on a day."""
    return Review.objects.live().filter(person=enrolment.person_id, effective_on=due_on)


def parts_of(enrolment: Enrolment, due_on: dt.date) -> dict[str, ReviewPart]:
    """Return what each party said and agreed at a review, by party."""
    return {
        row.party: row
        for row in ReviewPart.objects.live().filter(person=enrolment.person_id, due_on=due_on)
    }


def actions_of(enrolment: Enrolment, due_on: dt.date | None = None) -> list[ReviewAction]:
    """Return the actions agreed at a review, or at every review if no due date is given."""
    rows = ReviewAction.objects.live().filter(person=enrolment.person_id)
    return list(rows.filter(due_on=due_on) if due_on else rows.order_by("done_on", "do_by"))


def open_task(enrolment: Enrolment, public_id: Any) -> QuerySet[ReviewAction]:
    """Return an open action of a review, for a learner within reach."""
    return ReviewAction.objects.live().filter(
        person=enrolment.person_id, done_on=None, public_id=public_id
    )


def open_fact(model: Any, enrolment: Enrolment, public_id: Any, **still_open: Any) -> QuerySet:
    """Return an open ledger row with that identifier, for a learner within reach."""
    return model.objects.live().filter(enrolment=enrolment, public_id=public_id, **still_open)


def board_of(enrolment: Enrolment) -> tuple[list[BoardPaper], list[BoardAction], list[BoardAppeal]]:
    """Return the papers, actions and appeals."""
    of = {"enrolment": enrolment}
    return (
        list(BoardPaper.objects.live().filter(**of).order_by("-effective_on", "-id")),
        list(BoardAction.objects.live().filter(**of).select_related("owner")),
        list(BoardAppeal.objects.live().filter(**of).order_by("-effective_on")),
    )


def breaks_of(enrolment: Enrolment) -> tuple[list[BreakReview], list[ReturnPlan]]:
    """Return the days for reviewing a break, and the plans for the return."""
    of = {"enrolment": enrolment}
    return (
        list(BreakReview.objects.live().filter(**of).order_by("-effective_on")),
        list(ReturnPlan.objects.live().filter(**of).order_by("-effective_on")),
    )
