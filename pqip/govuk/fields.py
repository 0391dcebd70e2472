"""Form fields with the design system's look. `look=Look(…)` says how a field is shown; the rest is Django's."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pqip.core.dates import BETWEEN, is_plausible
from pqip.core.files.writing import NO_ROOM
from pqip.core.words import tidy
from pqip.govuk.widgets import PARTS, Checkboxes, DateInput, Radios, split_date

MONTHS = [name.lower() for name in month_name]
YES_NO = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True)
class Look:
    """How a field is shown.

    width: 2, 3, 4, 5, 10, 20 or 30 characters, or `one-half`, `two-thirds`…; size: label as `s`, `m`, `l`, `xl`; heading:
    the label is the page's h1; hints: a hint for each choice; divider: the value of the choice before which *or* is shown;
    exclusive: the checkbox value that unticks the others.
    """

    width: int | str = ""
    size: str = ""
    heading: bool = False
    inline: bool = False
    small: bool = False
    prefix: str = ""
    suffix: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    divider: str = ""
    exclusive: str = ""
    hide_label: bool = False

    @property
    def width_class(self) -> str:
        if isinstance(self.width, int):
            return f"govuk-input--width-{self.width}"
        return f"govuk-!-width-{self.width}" if self.width else ""


class Looks:
    """Adds `look` to a field."""

    look = Look()

    def __init__(self, *args: Any, look: Look | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if look is not None:
            self.look = look


class Tidied(Looks, forms.CharField):
    """Text in the form in which it is stored, the same as from a file (`pqip.core.words.tidy`)."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return (tidy(text) or self.empty_value) if isinstance(text, str) else text


class CharField(Tidied):
    """One line of text."""


class EmailField(Looks, forms.EmailField):
    """An email address."""

    default_error_messages = {
        "invalid": "Enter an email address in the correct format, like name@example.com"
    }


