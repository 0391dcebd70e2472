"""Two files asked for by one person at the very same moment. Really committed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from pqip.core.models import AccessEntry, RowsTaken
from pqip.core.rows_taken import rows_taken
from pqip.pages.lists import list_file
from tests.factories.workforce import person
from tests.personas import client_for, persona

FILE = "/staff/?region=NE&format=csv"


@pytest.mark.parametrize("late", ["as they are counted", "as the file is made"])
def test_two_files_at_the_very_same_moment_are_judged_one_after_the_other(
    real_db: object, settings: Any, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    """A day has four rows, and the list has three: of two files asked for at once one is handed out. It need not be made before
    the other is refused."""
    settings.ROWS_A_DAY = {"own": 4, "place": 4, "nation": 4}
    client = client_for(persona("learning_manager"))
    both, refused, seen = Barrier(2), Event(), []
    person("N1"), person("N2")

    def counted(*asked: Any) -> int:
        found = rows_taken(*asked)
        with suppress(BrokenBarrierError):
            both.wait(1)  # both have counted, unless one is held until the other is done
        return found

    def made(*asked: Any) -> Any:
        seen.append(refused.wait(20))
        return list_file(*asked)

    if late == "as they are counted":
        monkeypatch.setattr("pqip.core.handing_out.rows_taken", counted)
    else:
        monkeypatch.setattr("pqip.pages.generic.list_file", made)

    def ask(asking: Client) -> int:
        try:
            status: int = asking.get(FILE).status_code
            if status != 200:
                refused.set()
            return status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(ask, [client, client]))
    assert answers == [200, 403]
    assert seen in ([], [True]), "the second was judged while the first was made"
    assert [line.rows for line in RowsTaken.objects.all()] == [3]
    assert AccessEntry.objects.filter(kind="export").count() == 1
