"""Reviews by three parties: the page of the record, one review, its forms, and the list."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions import reviews as actions
from learners.facts import reviews as facts
from learners.forms import reviews as asked
from learners.models import Enrolment, Review, ReviewAction
from learners.models.enrolments import EnrolmentQuerySet
from learners.models.reviews import Party
from learners.ports.timeline import entries_for
from learners.presenters import reviews as shown
from learners.presenters.voice import accounts_table
from learners.queries import records
from learners.queries.reviews import manageable_of
from learners.queries.voice import accounts_of
from learners.views.events import LearnerAction
from learners.views.lists import LearnerRows, name_cell
from learners.views.record import LearnerPage
from pqip.core.clock import today
from pqip.core.formats import date_gov, plural
from pqip.govuk.filters import Filter
from pqip.govuk.forms import Form
from pqip.govuk.pages import Action, Empty
from pqip.govuk.tables import Sorting, Table

HOLD, SPEAK = "learners.hold_review", "learners.speak"
#: The most entries of the timeline that a review shows.
PREPARED = 40


class Reviews(LearnerPage):
    """The page with every review, and the actions that are not done."""

    page_title = "Reviews"
    url_name = "learners:reviews_of"

    def shown(self) -> dict[str, Any]:
        who, on = self.enrolment, today()
        rows, open_ = (
            records.reviews_of(who.person_id),
            [row for row in facts.actions_of(who) if row.done_on is None],
        )
        tables = [shown.reviews_table(rows, who, on)]
        if open_:
            tables.append(shown.actions_table(open_, who, on, may_finish=self.may(HOLD)))
        tables += accounts_table(accounts_of(who, "review", self.request.user))
        return {"tables": tables, "actions": self.action(HOLD, "Lay out reviews", "plan_reviews")}


class OfReview:
    """A page about the review due on the day in the address."""

    kwargs: dict[str, Any]
    enrolment: Any

    @cached_property
    def due_on(self) -> dt.date:
        try:
            return dt.date.fromisoformat(self.kwargs["due"])
        except ValueError as error:
            raise Http404 from error

    @cached_property
    def review(self) -> Review:
        return get_object_or_404(facts.review(self.enrolment, self.due_on))


class ReviewPage(OfReview, LearnerPage):
    """The page of one review, prepared from the record.

    It shows what happened since the last one, what each party says, and the actions.
    """

    page_title = "Review"
    template_name = "learners/review.html"
    url_name = "learners:reviews_of"

    def shown(self) -> dict[str, Any]:
        who, on, user, row = self.enrolment, today(), self.request.user, self.review
        before = [
            each.held_on or each.effective_on
            for each in records.reviews_of(who.person_id)
            if each.effective_on < row.effective_on
        ]
        since = max(before, default=who.start_date or row.effective_on)
        entries = [
            (strand, each)
            for strand, each in entries_for(who, user, on)
            if each.on >= since and strand != "Reviews"
        ]
        party = next(iter(actions.parties_of(user, who)), None)
        tables = [
            shown.parts_table(
                facts.parts_of(who, self.due_on), see=party is not None or self.may(HOLD)
            ),
            shown.actions_table(
                facts.actions_of(who, self.due_on), who, on, may_finish=self.may(HOLD)
            ),
            shown.since_table(entries[:PREPARED], since),
        ]
        rows = shown.about(row, on)
        if party is not None:
            rows += shown.manageable_rows(manageable_of(user, who, self.due_on))
        return {"rows": rows, "tables": tables, "actions": self.doable(party)}

    def doable(self, party: Party | None) -> list[Action]:
        """Return what the user may record: each party records for themselves."""
        row, own = self.review, party == Party.LEARNER
        steps: dict[str, str] = {}
        if party is not None:
            steps["own_say" if own else "say"] = "Say something"
            if row.held_on is not None:
                steps["own_agree" if own else "agree"] = "Agree the record"
        if own:
            steps["manageable"] = "How manageable is this?"
        if self.may(HOLD):
            steps |= {"hold_review": "Record that it was held", "add_action": "Add something to do"}
        key = self.kwargs["due"]
        return [
            Action(label, reverse(f"learners:{name}", args=[self.enrolment.public_id, key]))
            for name, label in steps.items()
        ]


class PlanReviews(LearnerAction):
    permission, form_class = HOLD, Form
    page_title, submit, back = "Lay out reviews", "Lay out", "learners:reviews_of"

    @property
    def lead(self) -> str:  # type: ignore[override]
        often = plural(actions.months_between(), "month")
        return (
            f"One every {often} from the start to the planned end, around breaks. Those held stay, and those of which anything "
            "is recorded; others to come give way to these."
        )

    def perform(self, form: Any) -> str:
        made = actions.plan_reviews(by=self.request.user, enrolment=self.enrolment)
        return f"{plural(len(made), 'review')} laid out"


class ReviewAct(OfReview, LearnerAction):
    """A form about one review."""

    permission: Any = HOLD
    submit = "Save"
    renamed: ClassVar[dict[str, str]] = {}

    def get_success_url(self) -> str:
        return reverse("learners:review", args=[self.enrolment.public_id, self.kwargs["due"]])

    def shown(self) -> dict[str, Any]:
        return {"lead": f"The review due on {date_gov(self.review.effective_on)}."}


class HoldReview(ReviewAct):
    form_class = asked.HeldForm
    page_title, success_message = "Record that a review was held", "Review recorded"

    def act(self, **content: Any) -> None:
        actions.hold_review(
            by=self.request.user, person=self.enrolment.person, due_on=self.due_on, **content
        )


class Say(ReviewAct):
    form_class = asked.SayForm
    page_title, success_message = "What you say at the review", "Recorded"

    def get_initial(self) -> dict[str, Any]:
        own = next(iter(actions.parties_of(self.request.user, self.enrolment)), "")
        part = facts.parts_of(self.enrolment, self.due_on).get(own)
        return {"said": part.said} if part else {}

    def act(self, **content: Any) -> None:
        actions.say(by=self.request.user, enrolment=self.enrolment, due_on=self.due_on, **content)


class OwnSay(Say):
    permission = SPEAK


class Agree(ReviewAct):
    form_class = Form
    page_title, submit, success_message = "Agree the record of a review", "Agree", "Agreed"

    def act(self, **content: Any) -> None:
        actions.agree(by=self.request.user, enrolment=self.enrolment, due_on=self.due_on)


class OwnAgree(Agree):
    permission = SPEAK


class HowManageable(ReviewAct):
    permission, form_class = SPEAK, asked.ManageableForm
    page_title, success_message = "How manageable is this?", "Recorded"

    def get_initial(self) -> dict[str, Any]:
        held = manageable_of(self.request.user, self.enrolment, self.due_on)
        return {"answer": held.answer if held else ""}

    def act(self, **content: Any) -> None:
        actions.answer_manageable(
            by=self.request.user, enrolment=self.enrolment, due_on=self.due_on, **content
        )


class AddAction(ReviewAct):
    form_class = asked.ReviewActionForm
    page_title, success_message = "Add something to do", "Added"

    def act(self, **content: Any) -> None:
        actions.add_action(
            by=self.request.user, person=self.enrolment.person, due_on=self.due_on, **content
        )


class FinishAction(LearnerAction):
    """The page to record that an action of a review was done."""

    permission, form_class = HOLD, asked.DoneForm
    page_title, submit, success_message, back = (
        "Record as done",
        "Save",
        "Recorded as done",
        "learners:reviews_of",
    )
    renamed: ClassVar[dict[str, str]] = {}

    @cached_property
    def to_do(self) -> ReviewAction:
        return get_object_or_404(facts.open_task(self.enrolment, self.kwargs["key"]))

    def act(self, **content: Any) -> None:
        actions.finish_action(by=self.request.user, action=self.to_do, **content)

    def shown(self) -> dict[str, Any]:
        return {"lead": self.to_do.what}


class ReviewList(LearnerRows):
    """The list of learners by their reviews, overdue ones first."""

    permission = HOLD
    page_title = "Reviews due"
    lead = "Reviews by learner, assessor and line manager. All three agree the record."
    sorts = {"due": ("review_due",), "name": ("person__sort_name",), "held": ("review_held",)}
    default_sort = "due"

    def rows(self) -> EnrolmentQuerySet:
        form = asked.ReviewFilter(self.request.GET)
        form.is_valid()
        rows = facts.with_reviews(
            records.enrolments(self.request.user, HOLD).on_programme(), today()
        )
        return rows.filter(facts.review_state(form.cleaned_data.get("state", ""), today()))

    def with_related(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        return facts.with_reviews(rows.for_lists(), today())

    def table(self, rows: list[Enrolment], sorting: Sorting) -> Table:
        body = [shown.list_row(row, name_cell(row, "learners:reviews_of"), today()) for row in rows]
        empty = (
            Empty("No learner matches.", "Remove the filter.")
            if self.request.GET
            else Empty("Nobody is on the programme.")
        )
        return Table(
            "Reviews due",
            shown.LIST_COLUMNS,
            body,
            caption_hidden=True,
            sorting=sorting,
            empty=empty,
        )

    def shown(self) -> dict[str, Any]:
        return {"filter": Filter(asked.ReviewFilter(self.request.GET), self.request.GET)}
