"""The project. Its Celery application is created here, so that every process that enqueues knows the broker."""

from pqip.celery import app as celery_app

__all__ = ["celery_app"]
