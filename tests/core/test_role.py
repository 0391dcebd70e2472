"""What whoever holds the application's database role, and nothing else, can make of it: the tricks that make a role an owner, a
time another time, and one person another."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client

from pqip.core import clock, guards
from pqip.core.acting import Job, acting_as, sign, signing_keys
from pqip.core.exempt import AUDIT_EXEMPT, SIGNED, UNSIGNED
from pqip.core.models import AccessEntry, AuditEntry
from tests.factories.workforce import user
from tests.harness.database import application_role, say
from tests.personas import client_for
from workforce.models import Target, University

pytestmark = pytest.mark.django_db

WRITE = "INSERT INTO workforce_university (name) VALUES ('X')"
TARGET = (
    "INSERT INTO workforce_target (region_id, grade_id, effective_on, target_fte{columns}) "
    "SELECT r.id, g.id, '2026-01-01', 1{values} FROM workforce_region r, workforce_grade g WHERE r.code = 'NE' AND g.code = 'PO'"
)


def refused(*statements: str) -> str:
    """What the database says to the last of these statements, run one after another."""
    *before, last = statements
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in before:
            cursor.execute(statement)
        with pytest.raises(DatabaseError) as error, transaction.atomic():
            cursor.execute(last)
        transaction.set_rollback(True)
    return str(error.value)


def test_the_tests_run_as_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (application_role(), False, False, False)


@pytest.mark.parametrize("statement", [
    "CREATE TEMPORARY TABLE core_auditentry (LIKE core_auditentry)",
    "CREATE TEMPORARY TABLE signing_key (key bytea)",
    "CREATE TEMPORARY VIEW workforce_person AS SELECT 1",
    "CREATE TEMPORARY SEQUENCE anything",
    "SELECT 1 AS x INTO TEMPORARY TABLE taken",
    "CREATE TABLE public.mine (x int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION public.jsonb_each(jsonb) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.core_actor() RETURNS text LANGUAGE sql AS $$ SELECT 'job:other' $$",
    "CREATE OR REPLACE FUNCTION public.core_actor() RETURNS text LANGUAGE sql AS $$ SELECT 'job:other' $$",
    "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = int, FUNCTION = texteq)",
    "CREATE EXTENSION dblink",
    "COPY workforce_university TO PROGRAM 'cat'",
    "COPY workforce_university (name) FROM PROGRAM 'echo X'",
    "COPY workforce_university TO '/var/tmp/out'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT lo_import('/etc/hostname')",
    "ALTER TABLE workforce_target DISABLE TRIGGER ALL",
    "ALTER FUNCTION public.core_audit() OWNER TO CURRENT_USER",
    "DROP TRIGGER core_audit_insert ON workforce_target",
    "SET session_replication_role = replica",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "CREATE ROLE other SUPERUSER",
    "GRANT pqip_retention TO CURRENT_USER",
    "SET SESSION AUTHORIZATION pqip_admin",
    "SELECT * FROM guard.signing_key",
    "INSERT INTO guard.signing_key VALUES ('x')",
    "SELECT guard.signature('x', 'y')",
    "SELECT guard.is_signed('x', 'y')",
    "SELECT * FROM guard.loaded",
    "INSERT INTO guard.loaded VALUES ('workforce_spell', now(), now())",
    "UPDATE guard.loaded SET known_from = now()",
    "DELETE FROM guard.loaded",
    "TRUNCATE guard.loaded",
])  # fmt: skip
def test_what_would_make_it_more_than_it_is(statement: str) -> None:
    said = refused(statement)
    assert (
        "permission denied" in said
        or "must be" in said
        or "must have" in said
        or "Only roles" in said
    ), said


def test_functions_that_run_as_the_owner_look_nowhere_else() -> None:
    """Each names its schemas, and the temporary one last, where nobody can slip a table of the same name before the real one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname, "
            "coalesce((SELECT substr(c, 13) FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%%'), 'none'), "
            "pg_has_role(current_user, p.proowner, 'USAGE') FROM pg_proc p "
            "WHERE p.prosecdef AND p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
        )
        found = cursor.fetchall()
    assert found
    assert [
        row
        for row in found
        if not row[1].startswith("pg_catalog") or not row[1].endswith("pg_temp") or row[2]
    ] == []


def test_what_was_loaded_stays_known_after_the_guards_are_laid_again(as_owner: Any) -> None:
    """A load of facts recorded in 2020 changes what was known from then on, and nothing of what was known before."""
    before, long_ago = clock.now(), dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

    def is_loaded(known_at: dt.datetime, table: str = "workforce_target") -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT core_loaded_since(%s, %s, %s)", [[table], before, known_at])
            return bool(cursor.fetchone()[0])

    with acting_as(by=Job("test"), recorded_at=long_ago), connection.cursor() as cursor:
        cursor.execute(
            TARGET.format(columns=", recorded_at, recorded_by", values=", '2020-01-01', 'job:test'")
        )
    for _ in range(2):
        assert is_loaded(long_ago)
        assert not is_loaded(long_ago - dt.timedelta(days=1))
        assert not is_loaded(long_ago, "workforce_spell")
        with as_owner():
            guards.lay()


