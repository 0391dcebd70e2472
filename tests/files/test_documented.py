"""The page on files says what holds of documents and pictures."""

from __future__ import annotations

import re
from pathlib import Path

from pqip.files import documents

PAGE = Path("docs/files.md").read_text(encoding="utf-8")


def test_the_limits_documented_are_those_that_hold() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", PAGE, re.MULTILINE)
    assert {name: int(number.replace(",", "")) for name, number in rows} == {
        "bytes": documents.MOST_BYTES, "unpacked": documents.MOST.unpacked, "ratio": documents.MOST.ratio,
        "entries": documents.MOST.entries, "points": documents.MOST_PIXELS, "child_memory": documents.CHILD_MEMORY,
        "child_cpu": documents.CHILD_CPU, "child_wall": documents.CHILD_WALL,
    }  # fmt: skip


def test_the_kinds_documented_are_those_that_are_taken() -> None:
    said = re.search(r"first bytes: ([A-Z, ]+);", PAGE)
    assert said is not None
    assert {{"JPEG": "jpg"}.get(kind, kind.lower()) for kind in said[1].split(", ")} == set(
        documents.KINDS
    )
