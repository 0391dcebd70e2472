"""Forms for what is made each month, and who is told."""

from __future__ import annotations

from pqip.govuk import forms
from reports.catalogue import REPORTS


class ScheduleForm(forms.Form):
    is_active = forms.YesNoField(label="Are reports made for this place each month?")
    reports = forms.CheckboxesField(
        label="Which reports?",
        choices=[(one.name, one.title) for one in REPORTS.values()],
        required=False,
    )


class RecipientForm(forms.Form):
    email = forms.EmailField(label="Email address of their account")
