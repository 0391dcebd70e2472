"""What people may do with messages."""

from pqip.core.permissions import Permission, register

MANAGE = Permission("messages.manage", "See which e-mails did not arrive, and send them again.")

register(MANAGE)
