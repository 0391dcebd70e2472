"""Settings as production has them, in a process of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pqip.env import PROJECT

#: A password drawn at random.
PASSWORD = "wT6-mVq2Zk_8rLpX"
#: Everything production gives, and no server behind any of it: checks connect to nothing.
PRODUCTION = {
    "PQIP_DEMO": "no",
    "SECRET_KEY": "kX9-" * 5 + "qW7_" * 5 + "zR3!" * 5,
    "ALLOWED_HOSTS": "pqip.example.gov.uk",
    "DATABASE_URL": f"postgres://pqip_app:{PASSWORD}@db.invalid/pqip",
    "DATABASE_OWNER_URL": f"postgres://pqip_owner:{PASSWORD}@db.invalid/pqip",
    "REDIS_URL": f"rediss://:{PASSWORD}@broker.invalid:6379/0",
    "CACHE_URL": f"rediss://:{PASSWORD}@cache.invalid:6379/0",
    "EMAIL_URL": f"smtp+tls://user:{PASSWORD}@mail.invalid:587",
    "PQIP_TRUSTED_PROXIES": "1",
    "PQIP_SCANNER": "clamd://scanner.invalid:3310",
}


def manage(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in production's environment, but for what is given."""
    given = (
        {"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "pqip.settings"}
        | PRODUCTION
        | environment
    )
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=PROJECT,
        env=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_passes_every_deployment_check() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


def test_a_demonstration_is_never_deployed() -> None:
    done = manage("check", "--deploy", "--fail-level", "ERROR", PQIP_DEMO="yes")
    assert done.returncode == 1
    assert "core.E002" in done.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_URL", "PQIP_SCANNER"])
def test_what_is_missing_is_said_in_one_line_without_a_traceback(missing: str) -> None:
    done = manage("check", **{missing: ""})
    assert done.returncode == 1
    assert missing in done.stderr
    assert "Traceback" not in done.stderr
    assert PASSWORD not in done.stderr


def test_cookies_belong_to_one_host_and_to_https() -> None:
    shown = manage(
        "shell",
        "--no-imports",
        "-c",
        "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, "
        "s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.SESSION_COOKIE_DOMAIN)",
    )
    assert shown.stdout.split() == [
        "__Host-session",
        "__Host-csrf",
        "True",
        "True",
        "True",
        "Lax",
        "None",
    ], shown.stderr