class TextField(Tidied):
    """Several lines of text. With `max_length` the page counts the characters left."""

    def __init__(self, *args: Any, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(*args, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return attributes without `maxlength`, so that people may paste too much and then shorten it."""
        return {}


class IntegerField(Looks, forms.IntegerField):
    """An integer, typed into a text box as the design system recommends."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric"}


class DecimalField(Looks, forms.DecimalField):
    """A decimal number, typed into a text box as the design system recommends."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal"}


class FileField(Looks, forms.FileField):
    """One file. `stopped` says why a file that was sent did not arrive: one of the messages below, whether or not it is
    required.

    With `holds`, a file stays chosen when the form comes back with an error in another field: `held` is then its name and
    the reference that the page carries (`pqip/files/held.py`). Without `holds`, the field asks for it again.
    """

    widget = forms.FileInput
    stopped = ""
    held: tuple[str, str] | None = None
    default_error_messages = {
        "required": "Select a file",
        "empty": "The selected file is empty",
        "too_large": "The selected file is too large",
        "no_room": NO_ROOM,
        "lost": "The file you chose before is no longer here. Choose it again.",
        "again": "Choose the file again. It was not kept, because something else on this page has to be put right first.",
    }

    def __init__(self, *args: Any, holds: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holds = holds

    def clean(self, data: Any, initial: Any = None) -> Any:
        if self.stopped:
            raise ValidationError(self.error_messages[self.stopped], code=self.stopped)
        return super().clean(data, initial)


class ChoiceField(Looks, forms.ChoiceField):
    """One of many choices, from a select. `prompt` is its first, empty line."""

    def __init__(self, *, prompt: str | None = "", **kwargs: Any) -> None:
        self.prompt = prompt
        super().__init__(**kwargs)

    @property
    def choices(self) -> Any:
        return self._choices  # type: ignore[attr-defined]

    @choices.setter
    def choices(self, value: Any) -> None:
        forms.ChoiceField.choices.fset(  # type: ignore[union-attr]
            self, value if self.prompt is None else _prompted(value, self.prompt)
        )


class RadioField(Looks, forms.ChoiceField):
    """One of a few choices, from radio buttons; none is chosen at first."""

    widget = Radios


class CheckboxesField(Looks, forms.MultipleChoiceField):
    """Any number of a few choices, from checkboxes."""

    widget = Checkboxes


class ModelChoiceField(Looks, forms.ModelChoiceField):
    """One of many records, from a select. The queryset must already be limited to what the user may see."""

    def __init__(self, queryset: Any, *, prompt: str = "", **kwargs: Any) -> None:
        super().__init__(queryset, empty_label=prompt, **kwargs)


class ModelRadioField(Looks, forms.ModelChoiceField):
    """One of a few records, from radio buttons."""

    widget = Radios

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, empty_label=None, **kwargs)


class ModelCheckboxesField(Looks, forms.ModelMultipleChoiceField):
    """Any number of a few records, from checkboxes."""

    widget = Checkboxes


class BooleanField(Looks, forms.BooleanField):
    """A single checkbox, for a declaration."""


class YesNoField(Looks, forms.TypedChoiceField):
    """A yes-or-no question: True, False, or None when it is not required and not answered."""

    widget = Radios

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("look", Look(inline=True))
        super().__init__(
            choices=YES_NO, coerce=lambda value: value == "yes", empty_value=None, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class DateField(Looks, forms.Field):
    """A date in three boxes. Months may be typed as words; years with two digits are refused.

    Raises ValidationError in the design system's words. Source: GOV.UK date input component.
    """

    widget = DateInput
    default_error_messages = {
        "invalid": "%(label)s must be a real date",
        "incomplete": "%(label)s must include a %(missing)s",
        "year": "Year must include 4 numbers",
        "range": f"%(label)s must be {BETWEEN}",
    }

    def to_python(self, value: Any) -> date | None:
        if value in (None, "", ("", "", "")):
            return None
        if isinstance(value, date):
            return self._plausible(value)
        day, month, year = split_date(value)
        missing = [part for part, text in zip(PARTS, (day, month, year), strict=True) if not text]
        if missing:
            raise self._error("incomplete", parts=missing, missing=" and ".join(missing))
        if not re.fullmatch(r"\d{4}", year):
            raise self._error("year", parts=["year"])
        try:
            typed = date(int(year), _month(month), int(day))
        except ValueError:
            raise self._error("invalid", parts=list(PARTS)) from None
        return self._plausible(typed)

    def _plausible(self, value: date) -> date:
        if not is_plausible(value):
            raise self._error("range", parts=["year"])
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True

    def _error(self, code: str, parts: list[str], **params: str) -> ValidationError:
        params["label"] = str(self.label or "Date")
        error = ValidationError(self.error_messages[code], code=code, params=params)
        error.parts = parts  # type: ignore[attr-defined]
        return error


def codes_of(rows: Callable[[], Any]) -> Callable[[], list[tuple[str, str]]]:
    """Choices of reference data, asked anew for each page: the code, and the name where it has one. No record is made of each."""
    return lambda: [(code, name or code) for code, name in rows().values_list("code", "name")]


def _month(text: str) -> int:
    """Return the number of a month: digits as they are, unchecked, or the month that the word is or begins, with three letters
    or more (`June`, `jun`, `Sept`). Raises ValueError for other words.
    """
    if text.isdigit():
        return int(text)
    for number in range(1, 13):
        if len(text) > 2 and MONTHS[number].startswith(text.lower()):
            return number
    raise ValueError(f"{text} is no month.")


def _prompted(choices: Any, prompt: str) -> Any:
    """Return the choices, lazily where they are a callable, with an empty first one unless they have it."""
    if callable(choices):
        return _later(choices, prompt)
    listed = list(choices)
    return listed if any(value == "" for value, _ in listed) else [("", prompt), *listed]


def _later(choices: Callable[[], Any], prompt: str) -> Callable[[], Any]:
    return lambda: _prompted(choices(), prompt)
