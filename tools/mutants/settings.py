"""What `[tool.mutants]` of pyproject.toml says, which files are meant, and which survivors are named with a reason."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = Path(__file__).with_name("named.csv")


@dataclass(frozen=True)
class Settings:
    """Folders of what is mutated, operators of Cosmic Ray by pattern, the share that may survive (%), and who judges what."""

    folders: list[str]
    operators: list[str]
    survive_percent: float
    seconds: float
    seconds_database: float
    database: dict[str, list[str]]

    @classmethod
    def read(cls) -> Settings:
        return cls(**tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mutants"])

    def files(self, asked: Iterable[str]) -> list[Path]:
        """The files asked for, or all. Raises SystemExit for one that is not among them."""
        known = sorted(self._all())
        if not (asked := list(asked)):
            return known
        found = [path for path in known if any(_is_in(path, Path(each)) for each in asked)]
        for each in asked:
            if not any(_is_in(path, Path(each)) for path in found):
                raise SystemExit(f"{each} is none of the files that are mutated.")
        return found

    def _all(self) -> Iterator[Path]:
        for folder in self.folders:
            for path in (ROOT / folder).rglob("*.py"):
                if path.stat().st_size:
                    yield path.relative_to(ROOT)


def _is_in(path: Path, asked: Path) -> bool:
    return path == asked or asked in path.parents


@dataclass(frozen=True)
class Name:
    """A mutant by what is wrong with it, not by its place, so that it is known again when lines move."""

    file: str
    within: str
    line: str
    becomes: str


def named() -> dict[Name, str]:
    """Survivors that are the same as the code, by name, with the reason. Raises ValueError for one without."""
    with NAMED.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        if not row["reason"].strip():
            raise ValueError(f"A survivor is named without a reason: {row}")
    return {Name(*(row[key] for key in Name.__annotations__)): row["reason"] for row in rows}
