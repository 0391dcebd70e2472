"""What holds of every page and every file: titles, addresses, headers, headings, tables, statuses."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from pqip.core.clock import today
from tests.access.records import build
from tests.platform.test_headers import POLICY
from tests.trust.seen import SURNAME, Seen, call_everybody_by_these_names, everything
from workforce.models import Person

#: Addresses of one page: the same record by two of its keys, or the same question asked by the learner and by others.
ONE_PAGE = {
    frozenset({"assessments:learner", "assessments:candidate"}),
    frozenset({"learners:own_agree", "learners:agree"}),
    frozenset({"learners:own_say", "learners:say"}),
    frozenset({"learners:undo_own_day", "learners:undo_day"}),
    frozenset({"learners:finish_action", "learners:finish_board_action"}),
    frozenset({"learners:training", "learners:courses"}),
    frozenset({"reports:report", "reports:run"}),
}
#: Pages whose table has rows that head a group of others.
GROUPED = {"assessments:learner", "assessments:candidate"}
SENT_AS = re.compile(
    r'attachment; filename="[a-zA-Z0-9][\w.-]*\.(?:csv|json|xlsx|ods|pdf|docx|odt|png|jpg)"'
)


@pytest.fixture(scope="module")
def seen(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[list[Seen], set[str]]]:
    """Every answer, and the numbers of staff that stand in none of their addresses."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build()
        call_everybody_by_these_names()
        yield everything(world), set(Person.objects.values_list("staff_number", flat=True))
        transaction.set_rollback(True)


@pytest.fixture
def answers(seen: tuple[list[Seen], set[str]]) -> list[Seen]:
    return seen[0]


@pytest.fixture
def numbers(seen: tuple[list[Seen], set[str]]) -> set[str]:
    return seen[1]


@pytest.fixture
def pages(answers: list[Seen]) -> list[Seen]:
    return [one for one in answers if one.is_page]


def named(text: str, numbers: Iterable[str]) -> bool:
    """Whether a text names somebody: by name, staff number or e-mail address."""
    return (
        SURNAME in text or "%40" in text or "@" in text or any(number in text for number in numbers)
    )


def test_people_are_named_where_they_should_be(pages: list[Seen]) -> None:
    """Or the other tests would prove nothing."""
    assert len(pages) > 250
    assert sum(SURNAME in page.main for page in pages) > 100


def test_no_title_names_anybody(pages: list[Seen], numbers: set[str]) -> None:
    titles = {
        page.name: re.search(r"<title>(.*?)</title>", page.text, re.DOTALL)[1] for page in pages
    }  # type: ignore[index]
    assert {name: title for name, title in titles.items() if named(title, numbers)} == {}


def test_no_address_names_anybody(answers: list[Seen], numbers: set[str]) -> None:
    found = {
        (page.name, url)
        for page in answers
        for url in re.findall(r'(?:href|action|src)="([^"]*)"', page.text)
    }
    found |= {(one.name, one.headers["Location"]) for one in answers if "Location" in one.headers}
    assert len(found) > 2_000
    assert {(name, url) for name, url in found if named(url, numbers)} == set()


def test_a_file_has_a_name_of_ours_and_is_no_page(answers: list[Seen], numbers: set[str]) -> None:
    sent = {
        one.name: one.headers["Content-Disposition"]
        for one in answers
        if "Content-Disposition" in one.headers
    }
    assert len(sent) > 20
    assert {
        name: said
        for name, said in sent.items()
        if not SENT_AS.fullmatch(said) or named(said, numbers)
    } == {}
    said = {one.name for one in answers if one.status == 200 and not one.is_page} - set(sent)
    assert said == {"health_live", "health_ready", "workforce:session"}


def test_every_answer_tells_the_browser_what_it_may(answers: list[Seen]) -> None:
    for one in answers:
        parts = (
            part.strip().partition(" ")
            for part in one.headers["Content-Security-Policy"].split(";")
        )
        assert {name: value for name, _space, value in parts} == POLICY, one.name
        said = {
            name: one.headers.get(name)
            for name in (
                "Cache-Control",
                "X-Content-Type-Options",
                "X-Frame-Options",
                "Referrer-Policy",
                "Cross-Origin-Opener-Policy",
            )
        }
        assert said == {
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
        }, one.name


