"""Settings of the drills' processes: the tests' own, with short times and the drill app."""

from pqip.settings.test import *  # noqa: F403
from pqip.settings.test import INSTALLED_APPS as HOUSE

INSTALLED_APPS = [*HOUSE, "tests.faults.drill"]
JOB_LEASE_SECONDS = 2
JOB_RESEND_SECONDS = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 1.0
