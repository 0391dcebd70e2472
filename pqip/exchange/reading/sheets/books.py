"""The parts of XLSX around a sheet: relationships, which sheet is first, and number formats.

Source: ECMA-376 Part 1, §18.2 (workbook) and §18.8 (styles); Part 2, §9.3 (relationships).
"""

from __future__ import annotations

import posixpath
import zipfile

from .refused import DAMAGED, Refused
from .shown import BUILT_IN, Form, form_of
from .spaces import SHEETS, YES
from .xml import Quiet, read


def part_of(parts: dict[str, str], target: str) -> str:
    """Return the archive's name of a part, in whatever case it is referred to. Raises Refused where it is missing."""
    if target.lower() not in parts:
        raise Refused(DAMAGED)
    return parts[target.lower()]


def relations(
    archive: zipfile.ZipFile, parts: dict[str, str], of: str
) -> dict[str, tuple[str, str]]:
    """Return, by identifier, the last word of a relationship's type and the part it leads to."""
    folder, name = posixpath.split(of)
    reader = _Relations(folder)
    read(archive, part_of(parts, posixpath.join(folder, "_rels", f"{name}.rels")), reader)
    return reader.found


class _Relations(Quiet):
    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.endswith(" Relationship") and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(
                posixpath.join("/", self.folder, attributes.get("Target", ""))
            )
            self.found[attributes.get("Id", "")] = (
                attributes.get("Type", "").rpartition("/")[2],
                target.lstrip("/"),
            )


class Book(Quiet):
    """The first sheet's relationship, name and visibility, and the day from which dates are counted."""

    def __init__(self) -> None:
        self.first = self.name = ""
        self.is_hidden = self.since_1904 = self.seen = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.partition(" ")
        if space not in SHEETS:
            return
        if local == "workbookPr":
            self.since_1904 = attributes.get("date1904") in YES
        elif local == "sheet" and not self.seen:
            self.seen, self.name = True, attributes.get("name", "")[:100]
            self.first = next(
                (value for key, value in attributes.items() if key.endswith("/relationships id")),
                "",
            )
            self.is_hidden = attributes.get("state", "visible") != "visible"


class Styles(Quiet):
    """Number formats by number, and the number format of each cell style."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = dict(BUILT_IN)
        self.of_cells: list[int] = []
        self.within = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.partition(" ")[2]
        if local == "numFmt":
            self.codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif local == "cellXfs":
            self.within = True
        elif local == "xf" and self.within:
            self.of_cells.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name.endswith(" cellXfs"):
            self.within = False

    def forms(self) -> list[Form | None]:
        return [form_of(self.codes.get(number, "General")) for number in self.of_cells]
