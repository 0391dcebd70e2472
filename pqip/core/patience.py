"""Telling a question that took the database longer than it may from one that could not be asked."""

from __future__ import annotations

import redis
from django.db import InterfaceError, OperationalError
from psycopg2.errors import QueryCanceled


def took_too_long(error: BaseException | None) -> bool:
    """Whether the database gave up a statement because its time was over (`PQIP_WEB_STATEMENT_SECONDS`)."""
    return isinstance(getattr(error, "__cause__", None), QueryCanceled)


def is_away(exception: BaseException | None) -> bool:
    """Whether the database or the cache is why: it cannot be reached, or does not answer in time. No fault of a page."""
    return isinstance(exception, redis.RedisError | OperationalError | InterfaceError)
