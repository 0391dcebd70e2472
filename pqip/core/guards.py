"""Installs the database's guards after every migrate: ledger and audit triggers, and the application role's rights.

They are generated from the model registry, so that a new table is guarded from its first migrate and none can be forgotten
(`docs/decisions/0003-guards-from-the-registry.md`). Every statement can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import md5
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models

from pqip.core.acting import signing_keys
from pqip.core.columns import column_of, columns, own_field
from pqip.core.dates import EARLIEST, LATEST
from pqip.core.exempt import AUDIT_EXEMPT, SIGNED, UNREAD_BY_REPORTS, UNREAD_COLUMNS, UNSIGNED
from pqip.core.ledger import KnownLedger, kept_columns, live
from pqip.core.snapshot import REPORTS_ROLE

OWN = Path(__file__).with_name("sql")

#: The transition tables that a statement's triggers see.
TRANSITIONS = {
    "insert": "NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
}


def lay_after_migrate(using: str, **kwargs: Any) -> None:
    """Receiver of `post_migrate`."""
    if (
        kwargs.get("plan") is not None
        and "core_auditentry" in connections[using].introspection.table_names()
    ):
        lay(using)


def lay(using: str = "default") -> None:
    """Create functions, triggers and grants for every table that exists."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for path in _files(OWN):
            cursor.execute(path.read_text())
        _keep_keys(cursor)
        _keep_demonstration(cursor)
        for model in apps.get_models(include_auto_created=True):
            if model._meta.db_table in existing:
                for statement in triggers_of(model):
                    cursor.execute(statement)
                _bound_dates(cursor, model)
        cursor.execute(";\n".join(_audit_triggers()))
        for path in _guards_of_apps():
            cursor.execute(path.read_text())
        for statement in _grants(cursor, existing):
            cursor.execute(statement)


def _keep_keys(cursor: Any) -> None:
    """Store the keys with which acts are signed, replacing those stored before."""
    cursor.execute("DELETE FROM guard.signing_key")
    for key in dict.fromkeys(signing_keys()):
        cursor.execute("INSERT INTO guard.signing_key (key) VALUES (%s)", [key])


def _keep_demonstration(cursor: Any) -> None:
    """Store whether all data is made up, since the application's role must not be able to set that."""
    cursor.execute("DELETE FROM guard.demonstration")
    cursor.execute("INSERT INTO guard.demonstration (is_on) VALUES (%s)", [settings.PQIP_DEMO])


def _guards_of_apps() -> Iterator[Path]:
    """Yield each app's own guards, from its `sql/` folder, floor by floor."""
    for config in apps.get_app_configs():
        folder = Path(config.path) / "sql"
        if folder != OWN:
            yield from _files(folder)


def _files(folder: Path) -> list[Path]:
    """Return the files in the order of their names: a later file may use functions of an earlier one."""
    return sorted(folder.glob("*.sql"))


def guarded_models() -> list[type[models.Model]]:
    """Return every concrete model that is audited."""
    return [model for model in apps.get_models(include_auto_created=True) if is_audited(model)]


def is_audited(model: type[models.Model]) -> bool:
    """Return False for libraries' tables in exempt.py and for technical tables with `audited = False`."""
    managed = model._meta.managed and not model._meta.proxy
    return managed and model._meta.label not in AUDIT_EXEMPT and getattr(model, "audited", True)


def is_signed(model: type[models.Model]) -> bool:
    """Return whether the table is unaudited but may only be written by signed acts."""
    label = model._meta.label
    return label in SIGNED or (not getattr(model, "audited", True) and label not in UNSIGNED)


def is_ledger(model: type[models.Model]) -> bool:
    """Return whether the rows are dated facts that are only ever voided."""
    return getattr(model, "is_ledger", False)


def is_insert_only(model: type[models.Model]) -> bool:
    """Return whether rows are never changed or deleted and have no times of their own (parts of a fact)."""
    return getattr(model, "insert_only", False)


def erasable_columns(model: type[models.Model]) -> tuple[str, ...]:
    """Return the columns of a ledger with personal values, which only the retention role may erase."""
    return getattr(model, "erasable", ())


