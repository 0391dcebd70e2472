"""A key for the migrated database with its reference data: the same key means the same content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings

from pqip.core import exempt, guards, reference, reference_loading
from pqip.core.acting import signing_keys
from pqip.embedded.places import PROJECT

#: The folders of an app whose files define its tables, guards and shipped rows.
MADE_OF = ("migrations", "sql", "reference")


def schema_key() -> str:
    """Return twelve characters that change with a migration, guard, shipped row, library or signing key."""
    digest = hashlib.sha256()
    for path in _files():
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    for part in _declared():
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:12]


def _files() -> Iterator[Path]:
    """Yield the files that decide the content, including libraries, which bring migrations of their own."""
    yield PROJECT / "requirements.txt"
    for module in (exempt, guards, reference, reference_loading):
        yield Path(module.__file__)
    for config in apps.get_app_configs():
        for name in MADE_OF:
            yield from sorted(
                path
                for path in (Path(config.path) / name).rglob("*")
                if path.suffix in {".py", ".sql", ".csv"}
            )


def _declared() -> Iterator[str]:
    """Yield what the guards read from the models, and whom they trust."""
    yield f"{settings.PQIP_DEMO} {signing_keys()}"
    for model in apps.get_models(include_auto_created=True):
        yield f"{model._meta.label} {guards.rights_of(model)} {guards.is_read_by_reports(model)} {guards.erasable_columns(model)}"
        yield from guards.triggers_of(model)
