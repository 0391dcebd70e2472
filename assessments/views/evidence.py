"""Pages of evidence: log it, resubmit it, see it with its files and history, undo it."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.evidence import log_evidence, void_evidence
from assessments.forms.evidence import NewEvidenceForm, ReasonForm
from assessments.models import AssessmentPlan, Decision, Evidence, Registration
from assessments.presenters.evidence import (
    attempts_table,
    criteria_left,
    criteria_table,
    files_table,
    summary,
    timeline,
)
from assessments.presenters.words import identity, submission_of
from assessments.queries import evidence as evidence_facts
from assessments.queries import records
from learners.views.allocations_many import is_uuid
from pqip.core.access import OfPage
from pqip.core.scanning import is_scanning
from pqip.govuk.pages import Action
from pqip.pages.generic import ActionPage, ConfirmPage, Page

LOG = "assessments.log_evidence"
#: The qualification whose evidence is a trainee assessor's own portfolio.
AWARD = "TAQA3"


class LogEvidence(ActionPage):
    """Log a piece of evidence against criteria, with a file and for a plan where there is one."""

    permission = "assessments.log_evidence"
    form_class = NewEvidenceForm
    page_title, submit = "Log evidence", "Log evidence"

    @cached_property
    def registration(self) -> Registration:
        rows = records.registrations(self.request.user, self.permission).select_related(
            "person", "qualification"
        )
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    @cached_property
    def plan(self) -> AssessmentPlan | None:
        """Return the open plan from which the user came, or None."""
        asked = self.request.GET.get("plan", "")
        plans = evidence_facts.open_plans(self.request.user, evidence_facts.PLAN).filter(
            registration=self.registration
        )
        return (
            plans.filter(public_id=asked).first()
            if is_uuid(asked) and self.request.user.can(evidence_facts.PLAN)
            else None
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        portfolio = self.registration.qualification.code == AWARD
        return {
            **super().get_form_kwargs(),
            "units": records.units_of(self.registration),
            "portfolio": portfolio,
        }

    def get_initial(self) -> dict[str, Any]:
        if self.plan is None:
            return {}
        return {
            "title": self.plan.what,
            "method": self.plan.method,
            "criteria": [str(key) for key in self.plan.criteria],
        }

    def perform(self, form: Any) -> str:
        made = log_evidence(
            registration=self.registration,
            plan=self.plan,
            by=self.request.user,
            **form.cleaned_data,
        )
        return f"Evidence {made.reference} logged"

    def shown(self) -> dict[str, Any]:
        lead = (
            ""
            if is_scanning()
            else "Files are not checked for viruses here: this is a demonstration with made-up data."
        )
        return {"identity": identity(self.registration), "lead": lead}

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.registration.public_id])


class OfEvidence(OfPage):
    """Base of the pages about one piece of evidence, fetched through the scope of the page's permission."""

    @cached_property
    def evidence(self) -> Evidence:
        rows = records.with_candidate(records.evidence(self.request.user, self.permission))
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def get_success_url(self) -> str:
        return reverse("assessments:evidence", args=[self.evidence.public_id])


class HandInAgain(OfEvidence, ActionPage):
    """Resubmit evidence for the criteria that were not yet met."""

    permission = "assessments.log_evidence"
    form_class = NewEvidenceForm
    page_title, submit = "Hand in again", "Hand in again"
    lead = "What is handed in again is a piece of its own, with a reference of its own, and is decided anew."

    def get_form_kwargs(self) -> dict[str, Any]:
        registration = self.evidence.registration
        return {
            **super().get_form_kwargs(),
            "units": records.units_of(registration),
            "portfolio": registration.qualification.code == AWARD,
            "only": evidence_facts.left_not_met(self.evidence) or [0],
        }

    def get_initial(self) -> dict[str, Any]:
        before = submission_of(self.evidence)
        left = [str(key) for key in evidence_facts.left_not_met(self.evidence)]
        return (
            {"title": before.title, "method": before.method, "part": before.part, "criteria": left}
            if before
            else {}
        )

    def perform(self, form: Any) -> str:
        self.made = log_evidence(
            registration=self.evidence.registration,
            follows=self.evidence,
            by=self.request.user,
            **form.cleaned_data,
        )
        return f"Handed in again as {self.made.reference}"

    def shown(self) -> dict[str, Any]:
        return {"identity": identity(self.evidence.registration)}

    def get_success_url(self) -> str:
        return reverse(
            "assessments:evidence", args=[getattr(self, "made", self.evidence).public_id]
        )


