"""Logs as JSON lines: time in UTC, level, event, request id and user key; never a name or another person's data.

A line about an exception gives its type and place in the source but not its message: messages of the database, a library or
a rule may quote the row, file or person. The type and the file, line and function of each frame, with the database's error
code and constraint, are enough to find the fault.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from collections.abc import Iterator, Mapping

from pqip.core.acting import request_id

KEPT = ("event", "path", "status", "user_key", "job", "seconds", "detail")
#: The arguments in which a library passes an exception that may hold values (Celery's error log).
VALUES = ("exc", "traceback", "args", "kwargs")


class JsonFormatter(logging.Formatter):
    """Formats a record as one line; nothing in a message can break it into two."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(
                timespec="milliseconds"
            ),
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
    """Yield type and place of an exception and of its causes, the first cause first, without any message or value."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from places(earlier)
    yield named(error)
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  at {frame.filename}:{frame.lineno} in {frame.name}"


def named(error: BaseException) -> str:
    """Return the type of an exception, with the database's error code and what it names."""
    diagnostics = getattr(error, "diag", None)
    more = (
        [getattr(diagnostics, name, None) for name in ("sqlstate", "table_name", "constraint_name")]
        if diagnostics
        else []
    )
    return " ".join([type(error).__name__, *(str(one) for one in more if one)])


def raised_at(error: BaseException) -> str:
    """Return the line of source that raised an exception, such as `make_run.py:40`."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""


def _message(record: logging.LogRecord) -> str:
    """Return the record's message, without the message of any exception in its arguments."""
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
