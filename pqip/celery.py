"""Celery: carries wake-ups for work the database remembers.

    celery -A pqip worker --queues default,mail     (REMAP_SIGTERM=SIGQUIT; others on `imports` and on `reports`)
    celery -A pqip beat

Any number of either may run; of several schedulers one acts.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init, setup_logging, worker_init, worker_process_init
from django.conf import settings
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pqip.settings")

#: How far a worker's processes stand behind the web server's for the processor: 0 is level, 19 the last.
GIVING_WAY = 10

app = Celery("pqip")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def wait_longer_than_a_page(conf: Any, **kwargs: Any) -> None:
    """A worker blocks on its broker by design, so it does not take a publisher's short time limits."""
    conf.broker_transport_options = settings.WORKER_TRANSPORT_OPTIONS


@worker_init.connect
@beat_init.connect
def stay_away_from_what_is_not_ours(**kwargs: Any) -> None:
    """No worker and no scheduler starts on a demonstration's database outside a demonstration."""
    from pqip.core.broker import say_what_is_wrong
    from workforce.accounts.demonstration import refuse_to_start

    refuse_to_start()
    connections.close_all()  # children have their own
    if not settings.PQIP_DEMO:
        say_what_is_wrong()


@worker_process_init.connect
def give_way_to_pages(**kwargs: Any) -> None:
    """On a machine they share, somebody at a page goes before a report that is made for somebody who waits anyway."""
    os.nice(GIVING_WAY)


@setup_logging.connect
def keep_the_project_s_logs(**kwargs: Any) -> None:
    """Being connected is enough: Celery leaves logging to Django's settings."""
