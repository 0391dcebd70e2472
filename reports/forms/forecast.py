"""What the forecast's page is asked: where and when, and what would be otherwise."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.core.exceptions import ValidationError

from learners.queries.records import pathways
from pqip.core.clock import today
from pqip.core.words import folded
from pqip.govuk import forms
from reports.forms.question import QuestionForm
from reports.rules.forecast_answers import NATION
from reports.rules.forecast_inputs import MONTHS

MONTH = re.compile(r"([0-9]{4})-(0?[1-9]|1[0-2])")
#: As most people write a month: *03/2027*, *March 2027*, *Mar 2027*.
FIGURES = re.compile(r"(0?[1-9]|1[0-2])/([0-9]{4})")
WORDS = re.compile(r"([a-z]{3,9}) ([0-9]{4})")
NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
#: Percent of today's rate.
RATES = [
    ("50", "Half as many"),
    ("80", "A fifth fewer"),
    ("90", "A tenth fewer"),
    ("110", "A tenth more"),
    ("125", "A quarter more"),
    ("150", "Half as many again"),
]
#: Names of the lines that the picture has already.
LINES_OF_THE_PICTURE = {"in post", "target"}
LENGTHS = [("13", "13 months"), ("15", "15 months"), ("21", "21 months"), ("27", "27 months")]
WHAT_IF = (
    "places",
    "pathway",
    "start",
    "leaving",
    "withdrawing",
    "from_length",
    "to_length",
    "part_time",
    "delay",
    "carried_on",
)


class WhatIfForm(forms.Form):
    """What would be otherwise. Everything left blank stays as it is planned and as it was learned."""

    places = forms.IntegerField(
        label="More places (or fewer, with a minus)",
        required=False,
        min_value=-500,
        max_value=500,
        look=forms.Look(width=5),
    )
    pathway = forms.ChoiceField(label="On which pathway", required=False, prompt="Choose a pathway")
    start = forms.CharField(
        label="Starting in which month",
        required=False,
        max_length=20,
        look=forms.Look(width=20),
        help_text="Such as March 2027.",
    )
    leaving = forms.ChoiceField(
        label="Officers who leave", choices=RATES, required=False, prompt="As now"
    )
    withdrawing = forms.ChoiceField(
        label="Learners who withdraw", choices=RATES, required=False, prompt="As now"
    )
    from_length = forms.ChoiceField(
        label="Pathways of this length", choices=LENGTHS, required=False, prompt="No change"
    )
    to_length = forms.ChoiceField(
        label="take this long instead", choices=LENGTHS, required=False, prompt="No change"
    )
    part_time = forms.IntegerField(
        label="Starters who train part time (%)",
        required=False,
        min_value=0,
        max_value=100,
        look=forms.Look(width=5),
    )
    delay = forms.IntegerField(
        label="Months by which everybody completes later",
        required=False,
        min_value=0,
        max_value=24,
        look=forms.Look(width=5),
        help_text="As when practice tutor assessors are short.",
    )
    carried_on = forms.BooleanField(
        label="Repeat the planned intakes year by year where nothing is planned yet", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("pathway").choices = [(one.code, one.name) for one in pathways()]

    def clean_start(self) -> str:
        """The month as `2027-03`, however it was written; empty where it was left so."""
        text = " ".join(self.cleaned_data["start"].split())
        month = written_month(text)
        if text and not month:
            raise ValidationError("Write the month and its year, such as March 2027.")
        return month

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("places"):
            for name, words in (("pathway", "Choose the pathway"), ("start", "Enter the month")):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(f"{words} of the places."))
        if bool(said.get("from_length")) != bool(said.get("to_length")):
            self.add_error("to_length", ValidationError("Choose both lengths, or neither."))
        return said


class ForecastForm(WhatIfForm, QuestionForm):
    """The question of the page, and its *what if*. Read from the address, so that a link shows the same again."""

    field_order = ["region", "as_at", "known_at", *WHAT_IF]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regions = [one for one in self.regions if one[0] != NATION]
        self.choice_field("region").choices = [(code, name) for code, _key, name in self.regions]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("places"):
            if not said.get("region") and len(self.regions) != 1:
                self.add_error(
                    "region", ValidationError("Choose a region: places are planned for one.")
                )
            ahead = months_from(said.get("as_at") or today(), said.get("start") or "")
            if ahead is not None and not 1 <= ahead <= MONTHS:
                self.add_error(
                    "start",
                    ValidationError("Choose a month after the as-at date, within five years."),
                )
        said["pdu"] = ""
        return said

    def what_if(self) -> dict[str, str]:
        """Return what would be otherwise, as the address has it; {} where nothing is. A share of 0 part time is a change."""
        given = {name: self.cleaned_data.get(name) for name in WHAT_IF}
        changes = {
            name: str(value)
            for name, value in given.items()
            if value or (name == "part_time" and value == 0)
        }
        return changes if "places" in changes else _without_places(changes)


def _without_places(changes: dict[str, str]) -> dict[str, str]:
    """A pathway and a month change nothing without places."""
    return {name: value for name, value in changes.items() if name not in ("pathway", "start")}


def written_month(text: str) -> str:
    """Return a month as `2027-03` from that, *3/2027*, *March 2027* or *Mar 2027*; empty where it is none of them."""
    if found := MONTH.fullmatch(text):
        return f"{found[1]}-{int(found[2]):02}"
    if found := FIGURES.fullmatch(text):
        return f"{found[2]}-{int(found[1]):02}"
    if found := WORDS.fullmatch(folded(text)):
        numbers = [nth for nth, name in enumerate(NAMES, 1) if name.startswith(found[1])]
        if len(numbers) == 1:
            return f"{found[2]}-{numbers[0]:02}"
    return ""


def months_from(as_at: dt.date, start: str) -> int | None:
    """Return how many months after that of a day a month such as `2027-03` is; None for an empty one."""
    if not start:
        return None
    year, month = (int(part) for part in start.split("-"))
    return (year - as_at.year) * 12 + month - as_at.month


class KeepForm(forms.Form):
    """The name under which a *what if* is kept. It stands beside a line of the picture, so it is short."""

    name = forms.CharField(
        label="What do you call it?",
        max_length=18,
        help_text="Up to 18 characters.",
        error_messages={"required": "Enter a name for it"},
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if folded(name) in LINES_OF_THE_PICTURE:
            raise ValidationError("The picture has a line of that name. Choose another.")
        return name
