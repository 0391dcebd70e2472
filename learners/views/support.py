"""Support needs: the adjustments agreed, behind their own permission; and who has read them, for
the learner.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from learners.actions.support import add_support, change_support, remove_support
from learners.forms import starting as asked
from learners.models import Enrolment, SupportNeed
from learners.presenters import support as shown
from learners.queries import records
from learners.queries.support import CHANGE, SEE, WHAT, need, needs_of, readings_of
from learners.views.events import LearnerAction, found
from learners.views.record import LearnerPage
from pqip.core.access_log import log_access_to
from pqip.core.clock import today
from pqip.core.models import AccessEntry
from pqip.govuk.pages import Action
from pqip.govuk.pagination import numbered
from workforce.models import Person

SPEAK = "learners.speak"


def log_readings(
    user: Any, people: Iterable[int], where: str, kind: str = AccessEntry.Kind.VIEW
) -> None:
    """Log that this user has read something of these people's support needs: one line for each,
    without values.
    """
    log_access_to(user, kind, WHAT, {"where": where}, people)


class Support(LearnerPage):
    """The page of adjustments. Opening it is logged, and the learner sees who did."""

    permission = SEE
    page_title = "Support needs"
    url_name = "learners:support"
    lead = "What is done for the learner, never why. Every reading is logged, and the learner sees who has read this."

    def shown(self) -> dict[str, Any]:
        who, user = self.enrolment, self.request.user
        needs = needs_of(who)
        log_readings(user, [who.person_id], "support")
        actions = self.action(CHANGE, "Add an adjustment", "add_support")
        if user.person_id == who.person_id:
            actions += self.action(SPEAK, "Who has read this", "support_readings")
        return {
            "tables": [shown.support_table(who, needs, today(), may_change=self.may(CHANGE))],
            "actions": actions,
        }


class SupportReadings(LearnerPage):
    """The page of who has read the learner's support needs, for the learner only."""

    permission = SPEAK
    page_title = "Who has read your support needs"
    url_name = "learners:support"

    @cached_property
    def enrolment(self) -> Enrolment:
        rows = records.enrolments(self.request.user, self.permission).for_record()
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def shown(self) -> dict[str, Any]:
        page = Paginator(readings_of(self.enrolment), 50).get_page(self.request.GET.get("page"))
        table = shown.readings_table(list(page.object_list), self.request.user)
        back = Action("Your support needs", self.address("support"))
        return {"tables": [table], "pages": numbered(page, self.request.GET), "actions": [back]}


class SupportAction(LearnerAction):
    """What the forms about support needs share."""

    permission = CHANGE
    back = "learners:support"
    renamed = {"owner": "staff_number"}

    def owner(self, staff_number: str) -> Person | None:
        return (
            found(self.request.user, "workforce.view_person", staff_number)
            if staff_number
            else None
        )

    @cached_property
    def need(self) -> SupportNeed:
        rows = need(self.request.user, self.permission, self.kwargs["need_id"])
        return get_object_or_404(rows, enrolment=self.enrolment)


class AddSupport(SupportAction):
    form_class = asked.SupportForm
    page_title, submit, success_message = "Add an adjustment", "Save", "Adjustment recorded"

    def act(self, *, staff_number: str, **content: Any) -> None:
        add_support(
            by=self.request.user,
            enrolment=self.enrolment,
            owner=self.owner(staff_number),
            **content,
        )


class ChangeSupport(SupportAction):
    form_class = asked.ChangeSupportForm
    page_title, submit, success_message = "Change an adjustment", "Save", "Adjustment changed"

    def get_initial(self) -> dict[str, Any]:
        log_readings(self.request.user, [self.enrolment.person_id], "change")
        row = self.need
        return {
            "adjustment": row.adjustment,
            "agreed_on": row.effective_on,
            "in_place_on": row.in_place_on,
            "review_on": row.review_on,
            "ended_on": row.ended_on,
            "staff_number": row.owner.staff_number if row.owner else "",
        }

    def act(self, *, staff_number: str, **content: Any) -> None:
        change_support(
            by=self.request.user, need=self.need, owner=self.owner(staff_number), **content
        )


class RemoveSupport(SupportAction):
    form_class = asked.ReasonForm
    page_title, submit, success_message = "Remove an adjustment", "Remove", "Adjustment removed"
    warn = "Only what was recorded in error is removed. Of one that is needed no more, change the day it ended."

    def act(self, *, reason: str) -> None:
        remove_support(by=self.request.user, need=self.need, reason=reason)

    def shown(self) -> dict[str, Any]:
        log_readings(self.request.user, [self.enrolment.person_id], "change")
        return {"lead": self.need.adjustment}
