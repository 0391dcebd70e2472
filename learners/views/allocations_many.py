"""One person takes a role for many: choose, check, record, with one undo for everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.allocations_eligible import Nomination
from learners.actions.allocations_many import (
    MOST,
    Batch,
    allocate_many,
    allocations_within,
    planned,
    undo_allocations,
)
from learners.forms.allocations_many import AllocateManyForm
from learners.forms.filters import LearnerFilter
from learners.models import Enrolment
from learners.models.allocations import AllocationRole
from learners.models.enrolments import GOING
from learners.presenters.allocations import handover_table
from learners.queries import records
from learners.views.allocations import STAFF, checked_taker
from learners.views.checked import CheckedPage
from learners.views.events import found_by_words
from learners.views.record import ALLOCATE
from pqip.core.errors import RuleBroken
from pqip.core.formats import lower_first, plural, upper_first
from pqip.govuk.links import with_query
from pqip.govuk.pages import Action, SummaryRow
from pqip.govuk.search import words_sought
from pqip.pages.generic import ConfirmPage, Page
from pqip.pages.sheets import OfSheet, begin
from workforce.models import Person


class Many:
    """The people and the pages of one such role; shared by the page, its end and its undo."""

    kind: ClassVar[str]
    noun: ClassVar[str]
    #: URL names: the list the user came from, the end, and the undo.
    listed: ClassVar[str]
    done: ClassVar[str]
    undo: ClassVar[str]


class AllocateManyPage(Many, CheckedPage):
    """The page for up to 100 people of the list the user came from. Each may be left out.

    Subclasses give `offered` and `taker`.
    """

    form_class = AllocateManyForm
    submit = "Continue"
    renamed = {"other": "staff_number"}
    roles: ClassVar[Sequence[tuple[str, str]]]
    #: True if all are chosen at first.
    chosen = True

    def offered(self) -> list[tuple[str, Person, str]]:
        """Return the people it may be for, at most one more than `MOST`.

        Each is a key, the person, and who looks after them in words.
        """
        raise NotImplementedError

    def taker(self, role: str, staff_number: str) -> Person:
        """Return the person who takes the role.

        Raises RuleBroken if nobody within reach has the number.
        """
        raise NotImplementedError

    @cached_property
    def people(self) -> list[tuple[str, Person, str]]:
        return self.offered()

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = [
            (key, f"{person.name}, {person.staff_number}, {words}")
            for key, person, words in self.people[:MOST]
        ]
        arguments = {
            "roles": self.roles,
            "rows": rows,
            "chosen": self.chosen,
            "label": f"{upper_first(self.noun)}s",
        }
        return {**super().get_form_kwargs(), **arguments}

    def asked(self, form: AllocateManyForm) -> dict[str, Any]:
        """Return the arguments of the action."""
        answers = form.cleaned_data
        keys = {key: person.pk for key, person, _ in self.people}
        other = self.taker(answers["role"], answers["staff_number"])
        people = [keys[chosen] for chosen in answers["people"]]
        return {
            "people": people,
            "other": other,
            **{name: answers[name] for name in ("role", "from_date", "to_date")},
        }

    def rehearse(self, form: AllocateManyForm) -> None:
        asked = self.asked(form)
        held = allocations_within(
            asked["people"], asked["role"], asked["from_date"], asked["to_date"]
        )
        allocate_many(
            by=self.request.user, seen={person: row.pk for person, row in held.items()}, **asked
        )

    def checked(self, form: AllocateManyForm) -> dict[str, Any]:
        asked = self.asked(form)
        days = (asked["from_date"], asked["to_date"])
        held = allocations_within(asked["people"], asked["role"], *days)
        moving = set(planned(asked["people"], held, asked["other"], *days))
        if not moving:
            raise RuleBroken(
                f"{asked['other']} has this role for all of them already.", "staff_number"
            )
        named = [Nomination(asked["other"].pk, key, *days) for key in sorted(moving)]
        taker = checked_taker(asked["role"], asked["other"], named)
        seen = ",".join(f"{person}:{row.pk}" for person, row in held.items())
        rows = [
            *taker["rows"],
            SummaryRow(f"{upper_first(self.noun)}s", len(moving)),
            SummaryRow("Left as they are", len(asked["people"]) - len(moving)),
        ]
        sent = [pair for pair in self.sent(form) if pair[0] != "seen"]
        moves = handover_table(
            [person for _, person, _ in self.people if person.pk in moving], held, asked["other"]
        )
        return {
            "rows": rows,
            "warn": taker["warn"],
            "moves": moves,
            "sent": [*sent, ("seen", seen)],
            "submit": "Allocate",
        }

    def perform(self, form: AllocateManyForm) -> str:
        asked = self.asked(form)
        batch = allocate_many(by=self.request.user, seen=form.seen_keys(), **asked)
        if not batch.made:
            return "They are allocated so already"
        words = f"{asked['other']}, {lower_first(dict(self.roles)[asked['role']])} of {plural(len(batch.made), self.noun)}"
        self.token = begin(
            self.request.session,
            self.kind,
            {"made": batch.made, "ended": batch.ended, "words": words},
        )
        return ""

    def get_success_url(self) -> str:
        token = getattr(self, "token", "")
        return reverse(self.done, args=[token]) if token else reverse(self.listed)

    def get_cancel_url(self) -> str:
        return with_query(self.request.GET, reverse(self.listed))

    def shown(self) -> dict[str, Any]:
        hint = "Leave out whom you do not mean." if self.chosen else "Choose whom you mean."
        lead = f"The {plural(len(self.people), self.noun)} of the list. {hint}"
        if not self.people:
            lead = f"No {self.noun} is on the list. Go back and choose another list."
        elif len(self.people) > MOST:
            lead = f"These are the first {MOST} of the list. Narrow it to reach the others."
        return {"lead": lead}


class AllocatedPage(Many, OfSheet, Page):
    """The page at the end: what was recorded, and the link to undo it."""

    template_name = "learners/sheet_done.html"
    page_title = "Allocated"

    def shown(self) -> dict[str, Any]:
        links = [
            Action("Undo all of it", reverse(self.undo, args=[self.kwargs["token"]]), "link"),
            Action(f"Back to the {self.noun}s", reverse(self.listed), "link"),
        ]
        return {"panel_text": self.sheet["words"], "next_links": links}


class UndoAllocatedPage(Many, OfSheet, ConfirmPage):
    """The page to undo all of it. Whoever ended because of it has the role again."""

    page_title, submit, danger = "Undo the allocation of many", "Undo all of it", True
    warn = "Whoever handed over for it has the role again."

    def perform(self, form: Any) -> str:
        batch = Batch(self.sheet["made"], self.sheet["ended"])
        undo_allocations(by=self.request.user, batch=batch)
        message = f"Undone: {self.sheet['words']}"
        self.forget()
        return message

    def shown(self) -> dict[str, Any]:
        return {"lead": self.sheet["words"]}

    def get_success_url(self) -> str:
        return reverse(self.listed)


class OfLearners(Many):
    """Learners of the list."""

    permission = ALLOCATE
    kind, noun = "allocations", "learner"
    listed, done, undo = "learners:list", "learners:allocated", "learners:undo_allocated"


class AllocateMany(OfLearners, AllocateManyPage):
    """The page for learners of the list who are on the programme or due to start.

    Those who were chosen stay on the page even if they have left the list in the meantime.
    """

    page_title = "Allocate many learners"
    roles = [
        (role.value, str(role.label))
        for role in (AllocationRole.PTA, AllocationRole.LINE_MANAGER, AllocationRole.MENTOR)
    ]

    def offered(self) -> list[tuple[str, Person, str]]:
        within = records.enrolments(self.request.user, ALLOCATE).filter(status__in=GOING)
        listed = (
            LearnerFilter(self.request.GET).applied_to(within).matching(words_sought(self.request))
        )
        chosen = within.filter(public_id__in=filter(is_uuid, self.request.POST.getlist("people")))
        rows = within.filter(
            Q(pk__in=listed.values("pk")) | Q(pk__in=chosen.values("pk"))
        ).for_record()
        some = rows.order_by("person__sort_name", "pk")[: MOST + 1]
        return [(str(row.public_id), row.person, looked_after_by(row)) for row in some]

    def taker(self, role: str, staff_number: str) -> Person:
        return found_by_words(self.request.user, STAFF, staff_number)


def looked_after_by(row: Enrolment) -> str:
    """Return where a learner is, and who looks after them."""
    return f"{row.pdu or row.region}. Assessor: {row.pta or 'none'}. Line manager: {row.line_manager or 'none'}"


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class Allocated(OfLearners, AllocatedPage):
    """The page after learners were allocated."""


class UndoAllocated(OfLearners, UndoAllocatedPage):
    """The page to undo the allocation of learners."""
