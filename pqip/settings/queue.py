"""Settings of Celery and jobs. Each value has its reason beside it; tests/jobs/test_settings.py checks that they fit
together.

The base settings import this and add `CELERY_BROKER_URL = broker_url(REDIS_URL)`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

#: Short and long work have queues of their own, so that no sign-in e-mail waits behind a report.
JOB_QUEUES = ["default", "reports", "imports", "mail"]

#: Seconds for which due work may wait in each queue before administrators are told. A report may take half an hour, and the
#: next waits for it; nobody should wait that long for a sign-in link.
JOB_QUEUE_LIMITS = {"default": 180, "mail": 300, "imports": 900, "reports": 2700}

#: Seconds for which the scheduler doubts a clock that jumped ahead: schedules and deletion wait, in case it is set back.
JOB_CLOCK_DOUBT_SECONDS = 600

#: Seconds a worker may be silent before its job is given to another.
JOB_LEASE_SECONDS = 30

#: Seconds until the sweeper repeats a wake-up without effect; doubled each time, up to two minutes.
JOB_RESEND_SECONDS = 15

#: Seconds until a failed job is tried again: after the first attempt, after the second. Then it is parked.
JOB_BACK_OFF_SECONDS = [10, 60]

#: The days for which finished jobs are kept; the runs, messages and facts they made are kept by their own rules.
JOB_KEEP_DAYS = 90

CELERY_TIMEZONE = "Europe/London"
CELERY_ENABLE_UTC = True

CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True  # the result of a job is in its row
CELERY_RESULT_BACKEND = None

CELERY_TASK_ACKS_LATE = True  # a message is kept until its work is done
CELERY_TASK_REJECT_ON_WORKER_LOST = (
    True  # and outlives a killed child; attempts are counted in the job's row
)
CELERY_WORKER_PREFETCH_MULTIPLIER = (
    1  # a worker reserves one message, so that short work does not wait behind long work
)
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = (
    600_000  # KiB; the child is replaced after a task that exceeds this
)
CELERY_WORKER_LOST_WAIT = (
    2.0  # a killed child is replaced soon: none of its results is worth waiting for
)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False

CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = (
    8.0  # with REMAP_SIGTERM=SIGQUIT; then unfinished messages are returned
)
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True

VISIBILITY_TIMEOUT = 3600
CELERY_TASK_TIME_LIMIT = (
    1800  # below the visibility timeout, or a long task would run twice at once
)
CELERY_TASK_SOFT_TIME_LIMIT = 1740

CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_POOL_LIMIT = (
    20  # more than the threads of a web process, so that none waits for a connection
)
CELERY_BROKER_POOL_ACQUIRE_TIMEOUT = 0.5

#: For publishers only (web pages, commands, the scheduler): an unresponsive broker costs them under three seconds.
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

#: A worker waits longer for its broker; pqip/celery.py applies these when the process is a worker.
WORKER_TRANSPORT_OPTIONS = CELERY_BROKER_TRANSPORT_OPTIONS | {
    "socket_connect_timeout": 5,
    "socket_timeout": 30,
}

CELERY_BEAT_SCHEDULER = "pqip.jobs.scheduler:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5

#: Seconds; an unresponsive mail server costs the worker at most this much in each step.
EMAIL_TIMEOUT = 15


def broker_url(redis_url: str) -> str:
    """Return `redis_url` as Celery writes it: a socket's `unix://path` becomes `redis+socket://path`; TLS requires a valid
    certificate.
    """
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host=0"
    if parts.scheme == "rediss" and "ssl_cert_reqs" not in parts.query:
        return f"{redis_url}{'&' if parts.query else '?'}ssl_cert_reqs=required"
    return redis_url
