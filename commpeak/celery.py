"""Celery only wakes work up; the work itself lives in PostgreSQL (design: Payments)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commpeak.settings")
app = Celery("commpeak")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