class EvidencePage(OfEvidence, Page):
    """A piece of evidence: what was submitted, its files, all its submissions, the state of each criterion, and its
    history.
    """

    permission = records.VIEW
    template_name = "assessments/evidence.html"
    page_title = "Evidence"

    def shown(self) -> dict[str, Any]:
        piece, submission = self.evidence, submission_of(self.evidence)
        history = records.history_of(piece)
        met, not_met = criteria_left(history)
        criteria = records.criteria_of(
            {*met, *not_met, *(submission.criteria if submission else [])}
        )
        files, may_change = evidence_facts.files_of(piece), self.allowed(LOG)
        return {
            "identity": identity(piece.registration),
            "summary": summary(piece, submission),
            "attempts": attempts_table(evidence_facts.attempts_of(piece), piece),
            "files": files_table(files, may_change)
            if submission and (files or may_change)
            else None,
            "criteria": criteria_table(criteria, met, not_met),
            "events": timeline(history),
            "actions": self.doable(history["decisions"], submission is not None),
            "back_url": self.back(),
        }

    def back(self) -> str:
        return reverse("assessments:candidate", args=[self.evidence.registration.public_id])

    def doable(self, decisions: list[Decision], stands: bool) -> list[Action]:
        """Return what this user may do with the evidence."""
        if not stands:
            return []
        live = [one for one in decisions if not one.is_void]
        return [*self.deciding(live), *(self.changing() if self.allowed(LOG) else [])]

    def changing(self) -> list[Action]:
        """Return the actions that resubmit it, add a file or correct it."""
        where = [self.evidence.public_id]
        again = Action("Hand in again", reverse("assessments:hand_in_again", args=where))
        add, correct = (
            Action("Add a file", reverse("assessments:add_file", args=where)),
            Action("Correct", reverse("assessments:correct_evidence", args=where)),
        )
        return [*([again] if evidence_facts.may_hand_in_again(self.evidence) else []), add, correct]

    def deciding(self, live: list[Decision]) -> list[Action]:
        """Return the actions that decide it, and undo a decision or the evidence."""
        user, piece = self.request.user, self.evidence
        if not self.allowed(records.DECIDE):
            return []
        actions = [
            Action(
                "Decide again" if live else "Decide",
                reverse("assessments:decide", args=[piece.public_id]),
                kind="",
            )
        ]
        if live:
            undo = reverse("assessments:undo_decision", args=[live[-1].public_id])
            return (
                [*actions, Action("Undo the last decision", undo)]
                if live[-1].assessor_id == user.person_id
                else actions
            )
        return [
            *actions,
            Action("Undo", reverse("assessments:undo_evidence", args=[piece.public_id])),
        ]

    def allowed(self, permission: str) -> bool:
        """Return whether this user may do this with this piece."""
        user = self.request.user
        return (
            user.can(permission)
            and records.evidence(user, permission).filter(pk=self.evidence.pk).exists()
        )


class UndoEvidence(OfEvidence, ConfirmPage):
    """Undo evidence logged in error."""

    permission = "assessments.log_evidence"
    form_class = ReasonForm
    page_title, submit, danger = "Undo evidence", "Undo", True
    lead = "It stays in the history, marked as undone, with your reason."

    def perform(self, form: Any) -> str:
        void_evidence(
            evidence=self.evidence, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return "Evidence undone"

    def shown(self) -> dict[str, Any]:
        rows = summary(self.evidence, submission_of(self.evidence))
        return {"identity": identity(self.evidence.registration), "rows": rows}
