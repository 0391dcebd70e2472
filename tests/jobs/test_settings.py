"""The values that keep work safe, held together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from celery.signals import worker_process_init
from django.conf import settings

from pqip.celery import app, look_less_often_for_garbage
from pqip.settings.queue import broker_url

ROOT = Path(__file__).resolve().parents[2] / "pqip"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", True),
        ("worker_prefetch_multiplier", 1),
        ("task_serializer", "json"),
        ("accept_content", ["json"]),
        ("task_ignore_result", True),
        ("result_backend", None),
        ("worker_cancel_long_running_tasks_on_connection_loss", True),
        ("worker_enable_soft_shutdown_on_idle", True),
        ("broker_connection_max_retries", None),
        ("enable_utc", True),
        ("timezone", "Europe/London"),
        ("beat_scheduler", "pqip.jobs.scheduler:Scheduler"),
    ],
)
def test_celery_is_configured_not_to_lose_work(name: str, value: object) -> None:
    assert app.conf[name] == value


def test_a_worker_looks_for_garbage_less_often() -> None:
    """A worker's process has everything loaded: to search it again and again took two fifths of an import's Python."""
    heard = [receiver() for _key, receiver, *_more in worker_process_init.receivers]
    assert look_less_often_for_garbage in heard


def test_limits_fit_into_each_other() -> None:
    visibility = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT < visibility
    assert settings.WORKER_TRANSPORT_OPTIONS["visibility_timeout"] == visibility
    assert app.conf.worker_max_memory_per_child > 0
    assert app.conf.worker_max_tasks_per_child > 0


def test_every_queue_has_a_limit_and_mail_the_narrower_one() -> None:
    assert set(settings.JOB_QUEUE_LIMITS) == set(settings.JOB_QUEUES)
    limits = settings.JOB_QUEUE_LIMITS
    assert limits["mail"] < limits["imports"] < limits["reports"]
    assert limits["reports"] > settings.CELERY_TASK_TIME_LIMIT, (
        "a test job stands behind a report that takes long"
    )


def test_a_publisher_waits_less_than_three_seconds_and_a_worker_longer() -> None:
    publisher = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert publisher["socket_connect_timeout"] + publisher["socket_timeout"] <= 3
    assert publisher["retry_on_timeout"] is False
    assert settings.WORKER_TRANSPORT_OPTIONS["socket_timeout"] > publisher["socket_timeout"]


def test_only_one_module_publishes_and_nothing_waits_in_the_broker() -> None:
    banned = re.compile(
        r"\.delay\(|\.delay_on_commit\(|\.apply_async\(|\bchord\(|\beta=|\bcountdown="
    )
    found = {
        str(path.relative_to(ROOT)) for path in ROOT.parent.rglob("*.py")
        if not {".venv", "node_modules", "tests", "var"} & set(path.parts) and banned.search(path.read_text())
        and path.is_relative_to(ROOT)
    }  # fmt: skip
    assert found == {"jobs/waking.py"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("redis://broker:6379/0", "redis://broker:6379/0"),
        ("unix:///run/v.sock", "redis+socket:///run/v.sock?virtual_host=0"),
        ("rediss://:p@broker:6379/0", "rediss://:p@broker:6379/0?ssl_cert_reqs=required"),
        (
            "rediss://broker/0?ssl_ca_certs=/ca.pem",
            "rediss://broker/0?ssl_ca_certs=/ca.pem&ssl_cert_reqs=required",
        ),
        ("redis+socket:///run/v.sock?virtual_host=0", "redis+socket:///run/v.sock?virtual_host=0"),
    ],
)
def test_broker_url(given: str, expected: str) -> None:
    assert broker_url(given) == expected
