"""Forms of the pages about learning in practice."""

from __future__ import annotations

from typing import Any

from learners.facts.practice import case_types, lost_reasons
from learners.models import Placement
from learners.models.practice import ProtectedDay
from learners.rules.practice import UNIVERSITY, VOCATIONAL
from pqip.core.clock import today
from pqip.govuk import forms

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
]
NOBODY = "Do not name or describe anyone on probation."


class PlanDaysForm(forms.Form):
    first = forms.DateField(label="From")
    weeks = forms.IntegerField(
        label="Weeks", min_value=1, max_value=52, initial=26, look=forms.Look(width=2)
    )
    university = forms.ChoiceField(
        label="University day", required=False, choices=WEEKDAYS, prompt="None"
    )
    vocational = forms.ChoiceField(label="VQ day", required=False, choices=WEEKDAYS, prompt="None")

    def clean(self) -> dict[str, Any]:
        content = super().clean() or self.cleaned_data
        if not content.get(UNIVERSITY) and not content.get(VOCATIONAL):
            self.add_error(
                UNIVERSITY, "Choose a weekday for the university day, the VQ day or both"
            )
        return content

    def weekdays(self) -> dict[str, int]:
        """Return the weekday of each kind that was chosen."""
        return {
            kind: int(self.cleaned_data[kind])
            for kind in (UNIVERSITY, VOCATIONAL)
            if self.cleaned_data[kind]
        }


class DayForm(forms.Form):
    on = forms.DateField(label="Day", initial=today)
    kind = forms.RadioField(
        label="Which day?",
        error_messages={"required": "Select which day it was"},
        choices=ProtectedDay.Kind.choices,
    )
    taken = forms.RadioField(
        label="What came of it?",
        error_messages={"required": "Select whether the day was taken or lost"},
        choices=[("yes", "It was taken"), ("no", "It was lost")],
    )
    reason_lost = forms.ChoiceField(
        label="Why was it lost?",
        required=False,
        choices=lost_reasons,
        prompt="Not said",
        help_text="Only for a day that was lost.",
    )

    def clean_taken(self) -> bool:
        return bool(self.cleaned_data["taken"] == "yes")


class PlacementForm(forms.Form):
    setting = forms.RadioField(
        label="Where?",
        error_messages={"required": "Select where the placement is"},
        choices=Placement.Setting.choices,
    )
    first = forms.DateField(label="First day planned")
    last = forms.DateField(label="Last day planned")


class PlacementOutcomeForm(forms.Form):
    began_on = forms.DateField(label="Began on")
    ended_on = forms.DateField(
        label="Ended on", required=False, help_text="Leave blank while it lasts."
    )
    quality = forms.RadioField(
        label="How was it?", required=False, choices=Placement.Quality.choices
    )
    feedback = forms.TextField(
        label="Feedback", required=False, rows=3, max_length=500, help_text=NOBODY
    )


class CoWorkForm(forms.Form):
    officer = forms.CharField(
        label="Staff number of the responsible officer",
        max_length=30,
        look=forms.Look(width=20),
        help_text="A probation officer or above, who keeps overall responsibility for the case.",
    )
    on = forms.DateField(label="From", initial=today)
    tasks = forms.TextField(label="Tasks agreed", rows=3, max_length=500, help_text=NOBODY)
    review_on = forms.DateField(label="To be looked at again on", required=False)


class EndForm(forms.Form):
    on = forms.DateField(label="Last day", initial=today)


class OverrideForm(forms.Form):
    case_type = forms.ModelRadioField(label="Kind of case", queryset=None)
    on = forms.DateField(label="From", initial=today)
    until = forms.DateField(label="Last day", help_text="By then its training should be done.")
    reason = forms.TextField(label="Reason", rows=3, max_length=500, help_text=NOBODY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("case_type").queryset = case_types()
