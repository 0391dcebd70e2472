"""The gallery's pages, without a database: the shell needs none."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client


@pytest.fixture
def gallery(settings) -> Client:
    """A client of the gallery's pages."""
    pages = settings.TEMPLATES[0]
    folders = [*pages["DIRS"], Path(__file__).parent / "templates"]
    frame = [
        each
        for each in pages["OPTIONS"]["context_processors"]
        if not each.startswith("pqip.govuk.shell")
    ]  # it has its own
    settings.TEMPLATES = [
        pages | {"DIRS": folders, "OPTIONS": pages["OPTIONS"] | {"context_processors": frame}}
    ]
    settings.STATIC_ROOT = settings.BASE_DIR / "static"
    settings.ROOT_URLCONF = "tests.govuk.gallery"
    return Client()
