"""The application for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pqip.settings")
os.environ["PQIP_PROCESS"] = (
    "web"  # pages have less time for a database query than workers and commands
)
application = get_wsgi_application()

from django.db import connections  # noqa: E402  (once the apps are there)

from pqip.govuk.jinja import compile_all  # noqa: E402
from workforce.accounts.demonstration import refuse_to_start  # noqa: E402

refuse_to_start()
compile_all()
connections.close_all()  # the process that loads the application answers no requests
