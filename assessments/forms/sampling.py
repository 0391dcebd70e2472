"""Forms that plan samples and record findings, meetings and certificate claims."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assessments.models import Criterion, Sample, Standardisation
from pqip.core.clock import today
from pqip.govuk import forms


class PlanSamplesForm(forms.Form):
    due_on = forms.DateField(label="To be sampled by")


class RecordSampleForm(forms.Form):
    criteria = forms.CheckboxesField(label="Criteria you looked at")
    verdict = forms.RadioField(label="What you found", choices=Sample.Verdict.choices)
    found = forms.TextField(
        label="What supports it",
        max_length=4000,
        rows=4,
        help_text="In enough detail to justify it. Name nobody on probation.",
    )
    action = forms.CharField(label="What the assessor is to do", max_length=300, required=False)
    action_due_on = forms.DateField(label="To be done by", required=False)
    on = forms.DateField(label="Date sampled", initial=today)

    def __init__(self, *args: Any, criteria: Iterable[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), f"{one.code} {one.text}") for one in criteria]
        self.choice_field("criteria").choices = choices

    def clean_criteria(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["criteria"]]


class DoneForm(forms.Form):
    on = forms.DateField(label="Done on", initial=today)


class ClaimForm(forms.Form):
    on = forms.DateField(label="Date claimed", initial=today)
    reference = forms.CharField(
        label="The awarding body’s reference",
        max_length=40,
        required=False,
        look=forms.Look(width=20),
    )


class MeetingForm(forms.Form):
    """`region` is asked where the user sees several; `assessors` holds those of the visible regions."""

    region = forms.ModelChoiceField(label="Region", queryset=None)
    held_on = forms.DateField(label="Date held", initial=today)
    topic = forms.CharField(
        label="Topic", max_length=200, help_text="Such as “Sufficiency in unit 3”."
    )
    outcome = forms.TextField(label="What was agreed", required=False, max_length=4000, rows=4)
    came = forms.CheckboxesField(
        label="Who came",
        help_text="Assessors of the region who are left out are recorded as not having come.",
    )

    def __init__(
        self, *args: Any, regions: Any, assessors: Iterable[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("region").queryset = regions
        self.choice_field("came").choices = [(str(key), name) for key, name in assessors]

    def clean_came(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["came"]]


class SessionForm(MeetingForm):
    """A session for assessors in training: an induction or a workshop."""

    kind = forms.RadioField(
        label="What it was",
        choices=[
            choice for choice in Standardisation.Kind.choices if choice[0] != "standardisation"
        ],
    )
    field_order = ["kind", "region", "held_on", "topic", "outcome", "came"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].help_text = "Such as “Planning an assessment”."
        self.fields["outcome"].label = "What was covered"
        self.fields["came"].help_text = "Assessors in training."


class CorrectSessionForm(forms.Form):
    """Who came, corrected, and the reason."""

    came = forms.CheckboxesField(label="Who came", required=False)
    reason = forms.TextField(
        label="Reason",
        max_length=500,
        rows=3,
        help_text="Stays in the history beside what was recorded.",
    )

    def __init__(self, *args: Any, assessors: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("came").choices = [(str(key), name) for key, name in assessors]

    def clean_came(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["came"]]


class MeetingActionForm(forms.Form):
    what = forms.CharField(label="What is to be done", max_length=300)
    owner = forms.ChoiceField(label="By whom")
    do_by = forms.DateField(label="To be done by")

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("owner").choices = [(str(key), name) for key, name in people]
