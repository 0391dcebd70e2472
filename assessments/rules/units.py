"""When a candidate met each criterion and achieved each unit.

A criterion is met while final decisions leave it met on at least the required number of distinct pieces of evidence. A
unit is achieved while every criterion is met and it is signed off: from the later of the two days.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby

from assessments.rules.evidence import Decided, Piece, Stretch


def criteria_met(pieces: Iterable[Piece], required: Mapping[int, int]) -> list[Stretch]:
    """Return the intervals in which each criterion was met. `required` is the number of distinct pieces each needs."""
    steps: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    for piece in pieces:
        for day, criterion, step in _steps(piece.decisions):
            steps[criterion].append((day, step))
    return [
        stretch
        for criterion in sorted(steps)
        for stretch in _where_enough(criterion, steps[criterion], required[criterion])
    ]


def criteria_left(
    decisions: Iterable[Decided], on: dt.date | None = None
) -> tuple[list[int], list[int]]:
    """Return the criteria that the final decisions on one piece of evidence leave met, and those left not yet met.

    With `on`, only decisions final by that day count.
    """
    latest: dict[int, tuple[tuple[dt.date, int, int], bool]] = {}
    for one in decisions:
        if one.final_on is not None and (on is None or one.final_on <= on):
            _take(latest, one)
    return (
        sorted(key for key, (_order, is_met) in latest.items() if is_met),
        sorted(key for key, (_order, is_met) in latest.items() if not is_met),
    )


def units_achieved(
    met: Iterable[Stretch], units: Mapping[int, Collection[int]], signed_off: Mapping[int, dt.date]
) -> list[Stretch]:
    """Return the intervals in which each unit was achieved.

    `units` holds the criteria of each; `signed_off` the day each was signed off, where it was.
    """
    by_criterion: dict[int, list[Stretch]] = defaultdict(list)
    for stretch in met:
        by_criterion[stretch.key].append(stretch)
    achieved: list[Stretch] = []
    for unit, signed_on in sorted(signed_off.items()):
        holding = [Stretch(unit, signed_on, None)]
        for criterion in units[unit]:
            holding = list(_overlaps(unit, holding, by_criterion[criterion]))
        achieved += holding
    return achieved


def _steps(decisions: list[Decided]) -> Iterator[tuple[dt.date, int, int]]:
    """Yield each change in what one piece of evidence proves: day, criterion, and +1 (met) or −1 (no longer met)."""
    final = [(decided.final_on, decided) for decided in decisions if decided.final_on is not None]
    if len(final) == 1:
        day, decided = final[0]
        yield from ((day, criterion, 1) for criterion in decided.met)
        return
    final.sort(key=lambda pair: pair[0])
    latest: dict[int, tuple[tuple[dt.date, int, int], bool]] = {}
    for day, todays in groupby(final, key=lambda pair: pair[0]):
        before = {criterion for criterion, (_order, is_met) in latest.items() if is_met}
        for _day, decided in todays:
            _take(latest, decided)
        after = {criterion for criterion, (_order, is_met) in latest.items() if is_met}
        yield from ((day, criterion, 1) for criterion in after - before)
        yield from ((day, criterion, -1) for criterion in before - after)


def _take(latest: dict[int, tuple[tuple[dt.date, int, int], bool]], decided: Decided) -> None:
    """Record a final decision's result for each criterion it names, unless a later decision has been recorded for that
    criterion.
    """
    for criteria, is_met in ((decided.met, True), (decided.not_met, False)):
        for criterion in criteria:
            if criterion not in latest or latest[criterion][0] <= decided.order:
                latest[criterion] = (decided.order, is_met)


def _where_enough(
    criterion: int, steps: list[tuple[dt.date, int]], required: int
) -> Iterator[Stretch]:
    """Yield the intervals in which the running count is at least `required`."""
    count, since = 0, None
    for day, todays in groupby(sorted(steps), key=lambda step: step[0]):
        count += sum(step for _day, step in todays)
        if since is None and count >= required:
            since = day
        elif since is not None and count < required:
            yield Stretch(criterion, since, day)
            since = None
    if since is not None:
        yield Stretch(criterion, since, None)


def _overlaps(unit: int, left: list[Stretch], right: list[Stretch]) -> Iterator[Stretch]:
    for one in left:
        for other in right:
            from_on, to_on = max(one.from_on, other.from_on), _earlier(one.to_on, other.to_on)
            if to_on is None or from_on < to_on:
                yield Stretch(unit, from_on, to_on)


def _earlier(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
