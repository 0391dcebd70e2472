"""Celery and jobs. Each value has its reason beside it; tests/jobs/test_settings.py holds them together.

The base settings import this and add `CELERY_BROKER_URL = broker_url(REDIS_URL)`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

#: Short and long work have queues of their own, so that no sign-in mail waits behind a report.
JOB_QUEUES = ["default", "reports", "imports", "mail"]

#: Seconds for which due work may wait in each queue before administrators are told. A report may take half an hour, and the next
#: waits for it; nobody should wait that long for a link to sign in.
JOB_QUEUE_LIMITS = {"default": 180, "mail": 300, "imports": 900, "reports": 2700}

#: Seconds for which the scheduler doubts a clock that jumped ahead: schedules and deleting wait, in case it is put back.
JOB_CLOCK_DOUBT_SECONDS = 600

#: Seconds a worker may be silent before its job is given to another.
JOB_LEASE_SECONDS = 30

#: Seconds until the sweeper repeats a wake-up that brought no worker; each time twice as long, up to two minutes.
JOB_RESEND_SECONDS = 15

#: Seconds until a job that failed is tried again: after the first attempt, after the second. Then it is parked.
JOB_BACK_OFF_SECONDS = [10, 60]

#: Finished jobs are kept this many days; the runs, messages and facts they made are kept by their own rules.
JOB_KEEP_DAYS = 90

CELERY_TIMEZONE = "Europe/London"
CELERY_ENABLE_UTC = True

CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True  # what came of a job is in its row
CELERY_RESULT_BACKEND = None

CELERY_TASK_ACKS_LATE = True  # a message lives until its work is done
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # and outlives a killed child; attempts are counted in the job's row
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # short work does not wait behind long work in one worker's pocket
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 600_000  # KiB; the child is replaced after the task that passes it
CELERY_WORKER_LOST_WAIT = 2.0  # a killed child is replaced soon: no result of its is worth waiting for
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False

CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 8.0  # with REMAP_SIGTERM=SIGQUIT: then unfinished messages go back
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True

VISIBILITY_TIMEOUT = 3600
CELERY_TASK_TIME_LIMIT = 1800  # below the visibility timeout, or a long task would run beside itself
CELERY_TASK_SOFT_TIME_LIMIT = 1740

CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_POOL_LIMIT = 20  # more than a web process has threads, so that none waits for another's connection
CELERY_BROKER_POOL_ACQUIRE_TIMEOUT = 0.5

#: For whoever publishes only (web pages, commands, the scheduler): a frozen broker costs them under three seconds.
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": VISIBILITY_TIMEOUT,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "health_check_interval": 30,
    "retry_on_timeout": False,
    "max_retries": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
}

#: A worker waits longer for its broker; pqip/celery.py puts these in place when the process is a worker.
WORKER_TRANSPORT_OPTIONS = CELERY_BROKER_TRANSPORT_OPTIONS | {"socket_connect_timeout": 5, "socket_timeout": 30}

CELERY_BEAT_SCHEDULER = "pqip.jobs.scheduler:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5

#: A mail server that does not answer costs the worker at most this many seconds a step.
EMAIL_TIMEOUT = 15


def broker_url(redis_url: str) -> str:
    """`redis_url` as Celery writes it: a socket's `unix://path` becomes `redis+socket://path`; TLS wants a good certificate."""
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host=0"
    if parts.scheme == "rediss" and "ssl_cert_reqs" not in parts.query:
        return f"{redis_url}{'&' if parts.query else '?'}ssl_cert_reqs=required"
    return redis_url
