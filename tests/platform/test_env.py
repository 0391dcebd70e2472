"""An environment that is wrong stops the process with what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from pqip import env
from reports.figures.settings import ASSUMED

SOURCE = Path(env.__file__).read_text()
ROOT = Path(env.__file__).resolve().parents[1]
EXAMPLE = (ROOT / ".env.example").read_text()
NAME = r"(?:PQIP_[A-Z_]+|[A-Z_]+_URL|SECRET_KEY(?:_FALLBACKS)?|ALLOWED_HOSTS|PORT)"

PASSWORD = "wT6-mVq2Zk_8rLpX"

RIGHT = {
    "PQIP_DEMO": "no", "SECRET_KEY": "".join(map(chr, range(65, 115))), "ALLOWED_HOSTS": "pqip.example.gov.uk",
    "DATABASE_URL": f"postgres://app:{PASSWORD}@db:5432/pqip", "REDIS_URL": "redis://broker:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@host:587", "PQIP_SCANNER": "clamd://scanner:3310",
}  # fmt: skip


@pytest.fixture(autouse=True)
def right(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(env, "PROJECT", tmp_path)  # no `.env` of the clone's
    for name in ("DATABASE_OWNER_URL", "CACHE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)


def test_a_right_one_is_read() -> None:
    read = env.read()
    assert (read.demo, read.https, read.require_second_factor, read.port) == (
        False,
        True,
        True,
        8000,
    )
    assert read.application_role == "app"


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("SECRET_KEY", "short", "secrets.token_urlsafe"),
        ("SECRET_KEY", "", "at least 50 random characters"),
        ("SECRET_KEY", env.DEMONSTRATION_SECRET, "PQIP_DEMO=yes"),
        ("SECRET_KEY", "k" * 60, "random characters"),
        ("SECRET_KEY", "django-insecure-" + RIGHT["SECRET_KEY"], "random characters"),
        ("SECRET_KEY", "Change-me-" + RIGHT["SECRET_KEY"], "random characters"),
        ("SECRET_KEY_FALLBACKS", "short", "random characters"),
        ("ALLOWED_HOSTS", "*", "host names in full"),
        ("ALLOWED_HOSTS", "pqip.example.gov.uk,*", "host names in full"),
        ("ALLOWED_HOSTS", ".gov.uk", "host names in full"),
        ("ALLOWED_HOSTS", "", "such as pqip.example.gov.uk"),
        ("DATABASE_URL", "sqlite:///pqip.db", "postgres://"),
        ("DATABASE_URL", "mysql://app@db/pqip", "postgres://"),
        ("DATABASE_URL", "postgres://app:short@db:5432/pqip", "secrets.token_urlsafe"),
        (
            "DATABASE_URL",
            "postgres://app:password-" + PASSWORD + "@db:5432/pqip",
            "random characters",
        ),
        (
            "DATABASE_OWNER_URL",
            "postgres://owner:" + "ab" * 20 + "@db:5432/pqip",
            "random characters",
        ),
        ("REDIS_URL", "redis://:change-me-" + PASSWORD + "@broker:6379/0", "random characters"),
        ("CACHE_URL", "redis://:redis@cache:6379/0", "random characters"),
        ("EMAIL_URL", "carrier-pigeon://roof", "smtp\\+tls://"),
        ("PORT", "eighty", "a number such as 8000"),
        ("PQIP_TRUSTED_PROXIES", "many", "such as 1"),
        ("PQIP_LOG_LEVEL", "LOUD", "one of DEBUG, INFO, WARNING, ERROR"),
        ("PQIP_STATEMENT_SECONDS", "long", "such as 1800"),
    ],
)
def test_a_wrong_one_says_the_fix(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, fix: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=fix) as refused:
        env.read()
    assert name in str(refused.value)


def read_by_the_environment() -> set[str]:
    """Every variable the source reads, but the one that the web server's entry point sets for itself."""
    return set(re.findall(rf'"({NAME})"', SOURCE)) - {"PQIP_PROCESS"}


def test_every_variable_is_explained_in_the_example_and_no_other() -> None:
    explained = re.findall(rf"(?:^# .+\n)+(?:#{NAME}=.*\n)*#({NAME})=", EXAMPLE, re.MULTILINE)
    given = re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE)
    assert set(given) == read_by_the_environment()
    assert len(given) == len(set(given))
    assert set(explained) | {"PQIP_WEB_STATEMENT_SECONDS"} == set(given), (
        "each has words of its own before it"
    )


def test_every_variable_is_in_the_table_of_running_and_no_other() -> None:
    section = (
        (ROOT / "docs" / "running.md")
        .read_text()
        .partition("## Environment\n")[2]
        .partition("\n## ")[0]
    )
    first_cells = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    assert {
        name for cell in first_cells for name in re.findall(r"`([A-Z_]+)`", cell)
    } == read_by_the_environment()


def test_the_example_shows_the_numbers_that_are_assumed() -> None:
    shown = dict(re.findall(r"^#(PQIP_[A-Z_]+)=(.+)$", EXAMPLE, re.MULTILINE))
    assert {one.setting: shown.get(one.setting) for one in ASSUMED} == {
        one.setting: str(one.default) for one in ASSUMED
    }
    assert {one.setting for one in ASSUMED} == {*env.ASSUMED_NUMBERS, env.LEAVING_AVERAGE}
