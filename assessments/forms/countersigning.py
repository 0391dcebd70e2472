"""The form that agrees, returns or disagrees with a decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.forms import HiddenInput

from assessments.models import Countersignature, Criterion
from pqip.govuk import forms


class CountersignForm(forms.Form):
    """The pressed button gives the outcome; reasons are required for a return or a disagreement."""

    outcome = forms.ChoiceField(
        choices=Countersignature.Outcome.choices, widget=HiddenInput, required=False
    )
    feedback = forms.TextField(
        label="What you say to the assessor",
        required=False,
        max_length=4000,
        rows=4,
        help_text="Needed to return the decision or to disagree: what should they do differently, and why?",
    )
    disagreed = forms.CheckboxesField(
        label="Criteria you disagree with",
        required=False,
        look=forms.Look(size="s", small=True),
        help_text="Only to disagree: found competent, and not yet competent in your view.",
    )

    def __init__(self, *args: Any, criteria: Iterable[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), f"{one.code} {one.text}") for one in criteria]
        self.choice_field("disagreed").choices = choices
        if not choices:
            del self.fields["disagreed"]

    def against(self) -> list[int]:
        """Return the keys of the criteria disagreed with."""
        return [int(key) for key in self.cleaned_data.get("disagreed", [])]

    def clean(self) -> dict[str, Any]:
        outcome = self.data.get("outcome", "")
        if outcome not in Countersignature.Outcome.values:
            self.add_error(None, "Agree the decision, return it or disagree.")
        self.cleaned_data["outcome"] = outcome
        return self.cleaned_data
