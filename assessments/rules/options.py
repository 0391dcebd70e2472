"""Optional units: so many of each group are achieved beside the mandatory ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pqip.core.errors import RuleBroken


@dataclass(frozen=True)
class Group:
    """Optional units of a version, by key with their numbers, and how many of them are to be achieved."""

    name: str
    choose: int
    units: Mapping[int, int]

    def held(self, units: Collection[int]) -> int:
        """How many of its units are among these, no more than it asks for."""
        return min(len(set(self.units) & set(units)), self.choose)


@dataclass(frozen=True)
class Asked:
    """What a version asks for: mandatory units, by key with their numbers, and groups of optional ones."""

    mandatory: Mapping[int, int]
    groups: Sequence[Group] = ()

    @property
    def total(self) -> int:
        """How many units are to be achieved."""
        return len(self.mandatory) + sum(group.choose for group in self.groups)

    def lacking(self, units: Collection[int]) -> list[str]:
        """What is missing beside these units (keys), in words: numbers of mandatory units, and how many more of a group."""
        said = [str(number) for key, number in sorted(self.mandatory.items(), key=lambda one: one[1]) if key not in units]
        for group in self.groups:
            if more := group.choose - group.held(units):
                said.append(f"{more} more of {group.name}")
        return said


def check_chosen(groups: Sequence[Group], chosen: Collection[int]) -> None:
    """Raise RuleBroken for a unit that is not optional, or more of a group than it asks for."""
    optional = {key for group in groups for key in group.units}
    if not set(chosen) <= optional:
        raise RuleBroken("Choose among the optional units of the version the candidate is on.", "units")
    for group in groups:
        if len(set(group.units) & set(chosen)) > group.choose:
            raise RuleBroken(f"{group.name}: choose {group.choose}, no more.", "units")


def check_taken(number: int, *, is_taken: bool) -> None:
    """Raise RuleBroken for an optional unit that the candidate has not chosen: nothing is assessed of it."""
    if not is_taken:
        raise RuleBroken(f"Unit {number} is optional, and the candidate has not chosen it. Choose it first.")


def check_given_up(named: Collection[int]) -> None:
    """Raise RuleBroken where something names one of the units (their numbers) that are chosen no more."""
    if named:
        raise RuleBroken(
            f"Evidence, a decision or a sign-off names unit {min(named)}. Undo that before another unit is chosen.", "units"
        )
