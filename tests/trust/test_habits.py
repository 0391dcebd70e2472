"""Habits read from the source that keep trust: nothing runs what somebody typed, no secret is written down, nothing takes along
what hangs from it, red is for what is wrong or late, and rows leave no account behind."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from pqip.core.guards import is_audited
from tests.core.test_source import PROJECT, SOURCES, files, named

#: What reaches for a shell, runs text, reads what may hold code, makes SQL of text, or leaves out a certificate.
DANGEROUS = "S102,S301,S302,S307,S310,S323,S324,S501,S506,S602,S604,S605,S608,S701,S702"
#: Rows that go with what they belong to: worked out anew, not said yet, or forgotten within days. Everything else refuses, or
#: stays.
GO_ALONG = {
    "learners.Segment.enrolment",
    "learners.SelectionAnswer.enrolment",
    "assessments.Wait.evidence",
    "assessments.Wait.decision",
    "assessments.CriterionMet.registration",
    "assessments.UnitAchievement.registration",
    "assessments.DecisionDraft.evidence",
    "assessments.DecisionDraft.assessor",
    "core.SentForm.account",
}
HOUSE = {"pqip", "workforce", "learners", "assessments", "reports"}
#: Statuses in red: what went wrong, is late, or has nobody.
RED = {
    "Overdue",
    "Action overdue",
    "Nobody",
    "Failed",
    "Could not be made",
    "Not supported",
    "Lost",
    "too few",
}
#: Forms in which credentials are written, and words that name one beside a literal long enough to be one.
CREDENTIALS = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bglpat-[\w-]{20}|\bxox[abprs]-[\w-]{20}"
    r"|(?i:\b(?:secret|password|passwd|token|api_?key)\w*['\"]?\s*[:=]\s*['\"][^'\"\s{}$]{16,}['\"])"
)
#: Literals that are none: what a demonstration or a test uses, which production refuses (tests/platform/test_env.py).
NO_SECRETS = {
    "pqip/env.py": "the demonstration's own",
    "pqip/demo/": "of made-up people",
    "tests/": "of tests",
    "tools/bench/": "of the benchmark",
}


def test_nothing_runs_what_somebody_typed() -> None:
    asked = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--no-cache",
        "--select",
        DANGEROUS,
        *sorted(HOUSE),
        "tools",
    ]
    done = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    switched_off = [
        named(path)
        for path in SOURCES
        if re.search(r"#\s*ruff:\s*noqa", path.read_text(encoding="utf-8"))
    ]
    assert switched_off == []


def test_no_secret_is_written_down() -> None:
    found = [
        (named(path), said)
        for path in files()
        for said in CREDENTIALS.findall(path.read_text("utf-8", "replace"))
    ]
    assert [one for one in found if not one[0].startswith(tuple(NO_SECRETS))] == []


@pytest.mark.parametrize(
    "said",
    [
        "-----BEGIN RSA PRIVATE KEY",
        "SECRET_KEY = 'kX9-kX9-kX9-kX9-'",
        'api_key: "0123456789abcdef"',
    ],
)
def test_and_would_be_found(said: str) -> None:
    assert CREDENTIALS.search(said)


def test_nothing_goes_along_with_what_it_belongs_to_but_what_is_worked_out_anew() -> None:
    ours = [model for model in apps.get_models() if model.__module__.partition(".")[0] in HOUSE]
    fields = [field for model in ours for field in model._meta.concrete_fields if field.is_relation]
    along = {
        f"{field.model._meta.label}.{field.name}"
        for field in fields
        if field.remote_field.on_delete is models.CASCADE
    }
    assert along == GO_ALONG
    assert [label for label in along if is_audited(apps.get_model(label.rpartition(".")[0]))] == []
    loose = {
        f"{field.model._meta.label}.{field.name}"
        for field in fields
        if field.remote_field.on_delete not in (models.CASCADE, models.PROTECT)
    }
    assert loose == {"jobs.ScheduledRun.job", "core.AccessEntry.user", "core.RowsTaken.user"}, (
        "a period outlives its job, the log and what it counts who is in it"
    )


def test_red_is_for_what_is_wrong_late_or_nobodys() -> None:
    said = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_tag = (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "Tag"
                and len(node.args) == 2
            )
            if is_tag and getattr(node.args[1], "value", "") == "red":
                said.add(
                    node.args[0].value if isinstance(node.args[0], ast.Constant) else "too few"
                )
    assert said == RED


def test_a_message_stays_until_the_next_page() -> None:
    """Nothing takes it away: it has no button to dismiss it, and no script of ours knows of it."""
    message = (PROJECT / "templates/components/messages.html").read_text()
    assert "moj-alert" in message
    assert not re.search(r"dismiss|data-module|refresh", message)
    scripts = [path.read_text() for path in (PROJECT / "static/js").glob("*.js")]
    assert scripts
    assert not any("moj-alert" in script or "app-messages" in script for script in scripts)


def test_each_app_s_migrations_are_one_line() -> None:
    graph = MigrationLoader(None).graph
    for app in {
        app
        for app, _name in graph.nodes
        if apps.get_app_config(app).name.partition(".")[0] in HOUSE
    }:
        own = [node for node in graph.nodes if node[0] == app]
        assert len(graph.leaf_nodes(app)) == 1, app
        before = [
            [parent.key for parent in graph.node_map[node].parents if parent.key[0] == app]
            for node in own
        ]
        assert sorted(map(len, before)) == [0, *[1] * (len(own) - 1)], app
