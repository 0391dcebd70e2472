"""Leavers, for HR business partners: who was offered an interview, and what they said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners.actions.leavers import record_interview, record_words
from learners.forms import withdrawals as asked
from learners.models import Enrolment, Event, LeaverWords
from learners.models.enrolments import Status
from learners.presenters import withdrawals as shown
from learners.queries import records
from learners.queries.withdrawals import (
    LEAVERS,
    detail_of,
    is_checked,
    leavers,
    withdrawal_of,
    words_of,
)
from learners.views.events import LearnerAction
from learners.views.record import LearnerPage
from pqip.core.access_log import log_access
from pqip.core.models import AccessEntry
from pqip.govuk.filters import Filter
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Sorting, Table
from pqip.pages.generic import ListPage
from workforce.ports.landing_pages import counts_for

if TYPE_CHECKING:
    from learners.queries.withdrawals import Gone

INTERVIEW: dict[str, dict[str, Any]] = {
    "to_offer": {"exit_interview_offered_on": None},
    "to_hold": {"exit_interview_offered_on__isnull": False, "exit_interview_held_on": None},
    "held": {"exit_interview_held_on__isnull": False},
}


def chosen(request: HttpRequest) -> QuerySet[Gone]:
    """Return leavers within reach that match the filters. Unknown values are ignored."""
    wanted = asked.LeaverFilter(request.GET)
    wanted.is_valid()
    rows = leavers(request.user).filter(
        **INTERVIEW.get(wanted.cleaned_data.get("interview", ""), {})
    )
    words = wanted.cleaned_data.get("words")
    return rows.filter(has_words=words == "yes") if words else rows


class Leavers(ListPage):
    """The list of everybody who withdrew, the latest first."""

    permission = LEAVERS
    page_title = "Leavers"
    lead = "Everybody who leaves is offered an interview. Managers see what leavers said only as totals."
    sorts = {
        "name": ("enrolment__person__sort_name",),
        "on": ("effective_on",),
        "offered": ("exit_interview_offered_on",),
    }
    default_sort = "-on"

    def rows(self) -> QuerySet[Event]:
        return chosen(self.request)

    def with_related(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        keys = list(rows.values_list("pk", flat=True))
        return leavers(self.request.user).filter(pk__in=keys).select_related("enrolment__person")

    def table(self, rows: list[Event], sorting: Sorting) -> Table:
        empty = (
            Empty("No leavers match.", "Remove a filter.")
            if self.request.GET
            else Empty("Nobody has withdrawn.")
        )
        return Table(
            "Leavers",
            shown.LEAVER_COLUMNS,
            [shown.leaver_row(row) for row in rows],
            caption_hidden=True,
            sorting=sorting,
            empty=empty,
        )

    def shown(self) -> dict[str, Any]:
        panel = Filter(asked.LeaverFilter(self.request.GET), self.request.GET)
        return {"filter": panel, "counts": counts_for(self.request.user)}


class OfLeaver:
    """A page about somebody within reach who withdrew; anybody else is not found."""

    request: Any
    kwargs: Any
    permission = LEAVERS

    @cached_property
    def enrolment(self) -> Enrolment:
        rows = (
            records.enrolments(self.request.user, self.permission)
            .for_record()
            .filter(status=Status.WITHDRAWN)
        )
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])


def words_read(user: Any, enrolment: Enrolment) -> LeaverWords | None:
    """Return what a leaver said, for users who may read it, and log the reading if there is
    something to read.
    """
    words = words_of(user, enrolment)
    if words is not None:
        log_access(
            user,
            AccessEntry.Kind.VIEW,
            "learners:leaver's own words",
            {},
            person_key=enrolment.person_id,
        )
    return words


class Leaver(OfLeaver, LearnerPage):
    """The page about how they left, and what they said."""

    permission = LEAVERS
    page_title = "Leaver"

    def shown(self) -> dict[str, Any]:
        who, reasons = self.enrolment, records.reason_labels()
        event = withdrawal_of(who)
        if event is None:
            raise Http404
        tables = [
            shown.words_table(words_read(self.request.user, who), reasons),
            shown.withdrawal_table(event, detail_of(who), reasons, checked=is_checked(event)),
        ]
        actions = [
            *self.action(LEAVERS, "Record what they said", "leaver_words"),
            *self.action(LEAVERS, "Record the interview", "leaver_interview"),
        ]
        return {"tables": tables, "actions": actions}


class RecordInterview(OfLeaver, LearnerAction):
    permission = LEAVERS
    form_class = asked.InterviewForm
    page_title, submit, success_message, back = (
        "Record the exit interview",
        "Save",
        "Recorded",
        "learners:leaver",
    )
    renamed = {"exit_interview_offered_on": "offered_on", "exit_interview_held_on": "held_on"}

    def get_initial(self) -> dict[str, Any]:
        event = withdrawal_of(self.enrolment)
        return (
            {"offered_on": event.exit_interview_offered_on, "held_on": event.exit_interview_held_on}
            if event
            else {}
        )

    def act(self, **content: Any) -> None:
        record_interview(by=self.request.user, enrolment=self.enrolment, **content)


class RecordWords(OfLeaver, LearnerAction):
    permission = LEAVERS
    form_class = asked.WordsForm
    page_title, submit, success_message, back = (
        "Record what they said",
        "Save",
        "Recorded",
        "learners:leaver",
    )

    def get_initial(self) -> dict[str, Any]:
        row = words_read(self.request.user, self.enrolment)
        if row is None:
            return {}
        first, *others = row.reasons or [""]
        return {
            "on": row.effective_on,
            "reason": first,
            "other_reasons": others,
            "words": row.words,
        }

    def act(self, **content: Any) -> None:
        record_words(by=self.request.user, enrolment=self.enrolment, **content)
