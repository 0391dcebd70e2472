"""The project. Its Celery application is made here, so that whoever enqueues knows the broker."""

from pqip.celery import app as celery_app

__all__ = ["celery_app"]
