"""What `docker-compose.yml` and the `Dockerfile` name exists. No engine is at hand: they are read, not run."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from celery.app.utils import find_app
from django.conf import settings
from django.core.management import call_command, get_commands
from django.urls import resolve

from pqip import run
from pqip.core import broker
from pqip.env import PROJECT
from pqip.exchange.limits import MIB, Limits
from pqip.jobs.scheduler import Lock

COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
CADDYFILE = (PROJECT / "tools" / "Caddyfile").read_text()
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
OURS = ("migrate", "web", *run.WORKERS, "scheduler")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_service_that_stays_has_a_health_check_and_starts_again(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_health_checks_and_commands_name_commands_that_exist() -> None:
    lines = [
        str(SERVICES[name].get(part, "")) for name in OURS for part in ("command", "healthcheck")
    ]
    named = {
        command for line in lines for command in re.findall(r"manage\.py[', ]+([a-z_]+)", line)
    }
    assert named == {"migrate", "load_reference", "jobs"}
    assert named <= set(get_commands())


def test_the_web_service_is_asked_at_an_address_that_exists_on_the_port_it_listens_at() -> None:
    asked = re.search(r"http://[^']+", SERVICES["web"]["healthcheck"]["test"][-1])
    assert asked is not None
    address = urlsplit(asked[0])
    assert resolve(address.path).url_name == "health_live"
    assert f'"0.0.0.0:{address.port}"' in DOCKERFILE
    assert f"EXPOSE {address.port}" in DOCKERFILE


def test_workers_and_scheduler_are_those_of_make_run() -> None:
    here = run._processes(8000)
    for name in (*run.WORKERS, "scheduler"):
        command = SERVICES[name]["command"]
        assert find_app(command[command.index("-A") + 1]).main == "pqip"
        assert command[3] in here[name]


@pytest.mark.parametrize("name", run.WORKERS)
def test_each_worker_takes_from_its_queues_and_its_health_is_theirs(name: str) -> None:
    command, asked = SERVICES[name]["command"], SERVICES[name]["healthcheck"]["test"]
    here = run._processes(8000)[name]
    assert (
        command[command.index("-Q") + 1]
        == here[here.index("-Q") + 1]
        == asked[asked.index("--queues") + 1]
    )
    assert command[command.index("-n") + 1] == here[here.index("-n") + 1]


def test_every_queue_has_a_worker_and_neither_mail_nor_files_share_one_with_reports() -> None:
    taken = [set(queues.split(",")) for queues in run.WORKERS.values()]
    assert sorted(name for queues in taken for name in queues) == sorted(settings.JOB_QUEUES)
    slow = next(queues for queues in taken if "reports" in queues)
    assert slow == {"reports"}
    assert {"imports"} in taken


@pytest.mark.django_db
def test_the_schedulers_health_is_whether_one_acts(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("jobs", scheduling=True)
    lock = Lock()
    assert lock.hold()
    call_command("jobs", scheduling=True)
    lock.release()
    assert capsys.readouterr().out.split("\n")[:2] == [
        "a scheduler acts: no",
        "a scheduler acts: yes",
    ]


def test_the_database_s_own_log_quotes_no_row() -> None:
    """What it refuses is an error with the values in it: errors are not written there."""
    command = SERVICES["db"]["command"]
    assert command[command.index("-c") + 1] == "log_min_messages=log"


def test_volumes_are_named_and_mounted_files_exist() -> None:
    mounts = [
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    ]
    for source in mounts:
        assert (
            (PROJECT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
        )
    assert set(COMPOSE["volumes"]) <= set(mounts)
    files = next(
        volume for volume in SERVICES["web"]["volumes"] if volume.startswith("files:")
    ).partition(":")[2]
    assert f"PQIP_FILES={files}" in DOCKERFILE


def test_what_a_service_waits_for_is_a_service_that_can_be_waited_for() -> None:
    for service in SERVICES.values():
        for other, wanted in service.get("depends_on", {}).items():
            if wanted["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other]
            else:
                assert SERVICES[other]["restart"] == "no"


def test_only_migrations_run_as_the_owner_of_the_tables() -> None:
    owners = {
        name
        for name, service in SERVICES.items()
        if "DATABASE_OWNER_URL" in service.get("environment", {})
    }
    assert owners == {"migrate"}


def test_the_image_runs_unprivileged_and_copies_what_exists() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    users = re.findall(r"^USER (\S+)$", last, re.MULTILINE)
    assert users == ["pqip"]
    assert re.search(r"useradd .*\bpqip\b", last)
    assert last.index("USER pqip") < last.index("CMD ")
    assert "user" not in {key for name in OURS for key in SERVICES[name]}, (
        "nobody makes it root again"
    )
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (PROJECT / source).exists(), source


def test_the_proxy_alone_publishes_ports_and_reaches_the_web_server_alone() -> None:
    assert {name for name, service in SERVICES.items() if service.get("ports")} == {"proxy"}
    assert {
        name for name, service in SERVICES.items() if "front" in service.get("networks", ())
    } == {"proxy", "web"}
    assert SERVICES["proxy"]["networks"] == ["front"]
    assert "host" not in str([service.get("network_mode", "") for service in SERVICES.values()])
    asked = re.search(r"reverse_proxy (\w+):(\d+) \{", CADDYFILE)
    assert asked is not None
    assert (asked[1], f"EXPOSE {asked[2]}" in DOCKERFILE) == ("web", True)


def test_the_proxy_is_the_one_that_is_believed() -> None:
    """It says anew who calls: nothing a browser sends is passed on as a proxy's word."""
    assert {str(SERVICES[name]["environment"]["PQIP_TRUSTED_PROXIES"]) for name in OURS} == {"1"}
    assert "trusted_proxies" not in CADDYFILE
    assert not re.search(r"header_up [+]?X-Forwarded", CADDYFILE)
    assert "header_up X-Request-Id {http.request.uuid}" in CADDYFILE


