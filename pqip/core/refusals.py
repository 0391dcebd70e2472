"""Turn the database's refusals into errors of the domain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError

from pqip.core.errors import Conflict, RuleBroken

#: SQLSTATE of the rules that apps hold in their `sql/`. Those of the ground floor (PQ00n) are faults of whoever writes.
RULE = re.compile(r"PQ(?!00)\d{3}")
NOT_UNIQUE = "23505"


@contextmanager
def translate_db_errors(conflict: str) -> Iterator[None]:
    """Wrap `acting_as`: a guard's refusal becomes RuleBroken with its message; a duplicate row becomes
    Conflict(`conflict`).
    """
    try:
        yield
    except DatabaseError as error:
        cause: Any = error.__cause__
        state = getattr(cause, "pgcode", "") or ""
        if RULE.fullmatch(state):
            raise RuleBroken(cause.diag.message_primary) from error
        if state == NOT_UNIQUE:
            raise Conflict(conflict) from error
        raise
