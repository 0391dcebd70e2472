"""Texts of XLSX: in a cell, or in the list of shared strings."""

from __future__ import annotations

import re
from typing import Any

from .spaces import named

T, SI, PHONETIC = named("t"), named("si"), named("rPh")
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Text:
    """Collects text as a list of pieces, which is emptied where a text begins; a text longer than a cell may be is cut."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.pieces: list[str] = []
        self.runs: list[str] = []
        self.is_phonetic = False

    def ready(self, parser: Any) -> None:
        parser.CharacterDataHandler = self.pieces.append

    def between(self) -> None:
        for held in (self.pieces, self.runs):
            if len(held) > 1:
                held[:] = ["".join(held)]
            if held and len(held[0]) > self.longest:
                held[:] = [held[0][: self.longest + 1]]

    def collected(self) -> str:
        """Return what has been collected since the last beginning."""
        pieces = self.pieces
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text

    def run(self) -> None:
        """End a run of text, and keep it unless it is a phonetic reading (`rPh`)."""
        if not self.is_phonetic:
            self.runs.append(self.collected())

    def all_runs(self) -> str:
        """Return all runs since the last call."""
        text = self.runs[0] if len(self.runs) == 1 else "".join(self.runs)
        self.runs.clear()
        return text


class Strings(Text):
    """The shared strings, to which cells refer by number."""

    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.strings: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in T:
            self.pieces.clear()
        elif name in PHONETIC:
            self.is_phonetic = True

    def end(self, name: str) -> None:
        if name in T:
            self.run()
        elif name in PHONETIC:
            self.is_phonetic = False
        elif name in SI:
            self.strings.append(self.all_runs())