def test_headings_landmarks_and_language(pages: list[Seen]) -> None:
    for page in pages:
        assert '<html lang="en"' in page.text, page.name
        for landmark in ("<main", "<header", "<footer"):
            assert page.text.count(f"{landmark} ") == 1, (page.name, landmark)
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page.main)]
        assert levels.count(1) == 1, page.name
        assert all(next_ <= level + 1 for level, next_ in pairwise([1, *levels])), (
            page.name,
            levels,
        )


def test_two_pages_have_two_titles(pages: list[Seen]) -> None:
    of_title: dict[str, set[str]] = defaultdict(set)
    for page in pages:
        of_title[re.search(r"<title>(.*?)</title>", page.text, re.DOTALL)[1]].add(page.name)  # type: ignore[index]
    assert {frozenset(names) for names in of_title.values() if len(names) > 1} == ONE_PAGE


def test_tables_have_a_caption_and_headings_that_say_what_they_head(pages: list[Seen]) -> None:
    tables = [
        (page.name, found)
        for page in pages
        for found in re.findall(r"<table.*?</table>", page.text, re.DOTALL)
    ]
    assert len(tables) > 50
    assert [name for name, found in tables if "<caption" not in found] == []
    assert [name for name, found in tables if re.search(r"<th(?![^>]*scope=)[\s>]", found)] == []
    assert {name for name, found in tables if re.search(r"colspan|rowspan", found)} == GROUPED


def test_statuses_are_words_in_sentence_case_and_no_links(pages: list[Seen]) -> None:
    tag = re.compile(r'<(\w+)[^>]* class="govuk-tag[ "][^>]*>(.*?)</', re.DOTALL)
    found = [
        (page.name, kind, " ".join(words.split()))
        for page in pages
        for kind, words in tag.findall(page.text)
    ]
    assert len(found) > 30
    assert [
        one for one in found if one[1] != "strong" or not re.fullmatch(r"[A-Z0-9][^A-Z]*", one[2])
    ] == []
    inside = [
        page.name
        for page in pages
        if re.search(r"<a [^>]*>(?:(?!</a>).)*govuk-tag", page.text, re.DOTALL)
    ]
    assert inside == []


def test_the_badge_of_risk_is_not_used(pages: list[Seen]) -> None:
    """MOJ Frontend keeps its badge for what somebody may do to others."""
    assert [page.name for page in pages if "moj-badge" in page.text] == []


def test_components_that_are_known_to_fail_are_not_used(pages: list[Seen]) -> None:
    """MOJ Frontend's search has a button to clear it that the keyboard misses, its side navigation does not reflow."""
    assert [
        page.name
        for page in pages
        if re.search(r'class="moj-(?:search|side-navigation)\b', page.text)
    ] == []


def test_help_and_the_statement_on_accessibility_are_one_link_away(pages: list[Seen]) -> None:
    links = [
        f'href="{reverse(f"govuk:{name}")}"'
        for name in ("help", "accessibility", "privacy", "cookies", "complaints")
    ]
    assert [page.name for page in pages if any(link not in page.text for link in links)] == []


def test_the_statement_on_accessibility_is_of_the_last_twelve_months(client: Any, db: None) -> None:
    (prepared,) = re.findall(
        r'<time datetime="([\d-]+)">', client.get(reverse("govuk:accessibility")).content.decode()
    )
    assert today() - dt.date.fromisoformat(prepared) < dt.timedelta(days=365)


def test_nobody_is_asked_for_a_puzzle_and_passwords_may_be_filled_in(client: Any, db: None) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert 'autocomplete="current-password"' in page
    (login,) = re.findall(r'<input[^>]*name="login"[^>]*>', page)
    assert re.search(r'autocomplete="(?:username|email)"', login)
    assert not re.search(r"captcha|onpaste|puzzle", page, re.IGNORECASE)
