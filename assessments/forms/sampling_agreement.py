"""The form for what an external quality assurer says about a sampling plan."""

from __future__ import annotations

from django.forms import HiddenInput

from pqip.govuk import forms


class SayForm(forms.Form):
    is_agreed = forms.YesNoField(label="Do you agree the plan?")
    comment = forms.TextField(
        label="Comment",
        required=False,
        max_length=4000,
        rows=4,
        help_text="Needed where you do not agree: what must change. Name nobody on probation.",
    )
    seen = forms.CharField(widget=HiddenInput, max_length=64)
