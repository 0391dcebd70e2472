"""Agreeing or returning a decision."""

from __future__ import annotations

from typing import Any

from django.forms import HiddenInput

from assessments.models import Countersignature
from pqip.govuk import forms


class CountersignForm(forms.Form):
    """The button pressed says the outcome; reasons are asked for a return."""

    outcome = forms.ChoiceField(choices=Countersignature.Outcome.choices, widget=HiddenInput, required=False)
    feedback = forms.TextField(
        label="What you say to the assessor", required=False, max_length=4000, rows=4,
        help_text="Needed to return the decision: what should they do differently?",
    )

    def clean(self) -> dict[str, Any]:
        outcome = self.data.get("outcome", "")
        if outcome not in Countersignature.Outcome.values:
            self.add_error(None, "Agree the decision or return it.")
        self.cleaned_data["outcome"] = outcome
        return self.cleaned_data
