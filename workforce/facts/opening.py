"""From when a region's record is kept here.

From its opening on, what was known in a region stays answerable for ever: no recording time may be
stated for anything that concerns it. What happened before that day is history from elsewhere, and
needs no approval (docs/imports.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from pqip.core.clock import london
from pqip.core.formats import datetime_gov
from pqip.exchange.datasets import Context, Row
from workforce.models import Region, RegionOpening, Spell

#: Columns of a file that name a region, and columns that name a person whom a row is about or who
#: works with them.
PLACES = ("region", "to_region")
PEOPLE = ("staff_number", "assessor", "other_staff_number", "pta", "line_manager")


def openings() -> dict[int, dt.datetime]:
    """Return, by region key, the instant at which each opened region was opened."""
    return dict(RegionOpening.objects.values_list("region", "opened_at"))


def is_open(opened_at: dt.datetime | None, at: dt.date | dt.datetime) -> bool:
    """Return True if a region opened at `opened_at` was open at an instant, or at any time of a day
    in London.
    """
    if opened_at is None:
        return False
    return opened_at <= at if isinstance(at, dt.datetime) else london(opened_at).date() <= at


def opened_after(
    known_at: dt.datetime, regions: Collection[int] | None = None
) -> list[RegionOpening]:
    """Return regions (among these keys, or all) that were opened only after an instant, in order."""
    rows = (
        RegionOpening.objects.filter(opened_at__gt=known_at)
        .select_related("region")
        .order_by("region__order")
    )
    return list(rows if regions is None else rows.filter(region__in=regions))


def of_places(rows: Sequence[Row], context: Context) -> Iterator[tuple[Row, str, int]]:
    """Yield the regions that concern each row of a file, with the row and the column.

    They are the regions it names, and those where the people it names ever held a post: what an
    assessor decides, or whom they look after, counts where the assessor is.
    """
    for row in rows:
        for column in PLACES:
            if isinstance(row[column], int):
                yield row, column, row[column]
    numbers = {row[column] for row in rows for column in PEOPLE if row[column]}
    worked: dict[str, set[int]] = {}
    posts = (
        Spell.objects.filter(person__staff_number__in=numbers)
        .values_list("person__staff_number", "region")
        .distinct()
    )
    for number, region in posts:
        worked.setdefault(number, set()).add(region)
    for row in rows:
        for column in PEOPLE:
            for region in worked.get(row[column] or "", ()):
                yield row, column, region


def refusal(region: int) -> str | None:
    """Return why a recording time may not be stated for what concerns a region, or None if it may."""
    opening = RegionOpening.objects.filter(region=region).select_related("region").first()
    if opening is None:
        return None
    return (
        f"concerns {_named(opening.region)}, whose record has been kept here since {datetime_gov(opening.opened_at)}. "
        "Leave the stated time of recording out"
    )


def _named(region: Region) -> str:
    return region.name
