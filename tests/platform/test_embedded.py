"""The embedded servers: private, two pairs side by side, stopped when their last holder is gone however it went."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from pqip.embedded import places
from pqip.embedded import servers as embedded
from pqip.embedded.places import Place, place_for
from pqip.embedded.servers import ADMINISTRATOR, APPLICATION, OWNER, REPORTS, RETENTION, Servers
from tests.faults.machines import wait_until

HOLD = """
import pwd, sys
from pathlib import Path
from pqip.embedded.places import Place
from pqip.embedded.servers import Servers, hold
place = Place(Path(sys.argv[1]), pwd.getpwnam(sys.argv[2]) if sys.argv[2] else None)
hold(Servers(place, durable=False), forget=len(sys.argv) > 3)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folders() -> Iterator[Path]:
    """A folder that whoever runs the servers can reach; pytest's own is closed to everybody else."""
    folder = Path(tempfile.mkdtemp(prefix="pqip-pair-"))
    folder.chmod(0o711)
    yield folder
    for one in folder.iterdir():
        servers = pair(one)
        with servers.place.lock.open("a") as lock:
            fcntl.flock(
                lock, fcntl.LOCK_EX
            )  # a keeper that is stopping them has it until they are gone
            servers.stop()
    shutil.rmtree(folder)


def pair(folder: Path) -> Servers:
    return Servers(Place(folder, place_for(folder).user), durable=False)


def ask(servers: Servers, question: str, role: str = APPLICATION) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(servers.database_url(role))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def answers(servers: Servers) -> bool:
    try:
        return ask(servers, "SELECT 1") == [(1,)] and redis.Redis.from_url(servers.redis_url).ping()
    except (psycopg2.Error, redis.RedisError, OSError):
        return False


def test_a_pair_is_private_and_the_application_owns_nothing(folders: Path) -> None:
    servers = pair(folders / "one")
    servers.start()
    assert ask(servers, "SHOW listen_addresses") == [("",)]
    assert servers.place.folder.stat().st_mode & 0o777 == 0o700
    assert servers.place.sockets.stat().st_mode & 0o777 == 0o700
    rights = "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolcanlogin FROM pg_roles WHERE rolname LIKE 'pqip%' ORDER BY 1"  # noqa: E501
    assert ask(servers, rights) == [
        (ADMINISTRATOR, True, True, True, True),
        (APPLICATION, False, False, False, True),
        (OWNER, False, True, False, True),
        (REPORTS, False, False, False, False),
        (RETENTION, False, False, False, False),
    ]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(servers, "CREATE TABLE mine (x int)")


def test_two_pairs_side_by_side_keep_their_data_when_stopped(folders: Path) -> None:
    one, other = pair(folders / "one"), pair(folders / "other")
    one.start()
    other.start()
    ask(one, "CREATE TABLE kept AS SELECT 7 AS x", OWNER)
    assert ask(other, "SELECT to_regclass('kept')") == [(None,)]
    one.stop()
    assert not answers(one)
    assert answers(other)
    one.start()
    assert ask(one, "SELECT x FROM kept", OWNER) == [(7,)]


def test_servers_whose_owner_could_do_everything_are_taken_over_with_what_they_hold(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = pair(folders / "one")
    with monkeypatch.context() as earlier:
        earlier.setattr(embedded, "ADMINISTRATOR", OWNER)
        servers.start()
        ask(servers, "CREATE TABLE kept AS SELECT 7 AS x", OWNER)
        ask(servers, "CREATE FUNCTION seven() RETURNS int LANGUAGE sql AS 'SELECT 7'", OWNER)
        servers.stop()
    servers.start()
    assert ask(servers, f"SELECT rolsuper FROM pg_roles WHERE rolname = '{OWNER}'", OWNER) == [
        (False,)
    ]
    ask(servers, "CREATE OR REPLACE FUNCTION seven() RETURNS int LANGUAGE sql AS 'SELECT 8'", OWNER)
    ask(servers, "ALTER TABLE kept ADD COLUMN y int", OWNER)
    assert ask(servers, "SELECT x FROM kept", OWNER) == [(7,)]
    servers.stop()
    servers.start()
    assert ask(
        servers, "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'pqip%' AND rolsuper", OWNER
    ) == [(1,)]


def test_nobodys_permissions_are_touched_on_the_way(folders: Path) -> None:
    way = [folders, *folders.parents]
    before = [(entry.stat().st_mode, entry.stat().st_uid) for entry in way]
    pair(folders / "one").start()
    assert [(entry.stat().st_mode, entry.stat().st_uid) for entry in way] == before


def test_a_pair_lives_as_long_as_anybody_holds_it(folders: Path) -> None:
    servers = pair(folders / "one")
    with holder(servers) as first, holder(servers) as second:
        first.kill()
        first.wait()
        assert answers(servers)
        second.kill()
    wait_until(
        lambda: not answers(servers), 30, "the servers stop after their last holder was killed"
    )
    with holder(servers):
        assert answers(servers), "and start again for the next"
    wait_until(lambda: not answers(servers), 30, "the servers stop after their last holder ended")


def test_a_killed_test_run_leaves_neither_servers_nor_data(folders: Path) -> None:
    servers = pair(folders / "one")
    with holder(servers, "forget") as run:
        run.kill()
    wait_until(lambda: not servers.place.folder.exists(), 30, "the folder goes")
    assert not answers(servers)


def holder(servers: Servers, *more: str) -> subprocess.Popen[str]:
    """A process that holds the servers until its input is closed."""
    user = servers.place.user.pw_name if servers.place.user else ""
    command = [sys.executable, "-c", HOLD, str(servers.place.folder), user, *more]
    process = subprocess.Popen(
        command, cwd=places.PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user cannot give a folder away")
def test_a_folder_of_somebody_elses_is_not_used(folders: Path) -> None:
    taken = folders / "one"
    taken.mkdir()
    os.chown(taken, 12345, 12345)
    with pytest.raises(SystemExit, match="belongs to somebody else"):
        pair(taken).start()
    taken.rmdir()


def test_an_ordinary_user_keeps_data_in_the_clone_unless_its_path_does_not_serve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    short, long = (
        Path("/home/somebody/pqip/var/embedded"),
        Path("/home") / ("x" * 90) / "var/embedded",
    )
    assert place_for(short) == Place(short)
    elsewhere = place_for(long)
    assert len(str(elsewhere.sockets / ".s.PGSQL.5432")) < 107
    assert elsewhere != place_for(long / "another")
    for name in ("my clone", "Gwasanaeth-Prawf-Ŵ", "it's $HOME"):
        folder = Path("/home/somebody") / name / "var/embedded"
        assert places.PLAIN.fullmatch(str(place_for(folder).folder)), (
            "a path the servers' command lines would break at"
        )


def test_root_runs_them_as_somebody_unprivileged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    place = place_for(Path("/srv/clone/var/embedded"))
    assert place.user is not None
    assert place.user.pw_uid != 0
    assert place != place_for(Path("/srv/other/var/embedded"))
