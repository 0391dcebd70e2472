"""Forms that correct evidence and registrations."""

from __future__ import annotations

from assessments.forms.evidence import LogEvidenceForm
from pqip.govuk import forms
from pqip.pages.amending import AmendForm


class CorrectEvidenceForm(LogEvidenceForm, AmendForm):
    """The form of evidence, with the reason for its correction."""


class CorrectRegistrationForm(AmendForm):
    effective_on = forms.DateField(label="Date registered")
    target_on = forms.DateField(label="Target date", required=False)
    centre_number = forms.CharField(
        label="Centre number", max_length=40, required=False, look=forms.Look(width=20)
    )


class RecordCertificateForm(AmendForm):
    certificated_on = forms.DateField(label="Date certificated", required=False)
    certificate_number = forms.CharField(
        label="Certificate number", max_length=40, required=False, look=forms.Look(width=20)
    )
