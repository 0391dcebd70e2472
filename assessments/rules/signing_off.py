"""What a unit needs before it is signed off, beside every criterion met: enough pieces of evidence, of enough kinds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from pqip.govuk.formats import lower_first


class UnitRule(Protocol):
    """The version's rule for a unit, as `Unit` states it."""

    least_pieces: int
    least_methods: int
    methods_needed: list[str]


def lacking(rule: UnitRule, methods: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """What is missing, in words. `methods`: how each piece that shows something of the unit was gathered."""
    said = []
    if len(methods) < rule.least_pieces:
        said.append(f"{rule.least_pieces} pieces of evidence are needed, and {len(methods)} show it")
    if len(set(methods)) < rule.least_methods:
        said.append(f"{rule.least_methods} different methods are needed, and there are {len(set(methods))}")
    if absent := _absent(rule.methods_needed, methods):
        said.append(f"{', '.join(lower_first(names[one]) for one in absent)} must be among them")
    return said


def _absent(needed: Collection[str], methods: Collection[str]) -> list[str]:
    return [one for one in needed if one not in methods]
