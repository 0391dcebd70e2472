"""Countersigning pages: the queue, oldest first; agreeing and going on to the next, or returning with reasons; one's own
outcomes.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.countersigning import countersign, void_countersignature
from assessments.facts import countersigning_capacity, progress
from assessments.forms.countersigning import CountersignForm
from assessments.forms.evidence import ReasonForm
from assessments.models import Countersignature, Decision
from assessments.presenters.evidence import criteria_table, decision_summary, summary
from assessments.presenters.latest import given_last, signed_off_last
from assessments.presenters.words import identity, outcome_words, piece_cell, submission_of, waited
from assessments.queries import records
from assessments.views.candidates import acting_person
from pqip.core.clock import today
from pqip.core.formats import date_gov, short_date
from pqip.govuk.pages import Action, Count, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.generic import ActionPage, ConfirmPage, ListPage, Page

OUTCOME_MESSAGES = {
    "agreed": "agreed",
    "returned": "returned",
    "disagreed": "disagreed with; what you named is not yet competent",
}
#: The number of rows shown of recent work.
LATEST = 10


class Queue(ListPage):
    """Decisions that wait for a countersignature, oldest first. Without actions for those who may not countersign."""

    permission = records.QUEUE
    template_name = "assessments/home.html"
    page_title = "Decisions to countersign"
    sorts = {"oldest": ("effective_on",)}
    default_sort = "oldest"

    @property
    def is_read_only(self) -> bool:
        """Whether the user may only read the queue, and sees for each decision whose turn it is."""
        return not self.request.user.can(records.COUNTERSIGN)

    def rows(self) -> QuerySet[Decision]:
        waiting = records.queue(self.request.user)
        if self.request.GET.get("show") == "overdue":
            return waiting.filter(effective_on__lt=progress.overdue_on(today()))
        return waiting

    def with_related(self, rows: QuerySet[Decision]) -> QuerySet[Decision]:
        return records.with_evidence(rows)

    def table(self, rows: list[Decision], sorting: Sorting) -> Table:
        overdue, on = progress.overdue_on(today()), today()
        page = "assessments:queued" if self.is_read_only else "assessments:countersign"
        signers = (
            countersigning_capacity.countersigners_of([row.assessor_id for row in rows])
            if self.is_read_only
            else {}
        )
        owner = [Column("Countersigner")] if self.is_read_only else []
        columns = [
            Column("Evidence", second="Reference"),
            Column("Assessor"),
            *owner,
            Column("Candidate"),
            Column("Decision"),
            Column("Waiting since", second="How long"),
        ]
        body = [
            [
                piece_cell(row.evidence, reverse(page, args=[row.public_id])),
                row.assessor.name,
                *([signers.get(row.assessor_id) or Tag("Nobody", "red")] if owner else []),
                row.evidence.registration.person.name,
                outcome_words(row),
                waited(row.effective_on, overdue, on),
            ]
            for row in rows
        ]
        return Table(
            "Decisions",
            columns,
            body,
            caption_hidden=True,
            empty=Empty("No decisions wait to be countersigned."),
        )

    def shown(self) -> dict[str, Any]:
        waiting, url = records.queue(self.request.user), reverse("assessments:queue")
        overdue = waiting.filter(effective_on__lt=progress.overdue_on(today())).count()
        counts = [
            Count("Waiting", waiting.count(), url),
            Count("Overdue", overdue, f"{url}?show=overdue"),
        ]
        actions = []
        if self.request.user.can(records.COUNTERSIGN):
            actions = [Action("Countersignatures given", reverse("assessments:given"), "link")]
        instead = None if waiting.exists() else self.done_last()
        return {
            "counts": counts,
            "counts_label": "In the queue",
            "actions": actions,
            "instead": instead,
        }

    def done_last(self) -> Table:
        """Return recent work, shown where nothing waits: visible units signed off, or else one's latest countersignatures."""
        user = self.request.user
        if user.can(records.VIEW):
            rows = records.signoffs(user, records.VIEW).live().order_by("-effective_on", "-pk")
            return signed_off_last(rows[:LATEST])
        return given_last(records.given(user)[:LATEST])


def decision_shown(decision: Decision) -> dict[str, Any]:
    """Return what a page shows of a decision to be countersigned."""
    piece = decision.evidence
    criteria = records.criteria_of([*decision.criteria_met, *decision.criteria_not_met])
    return {
        "identity": identity(piece.registration),
        "evidence": summary(piece, submission_of(piece)),
        "rows": decision_summary(decision),
        "back_url": reverse("assessments:queue"),
        "criteria": criteria_table(criteria, decision.criteria_met, decision.criteria_not_met),
    }


