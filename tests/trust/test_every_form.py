"""Every form sent empty: it comes back with what is missing, said above it and at the field, and leads to the field."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from tests.access import table
from tests.access.records import RECORDS, World, build
from tests.personas import client_for
from tests.trust.seen import OPEN

ROWS = table.read()
FORM = re.compile(r'<form method="post"[^>]*>')
HIDDEN = re.compile(r'<input type="hidden" name="(?!csrf)(\w+)" value="([^"]*)"')
AT_FIELD = re.compile(r"<p[^>]*govuk-error-message[^>]*>(.*?)</p>", re.DOTALL)
#: Forms whose only list has nothing to choose from here, so that there is no field to lead to.
NOTHING_TO_CHOOSE = {"assessments:hand_in_again", "assessments:move_version"}


@pytest.fixture(scope="module")
def sent(django_db_setup: None, django_db_blocker: Any) -> dict[str, str]:
    """What each page with a form of its own says to nothing at all; those that ask nothing are left out."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build()
        found = {name: said for name in sorted(ROWS) if (said := said_to_nothing(world, name))}
        transaction.set_rollback(True)
    return found


def said_to_nothing(world: World, name: str) -> str:
    role = next((role for role in world.people if ROWS[name][role] in OPEN), None)
    if role is None:
        return ""
    client, address = (
        client_for(world.people[role]),
        reverse(name, kwargs=RECORDS[ROWS[name]["record"]](world.home)),
    )
    with transaction.atomic():
        asked = client.get(address)
        page = main(
            (b"".join(asked.streaming_content) if asked.streaming else asked.content).decode(
                errors="replace"
            )
        )
        answer = (
            client.post(address, dict(HIDDEN.findall(page)))
            if asked.status_code == 200 and FORM.search(page)
            else None
        )
        transaction.set_rollback(True)
    return answer.content.decode() if answer is not None and answer.status_code == 200 else ""


def main(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")] if "<main" in page else ""


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.fixture
def refused(sent: dict[str, str]) -> dict[str, str]:
    assert len(sent) > 80
    return sent


def test_each_says_what_is_missing(refused: dict[str, str]) -> None:
    assert [name for name, page in refused.items() if "govuk-error-summary" not in main(page)] == []


def test_the_summary_comes_first_and_the_title_says_that_there_is_one(
    refused: dict[str, str],
) -> None:
    titles = {
        name: re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
        for name, page in refused.items()
    }  # type: ignore[index]
    assert [name for name, title in titles.items() if not title.startswith("Error: ")] == []
    assert [
        name
        for name, page in refused.items()
        if main(page).index("govuk-error-summary") > main(page).index("<h1")
    ] == []


def test_the_browser_does_not_check_before_us(refused: dict[str, str]) -> None:
    assert [
        name
        for name, page in refused.items()
        if any("novalidate" not in form for form in FORM.findall(main(page)))
    ] == []


def test_each_line_leads_to_its_field_where_the_same_words_stand(refused: dict[str, str]) -> None:
    lost, elsewhere, lines = set(), set(), 0
    for name, page in refused.items():
        at_fields = {words(said).removeprefix("Error: ") for said in AT_FIELD.findall(page)}
        for target, said in re.findall(
            r'<li>\s*<a href="#([^"]*)">(.*?)</a>', main(page), re.DOTALL
        ):
            lines += 1
            lost |= set() if f'id="{target}"' in page else {name}
            elsewhere |= set() if words(said) in at_fields else {f"{name}: {words(said)}"}
    assert lines > 150
    assert lost <= NOTHING_TO_CHOOSE
    assert elsewhere == set()
