"""Putting right what was recorded of evidence and registrations."""

from __future__ import annotations

from assessments.forms.evidence import LogEvidenceForm
from pqip.core.amending import AmendForm
from pqip.govuk import forms


class CorrectEvidenceForm(LogEvidenceForm, AmendForm):
    """As evidence is logged, with why it is corrected."""


class CorrectRegistrationForm(AmendForm):
    effective_on = forms.DateField(label="Date registered")
    target_on = forms.DateField(label="Target date", required=False)
    centre_number = forms.CharField(label="Centre number", max_length=40, required=False, look=forms.Look(width=20))


class RecordCertificateForm(AmendForm):
    certificated_on = forms.DateField(label="Date certificated", required=False)
    certificate_number = forms.CharField(label="Certificate number", max_length=40, required=False, look=forms.Look(width=20))
