"""Operators who make administrators at the same moment, in a database that commits."""

from __future__ import annotations

import threading

from django.core.management import call_command
from django.db import connection

from tests.harness.database import acting_as_owner
from workforce.models import RoleGrant


def test_three_commands_at_once_make_two_administrators(real_db: object) -> None:
    with acting_as_owner() as cursor:
        cursor.execute("UPDATE guard.demonstration SET is_on = false")
    begin = threading.Barrier(3)

    def make(name: str) -> None:
        begin.wait()
        call_command("create_user", f"{name}@example.com", "--role", "administrator")
        connection.close()

    at_once = [threading.Thread(target=make, args=[name]) for name in "abc"]
    for one in at_once:
        one.start()
    for one in at_once:
        one.join()
    assert sorted(RoleGrant.objects.values_list("is_waiting", flat=True)) == [False, False, True]
