"""Every page, as the first role that may open it sees it: read once, then asked by each test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse

from pqip.core.access import every_url
from pqip.core.acting import acting_as
from pqip.pages.generic import ListPage
from tests.access import table
from tests.access.records import RECORDS, World
from tests.factories.workforce import BY
from tests.personas import client_for
from workforce.models import Person, User

OPEN = {"opens", "near"}
AS_A_FILE = " as a file"
LISTS = {
    name
    for name, _path, view in every_url()
    if issubclass(getattr(view, "view_class", object), ListPage)
}
#: What everybody is called, so that no word of a page is a name by chance.
SURNAME, NAME = "Quixzahn", "Vyqora"


@dataclass(frozen=True)
class Seen:
    """What was answered: its status, what it says to the browser, its words."""

    name: str
    status: int
    headers: dict[str, str]
    text: str

    @property
    def is_page(self) -> bool:
        return "<html" in self.text

    @property
    def main(self) -> str:
        return self.text[self.text.index("<main") : self.text.index("</main>")]


def call_everybody_by_these_names() -> None:
    """One name for all."""
    with acting_as(by=BY):
        Person.objects.update(first_name=NAME, last_name=SURNAME)
        User.objects.update(name=f"{NAME} {SURNAME}")


def everything(world: World) -> list[Seen]:
    """Each address that opens for somebody, and each list as a file too."""
    found = []
    for name, row in sorted(table.read().items()):
        role = next((role for role in world.people if row[role] in OPEN), None)
        if role is None:
            continue
        found.append(_seen(name, world, role, row["record"], {}))
        if name in LISTS:
            found.append(_seen(name + AS_A_FILE, world, role, row["record"], {"format": "csv"}))
    return found


def _seen(name: str, world: World, role: str, record: str, asked: dict[str, str]) -> Seen:
    address = reverse(name.removesuffix(AS_A_FILE), kwargs=RECORDS[record](world.home))
    with transaction.atomic():
        answer: Any = client_for(world.people[role]).get(address, asked)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return Seen(name, answer.status_code, dict(answer.items()), content.decode(errors="replace"))