def test_an_actor_is_only_named_by_a_signed_act() -> None:
    assert "not signed" in refused("SELECT set_config('pqip.actor', 'user:1', true)", WRITE)
    assert "not signed" in refused(
        "SELECT set_config('pqip.actor', 'user:1', true), set_config('pqip.signature', repeat('0', 64), true)",
        WRITE,
    )


def test_within_an_act_nobody_becomes_another() -> None:
    with acting_as(by=Job("test")):
        said = refused("SELECT set_config('pqip.actor', 'user:1', true)", WRITE)
        assert "not signed" in said
        swap = TARGET.format(columns="", values="").replace(
            " FROM workforce_region r",
            " FROM (SELECT set_config('pqip.actor', 'user:1', true)) s, workforce_region r",
        )
        assert "another actor" in refused(
            swap + " RETURNING set_config('pqip.actor', 'job:test', true)"
        )


def test_a_signature_is_good_for_its_own_transaction_actor_and_time_alone() -> None:
    say("job:test")
    with connection.cursor() as cursor:
        cursor.execute(WRITE)
        cursor.execute("SELECT pg_current_xact_id()::text")
        (transaction_id,) = cursor.fetchone()
    stated = "SELECT set_config('pqip.stated_at', '2020-01-01', true)"
    assert "not signed" in refused(stated, TARGET.format(columns="", values=""))
    take = "SELECT set_config('pqip.signature', '{}', true)"
    of_another = sign(signing_keys()[0], str(int(transaction_id) - 1), "job:test", "")
    another = WRITE.replace("X", "Y")
    assert "not signed" in refused(take.format(of_another), another)
    assert "not signed" in refused(
        take.format(sign(b"guessed", transaction_id, "job:test", "")), another
    )


def test_the_time_of_recording_is_the_databases() -> None:
    with acting_as(by=Job("test")):
        earlier = "SELECT set_config('pqip.recorded_at', '2020-01-01 00:00:00+00', true)"
        assert "not the one this transaction took" in refused(
            earlier, TARGET.format(columns="", values="")
        )
        with connection.cursor() as cursor:
            cursor.execute(
                TARGET.format(
                    columns=", recorded_at, recorded_by", values=", '2020-01-01', 'user:1'"
                )
            )
            cursor.execute(
                "SELECT clock_timestamp() - recorded_at < interval '1 minute', recorded_by FROM workforce_target "
                "WHERE id = (SELECT max(id) FROM workforce_target)"
            )
            assert cursor.fetchone() == (True, "job:test")
    assert Target.objects.filter(recorded_by="user:1").count() == 0


@pytest.mark.parametrize("style", ["SQL, DMY", "Postgres, DMY", "German", "ISO, YMD"])
def test_nobody_gets_words_of_theirs_signed_with_an_instant(style: str) -> None:
    """The name of a time zone is anybody's to make up, and most styles write it behind the time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('TimeZone', '<|USER:1>0', true), set_config('DateStyle', %s, true)",
            [style],
        )
        cursor.execute("SELECT core_take_instant()::text")
        stated = cursor.fetchone()[0].partition("|")[0]
        cursor.execute(
            "SELECT current_setting('pqip.recorded_at'), set_config('pqip.actor', 'USER:1', true), "
            "set_config('pqip.signature', current_setting('pqip.recorded_signature'), true)"
        )
        said = cursor.fetchone()[0]
        assert "USER" not in said
        for one in (stated, said, f"recorded|{said}"):
            cursor.execute("SELECT set_config('pqip.stated_at', %s, true)", [one])
            with pytest.raises(DatabaseError, match="not signed"), transaction.atomic():
                cursor.execute(WRITE)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("style", "zone"),
    [("SQL, DMY", "<UTC>-23"), ("Postgres, MDY", "<UTC>12"), ("German", "<UTC>5")],
)
def test_an_instant_taken_is_read_as_no_other(style: str, zone: str) -> None:
    """Whatever style and time zone it is taken in, and read in afterwards."""
    with acting_as(by=Job("test")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('TimeZone', %s, true), set_config('DateStyle', %s, true)",
            [zone, style],
        )
        cursor.execute("SELECT core_take_instant()")
        cursor.execute(
            "SELECT set_config('DateStyle', 'SQL, MDY', true), set_config('TimeZone', 'UTC', true)"
        )
        cursor.execute(TARGET.format(columns="", values=""))
        cursor.execute(
            "SELECT clock_timestamp() - recorded_at BETWEEN '0' AND interval '1 minute' FROM workforce_target "
            "WHERE id = (SELECT max(id) FROM workforce_target)"
        )
        assert cursor.fetchone() == (True,)


def test_what_day_it_is_follows_no_zone_that_the_caller_made_up() -> None:
    """Names in use in the caller's zone come before all others, so a function that asks for a day sets its own zone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname FROM pg_proc p WHERE p.pronamespace IN ('public'::regnamespace, 'guard'::regnamespace) "
            "AND p.prosrc ~ 'AT TIME ZONE [^,]*::date' AND NOT coalesce('TimeZone=UTC' = ANY(p.proconfig), false)"
        )
        assert cursor.fetchall() == []


