"""How a place on the programme ended, and what follows: post, register, and protection."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners.actions.qualified_officers import (
    answer_post,
    attend_workshop,
    offer_post,
    record_protection,
    undo_post,
)
from learners.facts.qualified import (
    Protection,
    posts_of,
    protection,
    protection_of,
    protection_record,
    workshops_of,
)
from learners.facts.qualified_officers import officers
from learners.facts.strands import missing_proof
from learners.forms import withdrawals as asked
from learners.forms.events import ReasonForm
from learners.models import Enrolment, OfficerPost
from learners.models.enrolments import EnrolmentQuerySet, Status
from learners.presenters import qualified
from learners.presenters import withdrawals as endings
from learners.presenters.voice import accounts_table
from learners.queries import records
from learners.queries.qualified import at_their_post, post_offered
from learners.queries.voice import accounts_of
from learners.queries.withdrawals import APPROVE, detail_of, is_checked, proposals_of, withdrawal_of
from learners.views.events import LearnerAction, found
from learners.views.lists import LearnerRows
from learners.views.record import RECORD, LearnerPage
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov
from pqip.govuk.filters import Filter
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Sorting, Table

COMPLETED = Status.COMPLETED
STAFF, PROTECT = "workforce.view_person", "learners.protect_officer"


class Ending(LearnerPage):
    """The page about how the place ended or may end, and what follows it."""

    page_title = "Ending"
    url_name = "learners:ending"

    def shown(self) -> dict[str, Any]:
        status = self.enrolment.status
        if status == Status.WITHDRAWN:
            tables = self.left()
        elif status == COMPLETED:
            tables = self.after()
        else:
            tables = [qualified.proof_table(missing_proof(self.enrolment, today())), *self.posts()]
        return {"tables": [*self.proposed(), *tables], "actions": self.doable()}

    def left(self) -> list[Table]:
        event = withdrawal_of(self.enrolment)
        if event is None:
            return []
        accounts = accounts_table(accounts_of(self.enrolment, "withdrawal", self.request.user))
        withdrawal = endings.withdrawal_table(
            event, detail_of(self.enrolment), records.reason_labels(), checked=is_checked(event)
        )
        return [withdrawal, *accounts]

    def after(self) -> list[Table]:
        who, on = self.enrolment, today()
        row, workshops = protection_of(who), workshops_of(who)
        events = [event for event in records.events_of(who) if not event.is_void]
        officer = officers(on, None, [who.pk]).get(who.pk)
        record = (
            protection_record(row, sum(each.is_mandatory for each in workshops), officer)
            if row
            else None
        )
        return [
            qualified.award_table(events),
            *self.posts(),
            qualified.protection_table(row, record, on),
            qualified.workshops_table(workshops),
        ]

    def posts(self) -> list[Table]:
        rows = posts_of(self.enrolment)
        shown = rows or self.enrolment.status == COMPLETED
        return (
            [qualified.posts_table(rows, of=self.enrolment.public_id, may_record=self.may(RECORD))]
            if shown
            else []
        )

    def proposed(self) -> list[Table]:
        """Return what the Service proposes, for users who record and approve it only."""
        if not (self.may(RECORD) or self.may(APPROVE)):
            return []
        rows = proposals_of(self.enrolment)
        may = {"may_decide": self.may(APPROVE), "may_take_back": self.may(RECORD)}
        return [endings.proposals_table(rows, records.reason_labels(), **may)] if rows else []

    def doable(self) -> list[Any]:
        offer = self.action(RECORD, "Record an offer of a post", "offer_post")
        if self.enrolment.status == COMPLETED:
            protect = {"protection": "Record protection", "workshop": "Record a workshop"}
            return [
                *offer,
                *(
                    each
                    for name, label in protect.items()
                    for each in self.action(PROTECT, label, name)
                ),
            ]
        may_end = self.enrolment.status in {Status.ACTIVE, Status.DEFERRED}
        return [*offer, *self.action(RECORD, "Withdraw", "withdraw")] if may_end else []


class OfferPost(LearnerAction):
    form_class = asked.PostForm
    page_title, submit, success_message, back = (
        "Record an offer of a post",
        "Save",
        "Offer recorded",
        "learners:ending",
    )

    def act(self, **content: Any) -> None:
        offer_post(by=self.request.user, enrolment=self.enrolment, **content)


class OfPost(LearnerAction):
    """A page about one offer of a post to this learner."""

    back = "learners:ending"

    @cached_property
    def post_offered(self) -> OfficerPost:
        return get_object_or_404(
            post_offered(self.request.user, RECORD, self.kwargs["post_id"]),
            enrolment=self.enrolment,
        )

    def shown(self) -> dict[str, Any]:
        row = self.post_offered
        return {"lead": f"{row.pdu or row.region}, offered on {date_gov(row.effective_on)}."}


class AnswerPost(OfPost):
    form_class = asked.PostAnswerForm
    page_title, submit, success_message = "Record the answer to an offer", "Save", "Answer recorded"

    def act(self, **content: Any) -> None:
        answer_post(by=self.request.user, post=self.post_offered, **content)


class UndoPost(OfPost):
    form_class = ReasonForm
    page_title, submit, success_message = "Undo an offer", "Undo", "Undone"

    def act(self, *, reason: str) -> None:
        undo_post(by=self.request.user, post=self.post_offered, reason=reason)


class RecordProtection(LearnerAction):
    permission = PROTECT
    form_class = asked.ProtectionForm
    page_title, submit, success_message, back = (
        "Record protection",
        "Save",
        "Protection recorded",
        "learners:ending",
    )
    lead = "What was recorded before stays in the history."

    def get_initial(self) -> dict[str, Any]:
        row = protection_of(self.enrolment)
        if row is None:
            return {"pta": self.enrolment.pta.staff_number if self.enrolment.pta else ""}
        names = ("reduction_percent", "reduction_from", "reduction_until", "office_moved")
        people = {
            name: getattr(row, name).staff_number if getattr(row, name) else ""
            for name in ("mentor", "pta")
        }
        return {"on": row.effective_on, **{name: getattr(row, name) for name in names}, **people}

    def act(self, *, mentor: str, pta: str, **content: Any) -> None:
        people = {
            name: self.somebody(number, name) for name, number in (("mentor", mentor), ("pta", pta))
        }
        record_protection(by=self.request.user, enrolment=self.enrolment, **people, **content)

    def somebody(self, number: str, field: str) -> Any:
        try:
            return found(self.request.user, STAFF, number) if number else None
        except RuleBroken as broken:
            raise RuleBroken(broken.message, field) from broken


class RecordWorkshop(LearnerAction):
    permission = PROTECT
    form_class = asked.WorkshopForm
    page_title, submit, success_message, back = (
        "Record a workshop",
        "Save",
        "Workshop recorded",
        "learners:ending",
    )

    def act(self, **content: Any) -> None:
        attend_workshop(by=self.request.user, enrolment=self.enrolment, **content)


def chosen(request: HttpRequest) -> tuple[QuerySet[Enrolment], dict[int, Protection]]:
    """Return the newly qualified within reach that match the filters, and the protection of each."""
    wanted = asked.QualifiedFilter(request.GET)
    wanted.is_valid()
    code, region = wanted.cleaned_data.get("exception"), wanted.cleaned_data.get("region")
    of_each = protection(today())
    keys = [
        key
        for key, each in of_each.items()
        if not code or (each.exceptions if code == "any" else code in each.exceptions)
    ]
    rows = at_their_post(records.enrolments(request.user).filter(pk__in=keys))
    if region:
        rows = rows.filter(Q(post_region__code=region) | Q(post_region=None, region__code=region))
    return rows, of_each


class NewlyQualified(LearnerRows):
    """The list of those who are protected as newly qualified, or should be, with what is missing."""

    page_title = "Newly qualified"
    lead = (
        "From the later of qualifying and the first day as an officer: 20% less work, a mentor, workshops, the same assessor and "
        "office. Each stands where they hold the officer’s post."
    )
    sorts = {
        "name": ("person__sort_name",),
        "office": ("region_order", "pdu_name", "person__sort_name"),
    }
    default_sort = "office"

    @cached_property
    def chosen(self) -> tuple[QuerySet[Enrolment], dict[int, Protection]]:
        return chosen(self.request)

    def rows(self) -> QuerySet[Enrolment]:
        return self.chosen[0]

    def with_related(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        return rows.for_lists().select_related("post_region", "post_pdu")

    def table(self, rows: list[Enrolment], sorting: Sorting) -> Table:
        body = [qualified.qualified_row(row, self.chosen[1][row.pk]) for row in rows]
        empty = (
            Empty("Nobody matches.", "Remove a filter.")
            if self.request.GET
            else Empty("Nobody is newly qualified now.")
        )
        return Table(
            "Newly qualified",
            qualified.COLUMNS,
            body,
            caption_hidden=True,
            sorting=sorting,
            empty=empty,
        )

    def shown(self) -> dict[str, Any]:
        return {"filter": Filter(asked.QualifiedFilter(self.request.GET), self.request.GET)}
