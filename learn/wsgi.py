"""The web server's entry point."""

import os

from django.core.wsgi import get_wsgi_application

from learn.catalog.catalogue import get_course

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learn.settings")

application = get_wsgi_application()

# A mistake in a content file stops the start, with file and line, instead of breaking pages.
get_course()
