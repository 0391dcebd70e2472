"""What a unit needs before sign-off beside every criterion being met: enough pieces of evidence, by enough methods."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from pqip.core.errors import RuleBroken
from pqip.core.formats import lower_first


def check_signer(*, signer: int, candidate: int) -> None:
    """Raise RuleBroken where somebody would sign off a unit of their own. People are given by key."""
    if signer == candidate:
        raise RuleBroken("Nobody signs off a unit of their own.")


class UnitRule(Protocol):
    """The version's rule for a unit, as `Unit` states it."""

    least_pieces: int
    least_methods: int
    methods_needed: list[str]


def lacking(rule: UnitRule, methods: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Return what is missing, in words. `methods` holds the method of each piece that shows something of the unit."""
    phrases = []
    if len(methods) < rule.least_pieces:
        phrases.append(
            f"{rule.least_pieces} pieces of evidence are needed, and {len(methods)} show it"
        )
    if len(set(methods)) < rule.least_methods:
        phrases.append(
            f"{rule.least_methods} different methods are needed, and there are {len(set(methods))}"
        )
    if absent := _absent(rule.methods_needed, methods):
        phrases.append(f"{', '.join(lower_first(names[one]) for one in absent)} must be among them")
    return phrases


def _absent(needed: Collection[str], methods: Collection[str]) -> list[str]:
    return [one for one in needed if one not in methods]
