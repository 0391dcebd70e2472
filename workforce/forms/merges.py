"""Forms of the pages about two records of one person."""

from __future__ import annotations

from typing import Any

from pqip.govuk import forms


class FindOtherForm(forms.Form):
    """A search for the other record."""

    words = forms.CharField(label="Name or staff number of the other record", max_length=200)


class MergeForm(forms.Form):
    """Which number remains, and how it is known that both records are one person's."""

    stays = forms.RadioField(
        label="Which number stays?",
        error_messages={"required": "Select which number stays"},
        choices=[],
        help_text="Its name and e-mail address stay too. The other number still leads to this person; nobody else can get it.",
    )
    why = forms.TextField(
        label="How do you know that they are one person?",
        error_messages={"required": "Enter how you know that they are one person"},
        max_length=400,
        rows=3,
        help_text="Stays in the history. Do not write about anybody’s health or private life.",
    )

    def __init__(self, *args: Any, numbers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("stays").choices = numbers
