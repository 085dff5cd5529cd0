"""drf-idem: its middleware over Django's cache in memory, with the header of the page."""

import djangos

MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1_000_000}}
djangos.set_up(
    apps=["drf_idem"],
    middleware=["drf_idem.middleware.IdempotencyMiddleware"],
    CACHES={"default": MEMORY, "drf_idem": MEMORY | {"LOCATION": "drf_idem"}},
    DRF_IDEM={"HEADER": "HTTP_IDEMPOTENCY_KEY"},
)

from views import Create  # noqa: E402 - wants settings

djangos.serve(Create.as_view())
