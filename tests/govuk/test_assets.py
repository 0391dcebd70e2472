"""The built assets and the lock file."""

from __future__ import annotations

import json

import pytest
from django.conf import settings

from pqip.govuk.csp import JS_ENABLED_HASH

BUILD = settings.BASE_DIR / "static" / "build"


def test_lock_file_names_no_host():
    lock = (settings.BASE_DIR / "package-lock.json").read_text()
    assert "http" not in lock
    assert len(json.loads(lock)["packages"]) == 3


def test_hash_of_the_inline_line():
    """As the Design System publishes it for its own line."""
    assert JS_ENABLED_HASH == "'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='"


@pytest.mark.parametrize("name", ["govuk.css", "govuk-brand.css", "moj.css", "moj-brand.css"])
def test_addresses_are_relative_and_exist(name):
    css = (BUILD / name).read_text()
    assert "/assets/" not in css.replace("url(assets/", "url(")
    assert "sourceMappingURL" not in css


def test_the_plain_set_carries_no_licensed_brand():
    css = (BUILD / "govuk.css").read_text() + (BUILD / "moj.css").read_text()
    assert "GDS Transport" not in css
    assert "crest.svg" not in css
