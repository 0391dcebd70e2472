"""Logging evidence, deciding it criterion by criterion, and undoing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.forms import HiddenInput

from assessments.models import Criterion, Unit
from assessments.models.methods import Method
from assessments.presenters.words import MET, NOT_YET
from pqip.core.clock import today
from pqip.govuk import forms

PREFIX = "criterion_"
FOUND = [("met", MET), ("not_met", NOT_YET)]


class LogEvidenceForm(forms.Form):
    title = forms.CharField(
        label="Title", max_length=200,
        help_text="Say what the work was, such as “Pre-sentence report, community order”. Name nobody.",
    )
    method = forms.RadioField(label="How it was gathered", choices=Method.choices)
    submitted_on = forms.DateField(label="Date submitted", initial=today)
    description = forms.TextField(label="Description", required=False, max_length=4000)
    criteria = forms.CheckboxesField(label="Criteria it is offered against")
    names_nobody = forms.BooleanField(
        label="This evidence names nobody on probation and holds no case number",
        error_messages={"required": "Confirm that the evidence names nobody on probation"},
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criteria"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), f"{one.code} {one.text}") for unit in units for one in unit.criteria.all()
        ]

    def clean_criteria(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["criteria"]]


class DecideForm(forms.Form):
    """A choice for each criterion, in order, then the words and the date: one page, made for the keyboard."""

    number = forms.IntegerField(widget=HiddenInput)
    feedback = forms.TextField(
        label="Feedback to the learner", required=False, max_length=4000, rows=4,
        help_text="What was good, and what is still needed where a criterion is not yet met. Name nobody on probation.",
    )
    decided_on = forms.DateField(label="Date of the decision", initial=today)

    def __init__(self, *args: Any, criteria: Iterable[Criterion], standing: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {
            f"{PREFIX}{one.pk}": forms.RadioField(
                label=f"{one.code} {one.text}", choices=FOUND, initial=standing.get(one.pk), required=not standing,
                look=forms.Look(inline=True, small=True, size="s"),
                error_messages={"required": f"Select whether {one.code} is competent or not yet competent"},
            )
            for one in criteria
        }
        self.fields = {**asked, **self.fields}

    def found(self, which: str) -> list[int]:
        """Keys of the criteria found `met` or `not_met`."""
        chosen = self.cleaned_data.items()
        return [int(name.removeprefix(PREFIX)) for name, value in chosen if name.startswith(PREFIX) and value == which]


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Reason", max_length=500)
