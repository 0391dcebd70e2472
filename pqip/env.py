"""The typed environment: every variable, its meaning, its default, and what to do when it is wrong.

The settings read it once. `.env.example` explains each variable; `docs/running.md` has them in one table.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from pqip.core import patterns

PROJECT = Path(__file__).resolve().parents[1]
SHORTEST_SECRET = 50
#: A key with fewer different characters than this, or with a well-known beginning, was typed and not generated.
VARIED_SECRET, SHORTEST_PASSWORD, TYPED_SECRETS = (
    12,
    16,
    ("django-insecure-", "change", "secret", "password"),
)
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DEMONSTRATION_SECRET = "made-up-data-only-" + "0" * 40
#: Commands that create or change tables, and therefore connect as the role that owns them.
OWNER_COMMANDS = {
    "migrate",
    "makemigrations",
    "sqlmigrate",
    "showmigrations",
    "lay_guards",
    "analyze",
}

#: Numbers that the service has not given; `reports/figures/settings.py` says what they decide, and their defaults.
ASSUMED_NUMBERS = (
    "PQIP_UNITS_AT_RISK",
    "PQIP_MODULE_DAYS_OVERDUE",
    "PQIP_LAST_ATTEMPT",
    "PQIP_OVERDUE_WORKING_DAYS",
    "PQIP_ABSENCE_DAYS",
    "PQIP_RETURN_DAYS",
    "PQIP_NEWLY_QUALIFIED_MONTHS",
    "PQIP_AWARD_MONTHS",
    "PQIP_TARGET_CASELOAD",
    "PQIP_FOLLOW_UP_DAYS",
    "PQIP_COURSE_DUE_MONTHS",
    "PQIP_REVIEW_MONTHS",
    "PQIP_APPEAL_DAYS",
    "PQIP_COUNTERSIGN_MINUTES",
    "PQIP_CHASE_WORKING_DAYS",
    "PQIP_RATE_LEAST_DECISIONS",
    "PQIP_SUPPRESSION_THRESHOLD",
    "PQIP_DECLARATION_PERCENT",
    "PQIP_CHECKS_TARGET_DAYS",
    "PQIP_FORECAST_YEARS",
    "PQIP_FORECAST_RUNS",
    "PQIP_FORECAST_HELD_PERCENT",
    "PQIP_LEARNERS_PER_MANAGER",
    "PQIP_PEOPLE_PER_MENTOR",
)
#: The most requests of one user in a minute, by kind (`pqip/core/limits.py`).
ASKED_A_MINUTE = {
    "report": ("PQIP_REPORTS_A_MINUTE", 120),
    "request": ("PQIP_REQUESTS_A_MINUTE", 15),
    "export": ("PQIP_EXPORTS_A_MINUTE", 60),
    "search": ("PQIP_SEARCHES_A_MINUTE", 60),
    "import": ("PQIP_IMPORTS_A_MINUTE", 10),
}
#: The most rows about people that one user may take out in files in a day, by the reach of their widest role.
ROWS_A_DAY = {
    "own": ("PQIP_ROWS_A_DAY_OWN", 2_000),
    "place": ("PQIP_ROWS_A_DAY_PLACE", 50_000),
    "nation": ("PQIP_ROWS_A_DAY_NATION", 300_000),
}
LEAVING_AVERAGE, AVERAGES = "PQIP_LEAVING_AVERAGE", ("month_ends", "opening_closing")


@dataclass(frozen=True)
class Environment:
    """The checked values of the environment."""

    demo: bool
    secret_key: str
    earlier_secret_keys: list[str]
    allowed_hosts: list[str]
    database: dict[str, Any]
    owner_database: dict[str, Any]
    application_role: str
    redis_url: str
    cache_url: str
    email: dict[str, Any]
    port: int
    https: bool
    invited_domains: list[str]
    unusual_rows: int
    require_second_factor: bool
    govuk_brand: bool
    data_quality_email: bool
    trusted_proxies: int
    log_level: str
    statement_seconds: int
    idle_seconds: int
    media_root: Path
    scanner: str
    staff_number_form: str
    assumed: dict[str, int | str]
    a_minute: dict[str, int]
    fresh_export_rows: int
    purpose_rows: int
    rows_a_day: dict[str, int]
    heavy_reports_at_once: int


def read(command: str = "") -> Environment:
    """Read and check the environment for a command. Raises ImproperlyConfigured, saying what to set and to what."""
    env = environ.Env()
    environ.Env.read_env(PROJECT / ".env")
    demo = _value(env.bool, "PQIP_DEMO", False, "yes or no")
    given = addresses()
    cache = env.str("CACHE_URL", "") or given["REDIS_URL"]
    for name, address in [*given.items(), ("CACHE_URL", cache)]:
        _server_password(name, address, demo)
    database = _database(given, "DATABASE_URL")
    owner = _database(given, "DATABASE_OWNER_URL") if "DATABASE_OWNER_URL" in given else database
    return Environment(
        demo=demo,
        secret_key=_secret(
            "SECRET_KEY", env.str("SECRET_KEY", DEMONSTRATION_SECRET if demo else ""), demo
        ),
        earlier_secret_keys=[
            _secret("SECRET_KEY_FALLBACKS", key, demo)
            for key in env.list("SECRET_KEY_FALLBACKS", default=[])
        ],
        allowed_hosts=_hosts(env, demo),
        database=owner if command in OWNER_COMMANDS else database,
        owner_database=owner,
        application_role=str(database["USER"]),
        redis_url=given["REDIS_URL"],
        cache_url=cache,
        email=_email(env, demo),
        port=_value(env.int, "PORT", 8000, "a number such as 8000"),
        https=_value(env.bool, "PQIP_HTTPS", not demo, "yes or no"),
        invited_domains=_domains(env, demo),
        unusual_rows=_value(env.int, "PQIP_UNUSUAL_ROWS", 20_000, "a number of rows such as 20000"),
        require_second_factor=_value(env.bool, "PQIP_REQUIRE_SECOND_FACTOR", not demo, "yes or no"),
        govuk_brand=_value(env.bool, "PQIP_GOVUK_BRAND", False, "yes or no"),
        data_quality_email=_value(env.bool, "PQIP_DATA_QUALITY_EMAIL", True, "yes or no"),
        trusted_proxies=_value(
            _at_least(env, 0),
            "PQIP_TRUSTED_PROXIES",
            0,
            "the number of proxies in front, such as 1",
        ),
        log_level=_value(
            _log_level(env), "PQIP_LOG_LEVEL", "INFO", f"one of {', '.join(LOG_LEVELS)}"
        ),
        statement_seconds=(statement := _statement_seconds(env, command)),
        idle_seconds=min(max(2 * statement, 60), 600) if statement else 0,
        media_root=Path(env.str("PQIP_FILES", str(PROJECT / "var" / "files"))),
        scanner=_scanner(env, demo),
        staff_number_form=_staff_number_form(env),
        assumed=_assumed(env),
        heavy_reports_at_once=_value(
            _at_least(env, 1), "PQIP_HEAVY_REPORTS_AT_ONCE", 1, "a whole number such as 1"
        ),
        fresh_export_rows=_value(
            _at_least(env, 0), "PQIP_FRESH_EXPORT_ROWS", 50, "a whole number such as 50"
        ),
        purpose_rows=_value(
            _at_least(env, 0), "PQIP_PURPOSE_ROWS", 50, "a whole number such as 50"
        ),
        rows_a_day={
            reach: _value(_at_least(env, 1), name, usual, f"a whole number such as {usual}")
            for reach, (name, usual) in ROWS_A_DAY.items()
        },
        a_minute={
            what: _value(_at_least(env, 1), name, usual, f"a whole number such as {usual}")
            for what, (name, usual) in ASKED_A_MINUTE.items()
        },
    )


def addresses() -> dict[str, str]:
    """Return the addresses of database and broker: the environment's, or those of the embedded servers, started where
    needed.
    """
    given = {
        name: os.environ[name]
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
        if os.environ.get(name)
    }
    if "DATABASE_URL" in given and "REDIS_URL" in given:
        return given
    from pqip import embedded

    held = embedded.urls(embedded.hold())
    if "DATABASE_URL" in given:
        held.pop("DATABASE_OWNER_URL")
    return held | given


def _database(addresses: dict[str, str], name: str) -> dict[str, Any]:
    try:
        config = environ.Env.db_url_config(addresses[name])
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            f"{name} is not a database address. Write postgres://role:password@host:5432/name."
        ) from error
    if config.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            f"{name} must be a PostgreSQL address: postgres://role:password@host:5432/name."
        )
    host = urlsplit(addresses[name]).netloc.rpartition("@")[2]
    if (
        "%2F" in host
    ):  # a path to a socket; host names are converted to lower case on the way, paths must not be
        config["HOST"] = unquote(host.partition(":")[0])
    return config


def _server_password(name: str, address: str, demo: bool) -> None:
    """Check that the password in an address was generated at random.

    Raises ImproperlyConfigured for one that is short or typed.
    """
    password = unquote(urlsplit(address).password or "")
    is_weak = len(password) < SHORTEST_PASSWORD or len(set(password)) < SHORTEST_PASSWORD // 2
    if password and not demo and (is_weak or password.lower().startswith(TYPED_SECRETS)):
        raise ImproperlyConfigured(
            f"The password in {name} must be at least {SHORTEST_PASSWORD} random characters. "
            "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(24))', and give it to the server too."
        )


def _secret(name: str, secret: str, demo: bool) -> str:
    """Return a key that was generated at random. Raises ImproperlyConfigured for one that is short, well known or typed."""
    is_weak = (
        len(secret) < SHORTEST_SECRET
        or len(set(secret)) < VARIED_SECRET
        or secret.lower().startswith(TYPED_SECRETS)
    )
    if not demo and (is_weak or secret == DEMONSTRATION_SECRET):
        raise ImproperlyConfigured(
            f"{name} must be at least {SHORTEST_SECRET} random characters. "
            "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'. "
            "To try the service with made-up data instead, set PQIP_DEMO=yes."
        )
    return secret


def _hosts(env: environ.Env, demo: bool) -> list[str]:
    hosts = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if demo else [])
    if not hosts or (not demo and any("*" in host or host.startswith(".") for host in hosts)):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name the service's own host names in full, such as pqip.example.gov.uk; * is not one."
        )
    return hosts


def _domains(env: environ.Env, demo: bool) -> list[str]:
    """Return the domains of e-mail addresses that may be invited; none outside a demonstration that names none."""
    domains = [
        domain.strip().lower()
        for domain in env.list("PQIP_INVITED_DOMAINS", default=["example.com"] if demo else [])
    ]
    if not all(re.fullmatch(r"[\w-]+(\.[\w-]+)+", domain) for domain in domains):
        raise ImproperlyConfigured(
            "PQIP_INVITED_DOMAINS must name domains in full, separated by commas, such as justice.gov.uk,example.ac.uk; "
            "* is not one, and each stands for itself alone."
        )
    return domains


def _email(env: environ.Env, demo: bool) -> dict[str, Any]:
    if demo and not os.environ.get("EMAIL_URL"):
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(PROJECT / "var" / "mail"),
        }
    try:
        return env.email_url("EMAIL_URL")
    except (ImproperlyConfigured, ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            "EMAIL_URL must say where mail is sent: smtp+tls://user:password@host:587."
        ) from error


def _log_level(env: environ.Env) -> Any:
    def read_as(name: str, default: str) -> str:
        level = env.str(name, default).upper()
        if level not in LOG_LEVELS:
            raise ValueError(level)
        return level

    return read_as


def _at_least(env: environ.Env, least: int) -> Any:
    def read_as(name: str, default: int) -> int:
        number = env.int(name, default)
        if number < least:
            raise ValueError(number)
        return number

    return read_as


def _scanner(env: environ.Env, demo: bool) -> str:
    where = env.str("PQIP_SCANNER", "")
    parts = urlsplit(where)
    if where and (parts.scheme != "clamd" or not (parts.hostname or parts.path)):
        raise ImproperlyConfigured(
            f"PQIP_SCANNER is {where!r}. Write clamd://host:3310, or clamd:///run/clamav/clamd.sock for a socket."
        )
    if not where and not demo:
        raise ImproperlyConfigured(
            "PQIP_SCANNER must say where ClamAV’s daemon is, such as clamd://scanner:3310: it is asked before a file is kept. "
            "To try the service with made-up data instead, set PQIP_DEMO=yes."
        )
    return where


def _staff_number_form(env: environ.Env) -> str:
    form = env.str("PQIP_STAFF_NUMBER_FORM", ".*")
    try:
        is_quick = patterns.is_quick(form)
    except re.error as error:
        raise ImproperlyConfigured(
            rf"PQIP_STAFF_NUMBER_FORM is {form!r}. Write a regular expression of the whole number, such as \d{{5,8}}|APP:\w+."
        ) from error
    if not is_quick:
        raise ImproperlyConfigured(
            f"PQIP_STAFF_NUMBER_FORM is {form!r}, which could take very long to decide. Repeat nothing that repeats or chooses "
            f"itself, and repeat no more than {patterns.MOST_REPEATS} things."
        )
    return form


def _statement_seconds(env: environ.Env, command: str) -> int:
    """Return the most seconds for one query in this process; 0 is unlimited, while tables are made."""
    if command in OWNER_COMMANDS:
        return 0
    if os.environ.get("PQIP_PROCESS") == "web":
        return _value(env.int, "PQIP_WEB_STATEMENT_SECONDS", 5, "a number of seconds such as 5")
    return _value(env.int, "PQIP_STATEMENT_SECONDS", 1800, "a number of seconds such as 1800")


def _assumed(env: environ.Env) -> dict[str, int | str]:
    """Return the assumed numbers that are set here, by name."""
    found: dict[str, int | str] = {
        name: _value(env.int, name, None, "a whole number")
        for name in ASSUMED_NUMBERS
        if os.environ.get(name)
    }
    if average := os.environ.get(LEAVING_AVERAGE):
        if average not in AVERAGES:
            raise ImproperlyConfigured(
                f"{LEAVING_AVERAGE} is {average!r}. Write {' or '.join(AVERAGES)}."
            )
        found[LEAVING_AVERAGE] = average
    return found


def _value(read_as: Any, name: str, default: Any, right: str) -> Any:
    try:
        return read_as(name, default=default)
    except (ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} is {os.environ.get(name)!r}. Write {right}.") from error
