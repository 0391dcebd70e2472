"""Fills in which criteria the shipped versions replace: those with the same code in another version, unit by unit
(`replaces.csv`).

A version that does not exist is skipped, and so is one to which somebody has moved: what a move carried over stays.
"""

from __future__ import annotations

import csv
from pathlib import Path

from assessments.models import Criterion, QualificationVersion, VersionMove

FILE = Path(__file__).with_name("replaces.csv")


def fill_in_replaces() -> None:
    """Fill in `replaces` for the criteria that have none yet."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            version, before = _version(row["version"]), _version(row["replaces"])
            if (
                version
                and before
                and not VersionMove._base_manager.filter(version=version).exists()
            ):
                _replace(version, before, [int(number) for number in row["units"].split(";")])


def _version(name: str) -> QualificationVersion | None:
    qualification, _, version = name.partition("/")
    return QualificationVersion.objects.filter(
        qualification__code=qualification, name=version
    ).first()


def _replace(
    version: QualificationVersion, before: QualificationVersion, numbers: list[int]
) -> None:
    old = dict(
        Criterion.objects.filter(unit__version=before, unit__number__in=numbers).values_list(
            "code", "pk"
        )
    )
    rows = list(
        Criterion.objects.filter(unit__version=version, unit__number__in=numbers, replaces=[])
    )
    for row in rows:
        row.replaces = [old[row.code]] if row.code in old else []
    Criterion.objects.bulk_update([row for row in rows if row.replaces], ["replaces"])
