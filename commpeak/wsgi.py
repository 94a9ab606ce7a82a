"""The WSGI application that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from commpeak.celery import app as celery_app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commpeak.settings")

# A visitor never waits for the broker: a frozen one would otherwise hold a request for 100 s.
# Workers keep the defaults, since they wait for messages on purpose.
celery_app.conf.broker_transport_options |= {"socket_timeout": 1, "socket_connect_timeout": 1}
celery_app.conf.broker_connection_timeout = 1

application = get_wsgi_application()

# A batch of usage makes ten thousand objects and keeps none. Looking for garbage after every
# 700 of them, and at all of Django now and then, would be a sixth of its time.
gc.freeze()
gc.set_threshold(50_000, 20, 20)
