"""Two records of one person: find the other, compare them, make them one; and undo it. For the national team."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.amending import UndoPage
from pqip.core.errors import Conflict
from pqip.core.views import ActionPage
from pqip.govuk.formats import short_date
from pqip.govuk.pages import Action, Crumb, Empty, SummaryRow
from pqip.govuk.tables import Cell, Column, Table
from workforce import reading
from workforce.actions.merge_people import ALREADY, MAY, merge_people, undo_merge
from workforce.actions.plan_merge import MergePlan, plan_merge
from workforce.forms.merging import FindOtherForm, MergeForm
from workforce.models import Person, PersonMerge

FOUND = 20


class MergingPage(ActionPage):
    """About one of two records, fetched through the scope of merging, which is the whole country or nothing."""

    permission = MAY

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.can(MAY) and not user.scope(MAY).everywhere:
            raise PermissionDenied(MAY)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def person(self) -> Person:
        return self._found(self.kwargs["public_id"])

    def _found(self, public_id: Any) -> Person:
        """The person. Conflict where the record was merged into another meanwhile: the same click twice."""
        rows = reading.for_lists(reading.people(self.request.user, MAY))
        found = rows.filter(public_id=public_id).first()
        if found is None:
            raise Conflict(ALREADY) if reading.merged(self.request.user).filter(goes__public_id=public_id).exists() else Http404
        return found

    def crumbs(self, *last: str) -> list[Crumb]:
        return [Crumb("Staff", reverse("workforce:staff")), Crumb(self.person.name, self.get_success_url()), *map(Crumb, last)]

    def get_success_url(self) -> str:
        return reverse("workforce:person", args=[self.person.public_id])


class FindOther(MergingPage):
    """Find the other record of a person. The words are posted and stay out of the address."""

    limited: ClassVar[dict[str, str]] = {"POST": "search"}
    template_name = "workforce/merge_find.html"
    form_class = FindOtherForm
    page_title = "Find the other record"
    submit = "Search"
    lead = "Two records of one person can be made one: everything of both is kept, under one number."

    def form_valid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, found=self._table(form.cleaned_data["words"])))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Before anything was sought: who may be the same person."""
        shown = {"breadcrumbs": self.crumbs("Merge"), "identity": None, **kwargs}
        if "found" not in shown and (alike := reading.alike(self.request.user, self.person)).exists():
            shown["found"] = self._table_of(alike, "Others with the same e-mail address, or name and date of birth")
        return super().get_context_data(**shown)

    def _table(self, words: str) -> Table:
        people = reading.people(self.request.user, MAY)
        return self._table_of((people.matching(words) | people.numbered(words)).exclude(pk=self.person.pk), "Other records")

    def _table_of(self, rows: Any, title: str) -> Table:
        shown = list(reading.for_lists(rows).order_by("sort_name", "pk")[:FOUND])
        body = [[self._compare(row), row.staff_number, row.grade, row.pdu or row.region or ""] for row in shown]
        columns = [Column("Name"), Column("Staff number"), Column("Grade"), Column("Where")]
        empty = Empty("Nobody else matches.", "Check the spelling, or search for fewer words.")
        return Table(title, columns, body, empty=empty)

    def _compare(self, other: Person) -> Cell:
        where = reverse("workforce:merge", args=[self.person.public_id, other.public_id])
        return Cell(other.name, where, hidden=f", {other.staff_number}: compare")


class Merge(MergingPage):
    """Compare two records, see what moves and what stands in the way, and make them one."""

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
        numbers = [(str(one.public_id), f"{one.staff_number}, {one.name}") for one in (self.person, self.other)]
        return {**super().get_form_kwargs(), "numbers": numbers}

    def get_success_url(self) -> str:
        return reverse("workforce:person", args=[getattr(self, "result", self.person).public_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {
            "breadcrumbs": self.crumbs("Compare"), "compared": self._compared(), "held": self._held(),
            "obstacles": self.plan.obstacles, "cancel_url": reverse("workforce:find_other", args=[self.person.public_id]),
        }
        return super().get_context_data(**{**shown, **kwargs})

    def _columns(self, first: str, *, numeric: bool = False) -> list[Column]:
        return [Column(first, hidden=True), *(Column(one.staff_number, numeric=numeric) for one in (self.person, self.other))]

    def _compared(self) -> Table:
        """The two side by side."""
        facts = {
            "Name": lambda one: one.name, "E-mail address": lambda one: one.email,
            "Date of birth": lambda one: short_date(one.date_of_birth) if one.date_of_birth else "",
            "Organisation": lambda one: one.organisation, "Grade": lambda one: one.grade, "Region": lambda one: one.region,
            "Probation delivery unit": lambda one: one.pdu,
        }
        rows = [[name, *(Cell(say(one) or "", empty="Not recorded") for one in (self.person, self.other))]
                for name, say in facts.items()]
        return Table("The two records", self._columns("What is recorded"), rows)

    def _held(self) -> Table:
        """How much of each kind is recorded of either."""
        rows = [[name, *counts] for name, counts in reading.held(self.person.pk, self.other.pk)]
        empty = Empty("Nothing more is recorded of either.")
        return Table("What is recorded of each", self._columns("Kind", numeric=True), rows, empty=empty)

    def perform(self, form: Any) -> str:
        stays, goes = self.person, self.other
        if form.cleaned_data["stays"] == str(self.other.public_id):
            stays, goes = goes, stays
        number = goes.staff_number
        merge = merge_people(by=self.request.user, stays=stays, goes=goes, why=form.cleaned_data["why"])
        self.result = merge.stays
        return f"The two records are one: {merge.stays.name} ({merge.stays.staff_number}). {number} leads here."


class UndoMerge(MergingPage, UndoPage):
    """Make two records of one again."""

    template_name = "layouts/confirm.html"
    page_title = "Undo the merge of two records"
    submit = "Make them two records again"
    warn = "Each record gets back what it had. What was recorded since the merge stays with the number that stayed."
    said = "They are two records again."

    def facts(self) -> QuerySet[PersonMerge]:
        rows = reading.merged(self.request.user, undone=True)
        return rows.filter(stays=self.person, public_id=self.kwargs["merge_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        merge = self.fact
        rows = [SummaryRow("Stayed", f"{merge.stays.name} ({merge.stays.staff_number})"),
                SummaryRow("Went", f"{merge.goes.name} ({merge.goes.staff_number})"),
                SummaryRow("Merged on", short_date(merge.effective_on)), SummaryRow("Because", merge.why)]
        return super().get_context_data(**{"rows": rows, "breadcrumbs": self.crumbs("Undo"), **kwargs})

    def amend(self, fact: PersonMerge, **answers: Any) -> None:
        undo_merge(by=self.request.user, merge=fact, reason=answers["reason"])


def merges_table(merges: list[PersonMerge], *, may_undo: bool) -> Table:
    """Records that were merged into somebody's, with why, and the way back for those who may."""
    columns = [Column("Number"), Column("Name"), Column("Merged on"), Column("Because")]
    columns += [Column("Action", hidden=True)] if may_undo else []
    rows = [
        [merge.goes.staff_number, merge.goes.name, short_date(merge.effective_on), merge.why,
         *([Cell(actions=[_undo(merge)])] if may_undo else [])]
        for merge in merges
    ]
    return Table("Records merged into this one", columns, rows)


def _undo(merge: PersonMerge) -> Action:
    where = reverse("workforce:undo_merge", args=[merge.stays.public_id, merge.public_id])
    return Action("Undo", where, "link", hidden=f"the merge of {merge.goes.staff_number}")
