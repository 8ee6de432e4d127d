"""The site: Django. Its Celery app loads with it, so that every process knows the broker."""

from learn.celery import app as celery_app

__all__ = ["celery_app"]
