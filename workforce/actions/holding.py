"""Holding people while what is recorded of them changes.

Everybody who waits for others holds rows in one order, so that two at once get one outcome and none waits for ever: people
first, then enrolments (`learners/actions/holding.py`), then registrations (`assessments/actions/holding.py`), then the facts
that hang from them; each in the order of their keys.

A row is held so that whatever refers to it may still be written (`no_key`): somebody's decisions are recorded while their post
is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

from pqip.core.errors import Conflict
from workforce.models import Person

#: Seconds that whoever wants people alone waits for others, what is said after that, and the database's word for it.
PATIENCE, TIMED_OUT = 5, "55P03"
BUSY = "Somebody is recording something of one of them, such as a file. Nothing was changed; try again in a moment."
#: `workforce_nobody_gone` has everybody share these who writes about one of the people.
ALONE = """
SELECT pg_advisory_xact_lock(770003, place)
FROM (SELECT DISTINCT (key %% 64)::integer AS place FROM unnest(%s::bigint[]) AS key ORDER BY 1) AS places
"""


def hold_people(keys: Collection[int]) -> None:
    """Hold people until the transaction ends. What is read afterwards is what others have committed by now."""
    held = Person.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(keys)).order_by("pk")
    list(held.values_list("pk", flat=True))


def hold_alone(keys: Collection[int]) -> None:
    """Hold people so that nothing is written about them meanwhile, either: whoever is writing something is waited for.

    For merging two records, which must leave nothing behind; what is written later meets the guard. Raises Conflict where
    somebody, such as a large file, does not end in a few seconds: nobody else waits for a merge longer than that.
    """
    with at_most(PATIENCE):
        hold_people(keys)
        with connection.cursor() as cursor:
            cursor.execute(ALONE, [list(keys)])


@contextmanager
def at_most(seconds: int, said: str = BUSY) -> Iterator[None]:
    """Wait for others no longer than this. Raises Conflict with what is then said."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)", [f"{seconds}s"])
        before = cursor.fetchone()[0]
        try:
            yield
        except OperationalError as error:
            if getattr(getattr(error.__cause__, "diag", None), "sqlstate", "") != TIMED_OUT:
                raise
            raise Conflict(said) from error
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
