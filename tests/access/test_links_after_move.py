"""What a learner's record offers after a move: every link that somebody is shown opens for them, whatever their role."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse

from learners.actions.events_move_region import move_region
from learners.actions.qualified_officers import (
    answer_post,
    attend_workshop,
    offer_post,
    record_protection,
)
from pqip.core.clock import today
from tests.access.records import World, build
from tests.factories import learners as make
from tests.factories.workforce import BY, region
from tests.personas import ELSEWHERE, client_for, persona

MAIN = re.compile(r"<main.*?</main>", re.S)
HREF = re.compile(r'href="(/[^"#]*)')


def completed(world: World) -> None:
    """They complete and take an officer's post elsewhere: place and post are in two regions."""
    who, on = world.home.learner, today()
    for kind in ("completed", "qualified"):
        make.event(who, kind, on)
    answer_post(by=BY, post=world.home.extra["post"], answer="declined", on=on)
    offered = offer_post(by=BY, enrolment=who, on=on, region=region(ELSEWHERE))
    answer_post(by=BY, post=offered, answer="accepted", on=on, begins_on=on)
    record_protection(by=BY, enrolment=who, on=on)
    attend_workshop(by=BY, enrolment=who, title="Risk", on=on, is_mandatory=True)


def moved(world: World) -> None:
    """They move elsewhere on the programme: place and post go together."""
    move_region(by=BY, enrolment=world.home.learner, on=today(), to_region=region(ELSEWHERE))


#: Of somebody who moves on the programme, place and post stay together: those are asked who keep or take over the record.
MOVES = {
    "to an officer's post": (completed, None),
    "on the programme": (moved, {"learning_manager", "line_manager"}),
}
#: Who is asked where the learner has gone, beside the personas of home.
THERE = ("learning_manager", "regional_manager", "hr_partner", "iqa")


@pytest.fixture(scope="module", params=MOVES)
def world(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[World]:
    """Built once for each move; every test looks and none writes."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build()
        move, asked = MOVES[request.param]
        move(made)
        made.people = {
            role: who for role, who in made.people.items() if asked is None or role in asked
        }
        made.people |= {f"{role} there": persona(role, region=ELSEWHERE) for role in THERE}
        yield made
        transaction.set_rollback(True)


def links(client: Client, address: str) -> set[str] | None:
    """Where the page leads to, beside its navigation; None where it does not open."""
    answer = client.get(address)
    main = MAIN.search(answer.content.decode()) if answer.status_code == 200 else None
    return {html.unescape(link) for link in HREF.findall(main[0])} if main else None


def of_each_kind(found: set[str]) -> list[str]:
    """Of links to the same page about several rows the first and the last: there are many, and each costs a page."""
    kinds: dict[str, list[str]] = {}
    for link in sorted(found):
        kinds.setdefault(resolve(urlsplit(link).path).view_name, []).append(link)
    return [link for links in kinds.values() for link in dict.fromkeys((links[0], links[-1]))]


def shut(client: Client, address: str) -> Iterator[str]:
    """Links of the record, and of each of its pages, that do not open."""
    first = links(client, address) or set()
    pages = {one: links(client, one) for one in sorted(first) if one.startswith(address)}
    yield from (page for page, led in pages.items() if led is None)
    for link in of_each_kind(
        set().union(first, *(led or () for led in pages.values())) - set(pages)
    ):
        answer = client.get(link)
        if answer.streaming:
            b"".join(answer)
        if answer.status_code != 200:
            yield f"{answer.status_code} {link}"


def test_every_link_on_a_record_opens(world: World, django_db_blocker: Any) -> None:
    refused, opened = [], 0
    with django_db_blocker.unblock():
        address = reverse("learners:learner", args=[world.home.learner.public_id])
        for role, who in world.people.items():
            client = client_for(who)
            client.raise_request_exception = False
            opened += client.get(address).status_code == 200
            refused += [f"{role}: {one}" for one in shut(client, address)]
    assert refused == [], chr(10).join(refused)
    assert opened >= 4
