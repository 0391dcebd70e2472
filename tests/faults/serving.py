"""Settings of the web server in the drills of servers that go away: as it runs, and its log and database as in production."""

from pqip.settings import base
from tests.trip.settings import *  # noqa: F403

LOGGING = base.LOGGING
DATABASES = base.DATABASES
