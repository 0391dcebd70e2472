"""Allocations, results and training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms import HiddenInput

from learners import reading
from learners.models.academic import ModuleResult
from learners.models.allocations import AllocationRole
from learners.models.training import Delivery, TrainingRecord
from pqip.core.amending import AmendForm
from pqip.govuk import forms


class TakerForm(forms.Form):
    """A role, and who takes it: chosen by name from `offered` where it is known which role, or by staff number or name."""

    role = forms.RadioField(label="Role", choices=[(role.value, role.label) for role in AllocationRole])
    choice = forms.ChoiceField(label="Who takes it", required=False, prompt="Somebody else", help_text="Best placed first.")
    staff_number = forms.CharField(
        label="Staff number or name of who takes it", required=False, max_length=100, look=forms.Look(width=20)
    )
    field_order = ["role", "choice", "staff_number"]

    def __init__(self, *args: Any, role: str = "", offered: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if role:
            self.fields["role"].initial = role
            self.fields["role"].widget = HiddenInput()
        if offered:
            self.fields["choice"].choices = offered  # type: ignore[attr-defined]
            self.fields["staff_number"].help_text = "Where somebody else takes it."
        else:
            del self.fields["choice"]

    def clean(self) -> dict[str, Any]:
        """One of the two: whoever types somebody means them."""
        said = super().clean() or self.cleaned_data
        chosen = said.pop("choice", "")
        said["staff_number"] = said.get("staff_number") or chosen
        if not said["staff_number"] and "staff_number" not in self.errors:
            self.add_error("staff_number", "Enter staff number or name of who takes it")
        return said


class AllocateForm(TakerForm):
    from_date = forms.DateField(label="First day")
    to_date = forms.DateField(label="Last day", required=False, help_text="Leave blank while it lasts.")
    unit = forms.IntegerField(
        label="Unit", required=False, min_value=1, max_value=99, look=forms.Look(width=2),
        help_text="Only for an assessor of one unit; blank for the whole diploma.",
    )


class CorrectAllocationForm(AmendForm):
    from_date = forms.DateField(label="First day")
    to_date = forms.DateField(label="Last day", required=False, help_text="Leave blank while it lasts.")


class EndAllocationForm(forms.Form):
    on = forms.DateField(label="Last day")
    reason = forms.CharField(label="Reason", required=False, max_length=200)


class AttemptForm(forms.Form):
    """What came of an attempt."""

    due_date = forms.DateField(label="Due", required=False)
    extended_to = forms.DateField(label="Extended to", required=False)
    submitted_date = forms.DateField(label="Handed in", required=False)
    mark = forms.DecimalField(label="Mark", required=False, max_digits=5, decimal_places=2, look=forms.Look(width=4))
    outcome = forms.RadioField(label="Outcome", choices=ModuleResult.Outcome.choices, initial="pending")


class CorrectResultForm(AttemptForm, AmendForm):
    """What came of an attempt, with why it is corrected."""


class ResultForm(AttemptForm):
    module = forms.ModelChoiceField(label="Module", queryset=None)
    attempt = forms.IntegerField(label="Attempt", min_value=1, max_value=9, initial=1, look=forms.Look(width=2))
    field_order = ["module", "attempt"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["module"].queryset = reading.modules()  # type: ignore[attr-defined]


class BookingForm(forms.Form):
    """A booking and what came of it."""

    booked_for = forms.DateField(label="Booked for")
    status = forms.RadioField(label="Status", choices=TrainingRecord.Status.choices)
    delivery = forms.RadioField(label="Delivery", required=False, choices=Delivery.choices)


class CorrectTrainingForm(BookingForm, AmendForm):
    """A booking and what came of it, with why it is corrected."""


class TrainingForm(BookingForm):
    course = forms.ModelChoiceField(label="Course", queryset=None)
    field_order = ["course"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = reading.courses()  # type: ignore[attr-defined]