class DecisionPage(Page):
    """A decision in the queue, read-only."""

    permission = records.QUEUE
    template_name = "assessments/queued.html"
    page_title = "Decision to countersign"

    @cached_property
    def decision(self) -> Decision:
        return get_object_or_404(
            records.with_evidence(records.queue(self.request.user)),
            public_id=self.kwargs["public_id"],
        )

    def shown(self) -> dict[str, Any]:
        return decision_shown(self.decision)


class Countersign(ActionPage):
    """Agree and go on to the next decision, return it with reasons, or disagree with criteria."""

    permission = records.COUNTERSIGN
    form_class = CountersignForm
    template_name = "assessments/countersign.html"
    page_title = "Countersign a decision"

    @cached_property
    def decision(self) -> Decision:
        """Return a decision assigned to this user, waiting or not, so that one settled meanwhile is reported as such."""
        own = self.request.user.person_id
        assigned = records.decisions(self.request.user, self.permission)
        others = assigned.exclude(assessor=own).exclude(evidence__registration__person=own)
        return get_object_or_404(records.with_evidence(others), public_id=self.kwargs["public_id"])

    def perform(self, form: Any) -> str:
        outcome = form.cleaned_data["outcome"]
        countersign(
            decision=self.decision,
            countersigner=acting_person(self.request),
            outcome=outcome,
            feedback=form.cleaned_data["feedback"],
            disagreed=form.against(),
            by=self.request.user,
        )
        return f"{self.decision.evidence.reference} {OUTCOME_MESSAGES[outcome]}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "criteria": records.criteria_of(self.decision.criteria_met).values(),
        }

    def shown(self) -> dict[str, Any]:
        return decision_shown(self.decision)

    def get_success_url(self) -> str:
        following = (
            records.queue(self.request.user, self.permission).exclude(pk=self.decision.pk).first()
        )
        return (
            reverse("assessments:countersign", args=[following.public_id])
            if following
            else reverse("assessments:queue")
        )

    def get_cancel_url(self) -> str:
        return reverse("assessments:queue")


class Given(ListPage):
    """Live countersignatures in one's own name; imported ones are marked."""

    permission = records.COUNTERSIGN
    page_title = "Countersignatures given"
    sorts = {"latest": ("effective_on",)}
    default_sort = "-latest"

    def rows(self) -> QuerySet[Countersignature]:
        return records.given(self.request.user)

    def with_related(self, rows: QuerySet[Countersignature]) -> QuerySet[Countersignature]:
        return rows.select_related("decision__assessor", "decision__evidence")

    def table(self, rows: list[Countersignature], sorting: Sorting) -> Table:
        columns = [
            Column("Evidence"),
            Column("Assessor"),
            Column("Given on"),
            Column("Outcome"),
            Column("Action", hidden=True),
        ]
        body = [self.row(row) for row in rows]
        empty = Empty("You have given no countersignatures yet.")
        return Table("Countersignatures", columns, body, caption_hidden=True, empty=empty)

    def row(self, row: Countersignature) -> list[Any]:
        name, label = (
            ("dispute", "Dispute") if row.is_imported else ("undo_countersignature", "Undo")
        )
        action = Action(
            label,
            reverse(f"assessments:{name}", args=[row.public_id]),
            "link",
            row.decision.evidence.reference,
        )
        tags = (Tag("Imported", "grey"),) if row.is_imported else ()
        return [
            row.decision.evidence.reference,
            row.decision.assessor.name,
            short_date(row.effective_on),
            Cell(row.get_outcome_display(), tags=tags),
            Cell(actions=[action]),
        ]


class Dispute(ConfirmPage):
    """Undo an imported countersignature in one's name that one did not give; the decision waits again."""

    permission = records.COUNTERSIGN
    form_class = ReasonForm
    page_title, submit, danger = "Dispute a countersignature", "Dispute", True
    lead = "It was imported in your name. Disputing undoes it: the decision waits to be countersigned again."

    @cached_property
    def signature(self) -> Countersignature:
        rows = (
            records.given(self.request.user)
            .filter(is_imported=True)
            .select_related("decision__evidence__registration")
        )
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def perform(self, form: Any) -> str:
        void_countersignature(
            signature=self.signature, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return "Countersignature undone"

    def shown(self) -> dict[str, Any]:
        rows = [
            SummaryRow("Evidence", self.signature.decision.evidence.reference),
            SummaryRow("Given on", date_gov(self.signature.effective_on)),
            SummaryRow("Outcome", self.signature.get_outcome_display()),
        ]
        return {"rows": rows}

    def get_success_url(self) -> str:
        return reverse("assessments:given")
