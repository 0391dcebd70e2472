"""Move a candidate to another version of their qualification: what is kept and lost is shown first; and undo it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments import reading
from assessments.actions.versions import Lost, move_version, undo_move, what_is_lost
from assessments.forms.versions import MoveVersionForm
from assessments.models import Registration, VersionMove
from assessments.presenters.words import identity
from learners.views.checked import CheckedPage
from pqip.core.amending import UndoPage
from pqip.govuk.formats import date_gov, plural
from pqip.govuk.pages import Empty, SummaryRow
from pqip.govuk.tables import Cell, Column, Table

PERMISSION = "assessments.register_candidate"


class MoveVersion(CheckedPage):
    """Which version, from when and why; then what the candidate keeps and loses by it."""

    permission = PERMISSION
    form_class = MoveVersionForm
    page_title, submit = "Move to another version", "Continue"

    @cached_property
    def registration(self) -> Registration:
        rows = reading.registrations(self.request.user, self.permission).select_related("person", "qualification", "version")
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "versions": reading.versions_to_move_to(self.registration)}

    def checked(self, form: Any) -> dict[str, Any]:
        said = form.cleaned_data
        lost = what_is_lost(self.registration, said["version"], said["on"])
        rows = [
            SummaryRow("Version now", self.registration.current_version.name),
            SummaryRow("Version to move to", said["version"].name), SummaryRow("Assessed by it from", date_gov(said["on"])),
            SummaryRow("Criteria met", _from_to(lost.met_before, lost.met_after)),
            SummaryRow("Units achieved", _from_to(lost.achieved_before, lost.achieved_after)),
        ]
        return {"rows": rows, "moves": lost_table(lost), "submit": "Move the candidate"}

    def perform(self, form: Any) -> str:
        moved = move_version(registration=self.registration, by=self.request.user, **form.cleaned_data)
        return f"{self.registration.person} is assessed by {moved.version.name} from {date_gov(moved.effective_on)}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"identity": identity(self.registration), "lead": self.why(), **kwargs})

    def why(self) -> str:
        """What a move does, or that there is nowhere to move to."""
        if not reading.versions_to_move_to(self.registration).exists():
            return "There is no other version to move to. The VQ centre loads one under Imports."
        return "What criteria of the new version replace stays met. The rest is shown anew."

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.registration.public_id])


class UndoMove(UndoPage):
    """Take back the latest move, while nothing names the new version yet."""

    permission = PERMISSION
    page_title, said = "Undo the move to another version", "Move undone"

    def facts(self) -> QuerySet[VersionMove]:
        return reading.moves(self.request.user, self.permission).filter(registration__public_id=self.kwargs["public_id"])

    def amend(self, fact: VersionMove, **answers: Any) -> None:
        undo_move(move=fact, reason=answers["reason"], by=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [SummaryRow("Moved to", self.fact.version.name), SummaryRow("From", date_gov(self.fact.effective_on))]
        return super().get_context_data(identity=identity(self.fact.registration), rows=rows, **kwargs)

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.kwargs["public_id"]])


def lost_table(lost: Lost) -> Table:
    """What is met now and is not in the new version."""
    body = [[Cell(one.code), one.text] for one in lost.gone]
    title = f"Lost: {plural(len(lost.gone), 'criterion', 'criteria')} met now" if lost.gone else "Lost"
    return Table(title, [Column("Criterion now"), Column("What it asks")], body,
                 empty=Empty("Nothing is lost: everything met now counts in the new version."))


def _from_to(before: list[Any], after: list[Any]) -> str:
    return f"{len(before)} now, {len(after)} in the new version"
