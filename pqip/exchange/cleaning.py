"""Columns of a dataset and how their cells are read: fields and widgets of django-import-export.

Every error message says what would be right; the engine puts row, column and value before it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from import_export.fields import Field
from import_export.resources import Resource
from import_export.widgets import Widget

from pqip.core.dates import BETWEEN, is_plausible
from pqip.core.words import folded, tidy

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?")
DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
#: Numbers as people and spreadsheets write them; limited in length, because Python would also accept 1e999999999 and never
#: finish.
PLAIN = re.compile(
    r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})(e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE
)
#: Accepts nearly every address; Django's own validator, which takes five times as long, decides on the others.
PLAIN_ADDRESS = re.compile(
    r"\w{1,30}(?:[.+-]\w{1,30}){0,4}@(?:[a-z0-9]{1,30}(?:-[a-z0-9]{1,30}){0,3}\.){1,5}[a-z]{2,20}",
    re.ASCII | re.IGNORECASE,
)
YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}
SHOWN = 13
#: A function from values in a file to the same values as they are recorded, where known.
OnRecord = Callable[[set[str]], Mapping[str, str]]


class ImportColumn(Field):
    """A column: its widget, whether it is part of the natural key (`key`), `required` or `sensitive`, and its meaning.

    For values that can be written in several ways, `folded` gives them a common form, and `on_record` finds how known ones
    are recorded, many at once.
    """

    def __init__(
        self,
        widget: Widget | None = None,
        *,
        key: bool = False,
        required: bool = False,
        sensitive: bool = False,
        help: str = "",
        name: str | None = None,
        folded: Callable[[str], str] = str,
        on_record: OnRecord | None = None,
    ) -> None:
        super().__init__(column_name=name, widget=widget or Text())
        self.key, self.required, self.sensitive, self.help = key, required, sensitive, help
        self.folded, self.on_record = folded, on_record

    @property
    def takes(self) -> str:
        """Return in words what a cell may hold."""
        return getattr(self.widget, "takes", "text")


class DatasetResource(Resource):
    """Describes a dataset: declare `Column`s; their names are the file's column names."""

    @classmethod
    def columns(cls) -> dict[str, ImportColumn]:
        """Return the columns by name, in the order declared."""
        return {field.column_name or name: field for name, field in cls.fields.items()}


class Text(Widget):
    """Text of limited length. `fault` returns what else is wrong with a text, or "".

    A line break counts as a space, as in a one-line form field; columns that may hold several lines set `lines`.
    """

    def __init__(
        self, longest: int = 200, fault: Callable[[str], str] | None = None, *, lines: bool = False
    ) -> None:
        super().__init__()
        self.longest, self.fault, self.lines = longest, fault, lines

    @property
    def takes(self) -> str:
        return f"text, at most {self.longest} characters"

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        if "\n" in value and not self.lines:
            value = tidy(value.replace("\n", " "))
        if len(value) > self.longest:
            raise ValueError(f"is longer than {self.longest} characters. Shorten it")
        if self.fault is not None and (message := self.fault(value)):
            raise ValueError(message)
        return value


class Email(Text):
    takes = "an e-mail address"

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        if not PLAIN_ADDRESS.fullmatch(value):
            try:
                validate_email(value)
            except ValidationError:
                raise ValueError("is not an e-mail address. Write it as name@example.com") from None
        return super().clean(value).lower()


class Date(Widget):
    """A date, YYYY-MM-DD or DD/MM/YYYY; never month first, never with a two-digit year."""

    takes = "a date, as YYYY-MM-DD or DD/MM/YYYY"

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> dt.date:
        if found := ISO.fullmatch(value):
            year, month, day = map(int, found.groups())
        elif found := DAY_FIRST.fullmatch(value):
            day, month, year = map(int, found.groups())
        else:
            raise ValueError("is not a date. Write it as YYYY-MM-DD or DD/MM/YYYY")
        try:
            date = dt.date(year, month, day)
        except ValueError:
            raise ValueError(
                "is not a real date. Write it as YYYY-MM-DD or DD/MM/YYYY, day before month"
            ) from None
        if not is_plausible(date):
            raise ValueError(f"is out of range. Use a date {BETWEEN}")
        return date


class YesNo(Widget):
    """Yes or no; also true or false, y or n, 1 or 0."""

    takes = "yes or no"

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> bool:
        word = value.lower()
        if word in YES:
            return True
        if word in NO:
            return False
        raise ValueError("is not yes or no. Use yes or no")


