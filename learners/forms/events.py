"""The form of each page that records an event. Fields have the names of the action's arguments."""

from __future__ import annotations

from typing import Any

from learners.queries import records
from pqip.core.clock import today
from pqip.govuk import forms

NOTE = 4000


def note(label: str = "Note", *, required: bool = False, **kwargs: Any) -> forms.TextField:
    """Return a field for a few sentences, which may say nothing about people on probation."""
    kwargs.setdefault(
        "help_text", "Do not name or describe anyone on probation, or anyone's health."
    )
    return forms.TextField(label=label, required=required, max_length=NOTE, rows=4, **kwargs)


class OnADay(forms.Form):
    """The day on which it was true, and a note."""

    on = forms.DateField(label="Date")
    note = note()


class StartForm(OnADay):
    on = forms.DateField(label="First day")


class DeferForm(OnADay):
    on = forms.DateField(label="First day of the break")
    expected_return = forms.DateField(
        label="Expected return",
        required=False,
        help_text="The day they are expected back, if known.",
    )
    reason = forms.ChoiceField(
        label="Reason for the break",
        required=False,
        prompt="Not said",
        choices=records.break_reasons,
        help_text="Shown only to those who may see reasons of breaks.",
    )
    note = note(
        "More about the reason",
        help_text="Shown only to those who may see reasons of breaks. Never a diagnosis.",
    )

    field_order = ["on", "expected_return", "reason", "note"]


class ResumeForm(OnADay):
    on = forms.DateField(label="First day back")


class LeavingForm(forms.Form):
    """Reasons in force today, grouped by their list."""

    on = forms.DateField(label="Date they left")
    reason = forms.ChoiceField(
        label="Main reason",
        required=False,
        prompt="Not recorded",
        choices=lambda: records.reasons(today()),
    )


class DidNotStartForm(LeavingForm):
    on = forms.DateField(label="Date the place was given up")
    note = note()


class CompleteForm(forms.Form):
    on = forms.DateField(label="Date of completion")
    reason = note(
        "Reason for recording it without proof",
        help_text="Only where the record does not show that all three elements are complete.",
    )


class ExtendForm(OnADay):
    on = forms.DateField(label="Date approved")
    extended_to = forms.DateField(label="New end")
    staff_number = forms.CharField(
        label="Staff number of who approved it",
        required=False,
        max_length=30,
        look=forms.Look(width=20),
        help_text="Leave blank if it was you.",
    )
    note = note("Reason", required=True)
    field_order = ["on", "extended_to", "staff_number", "note"]


class MovePathwayForm(OnADay):
    on = forms.DateField(label="From")
    to_pathway = forms.ModelRadioField(label="New pathway", queryset=None)
    field_order = ["on", "to_pathway", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("to_pathway").queryset = records.pathways()


class MoveRegionForm(OnADay):
    on = forms.DateField(label="From")
    to_region = forms.ModelChoiceField(label="New region", queryset=None)
    to_pdu = forms.ModelChoiceField(
        label="New probation delivery unit", queryset=None, required=False, prompt="Whole region"
    )
    field_order = ["on", "to_region", "to_pdu", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("to_region").queryset = records.regions()
        self.model_field("to_pdu").queryset = records.pdus()


class ChangeFteForm(OnADay):
    on = forms.DateField(label="From")
    to_fte = forms.DecimalField(
        label="Hours",
        help_text="1.0 is full time; part time is from 0.6 to 0.8.",
        max_digits=3,
        decimal_places=2,
        look=forms.Look(width=4, suffix="FTE"),
    )
    field_order = ["on", "to_fte", "note"]


class MoveCohortForm(OnADay):
    on = forms.DateField(label="From")
    to_cohort = forms.ModelChoiceField(label="New cohort", queryset=None)
    field_order = ["on", "to_cohort", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("to_cohort").queryset = records.cohorts()


class ReferToBoardForm(OnADay):
    on = forms.DateField(label="Date referred")
    note = note("What the concern is", required=True)


class BoardDecisionForm(OnADay):
    on = forms.DateField(label="Date decided")
    decision = forms.ChoiceField(
        label="What was decided, and why", choices=records.board_decisions, prompt="Select one"
    )
    field_order = ["on", "decision", "note"]

    def clean(self) -> dict[str, Any]:
        """Separate the outcome from its reason."""
        content = super().clean() or self.cleaned_data
        outcome, _, reason = content.pop("decision", "").rpartition("/")
        return content | {"board_outcome": outcome, "reason": reason}


class ReasonForm(forms.Form):
    """The reason for undoing something."""

    reason = forms.TextField(
        label="Reason",
        max_length=500,
        rows=3,
        help_text="Stays in the history beside what is undone.",
    )


class CorrectForm(ReasonForm):
    """The corrected date of an event. For anything else, the event is undone and recorded again."""

    effective_on = forms.DateField(label="Right date")
    field_order = ["effective_on", "reason"]
