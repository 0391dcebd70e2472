"""The benchmark's own database, beside the configured one: made-up data of the asked scale, kept from run to run.

It is filled anew when anything that makes it has changed: migrations, guards, reference data, the generators.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import psycopg2

from pqip import env
from tools.bench.bare import BARE_TABLES

MAKERS = (
    "pqip/demo/*.py", "pqip/core/bulk.py", "*/migrations/*.py", "*/*/migrations/*.py", "*/sql/*.sql", "*/*/sql/*.sql",
    "*/reference/*.csv", "*/actions/derive.py", "*/rules/*.py",
)  # fmt: skip
#: What an import that was undone leaves behind would slow the next run's reading, and mislead its plans.
TIDY = """VACUUM ANALYZE assessments_evidence, assessments_submission, assessments_wait, assessments_criterionmet,
    assessments_unitachievement, core_auditentry, bench.evidence, bench.submission"""
MIGRATE, REFERENCE = ["migrate", "--verbosity", "0"], ["load_reference", "--verbosity", "0"]


@dataclass(frozen=True)
class Servers:
    """Addresses of the benchmark's database: of the application's role, of the owner's, and the broker beside it."""

    application: str
    owner: str
    configured_owner: str
    redis: str

    @property
    def name(self) -> str:
        return urlsplit(self.owner).path.removeprefix("/")

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to work on this database and no other."""
        unlimited = {
            name: "1000000" for name, _usual in env.ASKED_A_MINUTE.values()
        }  # one person asks without a pause
        addresses = {
            "DATABASE_URL": self.application,
            "DATABASE_OWNER_URL": self.owner,
            "REDIS_URL": self.redis,
        }
        return {**addresses, **unlimited, "PQIP_DEMO": "yes"}


def servers(scale: float) -> Servers:
    """Where the benchmark's database of that scale is, made or not."""
    environ.Env.read_env(env.PROJECT / ".env")
    said = env.addresses()
    owner = said.get("DATABASE_OWNER_URL", said["DATABASE_URL"])
    name = f"pqip_bench_{scale:g}".replace(".", "_")
    return Servers(
        _named(said["DATABASE_URL"], name), _named(owner, name), owner, said["REDIS_URL"]
    )


def prepare(scale: float, say: Callable[[str], None], *, as_it_is: bool = False) -> Servers:
    """Make and fill the database unless the very same is there, or it is to be taken `as_it_is`: then its tables and rights are
    brought up to date, and what is in them stays. Raises SystemExit where that fails."""
    at, wanted = servers(scale), f"scale {scale:g} {fingerprint()}"
    if (found := _comment(at)) == wanted or (as_it_is and found.startswith(f"scale {scale:g} ")):
        _manage(at, MIGRATE)
        _owner(at, TIDY, name=at.name)
        return at
    say(f"Filling {at.name} with made-up data of scale {scale:g}. It is kept for the next run.")
    _owner(at, f'DROP DATABASE IF EXISTS "{at.name}" WITH (FORCE)', f'CREATE DATABASE "{at.name}"')
    begun = time.monotonic()
    for command in (MIGRATE, REFERENCE, ["seed_demo", "--scale", f"{scale:g}"]):
        _manage(at, command)
    say(f"Filled in {time.monotonic() - begun:.0f} seconds.")
    _owner(at, *BARE_TABLES, "VACUUM ANALYZE", name=at.name)
    _owner(at, f"COMMENT ON DATABASE \"{at.name}\" IS '{wanted}'")
    return at


def fingerprint() -> str:
    """Changes whenever what makes the data does."""
    found = sorted(
        {path for pattern in MAKERS for path in env.PROJECT.glob(pattern) if _is_ours(path)}
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in found)).hexdigest()[:16]


def _is_ours(path: Path) -> bool:
    return not {".venv", "node_modules", "var", "tests"} & set(path.relative_to(env.PROJECT).parts)


def _named(address: str, name: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/{name}"


def _comment(at: Servers) -> str:
    rows = _owner(
        at,
        f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{at.name}'",
    )
    return (rows[0][0] or "") if rows else ""


def _owner(at: Servers, *statements: str, name: str = "") -> list[tuple[Any, ...]]:
    """Statements as the owner, in the configured database or in `name`; the rows of the last."""
    connection = psycopg2.connect(
        _named(at.configured_owner, name) if name else at.configured_owner
    )
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    except psycopg2.errors.InsufficientPrivilege as refused:
        raise SystemExit(
            "The benchmark makes a database of its own: DATABASE_OWNER_URL needs a role that may."
        ) from refused
    finally:
        connection.close()


def _manage(at: Servers, command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=env.PROJECT,
        env=os.environ | at.environment,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"manage.py {command[0]} failed; nothing was measured.")
