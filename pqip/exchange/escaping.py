"""Cells that look like a formula are written with an apostrophe and read without it: one rule for every format.

A text that a spreadsheet would take for a formula gets an apostrophe before it; real numbers and a single dash stay. A text
that is read loses an apostrophe only where writing it would add one, so that writing and reading again change nothing.
"""

from __future__ import annotations

import re

STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
FORMULA = re.compile(rf"^[\s'\"]*[{re.escape(STARTS)}]")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*%?")


def begins_formula(text: str) -> bool:
    """Return whether a spreadsheet might run the text as a formula, even after spaces and quotes or in full-width
    characters.
    """
    return (
        bool(FORMULA.match(text)) and text.strip() not in ("-", "") and not NUMBER.fullmatch(text)
    )


def escape(text: str) -> str:
    """Return the text as it may be written to a spreadsheet."""
    return f"'{text}" if text and not text[0].isalnum() and begins_formula(text) else text


def unescape(text: str) -> str:
    """Return the text as it was before `escape`."""
    return text[1:] if text.startswith("'") and begins_formula(text[1:]) else text