def triggers_of(model: type[models.Model]) -> Iterator[str]:
    """Yield the statements that install a table's triggers, as its model declares them."""
    if is_audited(model) or is_ledger(model):
        yield from _watching(model)
    elif is_signed(model):
        yield (
            f"CREATE OR REPLACE TRIGGER core_signed AFTER INSERT OR UPDATE OR DELETE ON {model._meta.db_table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION core_signed()"
        )
    yield from _keeping(model)
    yield from _following(model)
    yield from _hanging(model)


def _watching(model: type[models.Model]) -> Iterator[str]:
    """Yield the triggers that audit every statement and verify who acts and when."""
    table = model._meta.db_table
    kind = (
        "proved"
        if not is_audited(model)
        else "dated"
        if is_ledger(model)
        else "kept"
        if is_insert_only(model)
        else "plain"
    )
    arguments = f"'{kind}', '{model._meta.pk.column}', '{_person_column(model)}'"
    for operation, tables in TRANSITIONS.items():
        yield (
            f"CREATE OR REPLACE TRIGGER core_audit_{operation} AFTER {operation} ON {table} "
            f"REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION core_audit({arguments})"
        )


def _keeping(model: type[models.Model]) -> Iterator[str]:
    """Yield the triggers that maintain a ledger's rows, and those that refuse changes to insert-only rows."""
    table = model._meta.db_table
    if is_ledger(model):
        erasable = ", ".join(f"'{column}'" for column in erasable_columns(model))
        for operation, arguments in (("insert", ""), ("update", erasable)):
            yield (
                f"CREATE OR REPLACE TRIGGER a_core_ledger_{operation} BEFORE {operation} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION core_ledger_{operation}({arguments})"
            )
        for number, key in enumerate(_live_keys(model)):
            yield (
                f"CREATE OR REPLACE TRIGGER core_known_once_{number} AFTER INSERT ON {table} "
                f"REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION core_known_once({key})"
            )
    if is_ledger(model) or is_insert_only(model):
        refused = "DELETE OR TRUNCATE" if is_ledger(model) else "UPDATE OR DELETE OR TRUNCATE"
        yield (
            f"CREATE OR REPLACE TRIGGER a_core_kept BEFORE {refused} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION core_refuse()"
        )


def _live_keys(model: type[models.Model]) -> Iterator[str]:
    """Yield, as trigger arguments, the columns of each key that is unique among live rows; `?` precedes one that may be
    blank.
    """
    for constraint in model._meta.constraints:
        if (
            isinstance(constraint, models.UniqueConstraint)
            and constraint.condition == live()
            and constraint.fields
        ):
            fields = [own_field(model, name) for name in constraint.fields]
            blank_is_a_value = constraint.nulls_distinct is False
            yield ", ".join(
                f"'{'?' if field.null and blank_is_a_value else ''}{field.column}'"
                for field in fields
            )


def _following(model: type[models.Model]) -> Iterator[str]:
    """Yield the triggers that record changes of a table in its ledger: see `known_of` in ledger.py."""
    if not issubclass(model, KnownLedger):
        return
    followed = model.known_of
    source, own = apps.get_model(followed[0]), followed[1]
    theirs = column_of(own_field(model, followed[2]))
    arguments = ", ".join(
        f"'{name}'" for name in [model._meta.db_table, own, theirs, *kept_columns(model)]
    )
    for operation, tables in TRANSITIONS.items():
        yield (
            f"CREATE OR REPLACE TRIGGER core_keep_known_{operation} AFTER {operation} ON {source._meta.db_table} "
            f"REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION core_keep_known({arguments})"
        )


def _hanging(model: type[models.Model]) -> Iterator[str]:
    """Yield the triggers that refuse to record a row before the row it belongs to: see `first_recorded_in` of related
    models.
    """
    for field in model._meta.concrete_fields if is_ledger(model) else ():
        first = (
            getattr(field.related_model, "first_recorded_in", None) if field.is_relation else None
        )
        if first is None:
            continue
        ledger = apps.get_model(first[0])
        arguments = f"'{field.column}', '{ledger._meta.db_table}', '{ledger._meta.get_field(first[1]).column}'"
        yield (
            f"CREATE OR REPLACE TRIGGER core_not_before_{field.column} AFTER INSERT ON {model._meta.db_table} "
            f"REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION core_not_before({arguments})"
        )


