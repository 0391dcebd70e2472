"""Whether the tests notice a mutant: each is judged in a process of its own, forked from one that has the libraries loaded.

The fork has imported nothing of the project, so that whatever imports the file gets the mutant. The tree is never written to.
Rules are judged without Django's settings and without a database (`--noconftest`), what is kept for speed by the tests named
for it in pyproject.toml.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path
from types import CodeType
from typing import Any, NoReturn

import pytest

from tools.mutants.inside import Inside, is_inside
from tools.mutants.making import Mutant
from tools.mutants.reaching import module_of, reaching
from tools.mutants.settings import ROOT, Settings

OWN = ("pqip", "workforce", "learners", "assessments", "reports", "tests")
#: Pure tests need none of the plugins, nor the project's options for the others.
PURE = [
    "-c",
    os.devnull,
    f"--rootdir={ROOT}",
    "--noconftest",
    "-p",
    "no:cacheprovider",
    "-W",
    "error",
]
#: Not loaded before the fork: each run of the tests rewrites its plugins' assertions as it imports them.
PLUGINS = {each.dist.name for each in entry_points(group="pytest11") if each.dist}
NOTHING_COLLECTED = int(pytest.ExitCode.NO_TESTS_COLLECTED)


class Judge:
    """Tries tests on mutants of one file after another."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.loaded = False

    def tests_of(self, path: Path) -> list[list[str]]:
        """The tests that judge a file, in the order in which they are tried: those that import it, then those that reach it."""
        if named := self.settings.database.get(str(path)):
            return [named]
        return reaching(path)

    def outcomes(self, path: Path, mutants: Iterable[Mutant]) -> Iterator[tuple[Mutant, bool]]:
        """Yield each mutant of a file with whether a test noticed it.

        Raises SystemExit where the tests do not pass on the file as it is.
        """
        apart = list(mutants)
        if str(path) in self.settings.database:
            source = (ROOT / path).read_text()
            inside = [mutant for mutant in apart if is_inside(source, mutant.source)]
            yield from zip(inside, self._inside(path, source, inside), strict=True)
            apart = [mutant for mutant in apart if mutant not in inside]
        if apart:
            self.load(path)
        for mutant in apart:
            yield mutant, self.kills(path, mutant.source)

    def _inside(self, path: Path, source: str, mutants: Sequence[Mutant]) -> Iterator[bool]:
        """Whether the tests notice each of these mutants of functions, all in one run of pytest (`inside.py`)."""
        failed = ""
        with _told_by(lambda tell: self._run_inside(path, source, mutants, tell)) as answers:
            for answer in answers:
                if answer == "+":
                    return
                if answer == "-":
                    failed = "".join(answers)
                    break
                yield answer == "1"
        raise SystemExit(f"{failed}\nIts tests do not pass on {path} as it is.")

    def _run_inside(
        self, path: Path, source: str, mutants: Sequence[Mutant], tell: Callable[[str], Any]
    ) -> int:
        def fork(run: Callable[[], int]) -> int:
            return _forked(run, seconds=self.settings.seconds_database)[0]

        os.environ.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD", None)
        sources = [mutant.source for mutant in mutants]
        plugin = Inside(module_of(path), source, sources, fork, tell)
        tests = self.settings.database[str(path)]
        return int(pytest.main(["-q", "--reuse-db", *tests], plugins=[plugin]))

    def load(self, path: Path) -> None:
        """Run the tests on the file as it is, which must pass, before and after the libraries they use are loaded here.

        Raises SystemExit where one fails: then nothing could be told from a mutant's failing.
        """
        source, of_module = (ROOT / path).read_text(), packages_distributions()
        for tests in self.tests_of(path):
            for name in self._passing(path, None, tests):
                if PLUGINS.isdisjoint(of_module.get(name.split(".")[0], ())):
                    with contextlib.suppress(Exception):
                        importlib.import_module(name)
            forget_own()
            self._passing(path, source, tests)
        gc.collect()
        gc.freeze()

    def _passing(self, path: Path, source: str | None, tests: Sequence[str]) -> list[str]:
        """The libraries that the tests loaded, which passed."""
        with tempfile.TemporaryFile() as said:
            status, names = _forked(
                lambda: self._run(path, source, tests), seconds=600, output=said.fileno()
            )
            said.seek(0)
            if status:
                raise SystemExit(
                    f"{said.read().decode(errors='replace')}\nIts tests do not pass on {path} as it is."
                )
        return names

    def kills(self, path: Path, source: str) -> bool:
        """Whether a test fails on the mutant, or does not come to an end."""
        needs_database = str(path) in self.settings.database
        seconds = self.settings.seconds_database if needs_database else self.settings.seconds
        return any(
            _forked(lambda tests=tests: self._run(path, source, tests), seconds=seconds)[0]
            for tests in self.tests_of(path)
        )

    def _run(self, path: Path, source: str | None, tests: Sequence[str]) -> int:
        if source is not None:
            sys.meta_path.insert(0, _Mutated(path, source))
        if str(path) in self.settings.database:
            os.environ.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD", None)
            options = ["--reuse-db"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
            options = PURE
        status = int(pytest.main(["-x", "-q", *options, *tests]))
        if status == NOTHING_COLLECTED:
            raise SystemExit(f"There is no test in {' '.join(tests)}")
        return status


def start_servers() -> None:
    """A database for the tests that need one, until this process ends."""
    from tests.harness.servers import own_servers

    own_servers()
    forget_own()


def forget_own() -> None:
    """Nothing of the project stays imported, so that each fork imports it with its mutant."""
    for name in [name for name in sys.modules if name.split(".")[0] in OWN]:
        del sys.modules[name]
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)  # which importing the project sets


class _Mutated(SourceFileLoader):
    """Finds and loads one module from a text rather than its file."""

    def __init__(self, path: Path, source: str) -> None:
        super().__init__(module_of(path), str(ROOT / path))
        self.source = source

    def find_spec(self, fullname: str, *_rest: Any) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec", dont_inherit=True)


@contextlib.contextmanager
def _told_by(run: Callable[[Callable[[str], Any]], int]) -> Iterator[Iterator[str]]:
    """What `run` tells, one character at a time, as it tells it from a process of its own."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        _child(lambda: run(lambda told: os.write(writer, told.encode())), None, None, None)
    os.close(writer)
    with os.fdopen(reader) as stream:
        yield iter(lambda: stream.read(1), "")
    os.waitpid(pid, 0)


def _forked(run: Any, *, seconds: float, output: int | None = None) -> tuple[int, list[str]]:
    """The exit status of `run` in a process of its own, other than 0 where it was stopped; and the libraries it loaded."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        _child(run, writer, seconds, output)
    os.close(writer)
    with os.fdopen(reader) as stream:
        names = stream.read().split()
    _pid, status = os.waitpid(pid, 0)
    return status, names


def _child(run: Any, writer: int | None, seconds: float | None, output: int | None) -> NoReturn:
    """What it prints goes to `output`, or nowhere; the alarm ends what does not come to an end."""
    status = 1
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds or 0)
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent if output is None or not stream else output, stream)
        status = run()
        if writer is not None:
            with os.fdopen(writer, "w") as names:
                names.write("\n".join(one for one in sys.modules if one.split(".")[0] not in OWN))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(min(status, 255))


def in_order(paths: Sequence[Path]) -> Iterator[Path]:
    """Those judged without a database first."""
    yield from sorted(paths, key=lambda path: ("derived" in path.parts, path))
