"""Pages of handovers: checked first, accepted by whoever takes over, and undone."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.handovers import (
    accept_handover,
    hand_over,
    looked_after,
    open_work,
    undo_handover,
)
from assessments.facts import countersigning_capacity
from assessments.forms.handovers import ROLES, HandOverForm
from assessments.models import Handover
from assessments.queries import handovers
from assessments.views.assessors import MANAGE, OfAssessor
from learners.actions.allocations_eligible import Nomination
from learners.views.allocations import checked_taker
from learners.views.checked import CheckedPage
from learners.views.events import found_by_words
from pqip.core.formats import date_gov, lower_first, plural, short_date
from pqip.govuk.pages import Action, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.amending import UndoPage
from pqip.pages.generic import ConfirmPage, ListPage
from workforce.models import Person


def taker(user: Any, role: str, number: str) -> Person:
    """Return the person with this staff number or name.

    Visible people are found; for a countersigner, also anybody with this number who may countersign, wherever they are.
    Raises RuleBroken where there is nobody.
    """
    giver = countersigning_capacity.giver(number) if role == "countersigner" else None
    return giver or found_by_words(user, MANAGE, number)


class HandOver(OfAssessor, CheckedPage):
    """Choose the role, the person who takes over and the day; check whom and how much open work it moves; hand over."""

    form_class = HandOverForm
    page_title, submit = "Hand over", "Continue"
    renamed = {"taken_by": "staff_number", "other": "staff_number"}

    def asked(self, form: Any) -> dict[str, Any]:
        answers = dict(form.cleaned_data)
        return {
            "person": self.person,
            "taken_by": taker(self.request.user, answers["role"], answers.pop("staff_number")),
            **answers,
        }

    def rehearse(self, form: Any) -> None:
        asked = self.asked(form)
        seen = looked_after(self.person, asked["role"], asked["on"]).values_list("pk", flat=True)
        hand_over(seen=list(seen), by=self.request.user, **asked)

    def checked(self, form: Any) -> dict[str, Any]:
        asked = self.asked(form)
        rows = list(looked_after(self.person, asked["role"], asked["on"]))
        decide, countersign = open_work(self.person, asked["role"], asked["on"])
        named = [
            Nomination(
                asked["taken_by"].pk,
                row.person_id,
                max(row.effective_on, asked["on"]),
                row.ended_on,
            )
            for row in rows
        ]
        taker = checked_taker(asked["role"], asked["taken_by"], named)
        shown = [
            SummaryRow("What", dict(ROLES)[asked["role"]]),
            *taker["rows"][1:],
            SummaryRow("People", len(rows)),
            SummaryRow("Evidence to decide", decide),
            SummaryRow("Decisions to countersign", countersign),
            SummaryRow("Note", asked["note"]),
        ]
        body = [
            [
                row.person.name,
                row.person.staff_number,
                "" if row.unit is None else f"Unit {row.unit}",
            ]
            for row in rows
        ]
        table = Table(
            "Who is handed over", [Column("Name"), Column("Staff number"), Column("For")], body
        )
        sent = [pair for pair in self.sent(form) if pair[0] != "seen"]
        seen = ",".join(str(row.pk) for row in rows)
        return {
            "rows": shown,
            "warn": taker["warn"],
            "moves": table,
            "sent": [*sent, ("seen", seen)],
            "submit": "Hand over",
        }

    def perform(self, form: Any) -> str:
        seen = [int(key) for key in self.request.POST.get("seen", "").split(",") if key.isdigit()]
        made = hand_over(seen=seen, by=self.request.user, **self.asked(form))
        return f"{plural(len(made.made), 'person', 'people')} handed over to {made.taken_by}"

    def shown(self) -> dict[str, Any]:
        return {"lead": f"{self.person.name}, staff number {self.person.staff_number}."}

    def get_success_url(self) -> str:
        return reverse("assessments:handovers")

    def get_cancel_url(self) -> str:
        return reverse("assessments:assessor", args=[self.person.public_id])


class Handovers(ListPage):
    """The visible handovers, latest first; those whose note is not accepted yet stand out."""

    permission = MANAGE
    page_title = "Handovers"
    sorts = {"day": ("effective_on",)}
    default_sort = "-day"

    def rows(self) -> QuerySet[Handover]:
        return handovers.handovers(self.request.user, self.permission).live()

    def with_related(self, rows: QuerySet[Handover]) -> QuerySet[Handover]:
        return rows.select_related("person", "taken_by")

    def table(self, rows: list[Handover], sorting: Sorting) -> Table:
        columns = [
            Column("From", second="Why"),
            Column("To"),
            Column("What"),
            Column("First day", sort="day"),
            Column("People", numeric=True),
            Column("Note"),
            Column("Action", hidden=True),
        ]
        empty = Empty("Nothing has been handed over.", "Hand over from an assessor’s page.")
        body = [[*shown_row(row), Cell(actions=[self.undo(row)])] for row in rows]
        return Table("Handovers", columns, body, caption_hidden=True, sorting=sorting, empty=empty)

    def undo(self, row: Handover) -> Action:
        return Action(
            "Undo",
            reverse("assessments:undo_handover", args=[row.public_id]),
            "link",
            f"of {row.person.name}",
        )


def shown_row(row: Handover) -> list[object]:
    """Return the cells of a handover: from whom, to whom, the role, the day and whether its note is accepted."""
    state = Tag("Accepted", "green") if row.accepted_on else Tag("Not accepted yet", "yellow")
    return [
        Cell(row.person.name, second=row.get_why_display()),
        row.taken_by.name,
        row.get_role_display(),
        short_date(row.effective_on),
        len(row.made),
        state,
    ]


class HandedToMe(ListPage):
    """What was handed over to the user, with the note."""

    permission = handovers.TAKE
    page_title = "Handed over to me"
    sorts = {"day": ("effective_on",)}
    default_sort = "-day"

    def rows(self) -> QuerySet[Handover]:
        return handovers.to_me(self.request.user)

    def with_related(self, rows: QuerySet[Handover]) -> QuerySet[Handover]:
        return rows.select_related("person", "taken_by")

    def table(self, rows: list[Handover], sorting: Sorting) -> Table:
        columns = [
            Column("From", second="Why"),
            Column("What"),
            Column("First day", sort="day"),
            Column("Note"),
            Column("Action", hidden=True),
        ]
        body = []
        for row in rows:
            url = reverse("assessments:accept_handover", args=[row.public_id])
            accept = Action("Accept", url, "link", f"from {row.person.name}")
            body.append(
                [
                    Cell(row.person.name, second=row.get_why_display()),
                    f"{len(row.made)} {lower_first(row.get_role_display())}",
                    short_date(row.effective_on),
                    row.note,
                    Tag("Accepted", "green") if row.accepted_on else Cell(actions=[accept]),
                ]
            )
        empty = Empty("Nothing was handed over to you.")
        return Table("Handovers", columns, body, caption_hidden=True, sorting=sorting, empty=empty)


class AcceptHandover(ConfirmPage):
    """Confirm that one has read the note."""

    permission = handovers.TAKE
    page_title, submit = "Accept a handover", "I have read the note"

    @cached_property
    def handover(self) -> Handover:
        return get_object_or_404(
            handovers.to_me(self.request.user), public_id=self.kwargs["public_id"]
        )

    def perform(self, form: Any) -> str:
        accept_handover(handover=self.handover, by=self.request.user)
        return "Accepted"

    def shown(self) -> dict[str, Any]:
        return {"rows": summary(self.handover)}

    def get_success_url(self) -> str:
        return reverse("assessments:handed_to_me")


class UndoHandover(UndoPage):
    """Undo a handover."""

    permission = MANAGE
    page_title, success_message = "Undo a handover", "Handover undone"
    lead = (
        "Who handed over has the role again. The handover stays in the history, with your reason."
    )

    def facts(self) -> QuerySet[Handover]:
        return handovers.handovers(self.request.user, self.permission).filter(
            public_id=self.kwargs["public_id"]
        )

    def amend(self, fact: Handover, **answers: Any) -> None:
        undo_handover(handover=fact, reason=answers["reason"], by=self.request.user)

    def shown(self) -> dict[str, Any]:
        return {"rows": summary(self.fact)}

    def get_success_url(self) -> str:
        return reverse("assessments:handovers")


def summary(row: Handover) -> list[SummaryRow]:
    """Return summary rows of a handover."""
    return [
        SummaryRow("From", row.person.name),
        SummaryRow("To", row.taken_by.name),
        SummaryRow("Why", row.get_why_display()),
        SummaryRow("What", f"{len(row.made)} {lower_first(row.get_role_display())}"),
        SummaryRow("First day", date_gov(row.effective_on)),
        SummaryRow("Note", row.note),
    ]