class Number(Widget):
    """A decimal number within bounds; `places` is the most decimals allowed."""

    noun = "number"

    def __init__(self, low: str | None = None, high: str | None = None, places: int = 2) -> None:
        super().__init__()
        self.low, self.high, self.places = low, high, places

    @property
    def takes(self) -> str:
        return self.right.replace("Use a", "a")

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Decimal:
        text = value.replace(",", "") if GROUPED.fullmatch(value) else value
        is_percentage = text.endswith("%") and PLAIN.fullmatch(bare := text[:-1].rstrip())
        if is_percentage:
            text = self._of_a_hundred(bare)
        if not PLAIN.fullmatch(text):
            raise ValueError(f"is not a number. {self.right}")
        number = Decimal(text)
        if (self.low and number < Decimal(self.low)) or (self.high and number > Decimal(self.high)):
            raise ValueError(f"is out of range. {self.right}")
        if -int(number.normalize().as_tuple().exponent) > self.places:
            if not self.places:
                raise ValueError(f"is not a whole number. {self.right}")
            raise ValueError(f"has more than {self.places} decimals. {self.right}")
        return number

    def _of_a_hundred(self, text: str) -> str:
        """Return a percentage as a fraction, where the number may be at most 1: 80% of full time is 0.8."""
        if not self.high or Decimal(self.high) > 1:
            raise ValueError(f"is a percentage. {self.right}")
        return f"{Decimal(text).scaleb(-2):f}"

    @property
    def right(self) -> str:
        if self.low and self.high:
            return f"Use a {self.noun} from {self.low} to {self.high}"
        return (
            f"Use a {self.noun} of at least {self.low}"
            if self.low
            else f"Use a {self.noun} such as 12.5"
        )


class Whole(Number):
    """An integer within bounds."""

    noun = "whole number"

    def __init__(self, low: str | None = "0", high: str | None = "999999999") -> None:
        super().__init__(low, high, places=0)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int:  # type: ignore[override]
        return int(super().clean(value))


class Words(Widget):
    """One of a closed list of words, in any case; their labels are accepted too."""

    def __init__(self, choices: Iterable[tuple[str, str]] | Iterable[str]) -> None:
        super().__init__()
        pairs = [(choice, choice) if isinstance(choice, str) else choice for choice in choices]
        self.words = [word for word, _label in pairs]
        self.known = {folded(str(label)): word for word, label in pairs} | {
            folded(word): word for word in self.words
        }

    @property
    def takes(self) -> str:
        return f"one of {', '.join(self.words)}"

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        word = self.known.get(folded(value))
        if word is None:
            raise ValueError(f"is not known. {one_of(self.words)}")
        return word


class PartsWrong(ValueError):
    """Some parts of a list are wrong: each with its error."""

    def __init__(self, parts: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(message for _part, message in parts))
        self.parts = parts


class ListOf(Widget):
    """Several values of another widget, separated by semicolons; duplicates count once."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    @property
    def takes(self) -> str:
        return f"several, separated by semicolons; each {getattr(self.widget, 'takes', 'text')}"

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> list[Any]:
        cleaned, wrong = [], []
        for part in dict.fromkeys(part.strip() for part in value.split(";") if part.strip()):
            try:
                cleaned.append(self.widget.clean(part))
            except ValueError as error:
                wrong.append((part, str(error)))
        if wrong:
            raise PartsWrong(wrong)
        return list(dict.fromkeys(cleaned))


class Code(Widget):
    """A code, or the exact name of a row of reference data; `table` names the lookup that is read when the import begins.

    The engine gives a copy of the widget its `codes`, once for each import; a cell becomes the table's value (a key).
    """

    def __init__(self, table: str, noun: str) -> None:
        super().__init__()
        self.table, self.noun = table, noun
        self.codes: Codes | None = None

    @property
    def takes(self) -> str:
        return f"the code or the exact name of {self.noun}"

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        if self.codes is None:
            return value
        found = self.codes.find(value)
        if found is None:
            raise ValueError(f"is not {self.noun}. {one_of(self.codes.shown)}")
        return found


class Codes:
    """The codes and names of one kind of thing, with the value that each stands for."""

    def __init__(self, things: Mapping[str, Any], names: Mapping[str, str] | None = None) -> None:
        self.shown = list(things)
        self.names = dict(names or {})
        self.known = {code.lower(): value for code, value in things.items()}
        for code, name in (names or {}).items():
            self.known.setdefault(name.lower(), things[code])
        self.folded = _alone((folded(text), value) for text, value in self.known.items())
        self.code_of = {value: code for code, value in things.items()}

    def find(self, text: str) -> Any:
        """Return the value of a code or name, or None where it is unknown.

        Case, accents and the like do not matter, unless two codes differ in nothing else: these must match exactly, but for
        case.
        """
        found = self.known.get(text.lower())
        return self.folded.get(folded(text)) if found is None else found


def _alone(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return values by text, without texts that stand for several values."""
    found: dict[str, Any] = {}
    several = set()
    for text, value in pairs:
        if found.setdefault(text, value) != value:
            several.add(text)
    return {text: value for text, value in found.items() if text not in several}


def one_of(words: Iterable[str]) -> str:
    """Return *Use one of A, B, …*, with the first dozen of a long list."""
    listed = list(words)
    more = ", …" if len(listed) > SHOWN else ""
    return f"Use one of {', '.join(listed[:SHOWN])}{more}"
