"""Staff numbers: their form, and when two of them mean the same person."""

from __future__ import annotations

import re

#: The widest form: letters, digits and `/ - _ .`, beginning with a letter or a digit, with `APP:`
#: before an application's number. The database enforces this; a setting may be stricter.
WIDEST = r"(APP:)?[A-Z0-9][A-Z0-9/_.-]*"
#: What a spreadsheet makes of a long number, such as 1.23457E+11.
SHORTENED = r"[0-9]+(\.[0-9]+)?E\+[0-9]+|[0-9]+\.[0-9]+E-?[0-9]+"
LONGEST = 30
ZEROS = re.compile(r"^(APP:)?0+")
NOT_A_NUMBER = "is not a staff number. Use letters, digits and / - _ . without spaces, such as 00731 or APP:1234"
NOT_WHOLE = "is what a spreadsheet makes of a long number. Make the column text, and enter the whole number again"
_shortened = re.compile(SHORTENED, re.IGNORECASE)


def fault(number: str, form: str = WIDEST) -> str:
    """Return what is wrong with a staff number and what to do, or an empty text.

    `form` is a pattern for the whole number; case does not matter.
    """
    if (
        len(number) > LONGEST
    ):  # before any pattern sees it: one of a setting may be slow on a long text
        return NOT_A_NUMBER
    if _shortened.fullmatch(number):
        return NOT_WHOLE
    is_right = re.fullmatch(form, number, re.IGNORECASE | re.ASCII) and re.fullmatch(
        WIDEST, number, re.IGNORECASE | re.ASCII
    )
    return "" if is_right else NOT_A_NUMBER


def folded(number: str) -> str:
    """Return the number in one case. The database holds each folded number once."""
    return number.upper()


def bare(number: str) -> str:
    """Return the number folded and without leading zeros, which spreadsheets remove.

    The database's `Bare` does the same.
    """
    number = folded(number)
    return ZEROS.sub(r"\1", number) if number.startswith(("0", "APP:0")) else number
