"""Tables that the audit leaves out, and which of them are written by signed acts all the same. Each says why."""

from __future__ import annotations

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

#: Of those, the tables by which somebody gets in: every change is made by an act that is signed (`core_signed`).
SIGNED = {"account.EmailAddress", "mfa.Authenticator"}

#: Our own tables that are not audited and yet written without an act; every other one is written by a signed act, too, so that
#: nobody makes derived figures say what no fact says.
UNSIGNED = {
    "core.SentForm": "what was sent, for some days",
    "core.AccessEntry": "asks for it in a trigger of its own",
    "jobs.Job": "the workers' own book: claims, leases and what went wrong",
    "jobs.ScheduledRun": "the scheduler's own book",
    "post.Message": "what was sent to whom, by the workers",
}

#: What the role that reports read with may not read, beside libraries' tables: who looked at what and who changed it, what was
#: typed, sent or brought in, and by what somebody gets in.
UNREAD_BY_REPORTS = {
    "core.AuditEntry", "core.AccessEntry", "core.ExportAllowance", "core.SentForm", "jobs.Job", "jobs.ScheduledRun",
    "post.Message", "exchange.ImportRun", "reports.Recipient",
}  # fmt: skip
#: Columns of other tables that it may not read.
UNREAD_COLUMNS = {"workforce.User": {"password"}}
