"""A report's page and its files say the same numbers, of the same day and moment, with the meaning of each column."""

from __future__ import annotations

import csv
import io
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import pytest
from django.urls import reverse
from markupsafe import escape

from reports.catalogue import REPORTS
from reports.presenters.tables import WITHHELD, few
from reports.views.pages import PAGE_SIZE
from tests.personas import client_for, persona
from tests.reports.test_formats import END, _world  # noqa: F401  (fixture)

pytestmark = pytest.mark.django_db


#: How a page says that a number does not apply, where a file leaves it out.
BLANKS = {"[z]", "fewer than 10 decisions", "nothing countersigned", "nothing waits", "not known"}


def number_of(text: str) -> str:
    """A number to one place, as pages show it; anything else as it stands, and nothing for what does not apply."""
    plain = text.replace(",", "").replace("−", "-").strip()
    try:
        return str(Decimal(plain).quantize(Decimal("0.1"), ROUND_HALF_UP))
    except InvalidOperation:
        return "" if plain in BLANKS else "[c]" if plain in {few(), WITHHELD} else plain


def said(cell: Any) -> str:
    return str(getattr(cell, "text", cell if cell is not None else ""))


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_says_what_the_file_says(name: str) -> None:
    client = client_for(persona("national"))
    page = client.get(reverse("reports:report", args=[name]), {"as_at": END.isoformat()})
    table, columns = page.context["table"], page.context["columns"]
    link = next(one.url for one in table.downloads if one.kind == "CSV")
    file = b"".join(client.get(link).streaming_content).decode("utf-8-sig")
    names = {one.title: one.name for one in columns if one.is_numeric}
    order = [names[head.label] for head in table.columns if head.label in names]
    told = [
        [number_of(row[column]) for column in order] for row in csv.DictReader(io.StringIO(file))
    ]
    shown = list(table.rows)
    for number in range(2, -(-len(told) // PAGE_SIZE) + 1):
        asked = {"as_at": END.isoformat(), "page": number}
        shown += client.get(reverse("reports:report", args=[name]), asked).context["table"].rows
    rows = [zip(table.columns, row, strict=True) for row in shown]
    found = [[number_of(said(cell)) for head, cell in row if head.label in names] for row in rows]
    assert order
    assert found
    assert sorted(found) == sorted(told)


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_says_of_when_it_is_and_what_each_column_means(name: str) -> None:
    page = client_for(persona("national")).get(
        reverse("reports:report", args=[name]), {"as_at": END.isoformat()}
    )
    text = page.content.decode()
    assert "As at <strong>30 September 2025</strong>, as known at <strong>" in text
    assert REPORTS[name].asks in text
    assert [one.name for one in page.context["columns"] if escape(one.note) not in text] == []
