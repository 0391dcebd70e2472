"""Lays the database's guards after every migrate: ledger and audit triggers, and the application role's rights.

They are read from the model registry, so a new table is guarded from its first migrate and none can be forgotten
(`docs/decisions/0003-guards-from-the-registry.md`). Every statement may be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models

from pqip.core.acting import signing_keys

FUNCTIONS = Path(__file__).with_name("sql") / "guards.sql"

#: Tables of libraries, which hold no facts of the programme, and why the audit leaves them out.
AUDIT_EXEMPT = {
    "sessions.Session": "sign-in sessions; sign-ins are events in the security log",
    "contenttypes.ContentType": "Django's own list of models",
    "auth.Permission": "Django's own list, unused: permissions are code",
    "auth.Group": "Django's own, unused: roles are code",
    "account.EmailAddress": "sign-in addresses; a change is an event in the security log",
    "account.EmailConfirmation": "one-time confirmations",
    "mfa.Authenticator": "secrets of the second factor must not be copied",
    "usersessions.UserSession": "the list of live sign-ins",
    "core.AuditEntry": "is the audit",
}


def lay_after_migrate(using: str, **kwargs: Any) -> None:
    """Receiver of `post_migrate`."""
    if kwargs.get("plan") is not None and "core_auditentry" in connections[using].introspection.table_names():
        lay(using)


def lay(using: str = "default") -> None:
    """Create functions, triggers and grants for every table that exists."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS.read_text())
        _keep_keys(cursor)
        for model in apps.get_models(include_auto_created=True):
            if model._meta.db_table in existing:
                for statement in _triggers(model):
                    cursor.execute(statement)
        cursor.execute(";\n".join(_audit_triggers()))
        for path in _guards_of_apps():
            cursor.execute(path.read_text())
        for statement in _grants(cursor, existing):
            cursor.execute(statement)


def _keep_keys(cursor: Any) -> None:
    """The keys that acts are signed with, in place of those of before."""
    cursor.execute("DELETE FROM guard.signing_key")
    for key in dict.fromkeys(signing_keys()):
        cursor.execute("INSERT INTO guard.signing_key (key) VALUES (%s)", [key])


def _guards_of_apps() -> Iterator[Path]:
    """Each app's own guards, in `sql/guards.sql`, floor by floor."""
    for config in apps.get_app_configs():
        path = Path(config.path) / "sql" / "guards.sql"
        if path != FUNCTIONS and path.exists():
            yield path


def guarded_models() -> list[type[models.Model]]:
    """Every concrete model the audit watches."""
    return [model for model in apps.get_models(include_auto_created=True) if is_audited(model)]


def is_audited(model: type[models.Model]) -> bool:
    """False for libraries' tables listed above and for technical tables that say `audited = False`."""
    managed = model._meta.managed and not model._meta.proxy
    return managed and model._meta.label not in AUDIT_EXEMPT and getattr(model, "audited", True)


def is_ledger(model: type[models.Model]) -> bool:
    """True where rows are dated facts that are only ever voided."""
    return getattr(model, "is_ledger", False)


def is_insert_only(model: type[models.Model]) -> bool:
    """True where rows are neither changed nor deleted, and carry no times of their own (parts of a fact)."""
    return getattr(model, "insert_only", False)


def _triggers(model: type[models.Model]) -> Iterator[str]:
    if is_audited(model):
        yield from _watching(model)
    yield from _keeping(model)


def _watching(model: type[models.Model]) -> Iterator[str]:
    """The audit of every statement."""
    table = model._meta.db_table
    kind = "dated" if is_ledger(model) else "kept" if is_insert_only(model) else "plain"
    arguments = f"'{kind}', '{model._meta.pk.column}', '{_person_column(model)}'"
    transitions = {
        "insert": "NEW TABLE AS new_rows",
        "delete": "OLD TABLE AS old_rows",
        "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    }
    for operation, tables in transitions.items():
        yield (
            f"CREATE OR REPLACE TRIGGER core_audit_{operation} AFTER {operation} ON {table} "
            f"REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION core_audit({arguments})"
        )


def _keeping(model: type[models.Model]) -> Iterator[str]:
    """What a ledger's rows go through, and what is refused where rows are kept, audited or not."""
    table = model._meta.db_table
    if is_ledger(model):
        for operation in ("insert", "update"):
            yield (
                f"CREATE OR REPLACE TRIGGER a_core_ledger_{operation} BEFORE {operation} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION core_ledger_{operation}()"
            )
    if is_ledger(model) or is_insert_only(model):
        refused = "DELETE OR TRUNCATE" if is_ledger(model) else "UPDATE OR DELETE OR TRUNCATE"
        yield (
            f"CREATE OR REPLACE TRIGGER a_core_kept BEFORE {refused} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION core_refuse()"
        )


def _audit_triggers() -> Iterator[str]:
    yield (
        "CREATE OR REPLACE TRIGGER core_audit_keep_rows BEFORE UPDATE OR DELETE ON core_auditentry "
        "FOR EACH ROW EXECUTE FUNCTION core_audit_keep()"
    )
    yield (
        "CREATE OR REPLACE TRIGGER core_audit_keep_table BEFORE TRUNCATE ON core_auditentry "
        "FOR EACH STATEMENT EXECUTE FUNCTION core_audit_keep()"
    )
    yield (
        "CREATE OR REPLACE TRIGGER core_access_insert BEFORE INSERT ON core_accessentry "
        "FOR EACH ROW EXECUTE FUNCTION core_access_insert()"
    )


def _person_column(model: type[models.Model]) -> str:
    """The column that holds the internal key of the person a row is about, or ''."""
    return getattr(model, "person_column", "person_id" if _has_column(model, "person_id") else "")


def _has_column(model: type[models.Model], column: str) -> bool:
    return any(field.column == column for field in model._meta.concrete_fields)


def _grants(cursor: Any, existing: set[str]) -> Iterator[str]:
    """Rights of the application's role, where it is another than the one that migrates."""
    role = settings.APPLICATION_ROLE
    cursor.execute(
        "SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s), "
        "EXISTS (SELECT FROM pg_roles WHERE rolname = 'pqip_retention')",
        [role],
    )
    owner, present, retention = cursor.fetchone()
    if retention:
        yield "GRANT SELECT, UPDATE (before, after) ON core_auditentry TO pqip_retention"
    if not present or role == owner:
        return
    yield from _no_temporary_tables(cursor)
    yield f'GRANT USAGE ON SCHEMA public TO "{role}"'
    yield f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{role}"'
    yield f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{role}"'
    yield f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"'
    for model in apps.get_models(include_auto_created=True):
        rights = _rights(model)
        if model._meta.db_table in existing and rights:
            yield f'GRANT {rights} ON {model._meta.db_table} TO "{role}"'


def _no_temporary_tables(cursor: Any) -> Iterator[str]:
    """A temporary table stands before every other of its name, so nobody but the owner may make one here."""
    cursor.execute("SELECT current_database()")
    (database,) = cursor.fetchone()
    yield f'REVOKE TEMPORARY ON DATABASE "{database}" FROM PUBLIC'


def _rights(model: type[models.Model]) -> str:
    if model._meta.label == "core.AuditEntry":
        return ""
    if is_ledger(model):
        return "INSERT, UPDATE (voided_at, voided_by, void_reason)"
    if is_insert_only(model):
        return "INSERT"
    return "INSERT, UPDATE, DELETE"
