"""`python -m tools.mutants [FILE OR FOLDER …]`: try the tests on every mutant of these files, or of all of them.

Each survivor is printed as it is found, a table of the files at the end. Exits with 1 where more than the share that
`[tool.mutants]` allows survive without a reason in named.csv, or where a name there is of nothing that survives.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tools.mutants.judging import Judge, in_order, start_servers
from tools.mutants.making import mutants
from tools.mutants.settings import Name, Settings, named

COLUMNS = ("mutants", "killed", "named", "survived")


@dataclass
class Found:
    """What became of the mutants of the files."""

    reasons: dict[Name, str]
    by_file: dict[Path, Counter[str]] = field(default_factory=dict)
    seen: set[Name] = field(default_factory=set)

    def add(self, path: Path, name: Name, number: int, *, killed: bool) -> None:
        of_file = self.by_file.setdefault(path, Counter())
        of_file["mutants"] += 1
        if not killed:
            self.seen.add(name)
        outcome = "killed" if killed else "named" if name in self.reasons else "survived"
        of_file[outcome] += 1
        if outcome == "survived":
            _say(f"SURVIVED {path}:{number} {name.within}\n    - {name.line}\n    + {name.becomes}")

    @property
    def total(self) -> Counter[str]:
        return sum(self.by_file.values(), Counter())

    @property
    def percent(self) -> float:
        return 100 * self.total["survived"] / max(self.total["mutants"], 1)

    def idle_names(self) -> list[Name]:
        """Names of what did not survive, or is there no more, in the files that were tried."""
        tried = {str(path) for path in self.by_file}
        return [name for name in self.reasons if name.file in tried and name not in self.seen]


def main() -> int:
    """Returns the exit status."""
    settings = Settings.read()
    judge, found = Judge(settings), Found(named())
    paths = list(in_order(settings.files(sys.argv[1:])))
    if any(str(path) in settings.database for path in paths):
        start_servers()
    for path in paths:
        began = time.monotonic()
        for mutant, killed in judge.outcomes(path, mutants(path, settings.operators)):
            found.add(path, mutant.name, mutant.number, killed=killed)
        _say(
            f"{path}: {_line(found.by_file.get(path, Counter()))}, {time.monotonic() - began:.0f} s"
        )
    _table(found)
    for name in found.idle_names():
        _say(
            f"Named, but it does not survive: {name.file} {name.within}: {name.line} -> {name.becomes}"
        )
    _say(f"{found.percent:.1f}% survived without a name; {settings.survive_percent}% may.")
    return int(found.percent > settings.survive_percent or bool(found.idle_names()))


def _line(counted: Counter[str]) -> str:
    return ", ".join(f"{counted[column]} {column}" for column in COLUMNS)


def _table(found: Found) -> None:
    rows = [(str(path), counted) for path, counted in found.by_file.items()]
    for name, counted in [*rows, ("All", found.total)]:
        _say(f"{name:<48}" + "".join(f"{counted[column]:>10}" for column in COLUMNS))


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
