"""Logging evidence, deciding it criterion by criterion, and undoing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.forms import HiddenInput

from assessments.models import Criterion, Unit
from assessments.models.decisions import Judgement
from assessments.models.evidence import Part
from assessments.models.methods import Method
from assessments.presenters.words import MET, NOT_YET
from pqip.core import typed
from pqip.core.clock import today
from pqip.files import documents
from pqip.govuk import forms

TAKES = f"{documents.TAKES}, up to {documents.MOST_BYTES // documents.MIB} MB"
PREFIX = "criterion_"
FOUND = [("met", MET), ("not_met", NOT_YET)]
#: Characters of feedback.
WORDS = 4_000
#: What a posted form carries that is no answer.
NO_ANSWER = typed.NO_ANSWER | {"number", "then", "draft"}


class LogEvidenceForm(forms.Form):
    """`portfolio` asks which part of an assessor's own portfolio it is; `only` are the criteria it may be offered against."""

    title = forms.CharField(
        label="Title", max_length=200,
        help_text="Say what the work was, such as “Pre-sentence report, community order”. Name nobody.",
    )
    method = forms.RadioField(label="How it was gathered", choices=Method.choices)
    part = forms.RadioField(label="Part of the portfolio", choices=Part.choices)
    submitted_on = forms.DateField(label="Date submitted", initial=today)
    description = forms.TextField(label="Description", required=False, max_length=4000)
    criteria = forms.CheckboxesField(label="Criteria it is offered against")
    names_nobody = forms.BooleanField(
        label="This evidence names nobody on probation and holds no case number",
        error_messages={"required": "Confirm that the evidence names nobody on probation"},
    )

    def __init__(
        self, *args: Any, units: Iterable[Unit], portfolio: bool = False, only: Collection[int] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criteria"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), f"{one.code} {one.text}") for unit in units for one in unit.criteria.all()
            if not only or one.pk in only
        ]
        if not portfolio:
            del self.fields["part"]

    def clean_criteria(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["criteria"]]


class WithFile(forms.Form):
    """With a file to keep."""

    file = forms.FileField(
        label="File", required=False, holds=True,
        help_text=f"Optional. {TAKES}. It must name nobody on probation.",
        error_messages={"too_large": documents.TOO_LARGE},
    )


class NewEvidenceForm(LogEvidenceForm, WithFile):
    """Evidence as it is logged; the declaration comes last, after the file it speaks of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "names_nobody"), "names_nobody"])


class AddFileForm(forms.Form):
    file = forms.FileField(
        label="File", help_text=f"{TAKES}.", holds=True,
        error_messages={"too_large": documents.TOO_LARGE},
    )
    names_nobody = forms.BooleanField(
        label="This file names nobody on probation and holds no case number",
        error_messages={"required": "Confirm that the file names nobody on probation"},
    )


class DecideForm(forms.Form):
    """A choice for each criterion, in order, what is confirmed of the evidence, the words and the date: one page, made for
    the keyboard. `draft` is what was kept of it before."""

    number = forms.IntegerField(widget=HiddenInput)
    judged = forms.CheckboxesField(
        label="I confirm that the evidence is", choices=Judgement.choices, required=False,
        help_text="All five are needed to find anything competent.", look=forms.Look(size="s", small=True),
    )
    feedback = forms.TextField(
        label="Feedback to the learner", required=False, max_length=WORDS, rows=4,
        help_text="What was good, and what is still needed where a criterion is not yet met. Name nobody on probation.",
    )
    decided_on = forms.DateField(label="Date of the decision", initial=today)

    def __init__(
        self, *args: Any, criteria: Iterable[Criterion], standing: dict[int, str], draft: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {**kwargs.get("initial", {}), **_initial(draft or {})}
        super().__init__(*args, **kwargs)
        asked = {
            f"{PREFIX}{one.pk}": forms.RadioField(
                label=f"{one.code} {one.text}", choices=FOUND, initial=standing.get(one.pk), required=not standing,
                look=forms.Look(inline=True, small=True, size="s"),
                error_messages={"required": f"Select whether {one.code} is competent or not yet competent"},
            )
            for one in criteria
        }
        self.fields = {**asked, **self.fields}

    def found(self, which: str) -> list[int]:
        """Keys of the criteria found `met` or `not_met`."""
        chosen = self.cleaned_data.items()
        return [int(name.removeprefix(PREFIX)) for name, value in chosen if name.startswith(PREFIX) and value == which]

    def answers(self) -> dict[str, list[str]]:
        """What was filled in, as it was sent, to be kept as a draft; of the form's own fields, no longer than they may be."""
        kept = {name: self.data.getlist(name) for name in self.data if name not in NO_ANSWER}
        return {name: [_bounded(value) for value in values[: len(Judgement)]] for name, values in kept.items() if self._has(name)}

    def _has(self, name: str) -> bool:
        """Whether a name, or a date's part, is one of the form's."""
        return name in self.fields or name.rpartition("-")[0] in self.fields


def _bounded(said: str) -> str:
    """An answer that the database can keep; twice as long as it may be when it is sent, so that who wrote too much loses none."""
    return said.replace("\x00", "")[: 2 * WORDS]


def _initial(draft: Mapping[str, Any]) -> dict[str, Any]:
    """What the form begins with, of a draft as it was sent."""
    day = tuple("".join(draft.get(f"decided_on-{part}", [])) for part in ("day", "month", "year"))
    initial = {name: values[-1] for name, values in draft.items() if values and (name.startswith(PREFIX) or name == "feedback")}
    if "judged" in draft:
        initial["judged"] = draft["judged"]
    return initial | ({"decided_on": day} if any(day) else {})


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Reason", max_length=500)
