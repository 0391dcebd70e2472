"""One person takes a role for many learners: choose, check, record, and one undo for the whole of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property

from learners import reading
from learners.actions.allocate_many import MOST, Batch, allocate_many, in_the_way, planned, undo_allocations
from learners.forms.allocate_many import ROLES, AllocateManyForm
from learners.forms.filters import LearnerFilter
from learners.models import Enrolment
from learners.models.enrolments import Status
from learners.presenters.people import handover_table
from learners.views.actions import found
from learners.views.checked import CheckedPage
from learners.views.record import ALLOCATE
from pqip.core.errors import RuleBroken
from pqip.core.sheets import OfSheet, begin
from pqip.core.views import ConfirmPage, Page
from pqip.govuk.formats import date_gov, plural
from pqip.govuk.links import with_query
from pqip.govuk.pages import Action, SummaryRow
from pqip.govuk.search import words_sought

KIND = "allocations"
TITLE = "Allocate many learners"
GOING = (Status.DUE_TO_START, Status.ACTIVE, Status.DEFERRED)


class AllocateMany(CheckedPage):
    """For the learners of the list one came from, up to 100 of them; each may be left out."""

    permission = ALLOCATE
    form_class = AllocateManyForm
    page_title, submit = TITLE, "Continue"
    renamed = {"other": "staff_number"}

    @cached_property
    def learners(self) -> list[Enrolment]:
        """Those on the programme, or due to start, of the list; and those chosen, who may have left it meanwhile."""
        within = reading.enrolments(self.request.user, ALLOCATE).filter(status__in=GOING)
        listed = LearnerFilter(self.request.GET).applied_to(within).matching(words_sought(self.request))
        chosen = within.filter(public_id__in=filter(is_uuid, self.request.POST.getlist("learners")))
        rows = within.filter(Q(pk__in=listed.values("pk")) | Q(pk__in=chosen.values("pk"))).for_record()
        return list(rows.order_by("person__sort_name", "pk")[: MOST + 1])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "rows": self.learners[:MOST]}

    def asked(self, form: AllocateManyForm) -> dict[str, Any]:
        """What the action takes."""
        said = form.cleaned_data
        keys = {str(row.public_id): row.person_id for row in self.learners}
        other = found(self.request.user, "workforce.view_person", said["staff_number"])
        people = [keys[chosen] for chosen in said["learners"]]
        return {"people": people, "role": said["role"], "other": other, "from_date": said["from_date"]}

    def checked(self, form: AllocateManyForm) -> dict[str, Any]:
        asked = self.asked(form)
        held = in_the_way(asked["people"], asked["role"], asked["from_date"])
        moving = set(planned(asked["people"], held, asked["other"], asked["from_date"]))
        if not moving:
            raise RuleBroken(f"{asked['other']} has this role for all of them already.", "staff_number")
        seen = ",".join(f"{person}:{row.pk}" for person, row in held.items())
        rows = [
            SummaryRow("Role", dict(ROLES)[asked["role"]]), SummaryRow("Who takes it", asked["other"]),
            SummaryRow("First day", date_gov(asked["from_date"])), SummaryRow("Learners", len(moving)),
            SummaryRow("Left as they are", len(asked["people"]) - len(moving)),
        ]
        sent = [pair for pair in self.sent(form) if pair[0] != "seen"]
        moves = handover_table([row for row in self.learners if row.person_id in moving], held, asked["other"])
        return {"rows": rows, "moves": moves, "sent": [*sent, ("seen", seen)], "submit": "Allocate"}

    def perform(self, form: AllocateManyForm) -> str:
        asked = self.asked(form)
        batch = allocate_many(by=self.request.user, seen=form.seen_keys(), **asked)
        if not batch.made:
            return "They are allocated so already"
        words = f"{asked['other']}, {dict(ROLES)[asked['role']].lower()} of {plural(len(batch.made), 'learner')}"
        self.token = begin(self.request.session, KIND, {"made": batch.made, "ended": batch.ended, "words": words})
        return ""

    def get_success_url(self) -> str:
        token = getattr(self, "token", "")
        return reverse("learners:allocated", args=[token]) if token else reverse("learners:list")

    def get_cancel_url(self) -> str:
        return with_query(self.request.GET, reverse("learners:list"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        whole = f"These are the first {MOST} of the list. Narrow it to reach the others." if len(self.learners) > MOST else ""
        lead = whole or f"The {plural(len(self.learners), 'learner')} of the list. Leave out whom you do not mean."
        return super().get_context_data(**{"lead": lead, **kwargs})


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class OfBatch(OfSheet):
    """A page of what was allocated at once."""

    kind = KIND


class Allocated(OfBatch, Page):
    """The end: what was recorded, and the way to undo it."""

    permission = ALLOCATE
    template_name = "learners/sheet_done.html"
    page_title = "Allocated"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        token = self.kwargs["token"]
        links = [
            Action("Undo all of it", reverse("learners:undo_allocated", args=[token]), "link"),
            Action("Back to the learners", reverse("learners:list"), "link"),
        ]
        return super().get_context_data(panel_text=self.sheet["words"], next_links=links, **kwargs)


class UndoAllocated(OfBatch, ConfirmPage):
    """Takes all of it back; whoever handed over has the role again."""

    permission = ALLOCATE
    page_title, submit, danger = "Undo the allocation of many", "Undo all of it", True
    warn = "Whoever handed over for it has the role again."

    def perform(self, form: Any) -> str:
        batch = Batch(self.sheet["made"], self.sheet["ended"])
        undo_allocations(by=self.request.user, batch=batch)
        said = f"Undone: {self.sheet['words']}"
        self.forget()
        return said

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(lead=self.sheet["words"], **kwargs)

    def get_success_url(self) -> str:
        return reverse("learners:list")
