"""The guards are laid after every migrate: laid again, the database is as it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from pqip.core.guards import lay

pytestmark = pytest.mark.django_db
LAID = """
SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid) FROM pg_proc p
WHERE p.prokind = 'f' AND p.pronamespace IN ('public'::regnamespace, 'guard'::regnamespace)
UNION ALL
SELECT t.tgrelid::regclass || ' ' || t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT t.tgisinternal
"""


def laid(cursor: Any) -> dict[str, str]:
    """Every function and trigger, with its body."""
    cursor.execute(LAID)
    return dict(cursor.fetchall())


def test_laid_again_every_function_and_trigger_is_as_it_was(as_owner: Any) -> None:
    with as_owner() as cursor:
        before = laid(cursor)
        lay(connection.alias)
        assert laid(cursor) == before
    assert len(before) > 900
