"""The harness: servers of its own, the application's role, no sockets to the outside, no silent skipping."""

import os

from tests.harness.servers import own_servers

own_servers()  # before any settings are read
os.environ["DJANGO_SETTINGS_MODULE"] = "pqip.settings.test"

import django  # noqa: E402

django.setup()

from tests.harness import browsers  # noqa: E402, F401  (it patches on import)
from tests.harness.counters import nothing_counted  # noqa: E402
from tests.harness.database import as_owner, django_db_setup, real_db  # noqa: E402
from tests.harness.requirements import (  # noqa: E402
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_terminal_summary,
)

__all__ = [
    "as_owner",
    "django_db_setup",
    "nothing_counted",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_terminal_summary",
    "real_db",
]
