"""Checks that a regular expression from a setting is fast on every text.

The time grows without bounds where a repeated part itself contains a repeat or alternatives, because one text can then be
matched in very many ways; and with a power of the text's length for each repeat.
"""

from __future__ import annotations

from collections.abc import Iterator
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

#: For texts of 30 characters, the length of staff numbers, five repeats take less than a millisecond.
MOST_REPEATS = 5
REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)


def is_quick(form: str) -> bool:
    """Return whether matching stays fast on short texts. Raises re.error for an invalid regular expression."""
    parsed = _parser.parse(form)
    return not _is_nested(parsed, within=False) and sum(1 for _ in _repeats(parsed)) <= MOST_REPEATS


def _inner(parsed: Any) -> Iterator[tuple[Any, Any, list[Any]]]:
    """Yield each part: its kind, its arguments, and the expressions within it."""
    for kind, made in parsed:
        held = made if isinstance(made, tuple | list) else (made,)
        flat = [part for each in held for part in (each if isinstance(each, list) else [each])]
        yield kind, made, [part for part in flat if isinstance(part, _parser.SubPattern)]


def _varies(made: Any) -> bool:
    return bool(made[0] != made[1])


def _is_nested(parsed: Any, *, within: bool) -> bool:
    for kind, made, inner in _inner(parsed):
        if within and (kind is _constants.BRANCH or (kind in REPEATS and _varies(made))):
            return True
        if any(
            _is_nested(part, within=within or (kind in REPEATS and made[1] > 1)) for part in inner
        ):
            return True
    return False


def _repeats(parsed: Any) -> Iterator[Any]:
    for kind, made, inner in _inner(parsed):
        if kind in REPEATS and _varies(made):
            yield made
        for part in inner:
            yield from _repeats(part)
