"""How a place on the programme ended, and what follows: post, register, and the protection of the newly qualified."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners import reading
from learners.actions.officer import answer_post, attend_workshop, offer_post, record_protection, undo_post
from learners.forms import endings as asked
from learners.forms.events import ReasonForm
from learners.models import Enrolment, OfficerPost
from learners.models.enrolments import Status
from learners.officer_facts import officers
from learners.presenters import endings, qualified
from learners.presenters.voice import accounts_table
from learners.qualified_facts import Protection, kept_of, post_offered, posts_of, protection, protection_of, workshops_of
from learners.strands import missing_proof
from learners.views.actions import LearnerAction, found
from learners.views.lists import LearnerRows
from learners.views.record import RECORD, LearnerPage
from learners.voice_facts import accounts_of
from learners.withdrawal_facts import APPROVE, detail_of, is_checked, proposals_of, withdrawal_of
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.govuk.filters import Filter
from pqip.govuk.formats import date_gov
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Sorting, Table

COMPLETED = Status.COMPLETED
STAFF, PROTECT = "workforce.view_person", "learners.protect_officer"


class Ending(LearnerPage):
    """How it ended or may end, and what is kept of the time after it."""

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
        told = accounts_table(accounts_of(self.enrolment, "withdrawal", self.request.user))
        withdrawal = endings.withdrawal_table(
            event, detail_of(self.enrolment), reading.reason_labels(), checked=is_checked(event)
        )
        return [withdrawal, *told]

    def after(self) -> list[Table]:
        who, on = self.enrolment, today()
        row, workshops = protection_of(who), workshops_of(who)
        events = [event for event in reading.events_of(who) if not event.is_void]
        officer = officers(on, None, [who.pk]).get(who.pk)
        kept = kept_of(row, sum(each.is_mandatory for each in workshops), officer) if row else None
        return [
            qualified.award_table(events), *self.posts(), qualified.protection_table(row, kept, on),
            qualified.workshops_table(workshops),
        ]

    def posts(self) -> list[Table]:
        rows = posts_of(self.enrolment)
        shown = rows or self.enrolment.status == COMPLETED
        return [qualified.posts_table(rows, of=self.enrolment.public_id, may_record=self.may(RECORD))] if shown else []

    def proposed(self) -> list[Table]:
        """What the Service proposes is shown to those who record and approve it only."""
        if not (self.may(RECORD) or self.may(APPROVE)):
            return []
        rows = proposals_of(self.enrolment)
        may = {"may_decide": self.may(APPROVE), "may_take_back": self.may(RECORD)}
        return [endings.proposals_table(rows, reading.reason_labels(), **may)] if rows else []

    def doable(self) -> list[Any]:
        offer = self.action(RECORD, "Record an offer of a post", "offer_post")
        if self.enrolment.status == COMPLETED:
            protect = {"protection": "Record protection", "workshop": "Record a workshop"}
            return [*offer, *(each for name, label in protect.items() for each in self.action(PROTECT, label, name))]
        may_end = self.enrolment.status in {Status.ACTIVE, Status.DEFERRED}
        return [*offer, *self.action(RECORD, "Withdraw", "withdraw")] if may_end else []


class OfferPost(LearnerAction):
    form_class = asked.PostForm
    page_title, submit, said, back = "Record an offer of a post", "Save", "Offer recorded", "learners:ending"

    def act(self, **content: Any) -> None:
        offer_post(by=self.request.user, enrolment=self.enrolment, **content)


class OfPost(LearnerAction):
    """About one offer of this learner's."""

    back = "learners:ending"

    @cached_property
    def post_offered(self) -> OfficerPost:
        return get_object_or_404(post_offered(self.request.user, RECORD, self.kwargs["post_id"]), enrolment=self.enrolment)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.post_offered
        return super().get_context_data(lead=f"{row.pdu or row.region}, offered on {date_gov(row.effective_on)}.", **kwargs)


