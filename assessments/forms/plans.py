"""Planning an assessment with a candidate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assessments.models import Unit
from assessments.models.methods import Method
from pqip.core.amending import AmendForm
from pqip.govuk import forms


class PlanForm(forms.Form):
    what = forms.CharField(
        label="What is to be assessed", max_length=200,
        help_text="Such as “Observation of a first appointment”. Name nobody on probation.",
    )
    method = forms.RadioField(label="How", choices=Method.choices)
    due_on = forms.DateField(label="Planned for")
    criteria = forms.CheckboxesField(label="Criteria it is planned against")

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criteria"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), f"{one.code} {one.text}") for unit in units for one in unit.criteria.all()
        ]

    def clean_criteria(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["criteria"]]


class ChangePlanForm(PlanForm, AmendForm):
    """As it is planned, with why it is changed."""
