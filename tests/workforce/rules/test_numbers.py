"""Staff numbers: their form, and when two of them are one person's; the rules alone, without a database."""

from __future__ import annotations

import pytest

from workforce.rules.numbers import LONGEST, NOT_A_NUMBER, NOT_WHOLE, bare, fault, folded


@pytest.mark.parametrize("number", ["1", "00731", "A-1/2_3.4", "app:1234", "APP:A", "9" * LONGEST])
def test_a_number_in_any_form_that_comes(number: str) -> None:
    assert LONGEST == 30
    assert fault(number) == ""


@pytest.mark.parametrize(
    "number", ["", "-1", "A 1", "APP:", "APP:APP:1", "é1", "1\n", "٣", "9" * (LONGEST + 1)]
)
def test_what_is_no_number(number: str) -> None:
    assert fault(number) == NOT_A_NUMBER


@pytest.mark.parametrize("number", ["1.23457E+11", "1e+5", "1.2E-7", "1.2e7"])
def test_what_a_spreadsheet_makes_of_a_long_number(number: str) -> None:
    assert fault(number) == NOT_WHOLE


@pytest.mark.parametrize(
    ("number", "is_right"), [("AB12", True), ("ab12", True), ("12", False), ("AB12X", False)]
)
def test_a_setting_may_ask_for_less_but_never_for_more(number: str, is_right: bool) -> None:
    assert fault(number, "[A-Z]{2}[0-9]{2}") == ("" if is_right else NOT_A_NUMBER)
    assert fault("A B", ".*") == NOT_A_NUMBER


@pytest.mark.parametrize(("number", "found"), [
    ("00731", "731"), ("731", "731"), ("app:007", "APP:7"), ("APP:7", "APP:7"), ("a00", "A00"), ("APP:A0", "APP:A0"),
    ("000", ""), ("100", "100"),
])  # fmt: skip
def test_leading_zeros_go(number: str, found: str) -> None:
    assert bare(number) == found
    assert folded(number) == number.upper()
