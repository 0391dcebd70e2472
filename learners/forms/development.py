"""Forms of pages about the development of PSOs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from learners.models.allocations import AllocationRole
from learners.queries import records
from learners.rules.development import MISSING
from pqip.core.clock import today
from pqip.govuk import forms

NUMBER: dict[str, Any] = {"max_length": 30, "look": forms.Look(width=20)}


class PsoFilter(forms.Form):
    """Filters of PSOs; an empty filter means all."""

    missing = forms.ChoiceField(
        label="What is missing",
        required=False,
        choices=[("any", "Anything"), *MISSING.items()],
        prompt="Show everybody",
    )
    since = forms.ChoiceField(
        label="Time in the role",
        required=False,
        choices=[("new", "First 12 months"), ("longer", "Longer")],
        prompt="Any",
    )
    learners = forms.ChoiceField(
        label="Learners",
        required=False,
        choices=[("no", "Without learners"), ("only", "Learners only")],
        prompt="All PSOs",
    )
    region = forms.ChoiceField(
        label="Region",
        required=False,
        choices=forms.codes_of(records.regions),
        prompt="All regions",
    )


class InductionForm(forms.Form):
    items = forms.CheckboxesField(label="What they were shown", choices=[])
    on = forms.DateField(label="Day", initial=today)

    def __init__(self, *args: Any, left: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("items").choices = left


class PlanObservationForm(forms.Form):
    on = forms.DateField(label="Planned for")
    staff_number = forms.CharField(
        label="Staff number of who will observe",
        required=False,
        help_text="Leave blank if it is not settled yet.",
        **NUMBER,
    )


class ObservationHeldForm(forms.Form):
    held_on = forms.DateField(label="Held on", initial=today)
    staff_number = forms.CharField(label="Staff number of who observed", **NUMBER)
    feedback_given = forms.YesNoField(label="Has it been spoken about with them?")


class LookAfterForm(forms.Form):
    role = forms.RadioField(label="Role", choices=[])
    staff_number = forms.CharField(label="Staff number of who takes it", **NUMBER)
    from_date = forms.DateField(label="First day", initial=today)

    def __init__(self, *args: Any, assessors: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [
            (AllocationRole.MENTOR, "Mentor"),
            *([(AllocationRole.PTA, "VQ3 assessor")] if assessors else []),
        ]
        self.choice_field("role").choices = roles
