"""What a cell of XLSX displays: its number in its format, as saving the sheet as CSV would give.

Leading zeros, percentages, fixed decimals and words of the format are kept; thousands are not grouped. Dates are
YYYY-MM-DD. Fractions, powers, elapsed hours, scaling by thousands and formats with conditions give the plain number.
Source: ECMA-376 Part 1, §18.8.30 and §18.8.31 (number formats), §18.17.4 (dates).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]|(?P<general>general)|(?P<half>am/pm|a/p)'
    r"|(?P<power>e[+-])|(?P<digit>[0#?])|(?P<date>[ymdhsgeb])|(?P<mark>[.,%/@])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
#: The longest format: programs allow 255 characters.
LONGEST = 1_000
DAY, TIME, BOTH = "yyyy-mm-dd", "hh:mm:ss", "yyyy-mm-dd hh:mm"
#: Built-in formats, which no file contains, by their number.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 22: BOTH,
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss", 48: "##0.0E+0", 49: "@", **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), DAY),
    **dict.fromkeys((18, 19, 20, 21, 32, 33), TIME), 34: DAY, 35: DAY,
}  # fmt: skip
EPOCH, EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)
#: Serial number of a day that did not exist: programs count 29 February 1900 as the 60th day.
NEVER = 60
#: Accounting formats show a dash for zero.
DASHES = "-–—() "
#: Formats for which the plain number is given, with all its digits.
AS_IT_IS = ("condition", "elapsed", "power", "fraction", "thousands")
INTEGER = re.compile(r"-?(0|[1-9]\d{0,14})")


class NotShown(Exception):
    """The cell holds a value of which its format shows nothing."""


def plain(text: str) -> str:
    """Return a number with all its digits, integers without a point. Raises ValueError for what is not a number."""
    if INTEGER.fullmatch(text):
        return text
    value = float(text)
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    return f"{value:.15g}"


@dataclass
class Section:
    """One section of a format: its tokens, in order."""

    tokens: list[tuple[str, str]] = field(default_factory=list)

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.tokens)


@dataclass(frozen=True)
class Form:
    """A format, in its sections."""

    sections: tuple[Section, ...]

    @property
    def changes_text(self) -> bool:
        """Return whether it adds words to a text, or hides it."""
        section = self._of_text()
        return section is not None and [kind for kind, _ in section.tokens] != ["text"]

    def text(self, text: str) -> str:
        """Return a text as it is displayed. Raises NotShown."""
        section = self._of_text()
        if section is None:
            return text
        shown = "".join(
            text if kind == "text" else words
            for kind, words in section.tokens
            if kind in ("text", "literal")
        )
        if not shown.strip():
            raise NotShown
        return shown

    def number(self, text: str, *, since_1904: bool = False) -> str:
        """Return a number as it is displayed. Raises NotShown, and ValueError for what is not a number."""
        value = float(text)
        section, sign = self._of_number(value)
        if section.has(*AS_IT_IS):
            return plain(text)
        if section.has("general"):
            return sign + _around(section, plain(text.lstrip("-")))
        if section.has("date"):
            return _moment(value, section, since_1904) or plain(text)
        if section.has("text"):
            return plain(text)
        shown = _digits(abs(Decimal(repr(value))), section).strip()
        if not shown:
            raise NotShown
        return sign + shown if shown.strip(DASHES) else plain(text)

    def _of_text(self) -> Section | None:
        if len(self.sections) == 4:
            return self.sections[3]
        return self.sections[-1] if self.sections[-1].has("text") else None

    def _of_number(self, value: float) -> tuple[Section, str]:
        """Return the section that displays a number, and the sign before it."""
        sections = [section for section in self.sections[:3] if not section.has("text")] or [
            self.sections[0]
        ]
        if value < 0:
            return (sections[1], "") if len(sections) > 1 else (sections[0], "-")
        return (sections[2] if value == 0 and len(sections) > 2 else sections[0]), ""


@cache
def form_of(code: str) -> Form | None:
    """Return a parsed format; None for one that shows numbers and texts as they are."""
    parts: list[list[re.Match[str]]] = [[]]
    for match in TOKEN.finditer(code[:LONGEST]):
        if match["other"] == ";":
            parts.append([])
        else:
            parts[-1].append(match)
    sections = tuple(_section(part) for part in parts[:4])
    if all(section.tokens in ([("general", "")], [("text", "")]) for section in sections):
        return None
    return Form(sections)


def _section(matches: list[re.Match[str]]) -> Section:
    section, placed = Section(), False
    for nth, match in enumerate(matches):
        kind, token = match.lastgroup, match[0]
        if kind in ("quoted", "escaped", "other"):
            section.tokens.append(("literal", match[kind]))
        elif kind == "bracket":
            section.tokens += _bracket(match[kind])
        elif kind in ("general", "power", "digit"):
            section.tokens.append((kind, token if kind == "digit" else ""))
            placed = placed or kind == "digit"
        elif kind in ("date", "half"):
            section.tokens.append(("date", token.lower()))
        elif kind == "mark":
            follows = any(later.lastgroup == "digit" for later in matches[nth + 1 :])
            section.tokens += _mark(token, placed, follows)
    return section


def _bracket(content: str) -> list[tuple[str, str]]:
    if content[:1] in "<>=" and content:
        return [("condition", content)]
    if content and not content.lower().strip("hms"):
        return [("elapsed", content)]
    return [("literal", content[1:].partition("-")[0])] if content.startswith("$") else []


def _mark(sign: str, placed: bool, follows: bool) -> list[tuple[str, str]]:
    if sign == "@":
        return [("text", "")]
    if sign == "%":
        return [("percent", "%")]
    if sign == ".":
        return [("point", ".")]
    if sign == "/":
        return [("fraction" if placed and follows else "literal", "/")]
    return [] if not placed or follows else [("thousands", "")]


def _around(section: Section, number: str) -> str:
    return "".join(
        number if kind == "general" else words
        for kind, words in section.tokens
        if kind in ("general", "literal")
    )


def _digits(value: Decimal, section: Section) -> str:
    """Return the digits in the places of a section, with its words between them."""
    kinds = [kind for kind, _ in section.tokens]
    point = kinds.index("point") if "point" in kinds else len(kinds)
    integer_places = [at for at, kind in enumerate(kinds) if kind == "digit" and at < point]
    parts = [at for at, kind in enumerate(kinds) if kind == "digit" and at > point]
    value *= 100 ** kinds.count("percent")
    rounded = (
        value.quantize(Decimal(1).scaleb(-len(parts)), ROUND_HALF_UP)
        if value < Decimal("1e20")
        else value
    )
    before, _, after = f"{rounded:f}".partition(".")
    shown = {
        at: token
        for at, (kind, token) in enumerate(section.tokens)
        if kind in ("literal", "percent", "point")
    }
    shown |= _before(integer_places, before.lstrip("0"), section) | _after(parts, after, section)
    if not any(shown.get(at) for at in parts):
        shown.pop(point, None)
    return "".join(shown[at] for at in sorted(shown))


def _before(places: list[int], digits: str, section: Section) -> dict[int, str]:
    shown: dict[int, str] = {}
    for at in reversed(places):
        shown[at], digits = (
            (digits[-1], digits[:-1])
            if digits
            else ("0" if section.tokens[at][1] == "0" else "", "")
        )
    if places and digits:
        shown[places[0]] = digits + shown[places[0]]
    return shown


def _after(places: list[int], digits: str, section: Section) -> dict[int, str]:
    shown = dict(zip(places, digits, strict=False))
    for at in reversed(places):
        if shown.get(at) != "0" or section.tokens[at][1] == "0":
            break
        shown[at] = ""
    return shown


def _moment(value: float, section: Section, since_1904: bool) -> str:
    """Return a day as YYYY-MM-DD, with the time where the format shows one; "" where there is no such day."""
    letters = "".join(token for kind, token in section.tokens if kind == "date")
    has_time = any(letter in letters for letter in "hs")
    has_day = any(letter in letters for letter in "ydgeb") or not has_time
    epoch = EPOCH_1904 if since_1904 else EPOCH
    days = value + 1 if not since_1904 and 1 <= value < NEVER else value
    try:
        moment = epoch + dt.timedelta(seconds=round(days * 86_400))
    except OverflowError:
        return ""
    if value < 0 or moment.year > 9999:
        return ""
    if has_day and (not has_time or moment.time() == dt.time()):
        return moment.date().isoformat()
    return moment.isoformat(sep=" ") if value >= 1 or has_day else moment.time().isoformat()
