"""Forms for bookings of courses and their outcomes."""

from __future__ import annotations

from typing import Any

from learners.models.training import Delivery, TrainingRecord
from learners.queries import records
from pqip.govuk import forms
from pqip.pages.amending import AmendForm


class BookingForm(forms.Form):
    """A booking and its outcome."""

    booked_for = forms.DateField(label="Booked for")
    status = forms.RadioField(label="Status", choices=TrainingRecord.Status.choices)
    delivery = forms.RadioField(label="Delivery", required=False, choices=Delivery.choices)


class CorrectTrainingForm(BookingForm, AmendForm):
    """A corrected booking and its outcome, with the reason."""


class TrainingForm(BookingForm):
    course = forms.ModelChoiceField(label="Course", queryset=None)
    field_order = ["course"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("course").queryset = records.courses()
