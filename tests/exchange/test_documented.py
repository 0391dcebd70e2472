"""The page on files says what holds."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from pqip.exchange.limits import Limits


def test_the_limits_documented_are_those_that_hold() -> None:
    page = Path("docs/imports.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", page, re.MULTILINE)
    assert {name: int(number.replace(",", "")) for name, number in rows} == asdict(Limits())
