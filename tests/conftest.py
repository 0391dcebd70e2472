"""The harness: servers of its own, the application's role, no sockets to the outside, no silent skipping."""

import os

from tests.harness.servers import own_servers

own_servers()  # before any settings are read
os.environ["DJANGO_SETTINGS_MODULE"] = "pqip.settings.test"

import django  # noqa: E402

django.setup()

pytest_plugins = [
    f"tests.harness.{name}"
    for name in ("browsers", "counters", "template", "database", "files", "idle", "requirements")
]
