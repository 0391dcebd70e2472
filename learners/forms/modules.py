"""Forms for attempts at a university module."""

from __future__ import annotations

from typing import Any

from learners.models.modules import ModuleResult
from learners.queries import records
from pqip.govuk import forms
from pqip.pages.amending import AmendForm


class AttemptForm(forms.Form):
    """The result of an attempt."""

    due_date = forms.DateField(label="Due", required=False)
    extended_to = forms.DateField(label="Extended to", required=False)
    submitted_date = forms.DateField(label="Handed in", required=False)
    mark = forms.DecimalField(
        label="Mark", required=False, max_digits=5, decimal_places=2, look=forms.Look(width=4)
    )
    outcome = forms.RadioField(
        label="Outcome", choices=ModuleResult.Outcome.choices, initial="pending"
    )


class CorrectResultForm(AttemptForm, AmendForm):
    """The corrected result of an attempt, with the reason."""


class ResultForm(AttemptForm):
    module = forms.ModelChoiceField(label="Module", queryset=None)
    attempt = forms.IntegerField(
        label="Attempt", min_value=1, max_value=9, initial=1, look=forms.Look(width=2)
    )
    field_order = ["module", "attempt"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("module").queryset = records.modules()
