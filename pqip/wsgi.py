"""The application as a WSGI server calls it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pqip.settings")
os.environ["PQIP_PROCESS"] = "web"  # pages ask the database for less time than workers and commands do
application = get_wsgi_application()

from django.db import connections  # noqa: E402  (once the apps are there)

from workforce.accounts.demonstration import refuse_to_start  # noqa: E402

refuse_to_start()
connections.close_all()  # whoever loads the application answers no requests
