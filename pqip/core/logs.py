"""Logs as JSON lines: time in UTC, level, event, request id and user key; never a name or another person's data.

Of a fault a line says which, and where in the source, but not its words: those of a database, a library or a rule may quote
the row, the file or the person at hand. Its kind and the file, line and function of each frame are enough to find it, with the
database's code and the constraint it named.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from collections.abc import Iterator, Mapping

from pqip.core.acting import request_id

KEPT = ("event", "path", "status", "user_key", "job", "seconds", "detail")
#: What a library passes beside its message of a fault that holds values (Celery's error log).
VALUES = ("exc", "traceback", "args", "kwargs")


class JsonFormatter(logging.Formatter):
    """One record, one line; what a message holds cannot break it into two."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if name := request_id.get():
            line["request_id"] = name
        line |= {key: getattr(record, key) for key in KEPT if hasattr(record, key)}
        if record.exc_info and (error := record.exc_info[1]):
            line["error"] = list(places(error))
        return json.dumps(line, default=str, ensure_ascii=False)


def places(error: BaseException) -> Iterator[str]:
    """What went wrong and where, for the fault and what caused it, the first cause first; no word or value of it."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from places(earlier)
    yield named(error)
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  at {frame.filename}:{frame.lineno} in {frame.name}"


def named(error: BaseException) -> str:
    """The kind of a fault, with the database's code and what it named."""
    said = getattr(error, "diag", None)
    more = [getattr(said, name, None) for name in ("sqlstate", "table_name", "constraint_name")] if said else []
    return " ".join([type(error).__name__, *(str(one) for one in more if one)])


def raised_at(error: BaseException) -> str:
    """The line of source that raised a fault, such as `make_run.py:40`."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""


def _message(record: logging.LogRecord) -> str:
    """The record's message, without the words of a fault it may have been given."""
    given = record.args
    if isinstance(given, Mapping):
        given = {key: "" if key in VALUES else _plain(value) for key, value in given.items()}
    elif given:
        given = tuple(_plain(value) for value in given)
    plain = logging.makeLogRecord({"msg": _plain(record.msg), "args": given})
    message = plain.getMessage()
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        if words := str(error):
            message = message.replace(words, named(error))
        error = error.__cause__ or error.__context__
    return message


def _plain(value: object) -> object:
    return named(value) if isinstance(value, BaseException) else value
