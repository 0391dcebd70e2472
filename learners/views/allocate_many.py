"""One person takes a role for many: choose, check, record, and one undo for the whole of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property

from learners import reading
from learners.actions.allocate_many import MOST, Batch, allocate_many, in_the_way, planned, undo_allocations
from learners.actions.eligible import Named
from learners.forms.allocate_many import AllocateManyForm
from learners.forms.filters import LearnerFilter
from learners.models import Enrolment
from learners.models.allocations import AllocationRole
from learners.models.enrolments import Status
from learners.presenters.people import handover_table
from learners.views.actions import found_by_words
from learners.views.checked import CheckedPage
from learners.views.people import STAFF, checked_taker
from learners.views.record import ALLOCATE
from pqip.core.errors import RuleBroken
from pqip.core.sheets import OfSheet, begin
from pqip.core.views import ConfirmPage, Page
from pqip.govuk.formats import lower_first, plural, upper_first
from pqip.govuk.links import with_query
from pqip.govuk.pages import Action, SummaryRow
from pqip.govuk.search import words_sought
from workforce.models import Person

GOING = (Status.DUE_TO_START, Status.ACTIVE, Status.DEFERRED)


class Many:
    """Whom a role is taken for and where the pages are; shared by the page, its end and its undo."""

    kind: ClassVar[str]
    noun: ClassVar[str]
    #: Names of addresses: the list one came from, the end, the undo.
    listed: ClassVar[str]
    done: ClassVar[str]
    undo: ClassVar[str]


class AllocateManyPage(Many, CheckedPage):
    """For those of the list one came from, up to 100 of them; each may be left out. Give `offered` and `taker`."""

    form_class = AllocateManyForm
    submit = "Continue"
    renamed = {"other": "staff_number"}
    roles: ClassVar[Sequence[tuple[str, str]]]
    #: Whether all are chosen unless left out.
    chosen = True

    def offered(self) -> list[tuple[str, Person, str]]:
        """Those it may be for, up to one more than `MOST`: a key, the person, who looks after them in words."""
        raise NotImplementedError

    def taker(self, role: str, staff_number: str) -> Person:
        """Who takes the role. Raises RuleBroken where nobody within reach has the number."""
        raise NotImplementedError

    @cached_property
    def people(self) -> list[tuple[str, Person, str]]:
        return self.offered()

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = [(key, f"{person.name}, {person.staff_number}, {words}") for key, person, words in self.people[:MOST]]
        told = {"roles": self.roles, "rows": rows, "chosen": self.chosen, "label": f"{upper_first(self.noun)}s"}
        return {**super().get_form_kwargs(), **told}

    def asked(self, form: AllocateManyForm) -> dict[str, Any]:
        """What the action takes."""
        said = form.cleaned_data
        keys = {key: person.pk for key, person, _ in self.people}
        other = self.taker(said["role"], said["staff_number"])
        people = [keys[chosen] for chosen in said["people"]]
        return {"people": people, "other": other, **{name: said[name] for name in ("role", "from_date", "to_date")}}

    def rehearse(self, form: AllocateManyForm) -> None:
        asked = self.asked(form)
        held = in_the_way(asked["people"], asked["role"], asked["from_date"], asked["to_date"])
        allocate_many(by=self.request.user, seen={person: row.pk for person, row in held.items()}, **asked)

    def checked(self, form: AllocateManyForm) -> dict[str, Any]:
        asked = self.asked(form)
        days = (asked["from_date"], asked["to_date"])
        held = in_the_way(asked["people"], asked["role"], *days)
        moving = set(planned(asked["people"], held, asked["other"], *days))
        if not moving:
            raise RuleBroken(f"{asked['other']} has this role for all of them already.", "staff_number")
        named = [Named(asked["other"].pk, key, *days) for key in sorted(moving)]
        taker = checked_taker(asked["role"], asked["other"], named)
        seen = ",".join(f"{person}:{row.pk}" for person, row in held.items())
        rows = [
            *taker["rows"], SummaryRow(f"{upper_first(self.noun)}s", len(moving)),
            SummaryRow("Left as they are", len(asked["people"]) - len(moving)),
        ]
        sent = [pair for pair in self.sent(form) if pair[0] != "seen"]
        moves = handover_table([person for _, person, _ in self.people if person.pk in moving], held, asked["other"])
        return {"rows": rows, "warn": taker["warn"], "moves": moves, "sent": [*sent, ("seen", seen)], "submit": "Allocate"}

    def perform(self, form: AllocateManyForm) -> str:
        asked = self.asked(form)
        batch = allocate_many(by=self.request.user, seen=form.seen_keys(), **asked)
        if not batch.made:
            return "They are allocated so already"
        words = f"{asked['other']}, {lower_first(dict(self.roles)[asked['role']])} of {plural(len(batch.made), self.noun)}"
        self.token = begin(self.request.session, self.kind, {"made": batch.made, "ended": batch.ended, "words": words})
        return ""

    def get_success_url(self) -> str:
        token = getattr(self, "token", "")
        return reverse(self.done, args=[token]) if token else reverse(self.listed)

    def get_cancel_url(self) -> str:
        return with_query(self.request.GET, reverse(self.listed))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = "Leave out whom you do not mean." if self.chosen else "Choose whom you mean."
        lead = f"The {plural(len(self.people), self.noun)} of the list. {told}"
        if not self.people:
            lead = f"No {self.noun} is on the list. Go back and choose another list."
        elif len(self.people) > MOST:
            lead = f"These are the first {MOST} of the list. Narrow it to reach the others."
        return super().get_context_data(**{"lead": lead, **kwargs})


class AllocatedPage(Many, OfSheet, Page):
    """The end: what was recorded, and the way to undo it."""

    template_name = "learners/sheet_done.html"
    page_title = "Allocated"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        links = [
            Action("Undo all of it", reverse(self.undo, args=[self.kwargs["token"]]), "link"),
            Action(f"Back to the {self.noun}s", reverse(self.listed), "link"),
        ]
        return super().get_context_data(panel_text=self.sheet["words"], next_links=links, **kwargs)


class UndoAllocatedPage(Many, OfSheet, ConfirmPage):
    """Takes all of it back; whoever handed over has the role again."""

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
        return reverse(self.listed)


class OfLearners(Many):
    """Learners of the list."""

    permission = ALLOCATE
    kind, noun = "allocations", "learner"
    listed, done, undo = "learners:list", "learners:allocated", "learners:undo_allocated"


class AllocateMany(OfLearners, AllocateManyPage):
    """Learners on the programme, or due to start, of the list; and those chosen, who may have left it meanwhile."""

    page_title = "Allocate many learners"
    roles = [(role.value, role.label) for role in (AllocationRole.PTA, AllocationRole.LINE_MANAGER, AllocationRole.MENTOR)]

    def offered(self) -> list[tuple[str, Person, str]]:
        within = reading.enrolments(self.request.user, ALLOCATE).filter(status__in=GOING)
        listed = LearnerFilter(self.request.GET).applied_to(within).matching(words_sought(self.request))
        chosen = within.filter(public_id__in=filter(is_uuid, self.request.POST.getlist("people")))
        rows = within.filter(Q(pk__in=listed.values("pk")) | Q(pk__in=chosen.values("pk"))).for_record()
        some = rows.order_by("person__sort_name", "pk")[: MOST + 1]
        return [(str(row.public_id), row.person, looked_after_by(row)) for row in some]

    def taker(self, role: str, staff_number: str) -> Person:
        return found_by_words(self.request.user, STAFF, staff_number)


def looked_after_by(row: Enrolment) -> str:
    """Where a learner is, and who looks after them."""
    return f"{row.pdu or row.region}. Assessor: {row.pta or 'none'}. Line manager: {row.line_manager or 'none'}"


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class Allocated(OfLearners, AllocatedPage):
    """Learners were allocated."""


class UndoAllocated(OfLearners, UndoAllocatedPage):
    """Their allocation is taken back."""
