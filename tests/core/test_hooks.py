"""A page says what it shows by one method, and a kind of page by another: nobody has to follow a chain of overrides."""

from __future__ import annotations

import re
from pathlib import Path

from django.views.generic.base import ContextMixin

from pqip.core.access import every_url, is_library
from pqip.pages.generic import Shows

PROJECT = Path(__file__).parents[2]
APPS = ("pqip", "workforce", "learners", "assessments", "reports")
#: Where Django's own method is filled: for all pages, and for the public pages of words, which stand beneath them.
FILL_IT = {"pqip/pages/generic.py", "pqip/govuk/views.py"}


def pages() -> dict[str, type]:
    """The class of each address that has a page of ours."""
    views = {
        name: getattr(view, "view_class", None)
        for name, _path, view in every_url()
        if not is_library(view)
    }
    return {
        name: view
        for name, view in views.items()
        if view is not None and issubclass(view, ContextMixin)
    }


def test_only_the_generic_page_fills_djangos_own_method() -> None:
    found = {
        str(path.relative_to(PROJECT))
        for app in APPS
        for path in (PROJECT / app).rglob("*.py")
        if re.search(r"def get_context_data\b", path.read_text(encoding="utf-8"))
    }
    assert found == FILL_IT


def test_what_a_page_shows_hides_nothing_that_another_class_shows() -> None:
    chains = {
        name: [
            one.__qualname__ for one in view.__mro__ if one is not Shows and "shown" in vars(one)
        ]
        for name, view in pages().items()
    }
    assert len(chains) > 100
    assert {name: chain for name, chain in chains.items() if len(chain) > 1} == {}


def test_what_a_kind_of_page_shows_reaches_every_page_of_it() -> None:
    """Each class that adds to `common` hands on what its own kind has; the two that begin a chain have none."""
    begin = {"Page", "ActionPage"}
    kinds = {
        one
        for view in pages().values()
        for one in view.__mro__
        if one is not Shows and "common" in vars(one)
    }
    assert {
        one.__qualname__ for one in kinds if "common" not in vars(one)["common"].__code__.co_names
    } == begin
