"""Distinguishes a query that took the database too long from one that could not be made."""

from __future__ import annotations

import redis
from django.db import InterfaceError, OperationalError
from psycopg2.errors import QueryCanceled


class TakesTooLong(Exception):
    """The request takes longer than a page may, or would have to wait for too many others."""


def took_too_long(error: BaseException | None) -> bool:
    """Return whether a page could not wait, or the database cancelled a page's statement (`PQIP_WEB_STATEMENT_SECONDS`)."""
    return isinstance(error, TakesTooLong) or isinstance(
        getattr(error, "__cause__", None), QueryCanceled
    )


def is_away(exception: BaseException | None) -> bool:
    """Return whether the cause is that the database or the cache cannot be reached or does not answer in time."""
    return isinstance(exception, redis.RedisError | OperationalError | InterfaceError)
