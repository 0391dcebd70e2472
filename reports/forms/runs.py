"""Forms that request a stored report, and small numbers in full."""

from __future__ import annotations

from pqip.govuk import forms

FORMATS = [("csv", "CSV"), ("xlsx", "Excel"), ("ods", "OpenDocument"), ("json", "JSON")]


class RequestForm(forms.Form):
    formats = forms.CheckboxesField(
        label="Which files?",
        error_messages={"required": "Select which files you want"},
        choices=FORMATS,
        initial=["csv", "xlsx"],
    )


class InFullForm(forms.Form):
    reason = forms.TextField(
        label="Why do you need them?",
        error_messages={"required": "Enter why you need them"},
        max_length=500,
        rows=3,
    )
