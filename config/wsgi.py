"""What the web server calls: the door for stores in front, Django behind it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["COUNTERFOIL_WEB"] = "1"  # threads share a pool; processes that fork must not

django_application = get_wsgi_application()

from sync.door import application_for  # noqa: E402 -- models are there only after Django is up

application = application_for(django_application)
