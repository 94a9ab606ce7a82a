"""The composition root: settings, addresses, background work. Apps import only commpeak.lib."""

from commpeak.celery import app as celery_app

__all__ = ["celery_app"]
