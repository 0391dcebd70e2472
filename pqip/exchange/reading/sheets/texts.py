"""Texts of XLSX: in a cell, or in the list of those that cells name by number."""

from __future__ import annotations

import re
from typing import Any

from .spaces import named

T, SI, SPOKEN = named("t"), named("si"), named("rPh")
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Text:
    """Gathers text, a list of pieces that is emptied where one begins; one longer than a cell may be is cut."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.pieces: list[str] = []
        self.runs: list[str] = []
        self.spoken = False

    def ready(self, parser: Any) -> None:
        parser.CharacterDataHandler = self.pieces.append

    def between(self) -> None:
        for held in (self.pieces, self.runs):
            if len(held) > 1:
                held[:] = ["".join(held)]
            if held and len(held[0]) > self.longest:
                held[:] = [held[0][: self.longest + 1]]

    def taken(self) -> str:
        """What has been gathered since the last beginning."""
        pieces = self.pieces
        said = pieces[0] if len(pieces) == 1 else "".join(pieces)
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)), said) if "_x" in said else said

    def run(self) -> None:
        """A stretch of text has ended; not one that says how another is spoken (`rPh`)."""
        if not self.spoken:
            self.runs.append(self.taken())

    def whole(self) -> str:
        """All stretches since the last call."""
        said = self.runs[0] if len(self.runs) == 1 else "".join(self.runs)
        self.runs.clear()
        return said


class Strings(Text):
    """Texts that the sheet names by number."""

    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.said: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in T:
            self.pieces.clear()
        elif name in SPOKEN:
            self.spoken = True

    def end(self, name: str) -> None:
        if name in T:
            self.run()
        elif name in SPOKEN:
            self.spoken = False
        elif name in SI:
            self.said.append(self.whole())
