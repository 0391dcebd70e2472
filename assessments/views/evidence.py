"""Evidence: log it, see it with its history, decide it on one page, undo it."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments import reading
from assessments.actions.deciding import decide, next_number, void_decision
from assessments.actions.evidence import log_evidence, void_evidence
from assessments.forms.evidence import DecideForm, LogEvidenceForm, ReasonForm
from assessments.models import Decision, Evidence, Registration
from assessments.presenters.piece import criteria_table, decision_summary, standing, summary, timeline
from assessments.presenters.words import identity, submission_of
from assessments.views.candidates import acting_person
from assessments.views.external import seen_by_external
from pqip.core.views import ActionPage, ConfirmPage, Page
from pqip.govuk.pages import Action


class LogEvidence(ActionPage):
    """Log a piece of evidence against criteria."""

    permission = "assessments.log_evidence"
    form_class = LogEvidenceForm
    page_title, submit = "Log evidence", "Log evidence"

    @cached_property
    def registration(self) -> Registration:
        rows = reading.registrations(self.request.user, self.permission).select_related("person", "qualification")
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "units": reading.units_of(self.registration)}

    def perform(self, form: Any) -> str:
        made = log_evidence(registration=self.registration, by=self.request.user, **form.cleaned_data)
        return f"Evidence {made.reference} logged"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(identity=identity(self.registration), **kwargs)

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.registration.public_id])


class OfEvidence:
    """About one piece of evidence, fetched through the scope of the page's permission."""

    @cached_property
    def evidence(self) -> Evidence:
        rows = reading.with_candidate(reading.evidence(self.request.user, self.permission))  # type: ignore[attr-defined]
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])  # type: ignore[attr-defined]

    def get_success_url(self) -> str:
        return reverse("assessments:evidence", args=[self.evidence.public_id])


class EvidencePage(OfEvidence, Page):
    """A piece of evidence: what was submitted, where each criterion stands, and everything that happened."""

    permission = reading.VIEW
    template_name = "assessments/evidence.html"
    page_title = "Evidence"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        piece, submission = self.evidence, submission_of(self.evidence)
        seen_by_external(self.request, "evidence", piece.registration.person)
        history = reading.history_of(piece)
        live = [one for one in history["decisions"] if not one.is_void]
        met, not_met = standing(live)
        criteria = reading.criteria_of({*met, *not_met, *(submission.criteria if submission else [])})
        return super().get_context_data(
            identity=identity(piece.registration), summary=summary(piece, submission),
            criteria=criteria_table(criteria, met, not_met),
            events=timeline(history), actions=self.doable(live, submission is not None), back_url=self.back(), **kwargs,
        )

    def back(self) -> str:
        return reverse("assessments:candidate", args=[self.evidence.registration.public_id])

    def doable(self, live: list[Decision], stands: bool) -> list[Action]:
        """What this person may do with it."""
        if not stands:
            return []
        correct = Action("Correct", reverse("assessments:correct_evidence", args=[self.evidence.public_id]))
        return [*self.deciding(live), *([correct] if self.allowed("assessments.log_evidence") else [])]

    def deciding(self, live: list[Decision]) -> list[Action]:
        """Decide it, and undo what was decided or logged."""
        user, piece = self.request.user, self.evidence
        if not self.allowed(reading.DECIDE):
            return []
        actions = [Action("Decide again" if live else "Decide", reverse("assessments:decide", args=[piece.public_id]), kind="")]
        if live:
            undo = reverse("assessments:undo_decision", args=[live[-1].public_id])
            return [*actions, Action("Undo the last decision", undo)] if live[-1].assessor_id == user.person_id else actions
        return [*actions, Action("Undo", reverse("assessments:undo_evidence", args=[piece.public_id]))]

    def allowed(self, permission: str) -> bool:
        """Whether this person may do this with this piece."""
        user = self.request.user
        return user.can(permission) and reading.evidence(user, permission).filter(pk=self.evidence.pk).exists()


class Decide(OfEvidence, ActionPage):
    """Decide a piece of evidence criterion by criterion, on one page."""

    permission = reading.DECIDE
    form_class = DecideForm
    template_name = "assessments/decide.html"
    page_title, submit = "Decide evidence", "Save decision"

    def get_form_kwargs(self) -> dict[str, Any]:
        submission = submission_of(self.evidence)
        decided = reading.history_of(self.evidence)["decisions"]
        met, not_met = standing([one for one in decided if not one.is_void])
        keys = {*met, *not_met, *(submission.criteria if submission else [])}
        return {
            **super().get_form_kwargs(), "criteria": reading.criteria_of(keys).values(),
            "standing": {**dict.fromkeys(not_met, "not_met"), **dict.fromkeys(met, "met")},
        }

    def get_initial(self) -> dict[str, Any]:
        return {"number": next_number(self.evidence)}

    def perform(self, form: Any) -> str:
        made = decide(
            evidence=self.evidence, assessor=acting_person(self.request), decided_on=form.cleaned_data["decided_on"],
            met=form.found("met"), not_met=form.found("not_met"), feedback=form.cleaned_data["feedback"],
            number=form.cleaned_data["number"], by=self.request.user,
        )
        waits = made.stamps.live().get().is_needed
        return "Decision saved. It waits for a countersignature." if waits else "Decision saved."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        piece = self.evidence
        last = reading.latest_decision(piece)
        returned = last.countersignatures.live().filter(outcome="returned").first() if last else None
        return super().get_context_data(
            identity=identity(piece.registration), summary=summary(piece, submission_of(piece)),
            returned=returned.feedback if returned else "", **kwargs,
        )


class UndoEvidence(OfEvidence, ConfirmPage):
    """Undo evidence logged in error."""

    permission = "assessments.log_evidence"
    form_class = ReasonForm
    page_title, submit, danger = "Undo evidence", "Undo", True
    lead = "It stays in the history, marked as undone, with your reason."

    def perform(self, form: Any) -> str:
        void_evidence(evidence=self.evidence, reason=form.cleaned_data["reason"], by=self.request.user)
        return "Evidence undone"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = summary(self.evidence, submission_of(self.evidence))
        return super().get_context_data(identity=identity(self.evidence.registration), rows=rows, **kwargs)


class UndoDecision(ConfirmPage):
    """Undo one's own decision made in error."""

    permission = reading.DECIDE
    form_class = ReasonForm
    page_title, submit, danger = "Undo a decision", "Undo", True
    lead = "It stays in the history, marked as undone, with your reason. A countersignature on it is undone with it."

    @cached_property
    def decision(self) -> Decision:
        mine = reading.decisions(self.request.user, self.permission).filter(assessor=self.request.user.person_id)
        return get_object_or_404(reading.with_evidence(mine), public_id=self.kwargs["public_id"])

    def perform(self, form: Any) -> str:
        void_decision(decision=self.decision, reason=form.cleaned_data["reason"], by=self.request.user)
        return "Decision undone"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        registration = self.decision.evidence.registration
        return super().get_context_data(identity=identity(registration), rows=decision_summary(self.decision), **kwargs)

    def get_success_url(self) -> str:
        return reverse("assessments:evidence", args=[self.decision.evidence.public_id])
