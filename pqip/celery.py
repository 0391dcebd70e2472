"""Celery: carries wake-ups for work that the database remembers.

- `celery -A pqip worker --queues default,mail` (REMAP_SIGTERM=SIGQUIT; others on `imports` and on `reports`)
- `celery -A pqip beat`

Any number of either may run; of several schedulers one acts.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import beat_init, celeryd_init, setup_logging, worker_init, worker_process_init
from django.conf import settings
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pqip.settings")

#: The niceness of a worker's processes in relation to the web server's: 0 is equal, 19 the lowest priority.
GIVING_WAY = 10

app = Celery("pqip")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def wait_longer_than_a_page(conf: Any, **kwargs: Any) -> None:
    """Give a worker its own time limits: it blocks on its broker by design, so a publisher's short limits do not suit it."""
    conf.broker_transport_options = settings.WORKER_TRANSPORT_OPTIONS


@celeryd_init.connect
def suppress_root_warning_in_a_demonstration(**kwargs: Any) -> None:
    """Suppress Celery's warning about root in a demonstration, whose data is made up; elsewhere the warning stays."""
    if settings.PQIP_DEMO and os.geteuid() == 0:
        warnings.filterwarnings(
            "ignore", "You're running the worker with superuser privileges", SecurityWarning
        )


@worker_init.connect
@beat_init.connect
def stay_away_from_what_is_not_ours(**kwargs: Any) -> None:
    """Refuse to start a worker or scheduler on a demonstration's database outside a demonstration."""
    from pqip.core.broker import log_what_is_wrong
    from workforce.accounts.demonstration import refuse_to_start

    refuse_to_start()
    connections.close_all()  # children have connections of their own
    if not settings.PQIP_DEMO:
        log_what_is_wrong()


@worker_process_init.connect
def give_way_to_pages(**kwargs: Any) -> None:
    """Lower the priority of a worker, so that on a shared machine pages come before reports."""
    os.nice(GIVING_WAY)


@worker_process_init.connect
def look_less_often_for_garbage(**kwargs: Any) -> None:
    """Take what every task needs out of the search for garbage, as in the web server."""
    from pqip.core.garbage import look_less_often

    look_less_often()


@setup_logging.connect
def keep_the_project_s_logs(**kwargs: Any) -> None:
    """Leave logging to Django's settings: Celery does so once something is connected to this signal."""
