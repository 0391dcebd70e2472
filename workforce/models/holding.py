"""Locking people while their records change.

Every transaction locks rows in one order, so that two at once get one outcome and none waits for
ever: people first, then enrolments (`learners/models/holding.py`), then registrations
(`assessments/models/holding.py`), then the facts that belong to them; each in order of their keys.

Rows that refer to a locked row may still be written (`no_key`): somebody's decisions are recorded
while their post is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

from pqip.core.errors import Conflict
from workforce.models import Person

#: The seconds to wait for a lock on people alone, the message after that, and the database's code
#: for it.
PATIENCE, TIMED_OUT = 5, "55P03"
BUSY = "Somebody is recording something of one of them, such as a file. Nothing was changed; try again in a moment."
#: The number of advisory locks among which people are divided. Whoever writes about a person shares
#: theirs (the guard `workforce_nobody_gone`).
ALONE = """
SELECT pg_advisory_xact_lock(770003, place)
FROM (SELECT DISTINCT (key %% 64)::integer AS place FROM unnest(%s::bigint[]) AS key ORDER BY 1) AS places
"""


def hold_people(keys: Collection[int]) -> None:
    """Lock people until the transaction ends.

    Rows read afterwards include everything that other transactions have committed by now.
    """
    held = (
        Person.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=list(keys))
        .order_by("pk")
    )
    list(held.values_list("pk", flat=True))


def hold_alone(keys: Collection[int]) -> None:
    """Lock people so that nothing is written about them in the meantime, either.

    Transactions that are writing about them are waited for. Merging two records uses it, because it
    must leave nothing behind; a later write meets the guard. Raises Conflict if another
    transaction, such as a large file, does not end within a few seconds, because nobody should wait
    longer than that for a merge.
    """
    with at_most(PATIENCE):
        hold_people(keys)
        with connection.cursor() as cursor:
            cursor.execute(ALONE, [list(keys)])


@contextmanager
def at_most(seconds: int, message: str = BUSY) -> Iterator[None]:
    """Wait for locks at most that many seconds. Raises Conflict with the message after that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)",
            [f"{seconds}s"],
        )
        before = cursor.fetchone()[0]
        try:
            yield
        except OperationalError as error:
            if getattr(getattr(error.__cause__, "diag", None), "sqlstate", "") != TIMED_OUT:
                raise
            raise Conflict(message) from error
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
