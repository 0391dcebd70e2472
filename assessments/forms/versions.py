"""The form that moves a candidate to another version of their qualification."""

from __future__ import annotations

from typing import Any

from pqip.core.clock import today
from pqip.govuk import forms


class MoveVersionForm(forms.Form):
    version = forms.ModelRadioField(label="Version to move to", queryset=None)
    on = forms.DateField(label="Assessed by it from", initial=today)
    reason = forms.TextField(
        label="Reason", max_length=500, rows=3, help_text="Stays in the history of the candidate."
    )

    def __init__(self, *args: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("version").queryset = versions