def test_the_proxy_lets_files_through_that_the_service_judges_and_none_much_larger() -> None:
    found = re.search(r"max_size (\d+)MiB", CADDYFILE)
    assert found is not None
    assert Limits.uploaded + 2 * MIB <= int(found[1]) * MIB <= 2 * Limits.uploaded
    assert set(re.findall(r"read_header|read_body|write|idle", CADDYFILE)) == {
        "read_header",
        "read_body",
        "write",
        "idle",
    }
    for status in ("413", "503"):
        assert re.search(
            rf"respond .*`<!DOCTYPE html><html lang=.*</html>` {status}$", CADDYFILE, re.MULTILINE
        )
    assert "Content-Security-Policy \"default-src 'none'" in CADDYFILE


def test_broker_and_cache_are_two_servers_set_up_as_the_check_wants() -> None:
    addresses = SERVICES["web"]["environment"]
    for variable, name, wanted in (
        ("REDIS_URL", "redis", {"maxmemory-policy": "noeviction", "appendonly": "yes"}),
        (
            "CACHE_URL",
            "cache",
            {"maxmemory-policy": "allkeys-lru", "appendonly": "no", "maxmemory": "64mb"},
        ),
    ):
        command = SERVICES[name]["command"]
        given = dict(
            zip((option.removeprefix("--") for option in command[1::2]), command[2::2], strict=True)
        )
        assert given | wanted == given, name
        assert given["requirepass"].startswith("${REDIS_PASSWORD")
        assert f"@{name}:6379" in addresses[variable]
        assert not list((broker._broker if name == "redis" else broker._cache)(given))


def test_secrets_come_from_the_host() -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    for name in re.findall(r"\$\{([A-Z_]*(?:PASSWORD|SECRET|KEY)[A-Z_]*)\}?", text):
        assert re.search(rf"\$\{{{name}:\?set {name}\}}", text), (
            f"{name} has to be given, never a default"
        )
