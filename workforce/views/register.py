"""The professional register: the list, who is missing from it, and a person's entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from pqip.core.formats import short_date
from pqip.govuk.filters import Filter
from pqip.govuk.links import record_url
from pqip.govuk.pages import Empty, SummaryRow, Tab
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.amending import UndoPage
from pqip.pages.generic import ListPage
from workforce.actions.register import correct_entry, enter, record_change, void_change, void_entry
from workforce.forms.register import (
    CorrectEntryForm,
    DeclareForm,
    EnterForm,
    RegisterFilter,
    StatusForm,
)
from workforce.models import AwardType, Person, RegisterChange, RegisterEntry
from workforce.models.people import PersonQuerySet
from workforce.presenters.register import TAGS, declared
from workforce.queries import records
from workforce.rules.register import CPD
from workforce.views.posts_amending import OfPerson
from workforce.views.staff import PersonAction

if TYPE_CHECKING:
    from workforce.facts.register import EntryWithState


def lists(active: str) -> list[Tab]:
    named = {"register": "On the register", "not_registered": "Posts without an entry"}
    return [
        Tab(label, reverse(f"workforce:{name}"), active=name == active)
        for name, label in named.items()
    ]


class RegisterList(ListPage):
    """The list of everybody within reach who was ever entered, with the entry's status today."""

    permission = records.VIEW
    page_title = "Professional register"
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("person__sort_name",),
        "entered": ("effective_on",),
        "status": ("status", "person__sort_name"),
    }
    default_sort = "name"

    def rows(self) -> QuerySet[RegisterEntry]:
        return RegisterFilter(self.request.GET).applied_to(
            records.register_entries(self.request.user)
        )

    def _fetched(self, rows: QuerySet, chosen: Any) -> list[EntryWithState]:
        """Return the entries with their status, which the rows of the list lack."""
        found = (
            records.register_entries(self.request.user).filter(pk__in=chosen).in_bulk()
            if chosen
            else {}
        )
        return [found[key] for key in chosen if key in found]

    def table(self, rows: list[EntryWithState], sorting: Sorting) -> Table:
        columns = [
            Column("Name", sort="name", second="Staff number"),
            Column("Grade"),
            Column("Where"),
            Column("Award"),
            Column("Qualified"),
            Column("Entered", sort="entered"),
            Column("Status", sort="status"),
            Column("Since"),
            Column("Development declared"),
        ]
        body = [
            [
                Cell(
                    row.person.name,
                    record_url("workforce:person", row.person.public_id),
                    second=row.person.staff_number,
                ),
                row.person.grade,
                row.person.pdu or row.person.region or "",
                row.award_type,
                short_date(row.qualified_on),
                short_date(row.effective_on),
                TAGS[row.status],
                short_date(row.since),
                declared(row),
            ]
            for row in rows
        ]
        empty = Empty("Nobody matches.", "Remove a filter.")
        return Table(
            "Professional register",
            columns,
            body,
            caption_hidden=True,
            sorting=sorting,
            empty=empty,
        )

    def shown(self) -> dict[str, Any]:
        panel = Filter(RegisterFilter(self.request.GET), self.request.GET)
        return {"filter": panel, "tabs": lists("register")}


class NotRegistered(ListPage):
    """The list of people in posts that need the qualification, without an active entry."""

    permission = records.VIEW
    page_title = "Posts that need an entry in the register"
    lead = "People who hold a post that needs the qualification as a probation officer, and have no active entry."
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {"name": ("sort_name",)}
    default_sort = "name"

    def rows(self) -> PersonQuerySet:
        return records.without_entry(self.request.user)

    def with_related(self, rows: PersonQuerySet) -> PersonQuerySet:
        return records.for_lists(rows)

    def table(self, rows: list[Person], sorting: Sorting) -> Table:
        columns = [
            Column("Name", sort="name"),
            Column("Staff number"),
            Column("Grade"),
            Column("Where"),
        ]
        body = [
            [
                Cell(row.name, record_url("workforce:person", row.public_id)),
                row.staff_number,
                row.grade,
                row.pdu or row.region or "",
            ]
            for row in rows
        ]
        empty = Empty("Everybody in such a post is on the register.")
        return Table(
            "Posts that need an entry",
            columns,
            body,
            caption_hidden=True,
            sorting=sorting,
            empty=empty,
        )

    def shown(self) -> dict[str, Any]:
        return {"tabs": lists("not_registered")}


class EnterRegister(PersonAction):
    form_class = EnterForm
    page_title, submit = "Enter in the professional register", "Enter"
    lead = "By any award that makes a qualified probation officer. Learners of this programme are entered with the event."

    def perform(self, form: Any) -> str:
        enter(by=self.request.user, person=self.person, **form.cleaned_data)
        return "They are entered in the register."


class OfEntry(OfPerson):
    """A page about somebody's entry by one award."""

    @property
    def award(self) -> str:
        if self.kwargs["award"] not in AwardType.values:
            raise Http404
        return self.kwargs["award"]

    def facts(self) -> QuerySet[RegisterEntry]:
        return records.entries_by(self.person, self.award)

    def rows(self) -> list[SummaryRow]:
        entry = self.fact
        return [
            SummaryRow("Award", entry.get_award_type_display()),
            SummaryRow("Qualified", short_date(entry.qualified_on)),
            SummaryRow("Entered", short_date(entry.effective_on)),
        ]


class CorrectEntry(OfEntry):
    form_class = CorrectEntryForm
    page_title = "Correct an entry in the register"

    def stated(self) -> dict[str, Any]:
        return {"qualified_on": self.fact.qualified_on, "entered_on": self.fact.effective_on}

    def amend(self, fact: RegisterEntry, **answers: Any) -> None:
        correct_entry(by=self.request.user, entry=fact, **answers)


class UndoEntry(OfEntry, UndoPage):
    page_title = "Undo an entry in the register"
    warn = "What is recorded of the entry, such as its status and declarations, is undone with it."

    def amend(self, fact: RegisterEntry, **answers: Any) -> None:
        void_entry(by=self.request.user, entry=fact, **answers)


class UndoChange(OfPerson, UndoPage):
    page_title = "Undo what was recorded of an entry"

    def facts(self) -> QuerySet[RegisterChange]:
        return records.register_changes(self.person, self.kwargs["change_id"])

    def rows(self) -> list[SummaryRow]:
        return [
            SummaryRow("What it is", self.fact.get_kind_display()),
            SummaryRow("On", short_date(self.fact.effective_on)),
        ]

    def amend(self, fact: RegisterChange, **answers: Any) -> None:
        void_change(by=self.request.user, change=fact, **answers)


class AboutEntry(PersonAction):
    """A form about somebody's entry by one award."""

    renamed: ClassVar[dict[str, str]] = {"status_on": "on", "cpd_declared_on": "on"}

    def award(self) -> AwardType:
        if (
            not records.entries_by(self.person, self.kwargs["award"])
            .filter(voided_at=None)
            .exists()
        ):
            raise Http404
        return AwardType(self.kwargs["award"])

    def shown(self) -> dict[str, Any]:
        return {"lead": self.award().label}

    def perform(self, form: Any) -> str:
        asked = {"kind": CPD, **form.cleaned_data}
        record_change(
            by=self.request.user, person=self.person, award_type=self.award().value, **asked
        )
        return "Recorded"


class ChangeStatus(AboutEntry):
    form_class = StatusForm
    page_title = "Change the status of an entry"


class Declare(AboutEntry):
    form_class = DeclareForm
    page_title = "Record a declaration of professional development"
