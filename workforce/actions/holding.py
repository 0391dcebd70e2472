"""Holding people while what is recorded of them changes.

Everybody who waits for others holds rows in one order, so that two at once get one outcome and none waits for ever: people
first, then enrolments (`learners/actions/holding.py`), then registrations (`assessments/actions/holding.py`), then the facts
that hang from them; each in the order of their keys.

A row is held so that whatever refers to it may still be written (`no_key`): somebody's decisions are recorded while their post
is changed.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from workforce.models import Person

ALONE = "SELECT id FROM workforce_person WHERE id = ANY(%s) ORDER BY id FOR UPDATE"


def hold_people(keys: Collection[int]) -> None:
    """Hold people until the transaction ends. What is read afterwards is what others have committed by now."""
    held = Person.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(keys)).order_by("pk")
    list(held.values_list("pk", flat=True))


def hold_alone(keys: Collection[int]) -> None:
    """Hold people so that nothing that refers to them is written meanwhile, either: whoever is writing something is waited for.

    For merging two records, which must leave nothing behind; what comes later meets the guard.
    """
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [list(keys)])
