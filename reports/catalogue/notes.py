"""The words of notes on an answer: what it leaves out, what it does not guess, and on what it is based."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from pqip.core.formats import datetime_gov, number, plural
from workforce.facts.opening import opened_after


def before_opening(known_at: dt.datetime, regions: Collection[int] | None = None) -> list[str]:
    """Return a sentence for each opening after an instant, of these regions (keys) or of all."""
    since: dict[dt.datetime, list[str]] = {}
    for opening in opened_after(known_at, regions):
        since.setdefault(opening.opened_at, []).append(opening.region.name)
    return [kept_here_since(names, opened_at) for opened_at, names in since.items()]


def kept_here_since(regions: Sequence[str], opened_at: dt.datetime) -> str:
    """Return a sentence on regions whose records were kept elsewhere at the time and were loaded later."""
    names = " and ".join(filter(None, [", ".join(regions[:-1]), regions[-1]]))
    return (
        f"The record of {names} has been kept here since {datetime_gov(opened_at)}. "
        "What was known there before that moment rests on history loaded from elsewhere."
    )


def not_guessed(learners: int, places: int) -> list[str]:
    """Return sentences on learners and places planned of whom a forecast cannot say when they complete; none where there are
    none.
    """
    have = "has" if learners == 1 else "have"
    are = "is" if places == 1 else "are"
    ends = (
        f"{plural(learners, 'learner')} {have} no planned end on record. They count as learners who may withdraw, and not among "
        "those who are to qualify, until it is known: no end is guessed. Data quality says who they are, under Planned end not "
        "known."
    )
    lengths = (
        f"{plural(places, 'place')} planned {are} of a pathway whose length is not known. Until it is, nobody is expected to "
        "qualify from them."
    )
    return [said for found, said in ((learners, ends), (places, lengths)) if found]


def withheld(title: str, hidden: int, numbers: int, threshold: int) -> str:
    """Return a sentence on how many numbers of a table are withheld, and why."""
    verb = "is" if hidden == 1 else "are"
    return (
        f"{title}: {number(hidden)} of {plural(numbers, 'number')} {verb} withheld, so that nobody can be recognised: counts of "
        f"people from 1 to {threshold - 1}, and the fewest others from which one of them could be worked out."
    )


TOO_MANY = (
    "More numbers are withheld than may be needed, as finding the fewest would take too long."
)
PUT_TOGETHER = "Rows of too few people are put together: first over destinations, then over pathways, then over reasons."
BANDS_TOGETHER = "Pathways are put together, and bands that would tell of too few people, also beside curves of attrition."
LEFT_OUT = "A breakdown with so few people that its totals would tell of them is left out, of regions or altogether."
PART_OF_REGION = "Of a place that is not a whole region, numbers are withheld as they would tell those of the rest."
ONLY_WHOLE = (
    "Groups within one region are withheld, as they could be worked out from those of the nation."
)


def not_counted(places: int) -> str:
    """Return a sentence on how many places on the programme state too little to be counted."""
    return f"{plural(places, 'place')} on the programme (anywhere) not counted: nothing states their first terms."
