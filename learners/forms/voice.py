"""Forms for what a learner says is wrong, and for the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from learners.models import OwnAccount
from pqip.core.formats import date_gov
from pqip.govuk import forms


class ChallengeForm(forms.Form):
    item = forms.CharField(
        label="What it is about", max_length=200, help_text="As the page names it."
    )
    says = forms.TextField(
        label="What is wrong",
        rows=5,
        max_length=4000,
        help_text="Do not name or describe anyone on probation.",
    )


class AccountForm(forms.Form):
    what = forms.ChoiceField(label="What it is about", choices=[], prompt="Select one")
    account = forms.TextField(
        label="Your own account",
        rows=8,
        max_length=4000,
        help_text="Do not name or describe anyone on probation.",
    )

    def __init__(self, *args: Any, tellable: Sequence[tuple[str, dt.date]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("what").choices = [
            ("", "Select one"),
            *(
                (
                    f"{about}/{day.isoformat()}",
                    f"{OwnAccount.About(about).label} of {date_gov(day)}",
                )
                for about, day in tellable
            ),
        ]

    def stated(self) -> dict[str, Any]:
        """Return the arguments of the action."""
        about, _, day = self.cleaned_data["what"].partition("/")
        return {
            "about": about,
            "about_on": dt.date.fromisoformat(day),
            "account": self.cleaned_data["account"],
        }


class AnswerForm(forms.Form):
    outcome = forms.RadioField(
        label="What came of it",
        choices=[("corrected", "It has been corrected"), ("stands", "It stands as recorded")],
    )
    answer = forms.TextField(label="Answer to the learner", rows=4, max_length=500)
