"""Forms of an import: the file, and whether new rows are about somebody known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pqip.exchange.datasets import DIFFERENT, Question
from pqip.exchange.limits import MIB, limits
from pqip.govuk import forms


class UploadForm(forms.Form):
    """A file to import."""

    file = forms.FileField(
        label="File", help_text="A .csv, .xlsx or .ods file with one row for each record"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        message = f"The selected file must be smaller than {limits().uploaded // MIB} MB"
        self.fields["file"].error_messages["too_large"] = message


class AnswersForm(forms.Form):
    """For each row that may be about somebody known: which of them, or a different person. Rows may be left unanswered."""

    def __init__(
        self,
        *args: Any,
        questions: Sequence[Question],
        answers: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            same = [
                (number, f"The same person as {name} ({number})")
                for number, name in question.choices
            ]
            self.fields[f"row_{question.row}"] = forms.RadioField(
                label=f"Row {question.row}: {question.about}",
                choices=[*same, (DIFFERENT, "A different person")],
                required=False,
                initial=(answers or {}).get(str(question.row)),
                look=forms.Look(size="s"),
                help_text=f"{'. '.join(each[:1].upper() + each[1:] for each in question.alike)}.",
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            self.add_error(next(iter(self.fields), None), "Select an answer for at least one row")
        return cleaned

    @property
    def answers(self) -> dict[int, str]:
        """Return the answers given, by row."""
        return {
            int(name.removeprefix("row_")): answer
            for name, answer in self.cleaned_data.items()
            if answer
        }
