"""Two records of one person: find the other, compare them, merge them, and undo it.

For the national team.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.errors import Conflict
from pqip.core.formats import short_date
from pqip.govuk.pages import Action, Crumb, Empty, SummaryRow
from pqip.govuk.tables import Cell, Column, Table
from pqip.pages.amending import UndoPage
from pqip.pages.generic import ActionPage
from workforce.actions.merges import ALREADY, MAY, merge_people, undo_merge
from workforce.actions.merges_plan import MergePlan, plan_merge
from workforce.forms.merges import FindOtherForm, MergeForm
from workforce.models import Person, PersonMerge
from workforce.queries import records

FOUND = 20


class MergingPage(ActionPage):
    """A page about one of two records, fetched through the scope of merging: the whole country, or
    nothing.
    """

    permission = MAY

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and user.can(MAY) and not user.scope(MAY).everywhere:
            raise PermissionDenied(MAY)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def person(self) -> Person:
        return self._found(self.kwargs["public_id"])

    def _found(self, public_id: Any) -> Person:
        """Return the person.

        Raises Conflict if the record was merged in the meantime, for example by the same click
        twice.
        """
        rows = records.for_lists(records.people(self.request.user, MAY))
        found = rows.filter(public_id=public_id).first()
        if found is None:
            raise (
                Conflict(ALREADY)
                if records.merged(self.request.user).filter(goes__public_id=public_id).exists()
                else Http404
            )
        return found

    def crumbs(self, *last: str) -> list[Crumb]:
        return [
            Crumb("Staff", reverse("workforce:staff")),
            Crumb(self.person.name, self.get_success_url()),
            *map(Crumb, last),
        ]

    def get_success_url(self) -> str:
        return reverse("workforce:person", args=[self.person.public_id])


class FindOther(MergingPage):
    """The page to find the other record of a person.

    The words are posted, so that addresses do not hold them.
    """

    limited: ClassVar[dict[str, str]] = {"POST": "search"}
    template_name = "workforce/merge_find.html"
    form_class = FindOtherForm
    page_title = "Find the other record"
    submit = "Search"
    lead = (
        "Two records of one person can be made one: everything of both is kept, under one number."
    )

    #: The people found by the words that were sent.
    found: Table | None = None

    def form_valid(self, form: Any) -> HttpResponse:
        self.found = self._table(form.cleaned_data["words"])
        return self.render_to_response(self.get_context_data(form=form))

    def shown(self) -> dict[str, Any]:
        """Add the people who may be the same, until a search was sent."""
        found = self.found or self._alike()
        return {"breadcrumbs": self.crumbs("Merge"), "identity": None, "found": found}

    def _alike(self) -> Table | None:
        alike = records.alike(self.request.user, self.person)
        title = "Others with the same e-mail address, or name and date of birth"
        return self._table_of(alike, title) if alike.exists() else None

    def _table(self, words: str) -> Table:
        people = records.people(self.request.user, MAY)
        return self._table_of(
            (people.matching(words) | people.numbered(words)).exclude(pk=self.person.pk),
            "Other records",
        )

    def _table_of(self, rows: Any, title: str) -> Table:
        shown = list(records.for_lists(rows).order_by("sort_name", "pk")[:FOUND])
        body = [
            [self._compare(row), row.staff_number, row.grade, row.pdu or row.region or ""]
            for row in shown
        ]
        columns = [Column("Name"), Column("Staff number"), Column("Grade"), Column("Where")]
        empty = Empty("Nobody else matches.", "Check the spelling, or search for fewer words.")
        return Table(title, columns, body, empty=empty)

    def _compare(self, other: Person) -> Cell:
        where = reverse("workforce:merge", args=[self.person.public_id, other.public_id])
        return Cell(other.name, where, hidden=f", {other.staff_number}: compare")


class Merge(MergingPage):
    """The page to compare two records, to see what moves and what prevents a merge, and to merge
    them.
    """

    template_name = "workforce/merge.html"
    form_class = MergeForm
    page_title = "Are these one person?"
    submit, danger = "Make them one record", True
    warn = "Everybody who works with either record sees one from now on. You can undo it as long as what moved stays as it is."

    @cached_property
    def other(self) -> Person:
        other = self._found(self.kwargs["other_id"])
        if other.pk == self.person.pk:
            raise Http404
        return other

    @cached_property
    def plan(self) -> MergePlan:
        return plan_merge(self.person, self.other)

    def get_form_kwargs(self) -> dict[str, Any]:
        numbers = [
            (str(one.public_id), f"{one.staff_number}, {one.name}")
            for one in (self.person, self.other)
        ]
        return {**super().get_form_kwargs(), "numbers": numbers}

    def get_success_url(self) -> str:
        return reverse("workforce:person", args=[getattr(self, "result", self.person).public_id])

    def shown(self) -> dict[str, Any]:
        shown = {
            "breadcrumbs": self.crumbs("Compare"),
            "compared": self._compared(),
            "held": self._held(),
            "obstacles": self.plan.obstacles,
            "cancel_url": reverse("workforce:find_other", args=[self.person.public_id]),
        }
        return shown

    def _columns(self, first: str, *, numeric: bool = False) -> list[Column]:
        return [
            Column(first, hidden=True),
            *(Column(one.staff_number, numeric=numeric) for one in (self.person, self.other)),
        ]

    def _compared(self) -> Table:
        """Return a table of the two records side by side."""
        facts = {
            "Name": lambda one: one.name,
            "E-mail address": lambda one: one.email,
            "Date of birth": lambda one: short_date(one.date_of_birth) if one.date_of_birth else "",
            "Organisation": lambda one: one.organisation,
            "Grade": lambda one: one.grade,
            "Region": lambda one: one.region,
            "Probation delivery unit": lambda one: one.pdu,
        }
        rows = [
            [
                name,
                *(Cell(say(one) or "", empty="Not recorded") for one in (self.person, self.other)),
            ]
            for name, say in facts.items()
        ]
        return Table("The two records", self._columns("What is recorded"), rows)

    def _held(self) -> Table:
        """Return a table of how much of each kind is recorded for either."""
        rows = [[name, *counts] for name, counts in records.held(self.person.pk, self.other.pk)]
        empty = Empty("Nothing more is recorded of either.")
        return Table(
            "What is recorded of each", self._columns("Kind", numeric=True), rows, empty=empty
        )

    def perform(self, form: Any) -> str:
        stays, goes = self.person, self.other
        if form.cleaned_data["stays"] == str(self.other.public_id):
            stays, goes = goes, stays
        number = goes.staff_number
        merge = merge_people(
            by=self.request.user, stays=stays, goes=goes, why=form.cleaned_data["why"]
        )
        self.result = merge.stays
        return f"The two records are one: {merge.stays.name} ({merge.stays.staff_number}). {number} leads here."


class UndoMerge(MergingPage, UndoPage):
    """The page to separate two merged records again."""

    template_name = "layouts/confirm.html"
    page_title = "Undo the merge of two records"
    submit = "Make them two records again"
    warn = "Each record gets back what it had. What was recorded since the merge stays with the number that stayed."
    success_message = "They are two records again."

    def facts(self) -> QuerySet[PersonMerge]:
        rows = records.merged(self.request.user, undone=True)
        return rows.filter(stays=self.person, public_id=self.kwargs["merge_id"])

    def shown(self) -> dict[str, Any]:
        merge = self.fact
        rows = [
            SummaryRow("Stayed", f"{merge.stays.name} ({merge.stays.staff_number})"),
            SummaryRow("Went", f"{merge.goes.name} ({merge.goes.staff_number})"),
            SummaryRow("Merged on", short_date(merge.effective_on)),
            SummaryRow("Because", merge.why),
        ]
        return {"rows": rows, "breadcrumbs": self.crumbs("Undo")}

    def amend(self, fact: PersonMerge, **answers: Any) -> None:
        undo_merge(by=self.request.user, merge=fact, reason=answers["reason"])


def merges_table(merges: list[PersonMerge], *, may_undo: bool) -> Table:
    """Return a table of merges into somebody's record, with the reason, and a link to undo for
    users who may.
    """
    columns = [Column("Number"), Column("Name"), Column("Merged on"), Column("Because")]
    columns += [Column("Action", hidden=True)] if may_undo else []
    rows = [
        [
            merge.goes.staff_number,
            merge.goes.name,
            short_date(merge.effective_on),
            merge.why,
            *([Cell(actions=[_undo(merge)])] if may_undo else []),
        ]
        for merge in merges
    ]
    return Table("Records merged into this one", columns, rows)


def _undo(merge: PersonMerge) -> Action:
    where = reverse("workforce:undo_merge", args=[merge.stays.public_id, merge.public_id])
    return Action("Undo", where, "link", hidden=f"the merge of {merge.goes.staff_number}")
