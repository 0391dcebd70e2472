"""Support conversations: the page of the record, its forms, and the list of those to offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners.actions import conversations as actions
from learners.actions import conversations_agreed as agreed
from learners.facts.conversations import Called, calls_of
from learners.forms import conversations as asked
from learners.models import Conversation, ConversationAction, Enrolment
from learners.models.enrolments import EnrolmentQuerySet
from learners.presenters import conversations as shown
from learners.queries import conversations as queries
from learners.queries.conversations import HOLD, SEE
from learners.queries.support import seen_among
from learners.rules.conversations import NO_ADJUSTMENT
from learners.views.events import LearnerAction
from learners.views.facts_amend import OfLearner
from learners.views.lists import LearnerRows, name_cell
from learners.views.record import LearnerPage
from learners.views.support import log_readings
from pqip.core.clock import today
from pqip.core.models import AccessEntry
from pqip.govuk.filters import Filter
from pqip.govuk.pages import Empty, SummaryRow
from pqip.govuk.tables import Sorting, Table
from pqip.pages.amending import UndoPage

CallsByKey = Mapping[int, list[Called]]


def as_seen(user: Any, calls: CallsByKey) -> dict[int, list[Called]]:
    """Return the calls without adjustments of learners whose support needs this user may not see."""
    telling = [key for key, each in calls.items() if _tells_of_support(each)]
    seen = seen_among(user, telling)
    return {
        key: [one for one in each if one.call != NO_ADJUSTMENT or key in seen]
        for key, each in calls.items()
    }


def _tells_of_support(calls: Iterable[Called]) -> bool:
    return any(one.call == NO_ADJUSTMENT for one in calls)


class Conversations(LearnerPage):
    """The page of what calls for a conversation, those offered, and what was agreed.

    Showing that an adjustment is not in place is a reading of support needs, and logged as one.
    """

    permission = SEE
    page_title = "Support conversations"
    url_name = shown.ONE

    @property
    def is_own(self) -> bool:
        return bool(self.request.user.person_id == self.enrolment.person_id)

    @property
    def lead(self) -> str:  # type: ignore[override]
        if self.is_own:
            return (
                "About what the service owes you. Your line manager and learning managers see the "
                "same; nobody else does."
            )
        return (
            "About what the service owes the learner. The learner, their line manager and learning "
            "managers see the same; nobody else does."
        )

    def shown(self) -> dict[str, Any]:
        who, on, user, own = self.enrolment, today(), self.request.user, self.is_own
        may = self.may(HOLD) and not own
        calls = as_seen(user, calls_of([who.pk], on)).get(who.pk, [])
        if _tells_of_support(calls):
            log_readings(user, [who.person_id], "conversations")
        rows = queries.conversations_of(who)
        return {
            "tables": [
                shown.calls_table(calls, own=own),
                shown.conversations_table(rows, who, own=own, may_change=may),
                shown.agreed_table(queries.agreed_with(who), who, on, own=own, may_change=may),
            ],
            "actions": self.action(HOLD, "Offer a conversation", "offer_conversation")
            if may and queries.may_be_offered(who, rows)
            else [],
        }


class ConversationForm(LearnerAction):
    """A form about a learner's conversations, for those who hold them now; never for themself."""

    permission, back, submit = HOLD, shown.ONE, "Save"
    renamed: ClassVar[dict[str, str]] = {}

    @cached_property
    def enrolment(self) -> Enrolment:
        rows = queries.to_hold_with(self.request.user).for_record()
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])


class OfferConversation(ConversationForm):
    form_class = asked.OfferForm
    page_title, success_message = "Offer a support conversation", "Conversation recorded as offered"
    lead = "About what the service owes the learner. They may decline it, without a reason."

    def act(self, **content: Any) -> None:
        actions.offer_conversation(by=self.request.user, enrolment=self.enrolment, **content)


class OfConversation(ConversationForm):
    """A form about one live conversation."""

    @cached_property
    def conversation(self) -> Conversation:
        rows = queries.conversation(self.request.user, self.enrolment, self.kwargs["key"])
        return get_object_or_404(rows, voided_at=None)


class ConversationOutcome(OfConversation):
    form_class = asked.OutcomeForm
    page_title, success_message = "Record what came of a conversation", "Recorded"
    lead = "Nothing of what was said is kept: only what was agreed, which you add afterwards."

    def act(self, **content: Any) -> None:
        actions.record_outcome(by=self.request.user, conversation=self.conversation, **content)


class AgreeAction(OfConversation):
    form_class = asked.ActionForm
    page_title, submit, success_message = "Add something agreed", "Add", "Added"
    lead = "The learner sees it, too."

    def act(self, **content: Any) -> None:
        agreed.agree_action(by=self.request.user, conversation=self.conversation, **content)


