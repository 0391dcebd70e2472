"""Courses planned for intakes, and answers to evaluations."""

from __future__ import annotations

from typing import Any

from learners.models import CourseEvaluation
from learners.models.training import Delivery
from learners.queries import records
from pqip.core.clock import today
from pqip.govuk import forms


class PlanForm(forms.Form):
    course = forms.ModelChoiceField(label="Course", queryset=None)
    on = forms.DateField(label="Day")
    delivery = forms.RadioField(label="Delivery", required=False, choices=Delivery.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("course").queryset = records.courses()


class EvaluationForm(forms.Form):
    levels = forms.CheckboxesField(
        label="Levels answered",
        choices=CourseEvaluation.Level.choices,
        help_text="Only that it was answered is kept, never what was said.",
    )
    answered_on = forms.DateField(label="Day", initial=today)

    def clean_levels(self) -> list[int]:
        return [int(level) for level in self.cleaned_data["levels"]]
