"""Decide evidence on one page made for the keyboard: a draft is kept, and the next piece follows. Undo a decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.decisions import decide, next_number, void_decision
from assessments.actions.decisions_drafts import forget_draft, keep_draft
from assessments.forms.decisions import DecideForm
from assessments.forms.evidence import ReasonForm
from assessments.models import Decision, DecisionDraft
from assessments.presenters.evidence import criteria_left, decision_summary, summary
from assessments.presenters.words import identity, submission_of
from assessments.queries import evidence as evidence_facts
from assessments.queries import records
from assessments.views.candidates import acting_person
from assessments.views.evidence import OfEvidence
from pqip.core.formats import plural, time_gov
from pqip.pages.generic import ActionPage, ConfirmPage


class Decide(OfEvidence, ActionPage):
    """Decide a piece of evidence criterion by criterion, on one page. What is typed is kept as a draft."""

    permission = records.DECIDE
    form_class = DecideForm
    template_name = "assessments/decide.html"
    page_title, submit = "Decide evidence", "Save and decide the next"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.POST.get("draft")
        if not asked:
            return super().post(request, *args, **kwargs)
        who = acting_person(self.request)
        if asked == "forget":
            forget_draft(evidence=self.evidence, assessor=who, by=request.user)
            return redirect(request.path)
        keep_draft(
            evidence=self.evidence, assessor=who, answers=self.get_form().answers(), by=request.user
        )
        if asked == "auto":
            return HttpResponse(status=204)
        messages.success(request, "Draft kept")
        return redirect("assessments:waiting")

    @cached_property
    def draft(self) -> DecisionDraft | None:
        """Return this user's draft, or None."""
        return evidence_facts.draft_of(self.request.user, self.evidence)

    def get_form_kwargs(self) -> dict[str, Any]:
        history = records.history_of(self.evidence)
        met, not_met = criteria_left(history)
        return {
            **super().get_form_kwargs(),
            "criteria": evidence_facts.criteria_to_decide(self.evidence, {*met, *not_met}).values(),
            "states": {**dict.fromkeys(not_met, "not_met"), **dict.fromkeys(met, "met")},
            "draft": self.draft.answers if self.draft else None,
        }

    def get_initial(self) -> dict[str, Any]:
        return {"number": next_number(self.evidence)}

    def perform(self, form: Any) -> str:
        made = decide(
            evidence=self.evidence,
            assessor=acting_person(self.request),
            decided_on=form.cleaned_data["decided_on"],
            met=form.found("met"),
            not_met=form.found("not_met"),
            judged=form.cleaned_data["judged"],
            feedback=form.cleaned_data["feedback"],
            number=form.cleaned_data["number"],
            by=self.request.user,
        )
        message = f"Decision on {self.evidence.reference} saved."
        return (
            f"{message} It waits for a countersignature."
            if made.stamps.live().get().is_needed
            else message
        )

    def get_success_url(self) -> str:
        if self.request.POST.get("then") == "stay":
            return reverse("assessments:evidence", args=[self.evidence.public_id])
        following = (
            evidence_facts.waiting_in_order(self.request.user).exclude(pk=self.evidence.pk).first()
        )
        return (
            f"{reverse('assessments:decide', args=[following.public_id])}?row=1"
            if following
            else self.get_cancel_url()
        )

    def get_cancel_url(self) -> str:
        return reverse("assessments:waiting")

    def shown(self) -> dict[str, Any]:
        piece = self.evidence
        last = records.latest_decision(piece)
        returned = (
            last.countersignatures.live().filter(outcome="returned").first() if last else None
        )
        others = evidence_facts.waiting_in_order(self.request.user).exclude(pk=piece.pk).count()
        drafted = self.draft if self.request.method == "GET" else None
        more = f"{plural(others, 'more piece', 'more pieces')} of evidence waiting for you."
        return {
            "identity": identity(piece.registration),
            "summary": summary(piece, submission_of(piece)),
            "files": evidence_facts.files_of(piece),
            "returned": returned.feedback if returned else "",
            "drafted": time_gov(drafted.saved_at) if drafted else "",
            "more": more if others else "",
            "in_a_row": "row" in self.request.GET,
            "submit": self.submit if others else "Save decision",
        }


class UndoDecision(ConfirmPage):
    """Undo one's own decision made in error."""

    permission = records.DECIDE
    form_class = ReasonForm
    page_title, submit, danger = "Undo a decision", "Undo", True
    lead = "It stays in the history, marked as undone, with your reason. A countersignature on it is undone with it."

    @cached_property
    def decision(self) -> Decision:
        mine = records.decisions(self.request.user, self.permission).filter(
            assessor=self.request.user.person_id
        )
        return get_object_or_404(records.with_evidence(mine), public_id=self.kwargs["public_id"])

    def perform(self, form: Any) -> str:
        void_decision(
            decision=self.decision, reason=form.cleaned_data["reason"], by=self.request.user
        )
        return "Decision undone"

    def shown(self) -> dict[str, Any]:
        registration = self.decision.evidence.registration
        return {"identity": identity(registration), "rows": decision_summary(self.decision)}

    def get_success_url(self) -> str:
        return reverse("assessments:evidence", args=[self.decision.evidence.public_id])
