"""A dataset for tests alone: things, kept in a table that is made for each test, with every kind of column."""

from __future__ import annotations

from typing import Any

from django.db import connection

from pqip.exchange.cleaning import (
    Code,
    Codes,
    DatasetResource,
    Date,
    Email,
    ImportColumn,
    ListOf,
    Number,
    Text,
    Whole,
    Words,
    YesNo,
)
from pqip.exchange.datasets import Context, Dataset, Row

KEPT = ("title", "shade", "count", "seen_on", "is_big", "weight", "faith")
REGIONS = {"NE": 1, "YH": 2}
MAKE = (
    "CREATE TABLE IF NOT EXISTS thing (code text PRIMARY KEY, region integer NOT NULL, title text, shade text, "
    "count integer CHECK (count <> 13), seen_on date, is_big boolean, weight numeric, faith text)"
)


class ThingsResource(DatasetResource):
    code = ImportColumn(Text(20), key=True, required=True, help="What the thing is called.")
    region = ImportColumn(Code("region", "a region"), required=True)
    title = ImportColumn(Text())
    shade = ImportColumn(Words(["light", "dark"]))
    count = ImportColumn(Whole(high="1000"))
    seen_on = ImportColumn(Date())
    is_big = ImportColumn(YesNo())
    weight = ImportColumn(Number("0", "100"))
    contact = ImportColumn(Email())
    tags = ImportColumn(ListOf(Words(["a", "b"])))
    faith = ImportColumn(Words(["none", "other"]), sensitive=True)


class Things(Dataset):
    """Things by code. A title that begins with `odd` breaks a rule of the whole batch; scope is by region."""

    name, title, permission = "things", "Things", "workforce.import_staff"
    resource = ThingsResource
    batch = 10_000

    def codes(self, context: Context) -> dict[str, Codes]:
        return {"region": Codes(REGIONS, {"NE": "North East", "YH": "Yorkshire and the Humber"})}

    def plan(self, rows: list[Row], context: Context) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT code, {', '.join(KEPT)} FROM thing WHERE code = ANY(%s)",
                [[row["code"] for row in rows]],
            )
            kept = {code: dict(zip(KEPT, rest, strict=True)) for code, *rest in cursor.fetchall()}
        for row in rows:
            if row.wrong:
                continue
            if row["title"] == "news":
                context.announce("title", row["title"])
            after = {name: row[name] for name in KEPT if name in row.given}
            if (before := kept.get(row["code"])) is None:
                row.new(after)
            else:
                row.settle(before, after)

    def write(self, rows: list[Row], context: Context) -> None:
        cells = [[row["code"], row["region"], *(row[name] for name in KEPT)] for row in rows]
        sets = ", ".join(f"{name} = excluded.{name}" for name in KEPT)
        with connection.cursor() as cursor:
            columns = f"code, region, {', '.join(KEPT)}"
            values = ", ".join(["%s"] * (len(KEPT) + 2))
            cursor.executemany(
                f"INSERT INTO thing ({columns}) VALUES ({values}) ON CONFLICT (code) DO UPDATE SET {sets}",
                cells,
            )


def things() -> dict[str, Any]:
    """Titles by code, as they are kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, title FROM thing ORDER BY code")
        return dict(cursor.fetchall())
