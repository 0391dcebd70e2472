"""The form that decides evidence, criterion by criterion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import HiddenInput
from django.http import QueryDict

from assessments.forms.evidence import FOUND, NO_ANSWER, PREFIX, WORDS
from assessments.models import Criterion
from assessments.models.decisions import Judgement
from pqip.core.clock import today
from pqip.govuk import forms


class DecideForm(forms.Form):
    """One page made for the keyboard: a choice for each criterion, the confirmations, the feedback and the date.

    `draft` holds the answers kept before, as they were sent.
    """

    data: QueryDict
    number = forms.IntegerField(widget=HiddenInput)
    judged = forms.CheckboxesField(
        label="I confirm that the evidence is",
        choices=Judgement.choices,
        required=False,
        help_text="All five are needed to find anything competent.",
        look=forms.Look(size="s", small=True),
    )
    feedback = forms.TextField(
        label="Feedback to the learner",
        required=False,
        max_length=WORDS,
        rows=4,
        help_text="What was good, and what is still needed where a criterion is not yet met. Name nobody on probation.",
    )
    decided_on = forms.DateField(label="Date of the decision", initial=today)

    def __init__(
        self,
        *args: Any,
        criteria: Iterable[Criterion],
        states: dict[int, str],
        draft: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {**kwargs.get("initial", {}), **_initial(draft or {})}
        super().__init__(*args, **kwargs)
        asked = {
            f"{PREFIX}{one.pk}": forms.RadioField(
                label=f"{one.code} {one.text}",
                choices=FOUND,
                initial=states.get(one.pk),
                required=not states,
                look=forms.Look(inline=True, small=True, size="s"),
                error_messages={
                    "required": f"Select whether {one.code} is competent or not yet competent"
                },
            )
            for one in criteria
        }
        self.fields = {**asked, **self.fields}

    def found(self, which: str) -> list[int]:
        """Return the keys of the criteria found `met` or `not_met`."""
        chosen = self.cleaned_data.items()
        return [
            int(name.removeprefix(PREFIX))
            for name, value in chosen
            if name.startswith(PREFIX) and value == which
        ]

    def answers(self) -> dict[str, list[str]]:
        """Return the answers of the form's own fields as they were sent, bounded in length, to be kept as a draft."""
        kept = {name: self.data.getlist(name) for name in self.data if name not in NO_ANSWER}
        return {
            name: [_bounded(value) for value in values[: len(Judgement)]]
            for name, values in kept.items()
            if self._has(name)
        }

    def _has(self, name: str) -> bool:
        """Return whether the name is one of the form's fields, or a part of its date."""
        return name in self.fields or name.rpartition("-")[0] in self.fields


def _bounded(answer: str) -> str:
    """Return the answer cut to what a draft may hold: twice the allowed length, so that somebody who wrote too much loses
    nothing.
    """
    return answer.replace("\x00", "")[: 2 * WORDS]


def _initial(draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return the initial values of the form, from a draft as it was sent."""
    day = tuple("".join(draft.get(f"decided_on-{part}", [])) for part in ("day", "month", "year"))
    initial = {
        name: values[-1]
        for name, values in draft.items()
        if values and (name.startswith(PREFIX) or name == "feedback")
    }
    if "judged" in draft:
        initial["judged"] = draft["judged"]
    return initial | ({"decided_on": day} if any(day) else {})
