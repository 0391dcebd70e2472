"""What people may do with jobs."""

from pqip.core.permissions import Permission, register

MANAGE = Permission("jobs.manage", "See work that needs attention and start it again.")

register(MANAGE)
