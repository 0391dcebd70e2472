"""XLSX and ODS: a look inside the zip, then a child process with limits that sends the rows back.

The reader is fast and written in another language; a hostile file can abort its process. Here that process is a child,
and its death is an ordinary message.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

from pqip.exchange.limits import Limits
from pqip.exchange.reading.tables import FileRefused

UNREADABLE = "The file could not be read: it is damaged, or its first sheet reaches too far. Copy the table into a new file."


def rows(path: Path, kind: str, allowed: Limits) -> Iterator[tuple[int, list[str]]]:
    """Rows of the first sheet as text, with their numbers. Raises FileRefused."""
    _look_inside(path, kind, allowed)
    return _from_child(path, kind, allowed)


def _look_inside(path: Path, kind: str, allowed: Limits) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            manifest = archive.read("META-INF/manifest.xml") if kind == "ods" else b""
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise FileRefused(f"The file is damaged or is not .{kind}. Save it again.") from error
    names = {entry.filename for entry in entries}
    if len(entries) > allowed.entries:
        raise FileRefused("The file holds too many parts to be a table.")
    if sum(entry.file_size for entry in entries) > allowed.unpacked:
        raise FileRefused(f"The file unpacks to more than {allowed.unpacked // (1024 * 1024)} MB. Split it.")
    if any(entry.flag_bits & 1 for entry in entries) or b"encryption-data" in manifest:
        raise FileRefused("The file is password protected. Save it without a password.")
    if any(".." in name.split("/") or name.startswith(("/", "\\")) for name in names):
        raise FileRefused("The file is damaged: it holds unsafe names.")
    if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
        raise FileRefused("The file holds macros. Save it as .xlsx without macros.")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise FileRefused("The file links to other workbooks. Copy the table as values into a new file.")
    wanted = "xl/workbook.xml" if kind == "xlsx" else "content.xml"
    if wanted not in names:
        raise FileRefused(f"The file is named .{kind} but is not one. Save it again as .{kind}.")


def _from_child(path: Path, kind: str, allowed: Limits) -> Iterator[tuple[int, list[str]]]:
    child = subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", str(Path(__file__).with_name("child.py")), str(path), kind, str(allowed.child_memory),
         str(allowed.child_cpu), str(allowed.rows + 1), str(allowed.columns)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"PATH": os.environ.get("PATH", "")},
    )
    alarm = threading.Timer(allowed.child_wall, child.kill)
    alarm.start()
    try:
        assert child.stdout is not None  # noqa: S101  (it is a pipe)
        for line in child.stdout:
            said = json.loads(line)
            if isinstance(said, str):
                raise FileRefused(said)
            if said is None:
                return
            yield said[0], said[1]
        raise FileRefused(UNREADABLE)
    finally:
        alarm.cancel()
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()
