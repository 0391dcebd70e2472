"""Forms for more time for a module, university awards, exemptions from courses, and follow-ups."""

from __future__ import annotations

from typing import Any

from learners.models import ExtensionRequest, FollowUp
from learners.queries import records
from pqip.core.clock import today
from pqip.govuk import forms
from pqip.pages.amending import AmendForm


class AskForm(forms.Form):
    module = forms.ModelChoiceField(label="Module", queryset=None)
    attempt = forms.IntegerField(
        label="Attempt", min_value=1, max_value=9, initial=1, look=forms.Look(width=2)
    )
    on = forms.DateField(label="Day they asked", initial=today)
    asked_until = forms.DateField(label="Asked until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("module").queryset = records.modules()


class AnswerForm(forms.Form):
    answer = forms.RadioField(
        label="What the university answered", choices=ExtensionRequest.Answer.choices
    )
    answered_on = forms.DateField(label="Day of the answer", initial=today)


class GivenForm(forms.Form):
    """The day on which an award was given, and its classification."""

    awarded_on = forms.DateField(label="Day it was awarded", initial=today)
    classification = forms.CharField(
        label="Classification",
        required=False,
        max_length=60,
        help_text="Such as first class, or merit. Leave blank if there is none.",
    )


class AwardForm(GivenForm):
    award = forms.RadioField(label="Award", choices=[])
    field_order = ["award"]

    def __init__(self, *args: Any, awards: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("award").choices = awards


class CorrectAwardForm(GivenForm, AmendForm):
    """The corrected day and classification of an award, with the reason."""


class ExemptForm(forms.Form):
    course = forms.ModelChoiceField(label="Course", queryset=None)
    on = forms.DateField(label="Exempt from", initial=today)
    reason = forms.TextField(
        label="What they have learned before",
        rows=3,
        max_length=500,
        help_text="Such as the same course in another role, with its date. No details of health or of people on probation.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("course").queryset = records.courses()


class EndExemptionForm(forms.Form):
    reason = forms.CharField(label="Reason", max_length=500)


class FollowUpForm(forms.Form):
    kind = forms.RadioField(label="How it was followed up", choices=FollowUp.Kind.choices)
    done_on = forms.DateField(label="Day", initial=today)
    staff_number = forms.CharField(
        label="Staff number of who did it with them",
        required=False,
        max_length=30,
        look=forms.Look(width=20),
        help_text="Leave blank if it was you.",
    )


class ToDoFilter(forms.Form):
    """Which follow-ups: all that are not done, or those that are overdue."""

    late = forms.ChoiceField(
        label="Due", required=False, choices=[("yes", "Overdue")], prompt="Any day"
    )


class RequestFilter(forms.Form):
    """Filters of requests for more time."""

    answer = forms.ChoiceField(
        label="Answer",
        required=False,
        prompt="Any",
        choices=[("waiting", "Waiting"), *ExtensionRequest.Answer.choices],
    )
    region = forms.ChoiceField(
        label="Region",
        required=False,
        prompt="All regions",
        choices=forms.codes_of(records.regions),
    )
