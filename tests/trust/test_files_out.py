"""Files that leave: what a spreadsheet would run is text, and nothing in them tells of a machine or an account."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest

from tests.exchange.test_writing import HOSTILE, book, texts, written

#: What is a number or a dash, and stays as it is.
HARMLESS = {"-", "-2"}
#: What a workbook says of itself.
PROPERTIES = {
    "xlsx": (
        "docProps/core.xml",
        {"dc:title", "dc:language", "dcterms:created", "dcterms:modified"},
    ),
    "ods": ("meta.xml", {"dc:title", "dc:language", "meta:creation-date"}),
}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_of_csv_that_would_run_begins_with_an_apostrophe(text: str) -> None:
    lines = written(texts([text, "12", "1.5"]), "csv").decode("utf-8-sig")
    _, (cell,), *numbers = csv.reader(io.StringIO(lines, newline=""))
    assert cell == (text if text in HARMLESS else f"'{text}")
    assert numbers == [["12"], ["1.5"]]


@pytest.mark.parametrize("format", PROPERTIES)
def test_properties_name_neither_account_nor_machine(format: str) -> None:
    part, allowed = PROPERTIES[format]
    with zipfile.ZipFile(io.BytesIO(written(book(), format))) as archive:
        said = archive.read(part).decode()
        names = archive.namelist()
    assert (
        set(re.findall(r"<((?:dc|dcterms|meta|cp):[\w-]+)[ >]", said)) - {"cp:coreProperties"}
        <= allowed
    )
    assert [name for name in names if name.startswith("/") or ".." in name] == []