def _bound_dates(cursor: Any, model: type[models.Model]) -> None:
    """Add constraints that every date of an audited or insert-only table is plausible (`dates.py`), except derived dates."""
    dates = (field for field in model._meta.concrete_fields if type(field) is models.DateField)
    columns = [field.column for field in dates if field.editable]
    if not columns or not (is_audited(model) or is_ledger(model)):
        return
    table, condition = (
        model._meta.db_table,
        " AND ".join(f"{name} BETWEEN '{EARLIEST}' AND '{LATEST}'" for name in columns),
    )
    name = f"core_dates_{md5(condition.encode(), usedforsecurity=False).hexdigest()[:8]}"
    cursor.execute(
        r"SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND conname LIKE 'core\_dates\_%%'",
        [table],
    )
    laid = {row[0] for row in cursor.fetchall()}
    changes = [f"DROP CONSTRAINT {old}" for old in laid - {name}]
    changes += [f"ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID"] if name not in laid else []
    for change in changes:
        cursor.execute("ALTER TABLE {} {}".format(table, change))  # noqa: UP032


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
    """Return the column with the internal key of the person a row is about, or ''."""
    return getattr(model, "person_column", "person_id" if _has_column(model, "person_id") else "")


def _has_column(model: type[models.Model], column: str) -> bool:
    return any(field.column == column for field in model._meta.concrete_fields)


def _grants(cursor: Any, existing: set[str]) -> Iterator[str]:
    """Yield the SQL that sets the rights of the roles of retention, reports and the application, each only if the role
    exists.

    Rights on single tables are set only for those in `existing` (names of tables). Earlier rights of reports and the
    application are revoked first. For the application's role nothing is yielded if it is the one that migrates.
    """
    role = settings.APPLICATION_ROLE
    cursor.execute(
        "SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s), "
        "EXISTS (SELECT FROM pg_roles WHERE rolname = 'pqip_retention'), EXISTS (SELECT FROM pg_roles WHERE rolname = %s)",
        [role, REPORTS_ROLE],
    )
    owner, present, retention, reports = cursor.fetchone()
    if retention:
        yield "GRANT SELECT, UPDATE (before, after) ON core_auditentry TO pqip_retention"
        for model in apps.get_models():
            if (columns := erasable_columns(model)) and model._meta.db_table in existing:
                yield f"GRANT SELECT, UPDATE ({', '.join(columns)}) ON {model._meta.db_table} TO pqip_retention"
    if reports:
        yield from _reading(existing)
    if not present or role == owner:
        return
    yield from _no_temporary_tables(cursor)
    yield f'GRANT USAGE ON SCHEMA public TO "{role}"'
    yield f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{role}"'
    yield f'GRANT SELECT ON ALL TABLES IN SCHEMA public TO "{role}"'
    yield f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"'
    for model in apps.get_models(include_auto_created=True):
        rights = rights_of(model)
        if model._meta.db_table in existing and rights:
            yield f'GRANT {rights} ON {model._meta.db_table} TO "{role}"'


def _reading(existing: set[str]) -> Iterator[str]:
    """Yield the grants to the role of reports: it may read facts and what is derived from them, nothing else, and never
    write.
    """
    yield f"GRANT USAGE ON SCHEMA public TO {REPORTS_ROLE}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {REPORTS_ROLE}"
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table in existing and is_read_by_reports(model):
            hidden = UNREAD_COLUMNS.get(model._meta.label, set())
            read = ", ".join(column for column in columns(model) if column not in hidden)
            yield f"GRANT SELECT{f' ({read})' if hidden else ''} ON {model._meta.db_table} TO {REPORTS_ROLE}"


def is_read_by_reports(model: type[models.Model]) -> bool:
    """Return False for libraries' tables and those that `exempt.py` names."""
    return model._meta.label not in {*AUDIT_EXEMPT, *UNREAD_BY_REPORTS}


def _no_temporary_tables(cursor: Any) -> Iterator[str]:
    """Yield the statements that let only the owner create temporary tables, since such a table hides any other of its name."""
    cursor.execute("SELECT current_database()")
    (database,) = cursor.fetchone()
    yield f'REVOKE TEMPORARY ON DATABASE "{database}" FROM PUBLIC'


def rights_of(model: type[models.Model]) -> str:
    """Return what the application's role may do to a table besides reading it; "" for nothing."""
    if model._meta.label == "core.AuditEntry":
        return ""
    if is_ledger(model):
        return "INSERT, UPDATE (voided_at, voided_by, void_reason)"
    if is_insert_only(model):
        return "INSERT"
    return "INSERT, UPDATE, DELETE"
