"""Move a candidate to another version of their qualification, showing first what is kept and lost; and undo a move."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.versions import MoveEffect, move_version, undo_move, what_is_lost
from assessments.forms.versions import MoveVersionForm
from assessments.models import Registration, VersionMove
from assessments.presenters.words import identity
from assessments.queries import records
from learners.views.checked import CheckedPage
from pqip.core.formats import date_gov, plural
from pqip.govuk.pages import Empty, SummaryRow
from pqip.govuk.tables import Cell, Column, Table
from pqip.pages.amending import UndoPage

PERMISSION = "assessments.register_candidate"


class MoveVersion(CheckedPage):
    """Choose the version, the day and the reason; then see what the candidate keeps and loses."""

    permission = PERMISSION
    form_class = MoveVersionForm
    page_title, submit = "Move to another version", "Continue"

    @cached_property
    def registration(self) -> Registration:
        rows = records.registrations(self.request.user, self.permission).select_related(
            "person", "qualification", "version"
        )
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "versions": records.versions_to_move_to(self.registration),
        }

    def checked(self, form: Any) -> dict[str, Any]:
        answers = form.cleaned_data
        lost = what_is_lost(self.registration, answers["version"], answers["on"])
        rows = [
            SummaryRow("Version now", self.registration.current_version.name),
            SummaryRow("Version to move to", answers["version"].name),
            SummaryRow("Assessed by it from", date_gov(answers["on"])),
            SummaryRow("Criteria met", _from_to(lost.met_before, lost.met_after)),
            SummaryRow("Units achieved", _from_to(lost.achieved_before, lost.achieved_after)),
        ]
        return {"rows": rows, "moves": lost_table(lost), "submit": "Move the candidate"}

    def perform(self, form: Any) -> str:
        moved = move_version(
            registration=self.registration, by=self.request.user, **form.cleaned_data
        )
        return f"{self.registration.person} is assessed by {moved.version.name} from {date_gov(moved.effective_on)}"

    def shown(self) -> dict[str, Any]:
        return {"identity": identity(self.registration), "lead": self.why()}

    def why(self) -> str:
        """Return the sentence on what a move does, or that there is no version to move to."""
        if not records.versions_to_move_to(self.registration).exists():
            return "There is no other version to move to. The VQ centre loads one under Imports."
        return "What criteria of the new version replace stays met. The rest is shown anew."

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.registration.public_id])


class UndoMove(UndoPage):
    """Undo the latest move, as long as nothing names the new version."""

    permission = PERMISSION
    page_title, success_message = "Undo the move to another version", "Move undone"

    def facts(self) -> QuerySet[VersionMove]:
        return records.moves(self.request.user, self.permission).filter(
            registration__public_id=self.kwargs["public_id"]
        )

    def amend(self, fact: VersionMove, **answers: Any) -> None:
        undo_move(move=fact, reason=answers["reason"], by=self.request.user)

    def shown(self) -> dict[str, Any]:
        rows = [
            SummaryRow("Moved to", self.fact.version.name),
            SummaryRow("From", date_gov(self.fact.effective_on)),
        ]
        return {"identity": identity(self.fact.registration), "rows": rows}

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.kwargs["public_id"]])


def lost_table(lost: MoveEffect) -> Table:
    """Return the table of criteria that are met now and are lost by the move."""
    body = [[Cell(one.code), one.text] for one in lost.gone]
    title = (
        f"Lost: {plural(len(lost.gone), 'criterion', 'criteria')} met now" if lost.gone else "Lost"
    )
    return Table(
        title,
        [Column("Criterion now"), Column("What it asks")],
        body,
        empty=Empty("Nothing is lost: everything met now counts in the new version."),
    )


def _from_to(before: list[Any], after: list[Any]) -> str:
    return f"{len(before)} now, {len(after)} in the new version"
