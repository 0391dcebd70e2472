"""Every model of the project is audited and reached through scope, or stands here with the reason why not.

The models are read from the registry, so a new one fails until somebody has decided.
"""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, models, transaction

from pqip.core import reference
from pqip.core.guards import AUDIT_EXEMPT, guarded_models, is_audited, is_insert_only
from tests.personas import persona

HOUSE = {"pqip", "workforce", "learners", "assessments", "reports"}
OURS = [model for model in apps.get_models() if model.__module__.partition(".")[0] in HOUSE]
LIBRARIES = [model for model in apps.get_models(include_auto_created=True) if model not in OURS]

FOLLOWS = "follows from audited facts, and is worked out anew from them by check_ledger"
RESULT = "follows from audited facts, and is worked out anew from them once it is let go of"
KEPT = "a ledger of what an audited row said, written with it and never by anything else"
TECHNICAL = "what the machinery remembers of its own work; what it does to records is audited"
#: Our models the audit does not watch, and why.
NOT_AUDITED = {
    "core.AuditEntry": "is the audit",
    "core.AccessEntry": "is a log itself: insert only, kept as ledgers are",
    "jobs.Job": TECHNICAL,
    "jobs.ScheduledRun": TECHNICAL,
    "core.RowsTaken": "counts alone; what was taken out stands in the access log",
    "core.SentForm": TECHNICAL,
    "post.Message": "its own row says what was sent to whom, and what came of it",
    "learners.SelectionAnswer": "deleted once a pathway is decided; a copy in the audit would outlive it",
    "learners.Segment": FOLLOWS,
    "workforce.PersonRecord": KEPT,
    "workforce.EqualityRecord": KEPT,
    "learners.EntryRecord": KEPT,
    "learners.ApplicationRecord": KEPT,
    "learners.ApplicantEqualityRecord": KEPT,
    "assessments.DecisionDraft": "not said yet: deleted once the decision is saved, which is audited",
    "reports.ForecastAsked": RESULT,
    "reports.ForecastKept": RESULT,
    "assessments.Wait": FOLLOWS,
    "assessments.CriterionMet": FOLLOWS,
    "assessments.UnitAchievement": FOLLOWS,
}

UNDER = "read only beneath rows fetched through scope"
#: Our models without `visible_to` that are no reference data, and why nobody sees another's record through them.
NOT_SCOPED = {
    "core.AuditEntry": "read by the history page, of rows fetched through scope",
    "core.AccessEntry": "read whole by workforce.view_access_log and of reports by reports.view_downloads, national roles both",
    "jobs.Job": "keys and dates only; seen by administrators, who keep the machinery",
    "jobs.ScheduledRun": "periods and dates only",
    "post.Message": "an address and words that name nobody; seen by administrators",
    "core.ExportAllowance": "read by nobody but what hands files out; given by workforce.allow_export, of the whole country",
    "core.RowsTaken": "counts of one's own, read by nobody but what hands files out",
    "core.SentForm": "one's own alone, by the token that one's own page carried",
    "exchange.ImportRun": "`made_by`: one's own and nobody else's",
    "learners.Segment": UNDER,
    "assessments.Wait": UNDER,
    "assessments.CriterionMet": UNDER,
    "assessments.UnitAchievement": UNDER,
    "reports.RunFile": "read only beneath its run, which is fetched through scope",
    "reports.ForecastAsked": "days, instants and digests",
    "reports.ForecastKept": "figures of whole regions; read through a question, whose place lies within scope",
    "reports.Schedule": "a place and names of reports",
    "reports.Scenario": "`made_by`: one's own and nobody else's",
    "reports.Recipient": "read by those who keep schedules, and by the job that tells",
    "workforce.RegionOpening": "when each region was opened, which every report says",
    "learners.Cohort": "an intake's name and first day",
}


def label(model: type[models.Model]) -> str:
    return model._meta.label


def has_scope(model: type[models.Model]) -> bool:
    return hasattr(model._default_manager.get_queryset(), "visible_to")


every_audited = pytest.mark.parametrize("model", guarded_models(), ids=label)


def test_what_is_not_audited_says_why() -> None:
    assert {label(model) for model in OURS if not is_audited(model)} == set(NOT_AUDITED)
    unnamed = {label(model) for model in LIBRARIES if not is_audited(model)} - set(AUDIT_EXEMPT)
    assert unnamed == set()
    assert set(AUDIT_EXEMPT) <= {label(model) for model in apps.get_models()}, "exempt, but gone"


def test_what_is_not_reached_through_scope_says_why() -> None:
    of_reference = {kind.model_label for kind in reference.kinds.values()}
    assert {label(model) for model in OURS if not has_scope(model)} - of_reference == set(
        NOT_SCOPED
    )


@pytest.mark.parametrize(
    "model",
    [model for model in OURS if not has_scope(model) and label(model) not in NOT_SCOPED],
    ids=label,
)
def test_reference_data_is_about_nobody(model: type[models.Model]) -> None:
    """A kind of reference data leads to no person and no account."""
    related = {label(field.related_model) for field in model._meta.fields if field.related_model}
    assert related & {"workforce.Person", "workforce.User", "learners.Enrolment"} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("model", [model for model in OURS if has_scope(model)], ids=label)
def test_asking_without_the_permission_is_an_error(model: type[models.Model]) -> None:
    nobody = persona("data_protection")
    with pytest.raises(PermissionDenied):
        model._default_manager.all().visible_to(nobody, "learners.view_learner")  # type: ignore[attr-defined]


@pytest.mark.django_db
@every_audited
def test_the_audit_watches_every_statement(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass "
            "AND tgname LIKE 'core_audit_%%'",
            [model._meta.db_table],
        )
        laid = {name: (enabled, said) for name, enabled, said in cursor.fetchall()}
    assert set(laid) == {"core_audit_insert", "core_audit_update", "core_audit_delete"}
    for enabled, said in laid.values():
        assert enabled == "O"
        assert "FOR EACH STATEMENT EXECUTE FUNCTION core_audit(" in said


@pytest.mark.django_db
@every_audited
def test_nobody_writes_to_it(model: type[models.Model]) -> None:
    """Even a statement that touches no row: the trigger first asks who acts. Ledgers refuse to be rewritten before that."""
    key, columns = (
        model._meta.pk.column,
        [field.column for field in model._meta.concrete_fields if not field.generated],
    )
    said = {
        "INSERT INTO {0} ({1}) SELECT {1} FROM {0} WHERE false": "names no actor",
        "UPDATE {0} SET {2} = {2} WHERE false": "names no actor|permission denied",
        "DELETE FROM {0} WHERE false": "names no actor|permission denied",
    }
    for statement, answer in said.items():
        quoted = ", ".join(map(connection.ops.quote_name, columns))
        with (
            pytest.raises(DatabaseError, match=answer),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(model._meta.db_table, quoted, key))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model", [model for model in apps.get_models() if is_insert_only(model)], ids=label
)
def test_what_is_only_inserted_is_never_changed(model: type[models.Model], as_owner) -> None:
    for statement in ("UPDATE {0} SET id = id", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"):
        sql = statement.format(model._meta.db_table)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(sql)
        with as_owner(), pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
            connection.cursor().execute(sql)
