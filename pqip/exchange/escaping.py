"""Cells that would begin a formula: put out with an apostrophe, taken in without it. One rule for every format.

A text that a spreadsheet would take for a formula gets an apostrophe before it; real numbers and a lone dash stay. A
text taken in loses an apostrophe only where it would get one on the way out, so that nothing changes by going round.
"""

from __future__ import annotations

import re

STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
FORMULA = re.compile(rf"^[\s'\"]*[{re.escape(STARTS)}]")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*%?")


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet might run it: also after spaces and quotes, and in full-width forms."""
    return bool(FORMULA.match(text)) and text.strip() not in ("-", "") and not NUMBER.fullmatch(text)


def escape(text: str) -> str:
    """The text as it may stand in a spreadsheet."""
    return f"'{text}" if text and not text[0].isalnum() and begins_formula(text) else text


def unescape(text: str) -> str:
    """What was meant before `escape`."""
    return text[1:] if text.startswith("'") and begins_formula(text[1:]) else text