class FinishAction(ConversationForm):
    form_class = asked.DoneForm
    page_title, success_message = "Record something agreed as done", "Recorded as done"

    @cached_property
    def to_do(self) -> ConversationAction:
        rows = queries.agreed_action(self.request.user, self.enrolment, self.kwargs["key"])
        return get_object_or_404(rows, voided_at=None, done_on=None)

    def act(self, **content: Any) -> None:
        agreed.finish_action(by=self.request.user, action=self.to_do, **content)

    def shown(self) -> dict[str, Any]:
        return {"lead": self.to_do.what}


class Amend(OfLearner):
    """A page to put right or undo something about conversations, for those who hold them now."""

    permission, back = HOLD, shown.ONE

    @cached_property
    def enrolment(self) -> Enrolment:
        rows = queries.to_hold_with(self.request.user).for_record()
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])


class AmendConversation(Amend):
    def facts(self) -> QuerySet[Conversation]:
        return queries.conversation(self.request.user, self.enrolment, self.kwargs["key"])

    def rows(self) -> list[SummaryRow]:
        return shown.about(self.fact)


class CorrectConversation(AmendConversation):
    form_class = asked.CorrectConversationForm
    page_title = "Correct a conversation"

    def stated(self) -> dict[str, Any]:
        row = self.fact
        came = actions.HELD if row.held_on else actions.DECLINED if row.declined_on else ""
        return {
            "offered_on": row.effective_on,
            "came": came,
            "came_on": row.held_on or row.declined_on,
        }

    def amend(self, fact: Conversation, **answers: Any) -> None:
        actions.correct_conversation(by=self.request.user, conversation=fact, **answers)


class UndoConversation(AmendConversation, UndoPage):
    page_title = "Undo a conversation"

    def amend(self, fact: Conversation, **answers: Any) -> None:
        actions.undo_conversation(by=self.request.user, conversation=fact, **answers)


class AmendAction(Amend):
    def facts(self) -> QuerySet[ConversationAction]:
        return queries.agreed_action(self.request.user, self.enrolment, self.kwargs["key"])

    def rows(self) -> list[SummaryRow]:
        return shown.about_action(self.fact)


class CorrectAction(AmendAction):
    form_class = asked.CorrectActionForm
    page_title = "Correct something agreed"

    def stated(self) -> dict[str, Any]:
        return {**super().stated(), "agreed_on": self.fact.effective_on}

    def amend(self, fact: ConversationAction, **answers: Any) -> None:
        agreed.correct_action(by=self.request.user, action=fact, **answers)


class UndoAction(AmendAction, UndoPage):
    page_title = "Undo something agreed"

    def amend(self, fact: ConversationAction, **answers: Any) -> None:
        agreed.undo_action(by=self.request.user, action=fact, **answers)


class ConversationList(LearnerRows):
    """The list of learners to whom a conversation should be offered, or with whom something is open."""

    permission = HOLD
    page_title = "Support conversations with learners"
    lead = "Learners to whom the service owes something. What calls for a conversation is never how they get on."
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {"name": ("person__sort_name",)}
    #: How the rows are read, for the log of readings.
    kind = AccessEntry.Kind.VIEW

    @property
    def state(self) -> str:
        form = asked.ConversationFilter(self.request.GET)
        form.is_valid()
        return str(form.cleaned_data.get("state", ""))

    def rows(self) -> EnrolmentQuerySet:
        rows, on = queries.to_hold_with(self.request.user), today()
        if self.state == "waiting":
            return queries.waiting(rows)
        if self.state == "overdue":
            return queries.overdue(rows, on)
        return rows.filter(pk__in=list(queries.called_for(self.request.user, on)))

    def file(self) -> HttpResponse:
        self.kind = AccessEntry.Kind.EXPORT
        return super().file()

    def table(self, rows: list[Enrolment], sorting: Sorting) -> Table:
        on, keys = today(), [row.pk for row in rows]
        calls = as_seen(self.request.user, calls_of(keys, on))
        people = [row.person_id for row in rows if _tells_of_support(calls.get(row.pk, []))]
        log_readings(self.request.user, people, "conversations", self.kind)
        last, open_ = queries.latest(keys), queries.still_open(keys)
        body = [
            shown.list_row(
                name_cell(row, shown.ONE),
                calls.get(row.pk, []),
                last.get(row.pk),
                open_.get(row.pk, []),
                on,
            )
            for row in rows
        ]
        empty = Empty("Nobody is to be offered a conversation now.")
        if self.state:
            empty = Empty("No learner matches.", "Remove the filter.")
        return Table(
            "Support conversations",
            shown.LIST_COLUMNS,
            body,
            caption_hidden=True,
            sorting=sorting,
            empty=empty,
        )

    def shown(self) -> dict[str, Any]:
        form = asked.ConversationFilter(self.request.GET)
        return {"filter": Filter(form, self.request.GET)}
