"""The form in which text is kept, and the form in which it is looked up: in Python, and the same in the database."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from pqip.core.words import folded, sought, tidy
from pqip.govuk.forms import CharField, TextField
from tests.core.test_source import APPS


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Greater\u00a0Manchester", "Greater Manchester"), ("Trial  Q", "Trial Q"), ("Trial\u2009Q", "Trial Q"),
        ("Trial\u2007\u202f Q", "Trial Q"), ("Trial\tQ", "Trial Q"), (" \u3000Q ", "Q"), ("O’Shea-Mu\u0308ller", "O’Shea-Müller"),
        ("e\u200b\u0301", "é"), ("a\r\nb\u2028c\x0bd", "a\nb\nc\nd"), ("a  b\n  c", "a b\n c"), ("two\x00", "two"),
    ],
)  # fmt: skip
def test_what_is_typed_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert tidy(typed) == kept
    for field in (CharField(), TextField()):
        assert field.clean(typed) == kept or "\x00" in typed, "forms keep the same form as files"


@given(text=st.text(max_size=30))
@example("e\u200b\u0301")
@example(" \u00ad ")
def test_it_stays_as_it_is_the_second_time(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert folded(tidy(text)) == folded(text) or not text.isprintable()
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Niamh O’Shea-Müller", "niamh oshea-muller"), ("NIAMH O'SHEA–MULLER", "niamh oshea-muller"),
        ("Siwan Llŷr", "siwan llyr"),
        ("Trial\u00a0 Q", "trial q"), ("Æsa Łukasz Ørsted Straße", "aesa lukasz orsted strasse"), ("ＡＢ１", "ab1"),
        ("ΝΊΚΟΣ", "νικοσ"), ("Жанна", "жанна"), ("O`Neill ʻAkau", "oneill akau"),
    ],
)  # fmt: skip
def test_what_is_looked_for(written: str, said: str) -> None:
    assert folded(written) == said
    assert sought(written) == said.split()


@pytest.mark.django_db
def test_the_database_folds_every_character_alike() -> None:
    characters = [
        chr(code)
        for code in range(1, 0x30000)
        if unicodedata.category(chr(code)) not in {"Cs", "Cn", "Co"}
    ]
    texts = [f"a{character}B" for character in characters] + [
        " a\u00a0\u2009 b ",
        "ẞÆŒÞ",
        "e\u0301\u0323x",
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT said, core_folded(said) FROM unnest(%s) said", [texts])
        differing = [
            (said, found, folded(said))
            for said, found in cursor.fetchall()
            if found != folded(said)
        ]
    assert not differing


def test_no_other_module_has_a_form_of_its_own() -> None:
    own = re.compile(r"unicodedata|\.casefold\(")
    modules = (
        path for app in APPS for path in Path(app).rglob("*.py") if "migrations" not in path.parts
    )
    assert [str(path) for path in modules if own.search(path.read_text())] == ["pqip/core/words.py"]
