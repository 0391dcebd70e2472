"""Undo or correct what was recorded of assessment: evidence, registrations, sign-offs and one's own countersignatures."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from assessments import reading
from assessments.actions.countersigning import void_countersignature
from assessments.actions.evidence import correct_evidence
from assessments.actions.registering import correct_registration
from assessments.actions.signing_off import void_signoff
from assessments.forms.amending import CorrectEvidenceForm, CorrectRegistrationForm, RecordCertificateForm
from assessments.models import Countersignature, RegistrationFact, Submission, UnitSignoff
from assessments.presenters.words import identity
from assessments.sampling_facts import CLAIM
from pqip.core.amending import AmendPage, UndoPage
from pqip.govuk.formats import date_gov
from pqip.govuk.pages import SummaryRow


class CorrectEvidence(AmendPage):
    """Put right what was submitted as a piece of evidence; decisions on it stand."""

    permission = "assessments.log_evidence"
    form_class = CorrectEvidenceForm
    page_title, said = "Correct evidence", "Evidence corrected"
    renamed = {"effective_on": "submitted_on"}

    def facts(self) -> QuerySet[Submission]:
        return reading.submissions(self.request.user, self.permission).filter(evidence__public_id=self.kwargs["public_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "units": reading.units_of(self.fact.evidence.registration)}

    def stated(self) -> dict[str, Any]:
        return {**super().stated(), "submitted_on": self.fact.effective_on}

    def amend(self, fact: Submission, **answers: Any) -> None:
        terms = {name: answers[name] for name in ("title", "method", "description", "criteria", "reason")}
        correct_evidence(
            evidence=fact.evidence, effective_on=answers["submitted_on"], seen=fact.pk, by=self.request.user, **terms
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(identity=identity(self.fact.evidence.registration), **kwargs)

    def get_success_url(self) -> str:
        return reverse("assessments:evidence", args=[self.kwargs["public_id"]])


class OfCandidate:
    """Leads back to the candidate's page."""

    kwargs: dict[str, Any]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(identity=identity(self.fact.registration), **kwargs)  # type: ignore[misc]

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.kwargs["public_id"]])


class CorrectRegistration(OfCandidate, AmendPage):
    """Put right the dates and the centre of a registration; its certificate is recorded by whoever claims it."""

    permission = "assessments.register_candidate"
    form_class = CorrectRegistrationForm
    page_title, said = "Correct a registration", "Registration corrected"

    def facts(self) -> QuerySet[RegistrationFact]:
        rows = reading.registration_facts(self.request.user, self.permission)
        return rows.filter(registration__public_id=self.kwargs["public_id"])

    def amend(self, fact: RegistrationFact, **answers: Any) -> None:
        correct_registration(fact=fact, by=self.request.user, **answers)


class RecordCertificate(CorrectRegistration):
    """Record the certificate that the awarding body sent."""

    permission = CLAIM
    form_class = RecordCertificateForm
    page_title, said, submit = "Record a certificate", "Certificate recorded", "Save"
    lead = "What was recorded before stays in the history, with your reason."

    def get_initial(self) -> dict[str, Any]:
        return {"reason": "Received of the awarding body", **super().get_initial()}

    def get_success_url(self) -> str:
        return reverse("assessments:certificates")


class UndoSignOff(OfCandidate, UndoPage):
    """Undo the sign-off of a unit."""

    permission = "assessments.sign_off_unit"
    page_title, said = "Undo a sign-off", "Sign-off undone"

    def facts(self) -> QuerySet[UnitSignoff]:
        rows = reading.signoffs(self.request.user, self.permission)
        return rows.filter(registration__public_id=self.kwargs["public_id"], unit__number=self.kwargs["number"])

    def amend(self, fact: UnitSignoff, **answers: Any) -> None:
        void_signoff(signoff=fact, by=self.request.user, **answers)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [SummaryRow("Unit", str(self.fact.unit)), SummaryRow("Signed off on", date_gov(self.fact.effective_on)),
                SummaryRow("Signed off by", self.fact.signed_off_by.name)]
        return super().get_context_data(rows=rows, **kwargs)


class UndoCountersignature(UndoPage):
    """Undo one's own countersignature given in error; the decision waits again."""

    permission = reading.COUNTERSIGN
    page_title, said = "Undo a countersignature", "Countersignature undone. The decision waits again."

    def facts(self) -> QuerySet[Countersignature]:
        return reading.own_countersignatures(self.request.user).filter(public_id=self.kwargs["public_id"])

    def amend(self, fact: Countersignature, **answers: Any) -> None:
        void_countersignature(signature=fact, by=self.request.user, **answers)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        decision = self.fact.decision
        rows = [SummaryRow("Evidence", decision.evidence.reference), SummaryRow("Assessor", decision.assessor.name),
                SummaryRow("Given on", date_gov(self.fact.effective_on)), SummaryRow("Outcome", self.fact.get_outcome_display())]
        return super().get_context_data(rows=rows, **kwargs)

    def get_success_url(self) -> str:
        return reverse("assessments:given")
