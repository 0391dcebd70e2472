"""The tables that the audit leaves out, each with the reason, and those of them that only signed acts may write."""

from __future__ import annotations

#: Tables of libraries, which hold no facts of the programme, with the reason why the audit leaves them out.
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

#: Those of them that give somebody access: every change needs a signed act (`core_signed`).
SIGNED = {"account.EmailAddress", "mfa.Authenticator"}

#: Our own unaudited tables that may be written without a signed act. Every other unaudited table needs one too, so that
#: nobody can make derived figures differ from the facts.
UNSIGNED = {
    "core.SentForm": "what was sent, for some days",
    "core.AccessEntry": "asks for it in a trigger of its own",
    "jobs.Job": "the workers' own book: claims, leases and what went wrong",
    "jobs.ScheduledRun": "the scheduler's own book",
    "post.Message": "what was sent to whom, by the workers",
}

#: What the role of reports may not read, beside libraries' tables: the logs of who saw and changed what, what was typed,
#: sent or imported, and credentials.
UNREAD_BY_REPORTS = {
    "core.AuditEntry", "core.AccessEntry", "core.ExportAllowance", "core.RowsTaken", "core.SentForm", "jobs.Job",
    "jobs.ScheduledRun", "post.Message", "exchange.ImportRun", "reports.Recipient",
}  # fmt: skip
#: Columns of other tables that the role of reports may not read.
UNREAD_COLUMNS = {"workforce.User": {"password"}}
