"""Forms of the attendance sheet: the course and day, then a mark for each person."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from learners.models import TrainingRecord
from learners.models.training import Delivery
from learners.queries import records
from pqip.core.clock import today
from pqip.core.formats import lower_first
from pqip.govuk import forms
from workforce.models import Person

ATTENDED, MISSED, LEAVE = "attended", "did_not_attend", "leave"
MARKS = [(ATTENDED, "Attended"), (MISSED, "Did not attend"), (LEAVE, "Leave as it is")]


class SheetForm(forms.Form):
    course = forms.ModelChoiceField(label="Course", queryset=None)
    on = forms.DateField(label="Day", initial=today)
    delivery = forms.RadioField(
        label="Delivery",
        required=False,
        choices=Delivery.choices,
        help_text="Leave blank to keep what each booking says.",
    )
    start_with = forms.RadioField(
        label="Start with everybody as",
        choices=[(ATTENDED, "Attended"), (LEAVE, "Not marked yet")],
        initial=ATTENDED,
        help_text="You then change those who differ.",
    )
    staff_numbers = forms.TextField(
        label="Staff numbers",
        required=False,
        rows=6,
        help_text="One on each line, up to 60. Leave blank for everybody booked on the course for that day.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("course").queryset = records.courses()

    def clean_staff_numbers(self) -> list[str]:
        """Return each number once, in the order given."""
        return (
            list(
                dict.fromkeys(
                    re.split(r"[\s,;]+", self.cleaned_data["staff_numbers"].strip().upper())
                )
            )
            if self.cleaned_data["staff_numbers"].strip()
            else []
        )


class MarksForm(forms.Form):
    """A mark for each person; fields are named by the person's position on the sheet."""

    def __init__(
        self,
        *args: Any,
        people: Sequence[Person],
        recorded: Mapping[int, TrainingRecord],
        start_with: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"person_{place}": person for place, person in enumerate(people, 1)}
        for name, person in self.people.items():
            held = recorded.get(person.pk)
            marked = held is not None and held.status in {ATTENDED, MISSED}
            self.fields[name] = forms.RadioField(
                label=f"{person.name}, {person.staff_number}",
                choices=MARKS,
                look=forms.Look(inline=True, small=True),
                initial=held.status if held is not None and marked else start_with,
                help_text=f"Recorded now: {lower_first(held.get_status_display())}."
                if held
                else "Not booked.",
                error_messages={"required": f"Select a mark for {person.name}"},
            )

    def marks(self) -> dict[int, str]:
        """Return, by person, the marks to record. People who are left as they are have none."""
        marks = {person.pk: self.cleaned_data[name] for name, person in self.people.items()}
        return {key: mark for key, mark in marks.items() if mark != LEAVE}
