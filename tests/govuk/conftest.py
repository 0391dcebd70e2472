"""The gallery's pages, without a database: the shell needs none."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client


@pytest.fixture
def gallery(settings) -> Client:
    """A client of the gallery's pages."""
    templates = [settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]}]
    settings.TEMPLATES = templates
    settings.STATIC_ROOT = settings.BASE_DIR / "static"
    settings.ROOT_URLCONF = "tests.govuk.gallery"
    return Client()