class AnswerPost(OfPost):
    form_class = asked.PostAnswerForm
    page_title, submit, said = "Record the answer to an offer", "Save", "Answer recorded"

    def act(self, **content: Any) -> None:
        answer_post(by=self.request.user, post=self.post_offered, **content)


class UndoPost(OfPost):
    form_class = ReasonForm
    page_title, submit, said = "Undo an offer", "Undo", "Undone"

    def act(self, *, reason: str) -> None:
        undo_post(by=self.request.user, post=self.post_offered, reason=reason)


class RecordProtection(LearnerAction):
    permission = PROTECT
    form_class = asked.ProtectionForm
    page_title, submit, said, back = "Record protection", "Save", "Protection recorded", "learners:ending"
    lead = "What was recorded before stays in the history."

    def get_initial(self) -> dict[str, Any]:
        row = protection_of(self.enrolment)
        if row is None:
            return {"pta": self.enrolment.pta.staff_number if self.enrolment.pta else ""}
        kept = ("reduction_percent", "reduction_from", "reduction_until", "office_moved")
        people = {name: getattr(row, name).staff_number if getattr(row, name) else "" for name in ("mentor", "pta")}
        return {"on": row.effective_on, **{name: getattr(row, name) for name in kept}, **people}

    def act(self, *, mentor: str, pta: str, **content: Any) -> None:
        people = {name: self.somebody(number, name) for name, number in (("mentor", mentor), ("pta", pta))}
        record_protection(by=self.request.user, enrolment=self.enrolment, **people, **content)

    def somebody(self, number: str, field: str) -> Any:
        try:
            return found(self.request.user, STAFF, number) if number else None
        except RuleBroken as broken:
            raise RuleBroken(broken.message, field) from broken


class RecordWorkshop(LearnerAction):
    permission = PROTECT
    form_class = asked.WorkshopForm
    page_title, submit, said, back = "Record a workshop", "Save", "Workshop recorded", "learners:ending"

    def act(self, **content: Any) -> None:
        attend_workshop(by=self.request.user, enrolment=self.enrolment, **content)


def chosen(request: HttpRequest) -> tuple[QuerySet[Enrolment], dict[int, Protection]]:
    """The newly qualified within reach that match the filters, with what is kept of each."""
    wanted = asked.QualifiedFilter(request.GET)
    wanted.is_valid()
    code, region = wanted.cleaned_data.get("exception"), wanted.cleaned_data.get("region")
    of_each = protection(today())
    keys = [key for key, each in of_each.items() if not code or (each.exceptions if code == "any" else code in each.exceptions)]
    rows = reading.enrolments(request.user).filter(pk__in=keys).select_related("post_region", "post_pdu")
    if region:
        rows = rows.filter(Q(post_region__code=region) | Q(post_region=None, region__code=region))
    return rows, of_each


class NewlyQualified(LearnerRows):
    """Who is protected as newly qualified, or should be, and what of it is not kept."""

    page_title = "Newly qualified"
    lead = (
        "From the later of qualifying and the first day as an officer: 20% less work, a mentor, workshops, the same assessor and "
        "office. Each stands where they hold the officer’s post."
    )
    sorts = {"name": ("person__sort_name",), "office": ("region__order", "pdu__name", "person__sort_name")}
    default_sort = "office"

    @cached_property
    def chosen(self) -> tuple[QuerySet[Enrolment], dict[int, Protection]]:
        return chosen(self.request)

    def rows(self) -> QuerySet[Enrolment]:
        return self.chosen[0]

    def table(self, rows: list[Enrolment], sorting: Sorting) -> Table:
        body = [qualified.qualified_row(row, self.chosen[1][row.pk]) for row in rows]
        empty = Empty("Nobody matches.", "Remove a filter.") if self.request.GET else Empty("Nobody is newly qualified now.")
        return Table("Newly qualified", qualified.COLUMNS, body, caption_hidden=True, sorting=sorting, empty=empty)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=Filter(asked.QualifiedFilter(self.request.GET), self.request.GET), **kwargs)
