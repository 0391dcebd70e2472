"""What others may want to know of background work. `pqip.messages.telling` listens, and writes to administrators."""

from django.dispatch import Signal

#: A job was set aside (`job`); within the transaction that says so.
set_aside = Signal()

#: The oldest work of a queue waits too long (`queue`, a `QueueHealth`); once, until the queue is well again.
fell_behind = Signal()

#: The clock jumped ahead (`seconds`), and schedules wait.
clock_jumped = Signal()
