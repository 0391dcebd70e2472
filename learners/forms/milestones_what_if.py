"""What might change: part time, a break, another pathway, an extension.

Each needs its date; none is recorded.
"""

from __future__ import annotations

from typing import Any

from learners.queries import records
from learners.rules.milestones_what_if import Supposed, a_break
from pqip.core.formats import lower_first
from pqip.govuk import forms

#: The fields that belong together: what changes, and from when.
PAIRS = [
    ("fte", "fte_from"),
    ("break_weeks", "break_from"),
    ("pathway", "pathway_from"),
    ("extended_to", "extended_from"),
]


class WhatIfForm(forms.Form):
    """The answers are in the address, so that they can be kept and sent: nothing in it names
    anybody.
    """

    fte = forms.DecimalField(
        label="Other hours",
        required=False,
        max_digits=3,
        decimal_places=2,
        look=forms.Look(width=4, suffix="FTE"),
        help_text="1.0 is full time; part time is from 0.6 to 0.8.",
    )
    fte_from = forms.DateField(label="Other hours from", required=False)
    break_weeks = forms.IntegerField(
        label="A break of how many weeks",
        required=False,
        min_value=1,
        max_value=260,
        look=forms.Look(width=3, suffix="weeks"),
    )
    break_from = forms.DateField(label="First day of the break", required=False)
    pathway = forms.ModelChoiceField(
        label="Another pathway",
        queryset=None,
        required=False,
        prompt="The same",
        to_field_name="code",
    )
    pathway_from = forms.DateField(label="Another pathway from", required=False)
    extended_to = forms.DateField(label="Extended to", required=False)
    extended_from = forms.DateField(label="Extension approved on", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("pathway").queryset = records.pathways()

    def clean(self) -> dict[str, Any]:
        """Ask for the other half of an incomplete answer."""
        content = super().clean() or self.cleaned_data
        for pair in PAIRS:
            blank = [name for name in pair if content.get(name) is None and name not in self.errors]
            if len(blank) == 1:
                label = str(self.fields[blank[0]].label)
                self.add_error(blank[0], f"Enter {lower_first(label)}")
        return content

    @property
    def is_asked(self) -> bool:
        """Return True if anything is supposed."""
        return any(
            self.data.get(name) or self.data.get(f"{name}-day") for pair in PAIRS for name in pair
        )

    def supposed(self) -> list[tuple[str, list[Supposed]]]:
        """Return each supposed change with the field to which its errors belong, in date order."""
        content = self.cleaned_data
        made = {
            "fte": lambda: [Supposed("changed_fte", content["fte_from"], to_fte=content["fte"])],
            "break_from": lambda: a_break(content["break_from"], content["break_weeks"]),
            "pathway": lambda: [
                Supposed(
                    "moved_pathway", content["pathway_from"], to_pathway_id=content["pathway"].pk
                )
            ],
            "extended_to": lambda: [
                Supposed("extended", content["extended_from"], extended_to=content["extended_to"])
            ],
        }
        asked = [(name, make()) for name, make in made.items() if content.get(name) is not None]
        return sorted(asked, key=lambda each: each[1][0].effective_on)