def test_no_change_leaves_the_audit_by_taking_another_key() -> None:
    with acting_as(by=Job("test")), connection.cursor() as cursor:
        cursor.execute(WRITE + " RETURNING id")
        (key,) = cursor.fetchone()
        renumbered = (
            f"UPDATE workforce_university SET id = id + 1000000, name = 'Y' WHERE id = {key}"
        )
        assert "never changes" in refused(renumbered)
        cursor.execute(renumbered.replace(" + 1000000", ""))
    assert AuditEntry.objects.get(
        table_name="workforce_university", operation="update", row_key=key
    ).after == {"name": "Y"}


@pytest.mark.parametrize("statement", [
    "INSERT INTO account_emailaddress (user_id, email, verified, \"primary\") "
    "SELECT id, 'mine@example.com', true, false FROM workforce_user LIMIT 1",
    "UPDATE account_emailaddress SET email = 'mine@example.com'",
    "DELETE FROM account_emailaddress",
    "DELETE FROM mfa_authenticator",
    "UPDATE mfa_authenticator SET data = '{}'",
    "INSERT INTO mfa_authenticator (user_id, type, data, created_at) SELECT id, 'totp', '{}', now() FROM workforce_user LIMIT 1",
])  # fmt: skip
def test_the_ways_into_an_account_change_only_by_a_signed_act(statement: str) -> None:
    """An address of one's own beside a colleague's, and a link to set their password comes there."""
    user()
    assert "names no actor" in refused(statement)
    assert "not signed" in refused(
        "SELECT set_config('pqip.actor', 'job:sign-in', true)", statement
    )


@pytest.mark.parametrize(
    "table",
    [
        "learners_segment",
        "learners_selectionanswer",
        "assessments_wait",
        "assessments_unitachievement",
        "assessments_criterionmet",
        "assessments_decisiondraft",
    ],
)
def test_derived_figures_say_nothing_but_by_a_signed_act(table: str) -> None:
    assert "names no actor" in refused(f"DELETE FROM {table}")
    assert "not signed" in refused(
        "SELECT set_config('pqip.actor', 'job:derive', true)", f"UPDATE {table} SET id = id"
    )


def test_every_table_that_may_be_written_asks_who_acts_or_says_why_not() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND "
            "has_any_column_privilege(oid, 'INSERT, UPDATE') AND NOT EXISTS ("
            "SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgrelid = c.oid AND p.proname IN ('core_audit', 'core_signed', 'core_access_insert'))"
        )
        found = {name for (name,) in cursor.fetchall()}
    why = {label for label in (*UNSIGNED, *AUDIT_EXEMPT) if label not in SIGNED}
    assert found <= {apps.get_model(label)._meta.db_table for label in why} | {
        "auth_group_permissions"
    }


def test_a_session_read_in_its_table_lets_nobody_in() -> None:
    owner, thief = client_for(user("national")), client_for(user("line_manager"))
    assert thief.get("/learners/").status_code == 403
    key = owner.session.session_key
    for cookie in (key, thief.cookies["session"].value.replace(thief.session.session_key, key)):
        stranger = Client()
        stranger.cookies["session"] = cookie
        assert stranger.get("/my-account/").status_code == 302
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE django_session t SET session_data = s.session_data FROM django_session s "
            "WHERE s.session_key = %s AND t.session_key = %s",
            [key, thief.session.session_key],
        )
        assert cursor.rowcount == 1
    assert thief.get("/my-account/").status_code == 302
    assert owner.get("/my-account/").status_code == 200


def test_the_log_of_who_saw_what_takes_no_time_and_no_name() -> None:
    line = "INSERT INTO core_accessentry (at, actor, kind, what, detail) VALUES ('2020-01-01', '{}', 'view', 'a:b', '{{}}')"
    assert "names no actor" in refused(line.format("user:1"))
    with acting_as(by=Job("test")):
        assert "does not act" in refused(line.format("user:1"))
        of_another = (
            line.format("job:test")
            .replace("(at,", "(user_id, at,")
            .replace("VALUES (", "VALUES (1, ")
        )
        assert "does not act" in refused(of_another)
        with connection.cursor() as cursor:
            cursor.execute(line.format("job:test"))
    assert AccessEntry._default_manager.get(actor="job:test").at.year > 2020


def test_what_is_refused_leaves_nothing() -> None:
    before = AuditEntry.objects.count()
    refused("SELECT set_config('pqip.actor', 'user:1', true)", WRITE)
    assert (University.objects.filter(name="X").count(), AuditEntry.objects.count()) == (0, before)
