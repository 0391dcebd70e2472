"""What a learner says is wrong, and the answer."""

from __future__ import annotations

from pqip.govuk import forms


class ChallengeForm(forms.Form):
    item = forms.CharField(label="What it is about", max_length=200, help_text="As the page names it.")
    says = forms.TextField(
        label="What is wrong", rows=5, max_length=4000, help_text="Do not name or describe anyone on probation."
    )


class AnswerForm(forms.Form):
    outcome = forms.RadioField(
        label="What came of it", choices=[("corrected", "It has been corrected"), ("stands", "It stands as recorded")]
    )
    answer = forms.TextField(label="Answer to the learner", rows=4, max_length=500)
