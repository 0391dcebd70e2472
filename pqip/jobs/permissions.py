"""What people may do with jobs and messages."""

from pqip.core.permissions import Permission, register

MANAGE = Permission(
    "jobs.manage",
    "See background work and e-mails that need attention, and start them again.",
    whole_country=True,
)

register(MANAGE)
