"""From when a region's record is kept here.

From its opening on, what was known in a region is answerable for ever: no time of recording may be stated any more for what
concerns it. What happened before that day is history from elsewhere, and needs nobody's approval (docs/imports.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from pqip.core.clock import london
from pqip.exchange.datasets import Context, Row
from pqip.govuk.formats import datetime_gov
from workforce.models import Region, RegionOpening, Spell

#: Columns of a file that name a region itself, and those that name whom a row is about or who works with them.
PLACES = ("region", "to_region")
PEOPLE = ("staff_number", "assessor", "other_staff_number", "pta", "line_manager")


def openings() -> dict[int, dt.datetime]:
    """When each region that has been opened was, by its key."""
    return dict(RegionOpening.objects.values_list("region", "opened_at"))


def was_open(region: int, at: dt.date | dt.datetime) -> bool:
    """Whether a region's record was kept here at an instant, or at any time of a day in London."""
    return is_open(openings().get(region), at)


def is_open(opened_at: dt.datetime | None, at: dt.date | dt.datetime) -> bool:
    """The same of an opening looked up before (`openings`), for many at once."""
    if opened_at is None:
        return False
    return opened_at <= at if isinstance(at, dt.datetime) else london(opened_at).date() <= at


def opened_after(known_at: dt.datetime, regions: Collection[int] | None = None) -> list[RegionOpening]:
    """Regions (of these keys, or all) that were opened only after an instant, in their order."""
    rows = RegionOpening.objects.filter(opened_at__gt=known_at).select_related("region").order_by("region__order")
    return list(rows if regions is None else rows.filter(region__in=regions))


def of_places(rows: Sequence[Row], context: Context) -> Iterator[tuple[Row, str, int]]:
    """The regions that rows of a file name, and those where the people they name ever held a post: what is decided by an
    assessor, or whom they look after, counts where the assessor is."""
    for row in rows:
        for column in PLACES:
            if isinstance(row[column], int):
                yield row, column, row[column]
    numbers = {row[column] for row in rows for column in PEOPLE if row[column]}
    worked: dict[str, set[int]] = {}
    posts = Spell.objects.filter(person__staff_number__in=numbers).values_list("person__staff_number", "region").distinct()
    for number, region in posts:
        worked.setdefault(number, set()).add(region)
    for row in rows:
        for column in PEOPLE:
            for region in worked.get(row[column] or "", ()):
                yield row, column, region


def refusal(region: int) -> str | None:
    """Why a time of recording may not be stated for what concerns a region; None where it may."""
    opening = RegionOpening.objects.filter(region=region).select_related("region").first()
    if opening is None:
        return None
    return f"concerns {_named(opening.region)}, whose record has been kept here since {datetime_gov(opening.opened_at)}. " \
        "Leave the stated time of recording out"


def _named(region: Region) -> str:
    return region.name
