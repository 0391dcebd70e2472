"""Logs as JSON lines: time in UTC, level, event, request id and user key; never a name or another person's data."""

from __future__ import annotations

import datetime as dt
import json
import logging

from pqip.core.acting import request_id

KEPT = ("event", "path", "status", "user_key", "job", "seconds", "detail")


class JsonFormatter(logging.Formatter):
    """One record, one line; what a message holds cannot break it into two."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if name := request_id.get():
            line["request_id"] = name
        line |= {key: getattr(record, key) for key in KEPT if hasattr(record, key)}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)
