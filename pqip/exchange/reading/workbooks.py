"""XLSX and ODS: a look inside the zip, then a child process with limits that sends the rows back.

What a hostile file can do to a process it does to the child, whose death is an ordinary message.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from pqip.exchange.limits import MIB, Limits
from pqip.exchange.reading.tables import FileRefused

NESTED = (".zip", ".xlsx", ".xlsm", ".ods", ".gz", ".7z", ".rar", ".exe", ".jar")
ENTRY = b"PK\x01\x02"
TOO_MANY = "The file holds too many parts to be a table."
UNREADABLE = "The file could not be read: it is damaged, or its first sheet reaches too far. Copy the table into a new file."


def rows(path: Path, kind: str, allowed: Limits) -> Iterator[tuple[int, list[str]]]:
    """Rows of the first sheet as text, with their numbers. Raises FileRefused."""
    _look_inside(path, kind, allowed)
    return _from_child(path, kind, allowed)


def _look_inside(path: Path, kind: str, allowed: Limits) -> None:
    """Refuse by the zip's own directory, before anything is unpacked."""
    if _entries(path) > allowed.entries:
        raise FileRefused(TOO_MANY)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            manifest = archive.read("META-INF/manifest.xml") if _has_small(entries, "META-INF/manifest.xml") else b""
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise FileRefused(f"The file is damaged or is not .{kind}. Save it again.") from error
    _check_sizes(entries, path.stat().st_size, allowed)
    if any(entry.flag_bits & 1 for entry in entries) or b"encryption-data" in manifest:
        raise FileRefused("The file is password protected. Save it without a password.")
    _check_names([entry.filename for entry in entries], kind)
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        raise FileRefused("The file is damaged: it holds unsafe names.")


def _entries(path: Path) -> int:
    """How many entries its directory may have, counted by their mark: listing millions would fill the memory."""
    count, held = 0, b""
    with path.open("rb") as file:
        while piece := file.read(MIB):
            count += (held + piece).count(ENTRY)
            held = piece[1 - len(ENTRY) :]
    return count


def _has_small(entries: list[zipfile.ZipInfo], name: str) -> bool:
    return any(entry.filename == name and entry.file_size < MIB for entry in entries)


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int, allowed: Limits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > allowed.unpacked:
        raise FileRefused(f"The file unpacks to more than {allowed.unpacked // MIB} MB. Split it.")
    if unpacked > MIB and unpacked > packed * allowed.ratio:
        raise FileRefused("The file unpacks to far more than its size. Copy the table into a new file.")


def _check_names(names: list[str], kind: str) -> None:
    lowered = [name.lower() for name in names]
    if any(".." in name.split("/") or name.startswith(("/", "\\")) for name in names) or len(set(lowered)) < len(names):
        raise FileRefused("The file is damaged: it holds unsafe names.")
    if any(name.endswith("vbaproject.bin") or name.startswith("basic/") for name in lowered):
        raise FileRefused("The file holds macros. Save it as .xlsx without macros.")
    if any(name.startswith("xl/externallinks/") for name in lowered):
        raise FileRefused("The file links to other workbooks. Copy the table as values into a new file.")
    if any(name.endswith(NESTED) or name.startswith("xl/embeddings/") for name in lowered):
        raise FileRefused("The file holds other files. Copy the table on its own into a new file.")
    if ("_rels/.rels" if kind == "xlsx" else "content.xml") not in names:
        raise FileRefused(f"The file is named .{kind} but is not one. Save it again as .{kind}.")


def _from_child(path: Path, kind: str, allowed: Limits) -> Iterator[tuple[int, list[str]]]:
    child = subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", str(Path(__file__).with_name("child.py")), str(path), kind, str(allowed.child_memory),
         str(allowed.child_cpu), str(allowed.rows), str(allowed.columns), str(allowed.cell), str(allowed.unpacked)],
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
