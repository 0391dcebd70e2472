"""The dataset of things, in the registry for the length of a test; and files brought in by a persona."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pqip.core.acting import Job
from pqip.exchange import datasets, engine
from pqip.exchange.actions.start_import import start_import
from pqip.exchange.models import ImportRun
from pqip.exchange.outcome import Outcome
from pqip.jobs.models import Job as QueuedJob
from pqip.jobs.running import run as run_job
from tests.exchange.things import MAKE, Things
from tests.harness.database import acting_as_owner, application_role
from tests.personas import persona


@pytest.fixture
def things_dataset(db: None, monkeypatch: pytest.MonkeyPatch) -> Things:
    dataset = Things()
    monkeypatch.setitem(datasets.registry, "things", dataset)
    with acting_as_owner() as cursor:
        cursor.execute(MAKE)
        cursor.execute(f'GRANT SELECT, INSERT, UPDATE ON thing TO "{application_role()}"')
    return dataset


@pytest.fixture
def bring_in(things_dataset: Things, tmp_path: Path) -> Callable[..., Outcome]:
    """Run the engine over CSV lines: `bring_in("code,region", "A,NE", only_check=True)`."""

    def bring(*lines: str, only_check: bool = False, by: Any = None, **how: Any) -> Outcome:
        path = tmp_path / "file.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return (engine.check if only_check else engine.apply)(
            things_dataset, path, by=by or Job("import"), **how
        )

    return bring


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def manager(db: None) -> Any:
    return persona("learning_manager")


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker is asked; tests run the jobs themselves."""
    from pqip.jobs.tasks import run_job as task

    monkeypatch.setattr(task, "apply_async", lambda *args, **options: None)


@pytest.fixture
def start(
    things_dataset: Things, files: Path, manager: Any, woken: None
) -> Callable[..., ImportRun]:
    """Bring a file as the manager: `start(b"code,region\\nA,NE\\n")`."""

    def start(content: bytes, name: str = "my things.csv", by: Any = None) -> ImportRun:
        return start_import(
            by=by or manager, dataset=things_dataset, file=SimpleUploadedFile(name, content)
        )

    return start


@pytest.fixture
def work() -> Callable[[ImportRun], ImportRun]:
    """Do the job an import waits for, as a worker would."""

    def work(run: ImportRun) -> ImportRun:
        run.refresh_from_db()
        run_job(QueuedJob.objects.get(key=run.job_key).pk)
        run.refresh_from_db()
        return run

    return work
