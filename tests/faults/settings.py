"""Settings of the drills' processes: production's, with made-up data, short times and the drill app."""

import os

os.environ.setdefault("PQIP_DEMO", "yes")

from pqip.settings.base import *  # noqa: F403
from pqip.settings.base import INSTALLED_APPS as HOUSE
from pqip.settings.base import MEDIA_ROOT

INSTALLED_APPS = [*HOUSE, "tests.faults.drill"]
JOB_LEASE_SECONDS = 2
JOB_RESEND_SECONDS = 1
JOB_BACK_OFF_SECONDS = [1, 1]
CELERY_WORKER_LOST_WAIT = 0.5
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 1.0
#: A drill that makes an import wait wants it to go on waiting.
PQIP_IMPORT_LIMITS = {"patience": 60_000}
EMAIL_FILE_PATH = MEDIA_ROOT / "mail"
