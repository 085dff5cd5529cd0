"""The honest create as a view of Django REST framework, and how it is served: `with_*.py` put packages around it."""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from pathlib import Path

import django
import honest
import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import path

FOLDER = Path(tempfile.mkdtemp())
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)


def set_up(*, apps=(), middleware=(), **further) -> None:
    """Configure Django with the parts of a package."""
    database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": FOLDER / "db.sqlite3",
        "OPTIONS": {
            "init_command": "PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL",
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",  # concurrent requests wait for each other
        },
    }
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={"default": database},
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", *apps],
        LOGGING_CONFIG=None,
        MIDDLEWARE=list(middleware),
        REST_FRAMEWORK={"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]},
        ROOT_URLCONF="urls",
        SECRET_KEY="no secret",
        USE_TZ=True,
        **further,
    )
    django.setup()


def serve(view) -> None:
    """Serve a view on a free port, and print its address."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - wants settings

    call_command("migrate", run_syncdb=True, verbosity=0)
    for account in honest.ACCOUNTS.values():
        User.objects.create(username=account)
    urls = type(sys)("urls")
    urls.urlpatterns = [path(honest.PATH.removeprefix("/"), view)]
    sys.modules["urls"] = urls
    server = waitress.create_server(get_wsgi_application(), host="127.0.0.1", port=0, threads=16)
    print(f"http://127.0.0.1:{server.effective_port}", flush=True)
    server.run()
