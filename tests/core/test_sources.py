"""What reference data cites can be looked up."""

from __future__ import annotations

import pytest

from pqip.core.reference import Kind, kinds
from pqip.core.sources import SOURCES, cited

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", kinds.values(), ids=lambda kind: kind.slug)
def test_every_source_cited_is_listed(kind: Kind) -> None:
    texts = [kind.source]
    if "source" in kind.fields:
        texts += kind.current().values_list("source", flat=True)
    assert set().union(*map(cited, texts)) <= SOURCES.keys()


def test_codes_are_found_in_words() -> None:
    assert cited("S3 §2.4; W42b, and V9 of W30b") == {"S3", "W42b", "W30b"}
