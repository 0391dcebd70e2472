"""What may be done with reports."""

from pqip.core.permissions import Permission, register

register(
    Permission("reports.view_reports", "See reports and download their files."),
    Permission("reports.request_report", "Ask for a report to be made, or for one on a schedule."),
    Permission(
        "reports.view_assessors",
        "See figures of named assessors: one's own, and those one looks after.",
    ),
    Permission(
        "reports.manage_schedules",
        "Say which reports are made each month, and who is told of them.",
        whole_country=True,
    ),
    Permission("reports.view_downloads", "See who downloaded which report."),
    Permission("reports.unsuppressed", "See small numbers in full, for a reason that is logged."),
)
