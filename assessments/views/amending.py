"""Pages that undo or correct records of assessment: evidence, registrations, sign-offs and one's own countersignatures."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from assessments.actions.countersigning import void_countersignature
from assessments.actions.evidence import correct_evidence
from assessments.actions.registrations import correct_registration
from assessments.actions.units_signing_off import void_signoff
from assessments.forms.amending import (
    CorrectEvidenceForm,
    CorrectRegistrationForm,
    RecordCertificateForm,
)
from assessments.models import Countersignature, RegistrationFact, Submission, UnitSignoff
from assessments.presenters.words import identity
from assessments.queries import records
from assessments.queries.sampling import CLAIM
from pqip.core.formats import date_gov
from pqip.govuk.pages import SummaryRow
from pqip.pages.amending import AmendForm, AmendPage, UndoPage


class CorrectEvidence(AmendPage):
    """Correct what was submitted as a piece of evidence; its decisions stay."""

    permission = "assessments.log_evidence"
    form_class = CorrectEvidenceForm
    page_title, success_message = "Correct evidence", "Evidence corrected"
    renamed = {"effective_on": "submitted_on"}

    def facts(self) -> QuerySet[Submission]:
        return records.submissions(self.request.user, self.permission).filter(
            evidence__public_id=self.kwargs["public_id"]
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "units": records.units_of(self.fact.evidence.registration),
        }

    def stated(self) -> dict[str, Any]:
        return {**super().stated(), "submitted_on": self.fact.effective_on}

    def amend(self, fact: Submission, **answers: Any) -> None:
        terms = {
            name: answers[name] for name in ("title", "method", "description", "criteria", "reason")
        }
        correct_evidence(
            evidence=fact.evidence,
            effective_on=answers["submitted_on"],
            seen=fact.pk,
            by=self.request.user,
            **terms,
        )

    def shown(self) -> dict[str, Any]:
        return {"identity": identity(self.fact.evidence.registration)}

    def get_success_url(self) -> str:
        return reverse("assessments:evidence", args=[self.kwargs["public_id"]])


class OfCandidate(AmendPage):
    """A correction that leads back to the candidate's page."""

    def common(self) -> dict[str, Any]:
        return {**super().common(), "identity": identity(self.fact.registration)}

    def get_success_url(self) -> str:
        return reverse("assessments:candidate", args=[self.kwargs["public_id"]])


class CorrectRegistration(OfCandidate):
    """Correct the dates and the centre of a registration. Its certificate is recorded by whoever claims it."""

    permission = "assessments.register_candidate"
    form_class: type[AmendForm] = CorrectRegistrationForm
    page_title, success_message = "Correct a registration", "Registration corrected"

    def facts(self) -> QuerySet[RegistrationFact]:
        rows = records.registration_facts(self.request.user, self.permission)
        return rows.filter(registration__public_id=self.kwargs["public_id"])

    def amend(self, fact: RegistrationFact, **answers: Any) -> None:
        correct_registration(fact=fact, by=self.request.user, **answers)


class RecordCertificate(CorrectRegistration):
    """Record the certificate that the awarding body sent."""

    permission = CLAIM
    form_class = RecordCertificateForm
    page_title, success_message, submit = "Record a certificate", "Certificate recorded", "Save"
    lead = "What was recorded before stays in the history, with your reason."

    def get_initial(self) -> dict[str, Any]:
        return {"reason": "Received of the awarding body", **super().get_initial()}

    def get_success_url(self) -> str:
        return reverse("assessments:certificates")


class UndoSignOff(OfCandidate, UndoPage):
    """Undo the sign-off of a unit."""

    permission = "assessments.sign_off_unit"
    page_title, success_message = "Undo a sign-off", "Sign-off undone"

    def facts(self) -> QuerySet[UnitSignoff]:
        rows = records.signoffs(self.request.user, self.permission)
        return rows.filter(
            registration__public_id=self.kwargs["public_id"], unit__number=self.kwargs["number"]
        )

    def amend(self, fact: UnitSignoff, **answers: Any) -> None:
        void_signoff(signoff=fact, by=self.request.user, **answers)

    def shown(self) -> dict[str, Any]:
        rows = [
            SummaryRow("Unit", str(self.fact.unit)),
            SummaryRow("Signed off on", date_gov(self.fact.effective_on)),
            SummaryRow("Signed off by", self.fact.signed_off_by.name),
        ]
        return {"rows": rows}


class UndoCountersignature(UndoPage):
    """Undo one's own countersignature given in error; the decision waits for a countersignature again."""

    permission = records.COUNTERSIGN
    page_title, success_message = (
        "Undo a countersignature",
        "Countersignature undone. The decision waits again.",
    )

    def facts(self) -> QuerySet[Countersignature]:
        return records.own_countersignatures(self.request.user).filter(
            public_id=self.kwargs["public_id"]
        )

    def amend(self, fact: Countersignature, **answers: Any) -> None:
        void_countersignature(signature=fact, by=self.request.user, **answers)

    def shown(self) -> dict[str, Any]:
        decision = self.fact.decision
        rows = [
            SummaryRow("Evidence", decision.evidence.reference),
            SummaryRow("Assessor", decision.assessor.name),
            SummaryRow("Given on", date_gov(self.fact.effective_on)),
            SummaryRow("Outcome", self.fact.get_outcome_display()),
        ]
        return {"rows": rows}

    def get_success_url(self) -> str:
        return reverse("assessments:given")
