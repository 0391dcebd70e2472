"""Optional units: of each group, a fixed number must be achieved beside the mandatory units."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pqip.core.errors import RuleBroken


@dataclass(frozen=True)
class Group:
    """A group of a version's optional units (their numbers by key), and how many of them must be achieved."""

    name: str
    choose: int
    units: Mapping[int, int]

    def held(self, units: Collection[int]) -> int:
        """Return how many of its units are among these, at most the number required."""
        return min(len(set(self.units) & set(units)), self.choose)


@dataclass(frozen=True)
class Requirements:
    """The units that a version requires: mandatory units (their numbers by key), and groups of optional ones."""

    mandatory: Mapping[int, int]
    groups: Sequence[Group] = ()

    @property
    def total(self) -> int:
        """Return the number of units that must be achieved."""
        return len(self.mandatory) + sum(group.choose for group in self.groups)

    def lacking(self, units: Collection[int]) -> list[str]:
        """Return what is missing beside these units (keys), in words: numbers of mandatory units, and how many more of
        a group.
        """
        phrases = [
            str(number)
            for key, number in sorted(self.mandatory.items(), key=lambda one: one[1])
            if key not in units
        ]
        for group in self.groups:
            if more := group.choose - group.held(units):
                phrases.append(f"{more} more of {group.name}")
        return phrases


def check_chosen(groups: Sequence[Group], chosen: Collection[int]) -> None:
    """Raise RuleBroken for a unit that is not optional, and for more units of a group than it requires."""
    optional = {key for group in groups for key in group.units}
    if not set(chosen) <= optional:
        raise RuleBroken(
            "Choose among the optional units of the version the candidate is on.", "units"
        )
    for group in groups:
        if len(set(group.units) & set(chosen)) > group.choose:
            raise RuleBroken(f"{group.name}: choose {group.choose}, no more.", "units")


def check_is_chosen(number: int, *, is_chosen: bool) -> None:
    """Raise RuleBroken for an optional unit that the candidate has not chosen; such a unit is not assessed."""
    if not is_chosen:
        raise RuleBroken(
            f"Unit {number} is optional, and the candidate has not chosen it. Choose it first."
        )


def check_given_up(named: Collection[int]) -> None:
    """Raise RuleBroken where one of the units no longer chosen (their numbers) is already used by evidence, a decision
    or a sign-off.
    """
    if named:
        raise RuleBroken(
            f"Evidence, a decision or a sign-off names unit {min(named)}. Undo that before another unit is chosen.",
            "units",
        )
