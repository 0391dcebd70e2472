"""Judges mutants of functions by tests that need the database, in one run of pytest that forks for each mutant.

The run has loaded the project, collected the tests and copied the database once; the fork puts the mutant's code into the
functions that are there, so that whoever imported them has the mutant, and connects to the same database, where each test
undoes what it wrote. A fault outside functions (a decorator, a constant) needs the file to be imported anew: `Judge.kills`.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

#: Set in the code of functions, comprehensions and lambdas, and not in that of modules and classes.
OF_FUNCTION = inspect.CO_OPTIMIZED
Fork = Callable[[Callable[[], int]], int]


class Inside:
    """A plugin of pytest that judges mutants instead of running the tests once."""

    def __init__(
        self,
        module: str,
        source: str,
        mutants: Sequence[str],
        fork: Fork,
        tell: Callable[[str], Any],
    ) -> None:
        """Judge `mutants`, sources of the module with one fault in a function.

        `fork` returns the exit status of a function in a process of its own. `tell` is told `1` or `0` of each mutant, in
        order, as its tests fail or pass, then `+` where they pass on the file as it is, before and after them, else `-` with
        what failed.
        """
        self.module, self.source, self.mutants = module, source, mutants
        self.fork, self.tell = fork, tell
        self.failed = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        first, *_rest = session.items
        run_one(first, session.items[-1])  # what lasts for the run is set up here, before the forks
        let_go()
        if self.passes(session):
            for mutant in self.mutants:
                self.tell("1" if self.fork(partial(self.fails, session, mutant)) else "0")
            if self.passes(session):
                self.tell("+")
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = f"{report.nodeid}\n{report.longreprtext}"

    def passes(self, session: pytest.Session) -> bool:
        """Whether the tests pass on the file as it is. Tells what failed where they do not."""

        def fails() -> int:
            is_failing = session.testsfailed or self.fails(session, self.source)
            if is_failing:
                self.tell(f"-{self.failed}")
            return int(bool(is_failing))

        return not self.fork(fails)

    def fails(self, session: pytest.Session, source: str) -> int:
        """1 where a test fails on this source, else 0. Called in a fork.

        pytest is not told to stop at a failure: it would tear down what lasts, and drop the database of all.
        """
        put(importlib.import_module(self.module), source)
        following = [
            *session.items[1:],
            session.items[0],
        ]  # so that nothing that lasts is torn down
        for item, after in zip(session.items, following, strict=True):
            run_one(item, after)
            if session.testsfailed:
                return 1
        return 0


def run_one(item: pytest.Item, following: pytest.Item) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def let_go() -> None:
    """Close the connection to the database, so that each fork opens its own."""
    from django.db import connections

    connections.close_all()


def put(module: ModuleType, source: str) -> None:
    """Give the functions of a module the code that this source has for them. Raises LookupError where one is not there."""
    left = {name: code for name, code in functions_of(code_of(source)).items() if _is_named(code)}
    for function in _functions(module):
        if code := left.pop(function.__qualname__, None):
            function.__code__ = code
    if left:
        raise LookupError(f"{module.__name__} has no {', '.join(left)}")


def is_inside(before: str, after: str) -> bool:
    """Whether two sources differ in the bodies of functions that a name of the module or of one of its classes has."""
    one, other = code_of(before), code_of(after)
    return _outside(one) == _outside(other)


def code_of(source: str) -> CodeType:
    """Raises SyntaxError where the source is none."""
    return compile(source, "<mutant>", "exec", dont_inherit=True)


def functions_of(code: CodeType) -> dict[str, CodeType]:
    """The code of each function of a module and of its classes, by its qualified name."""
    found = {}
    for each in _codes(code):
        if each.co_flags & OF_FUNCTION:
            found[each.co_qualname] = each
        else:
            found |= functions_of(each)
    return found


def _outside(code: CodeType) -> tuple[Any, ...]:
    """What a module or a class does outside functions. Lambdas and comprehensions there are part of it."""
    nested = [each.co_qualname if _is_named(each) else _outside(each) for each in _codes(code)]
    constants = [repr(each) for each in code.co_consts if not isinstance(each, CodeType)]
    return code.co_code, code.co_names, constants, nested


def _is_named(code: CodeType) -> bool:
    return bool(code.co_flags & OF_FUNCTION) and not code.co_name.startswith("<")


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield from (each for each in code.co_consts if isinstance(each, CodeType))


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """Every function of the module and of its classes, without what decorators wrapped around it."""
    for value in [*vars(module).values()]:
        is_own = isinstance(value, type) and value.__module__ == module.__name__
        for member in [*vars(value).values()] if is_own else [value]:
            found = inspect.unwrap(_bare(member))
            if isinstance(found, FunctionType) and found.__module__ == module.__name__:
                yield found


def _bare(member: Any) -> Any:
    """The function within a property, a class method or a static method."""
    if isinstance(member, property):
        return member.fget
    if isinstance(member, cached_property):
        return member.func
    return member.__func__ if isinstance(member, classmethod | staticmethod) else member
