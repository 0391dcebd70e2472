"""Forms of the pages about reviews, the progression board and breaks."""

from __future__ import annotations

from learners.models import Manageable
from learners.models.board import BoardAppeal
from learners.models.reviews import Party
from pqip.core.clock import today
from pqip.govuk import forms

NOBODY = "Do not name or describe anyone on probation."


class ReviewFilter(forms.Form):
    state = forms.ChoiceField(
        label="Show",
        required=False,
        prompt="Everybody",
        choices=[
            ("overdue", "Review overdue"),
            ("soon", "Due in four weeks"),
            ("not_agreed", "Held, not agreed by all"),
            ("none", "No review laid out"),
        ],
    )


class BreakFilter(forms.Form):
    late = forms.ChoiceField(
        label="Show",
        required=False,
        prompt="Everybody on a break",
        choices=[("yes", "Past their expected return")],
    )


class HeldForm(forms.Form):
    held_on = forms.DateField(label="Held on", initial=today)


class SayForm(forms.Form):
    said = forms.TextField(label="What you say", rows=8, max_length=4000, help_text=NOBODY)


class ManageableForm(forms.Form):
    answer = forms.RadioField(
        label="How manageable is this?",
        required=False,
        choices=[*Manageable.Answer.choices, ("", "Rather not say")],
        help_text="Optional. Only you, your practice tutor assessor and your line manager see it.",
    )


class ReviewActionForm(forms.Form):
    what = forms.CharField(label="What is to be done", max_length=300, help_text=NOBODY)
    owner = forms.RadioField(label="By whom", choices=Party.choices)
    do_by = forms.DateField(label="By when")


class DoneForm(forms.Form):
    on = forms.DateField(label="Done on", initial=today)


class PaperForm(forms.Form):
    on = forms.DateField(label="Date", initial=today)
    title = forms.CharField(label="Paper", max_length=200, help_text=NOBODY)
    kept_at = forms.CharField(
        label="Where it is kept", max_length=300, help_text="No file is stored here."
    )


class BoardActionForm(forms.Form):
    what = forms.CharField(label="What is to be done", max_length=300, help_text=NOBODY)
    staff_number = forms.CharField(
        label="Staff number of who does it", max_length=30, look=forms.Look(width=20)
    )
    do_by = forms.DateField(label="By when")


class AppealForm(forms.Form):
    on = forms.DateField(label="Made on", initial=today)
    grounds = forms.TextField(label="Grounds", rows=5, max_length=4000, help_text=NOBODY)


class AppealOutcomeForm(forms.Form):
    outcome = forms.RadioField(label="What came of it", choices=BoardAppeal.Outcome.choices)
    on = forms.DateField(label="Date", initial=today)


class BreakReviewForm(forms.Form):
    on = forms.DateField(label="To be looked at again on")


class BreakReviewHeldForm(HeldForm):
    note = forms.TextField(
        label="Note",
        required=False,
        rows=3,
        max_length=500,
        help_text="Never a diagnosis. " + NOBODY,
    )


class ReturnForm(forms.Form):
    on = forms.DateField(label="Day of the return")
    plan = forms.TextField(label="What is arranged", rows=5, max_length=4000, help_text=NOBODY)
