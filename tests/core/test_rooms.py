"""A topic and a room name the file: every app has the same few rooms, and in each a topic's files carry its word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pqip.env import PROJECT

APPS = ("workforce", "learners", "assessments")
ROOMS = (
    "models",
    "rules",
    "facts",
    "queries",
    "derived",
    "actions",
    "imports",
    "forms",
    "presenters",
    "views",
    "plugins",
    "ports",
)
#: What stands beside the rooms: data, SQL of the guards, and what Django looks for by name.
BESIDE = {"migrations", "reference", "sql", "management"}
OWN = {"workforce": {"accounts", "data_quality"}, "learners": set(), "assessments": set()}
AT_THE_ROOT = 7

TOPICS = {
    "workforce": {
        "people",
        "posts",
        "absences",
        "register",
        "staff",
        "staffing",
        "accounts",
        "access_log",
        "merges",
        "alike",
        "opening",
        "places",
        "reference",
        "equality",
        "approvals",
        "exports",
        "calendar",
        "records_complete",
        "session",
        "home",
    },
    "learners": {
        "enrolments",
        "events",
        "status",
        "timelines",
        "milestones",
        "next_due",
        "progress",
        "promised",
        "pathways",
        "posts",
        "allocations",
        "starting",
        "entry",
        "reviews",
        "board",
        "breaks",
        "extensions",
        "withdrawals",
        "leavers",
        "approvals",
        "practice",
        "training",
        "intakes",
        "campaigns",
        "applications",
        "equality",
        "modules",
        "university",
        "awards",
        "qualified",
        "development",
        "support",
        "voice",
        "conversations",
        "needs",
        "reasons",
        "strands",
        "register_entries",
    },
    "assessments": {
        "registrations",
        "candidates",
        "evidence",
        "decisions",
        "countersigning",
        "units",
        "criteria",
        "options",
        "versions",
        "qualifications",
        "plans",
        "sampling",
        "standardisation",
        "assessors",
        "capacity",
        "caseload",
        "handovers",
        "certificates",
        "open_work",
        "progress",
        "due",
        "methods",
    },
}
#: The rooms of `reports` whose files carry the word of a topic, as those of the apps do.
REPORTS = {"rules": {"changes", "forecast"}}
#: Files that serve a whole room rather than a topic.
OF_THE_ROOM = {
    "models": {"holding", "scopes", "reach", "derived", "known"},
    "rules": {"dates", "timeline", "places", "numbers", "stages", "waiting"},
    "facts": {"worked_out"},
    "queries": {"records", "history_changes", "allowed"},
    "derived": {"proof"},
    "imports": {
        "base",
        "common",
        "concerning",
        "current",
        "opening",
        "lookups",
        "numbers",
        "learners",
        "learners_known",
        "learners_placing",
        "learners_storing",
        "learner_events",
        "learner_events_approvers",
        "learner_events_checks",
        "learner_events_rules",
        "module_results",
        "protected_days",
        "university_awards",
        "unit_signoffs",
        "register_entries",
    },
    "forms": {"filters", "amending"},
    "presenters": {"answers", "history", "record", "statuses", "words", "latest"},
    "views": {"checked", "facts_amend", "lists", "record", "amending"},
    "plugins": {
        "data_quality",
        "finding",
        "merging",
        "pages",
        "record_pages",
        "timeline",
        "vocational",
    },
    "ports": {"tabs", "timeline", "vocational", "finding", "landing_pages", "merging", "posts"},
}

FOLDERS = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "pqip.settings"
django.setup()
from pqip.core.files.stores import stores
print(*sorted(store.folder for store in stores()))
"""


def files(app: str, room: str) -> list[str]:
    """Names of the modules of a room."""
    found = (
        path
        for path in (PROJECT / app / room).glob("*")
        if path.stem not in {"__init__", "__pycache__"}
    )
    return sorted(path.stem for path in found if path.suffix == ".py" or path.is_dir())


def of_a_topic(app: str, name: str) -> bool:
    return any(name == topic or name.startswith(f"{topic}_") for topic in TOPICS[app])


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_these_rooms_and_no_others(app: str) -> None:
    found = {
        path.name
        for path in (PROJECT / app).iterdir()
        if path.is_dir() and path.name != "__pycache__"
    }
    assert found - set(ROOMS) - BESIDE - OWN[app] == set()
    loose = [path.name for path in (PROJECT / app).glob("*.py") if path.name != "__init__.py"]
    assert len(loose) <= AT_THE_ROOT, loose


@pytest.mark.parametrize("app", APPS)
def test_every_file_of_a_room_carries_the_word_of_its_topic(app: str) -> None:
    strangers = [
        f"{app}/{room}/{name}"
        for room in ROOMS
        for name in files(app, room)
        if name not in OF_THE_ROOM.get(room, set()) and not of_a_topic(app, name)
    ]
    assert strangers == [], "name them after their topic, or add the topic"


@pytest.mark.parametrize("room", REPORTS)
def test_a_room_of_reports_is_named_by_its_topics(room: str) -> None:
    found = files("reports", room)
    words = {name.split("_")[0] for name in found}
    assert found
    assert words == REPORTS[room], "name them after their topic, or add the topic"


@pytest.mark.parametrize("app", APPS)
def test_every_file_of_guards_carries_the_word_of_its_topic(app: str) -> None:
    """`<number>_<topic>.sql`: they are laid in the order of their names."""
    found = [path.stem.partition("_") for path in (PROJECT / app / "sql").glob("*")]
    assert found
    strangers = [
        f"{place}_{topic}"
        for place, _, topic in found
        if not place.isdigit() or not of_a_topic(app, topic)
    ]
    assert strangers == [], "name them after their topic"


@pytest.mark.parametrize("app", APPS)
def test_every_topic_is_somewhere(app: str) -> None:
    names = {name for room in ROOMS for name in files(app, room)}
    assert [
        topic
        for topic in TOPICS[app]
        if not any(n == topic or n.startswith(f"{topic}_") for n in names)
    ] == []


def test_what_serves_a_room_is_there() -> None:
    names = {(room, name) for app in APPS for room in ROOMS for name in files(app, room)}
    assert {(room, name) for room, own in OF_THE_ROOM.items() for name in own} - names == set()


def test_no_file_stands_in_the_place_of_a_room() -> None:
    assert [
        f"{app}/{room}.py"
        for app in APPS
        for room in ROOMS
        if Path(PROJECT / app / f"{room}.py").exists()
    ] == []


def test_what_keeps_files_is_known_to_a_process_that_opens_no_page() -> None:
    """Whoever tidies goes through every folder, whatever else the process has imported."""
    found = subprocess.run(
        [sys.executable, "-c", FOLDERS], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == ["evidence", "held", "imports", "reports"]
