"""What rules are given and give back is a value: nothing that holds it can change it for another who does."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator


def values_of(package: str) -> Iterator[type]:
    """The dataclasses made in the modules of a package of rules."""
    found = importlib.import_module(package)
    for each in pkgutil.walk_packages(found.__path__, f"{package}."):
        module = importlib.import_module(each.name)
        for value in vars(module).values():
            if dataclasses.is_dataclass(value) and value.__module__ == each.name:  # type: ignore[union-attr]
                yield value  # type: ignore[misc]


def open_to_change(package: str) -> set[str]:
    """Names of the dataclasses of a package whose fields can be set."""
    return {
        value.__name__
        for value in values_of(package)
        if not value.__dataclass_params__.frozen  # type: ignore[attr-defined]
    }
