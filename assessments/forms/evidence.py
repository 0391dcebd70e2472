"""Forms that log evidence with its files, and undo it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from assessments.models import Unit
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
#: The most characters of feedback.
WORDS = 4_000
#: Names in a posted form that are not answers.
NO_ANSWER = typed.NO_ANSWER | {"number", "then", "draft"}


class LogEvidenceForm(forms.Form):
    """`portfolio` adds the question which part of an assessor's own portfolio it is; `only` limits the criteria on offer."""

    title = forms.CharField(
        label="Title",
        max_length=200,
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
        self,
        *args: Any,
        units: Iterable[Unit],
        portfolio: bool = False,
        only: Collection[int] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("criteria").choices = [
            (str(one.pk), f"{one.code} {one.text}")
            for unit in units
            for one in unit.criteria.all()
            if not only or one.pk in only
        ]
        if not portfolio:
            del self.fields["part"]

    def clean_criteria(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["criteria"]]


class WithFile(forms.Form):
    """Adds an optional file."""

    file = forms.FileField(
        label="File",
        required=False,
        holds=True,
        help_text=f"Optional. {TAKES}. It must name nobody on probation.",
        error_messages={"too_large": documents.TOO_LARGE},
    )


class NewEvidenceForm(LogEvidenceForm, WithFile):
    """The form that logs evidence. The declaration comes last, after the file that it covers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(
            [*(name for name in self.fields if name != "names_nobody"), "names_nobody"]
        )


class AddFileForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text=f"{TAKES}.",
        holds=True,
        error_messages={"too_large": documents.TOO_LARGE},
    )
    names_nobody = forms.BooleanField(
        label="This file names nobody on probation and holds no case number",
        error_messages={"required": "Confirm that the file names nobody on probation"},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Reason", max_length=500)
