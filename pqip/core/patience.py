"""Telling a question that took the database longer than it may from one that could not be asked."""

from __future__ import annotations

import redis
from django.db import InterfaceError, OperationalError
from psycopg2.errors import QueryCanceled


class TakesTooLong(Exception):
    """What was asked takes longer than a page may, or would have to wait for too many others."""


def took_too_long(error: BaseException | None) -> bool:
    """Whether a page could not wait, or the database gave up a statement of its (`PQIP_WEB_STATEMENT_SECONDS`)."""
    return isinstance(error, TakesTooLong) or isinstance(getattr(error, "__cause__", None), QueryCanceled)


def is_away(exception: BaseException | None) -> bool:
    """Whether the database or the cache is why: it cannot be reached, or does not answer in time. No fault of a page."""
    return isinstance(exception, redis.RedisError | OperationalError | InterfaceError)
