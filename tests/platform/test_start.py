"""What does not start outside a demonstration, told in words; and what is wrong with broker and cache (AU16, CF7)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from pqip.core.broker import broker_and_cache
from pqip.core.errors import RuleBroken
from pqip.demo.personas import PERSONAS
from pqip.env import PROJECT
from tests.factories.workforce import BY, PASSWORD, user
from tests.faults.machines import Broker
from tests.platform.test_deploy import PRODUCTION
from workforce.accounts.demonstration import is_made_up, no_demonstration_accounts, refuse_to_start
from workforce.actions.accounts import create_account
from workforce.models import User

STARTS = [
    [sys.executable, "-m", "gunicorn", "pqip.wsgi", "--bind", "127.0.0.1:0", "--workers", "1"],
    [sys.executable, "-m", "celery", "-A", "pqip", "worker", "-c", "1"],
    [sys.executable, "-m", "celery", "-A", "pqip", "beat", "--pidfile="],
]


def test_every_persona_and_nobody_real_is_known_as_made_up() -> None:
    assert all(is_made_up(persona.email) for persona in PERSONAS)
    assert is_made_up(" Sam@Mail.EXAMPLE.org ")
    real = [
        "sam@justice.gov.uk",
        "sam@example.gov.uk",
        "sam@myexample.com",
        "example.com@justice.gov.uk",
        "sam@test.gov.uk",
    ]
    assert [email for email in real if is_made_up(email)] == []


@pytest.mark.django_db
def test_a_database_with_the_demonstrations_accounts_is_refused_outside_one(
    settings: Any, capsys: Any
) -> None:
    user("national", email="sam@justice.gov.uk")
    settings.PQIP_DEMO = False
    refuse_to_start()
    assert no_demonstration_accounts() == []
    user("national", email="national@example.com")
    with pytest.raises(SystemExit):
        refuse_to_start()
    said = capsys.readouterr().err
    assert (
        "This database holds 1 of the demonstration's accounts, such as national@example.com"
        in said
    )
    assert "point DATABASE_URL at one where seed_demo never ran" in said
    assert [found.id for found in no_demonstration_accounts()] == ["workforce.E001"]
    settings.PQIP_DEMO = True
    refuse_to_start()


def test_neither_web_nor_worker_nor_scheduler_starts_there(real_db: Any) -> None:
    user("national", email="national@example.com")
    connection.close()
    here = (
        {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "pqip.settings"}
        | PRODUCTION
        | real_db.environment
    )
    for command in STARTS:
        done = subprocess.run(
            command, cwd=PROJECT, env=here, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 3, (command, done.stderr)
        assert "This database holds 1 of the demonstration's accounts" in done.stderr
        assert "set PQIP_DEMO=yes" in done.stderr
        assert "Traceback" not in done.stderr
    check = [sys.executable, "manage.py", "check", "--deploy"]
    done = subprocess.run(
        check, cwd=PROJECT, env=here, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "workforce.E001" in done.stderr


@pytest.mark.django_db
def test_nor_are_such_accounts_made_there_or_signed_in_with(settings: Any) -> None:
    account = user("national", email="national@example.com")
    settings.PQIP_DEMO = False
    with pytest.raises(RuleBroken, match="Enter their work email address"):
        create_account(by=BY, email="sam@Example.com")
    assert not User.objects.filter(email="sam@example.com").exists()
    client = Client()
    answer = client.post("/accounts/login/", {"login": account.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert client.get("/my-account/").status_code == 302


@contextmanager
def running() -> Iterator[Broker]:
    broker = Broker()
    broker.start()
    try:
        yield broker
    finally:
        broker.remove()


def findings(settings: Any, broker: str, cache: str) -> set[str]:
    class Said:
        redis_url, cache_url = broker, cache

    settings.ENVIRONMENT = Said
    return {str(found.id) for found in broker_and_cache()}


def test_a_broker_that_forgets_or_throws_away_is_an_error(settings: Any) -> None:
    with running() as server, running() as other:
        broker, cache = f"unix://{server.socket}", f"unix://{other.socket}"
        assert findings(settings, broker, cache) == {"core.E005", "core.W006"}
        server.tell("CONFIG SET appendonly yes")
        other.tell("CONFIG SET maxmemory-policy allkeys-lru")
        assert findings(settings, broker, cache) == set()
        server.tell("CONFIG SET maxmemory-policy allkeys-lru")
        assert findings(settings, broker, cache) == {"core.E004"}
        server.tell("ACL SETUSER default -config")
        assert findings(settings, broker, cache) == {"core.W004"}, "a hosted one may not say"


@pytest.mark.parametrize(
    ("broker", "cache", "found"),
    [
        ("rediss://:p@b.invalid/0", "rediss://:p@c.invalid/0", {"core.I001"}),
        ("rediss://:p@b.invalid/0", "rediss://:p@b.invalid:6379/1", {"core.I001", "core.W005"}),
        ("redis://:p@b.invalid/0", "redis://:p@c.invalid/0", {"core.I001", "core.W003"}),
        ("rediss://b.invalid/0", "rediss://:p@c.invalid/0", {"core.I001", "core.E003"}),
        ("redis://:p@localhost:1/0", "redis://:p@localhost:2/0", {"core.I001"}),
    ],
)
def test_how_they_are_reached(settings: Any, broker: str, cache: str, found: set[str]) -> None:
    assert findings(settings, broker, cache) == found
