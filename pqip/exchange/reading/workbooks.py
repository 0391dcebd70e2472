"""XLSX and ODS: the zip is inspected, then a child process with limits sends the rows back.

Harm that a hostile file does is done to the child process, whose death is reported like any other error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from pqip.core.files.looking import refused
from pqip.core.files.looking.archives import ArchiveLimits, look_at_directory
from pqip.core.files.looking.refused import Suspect
from pqip.exchange.limits import MIB, Limits
from pqip.exchange.reading.tables import FileRefused

#: The message for each fault, with what to do about it.
WORDS = {
    refused.TOO_MANY: "The file holds too many parts to be a table.",
    refused.DAMAGED: "The file is damaged or is not .{kind}. Save it again.",
    refused.NOT_ONE: "The file is named .{kind} but is not one. Save it again as .{kind}.",
    refused.TOO_LARGE: "The file unpacks to more than {most} MB. Split it.",
    refused.RATIO: "The file unpacks to far more than its size. Copy the table into a new file.",
    refused.PASSWORD: "The file is password protected. Save it without a password.",
    refused.NAMES: "The file is damaged: it holds unsafe names.",
    refused.TWO_KINDS: "The file is two kinds of file in one. Copy the table into a new file.",
    refused.DEFINITIONS: "The file holds definitions that may not be used. Copy the table into a new file.",
    refused.MACROS: "The file holds macros. Save it as .xlsx without macros.",
    refused.LINKS: "The file links to other workbooks. Copy the table as values into a new file.",
    refused.PROGRAMS: "The file takes data from other programs. Copy the table as values into a new file.",
    refused.TEMPLATE: "The file links to other files. Copy the table as values into a new file.",
    refused.HOLDS_FILES: "The file holds other files. Copy the table on its own into a new file.",
}
UNREADABLE = "The file could not be read: it is damaged, or its first sheet reaches too far. Copy the table into a new file."


def rows(path: Path, kind: str, allowed: Limits) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet as text, with their numbers. Raises FileRefused."""
    _look_inside(path, kind, allowed)
    return _from_child(path, kind, allowed)


def _look_inside(path: Path, kind: str, allowed: Limits) -> None:
    """Refuse a file for what its zip directory says, before anything is unpacked."""
    most = ArchiveLimits(allowed.unpacked, allowed.ratio, allowed.entries)
    try:
        with path.open("rb") as file:
            entries = look_at_directory(file, most)
    except Suspect as suspect:
        raise _in_words(suspect.code, kind, allowed) from suspect
    if ("_rels/.rels" if kind == "xlsx" else "content.xml") not in {
        entry.filename for entry in entries
    }:
        raise _in_words(refused.NOT_ONE, kind, allowed)


def _in_words(code: str, kind: str, allowed: Limits) -> FileRefused:
    return FileRefused(WORDS[code].format(kind=kind, most=allowed.unpacked // MIB))


def _from_child(path: Path, kind: str, allowed: Limits) -> Iterator[tuple[int, list[str]]]:
    child = subprocess.Popen(  # noqa: S603
        [
            sys.executable,
            "-I",
            str(Path(__file__).with_name("child.py")),
            str(path),
            kind,
            str(allowed.child_memory),
            str(allowed.child_cpu),
            str(allowed.rows),
            str(allowed.columns),
            str(allowed.cell),
            str(allowed.unpacked),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", "")},
    )
    alarm = threading.Timer(allowed.child_wall, child.kill)
    alarm.start()
    try:
        assert child.stdout is not None  # noqa: S101  (it is a pipe)
        for line in child.stdout:
            sent = json.loads(line)
            if isinstance(sent, str):
                raise _in_words(sent, kind, allowed) if sent in WORDS else FileRefused(sent)
            if sent is None:
                return
            yield sent[0], sent[1]
        raise FileRefused(UNREADABLE)
    finally:
        alarm.cancel()
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()
