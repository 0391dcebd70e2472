"""Forms that plan an assessment with a candidate, and change a plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assessments.models import Unit
from assessments.models.methods import Method
from pqip.govuk import forms
from pqip.pages.amending import AmendForm


class PlanForm(forms.Form):
    what = forms.CharField(
        label="What is to be assessed",
        max_length=200,
        help_text="Such as “Observation of a first appointment”. Name nobody on probation.",
    )
    method = forms.RadioField(label="How", choices=Method.choices)
    due_on = forms.DateField(label="Planned for")
    criteria = forms.CheckboxesField(label="Criteria it is planned against")

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("criteria").choices = [
            (str(one.pk), f"{one.code} {one.text}") for unit in units for one in unit.criteria.all()
        ]

    def clean_criteria(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["criteria"]]


class ChangePlanForm(PlanForm, AmendForm):
    """The form of a plan, with the reason for its change."""
