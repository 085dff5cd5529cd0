"""drf-idempotency: its middleware over its store in the database."""

import djangos

djangos.set_up(
    apps=["drf_idempotency"],
    middleware=["drf_idempotency.middleware.IdempotencyMiddleware"],
    IDEMPOTENCY={"BACKEND": "drf_idempotency.backends.database.DatabaseBackend"},
)

from views import Create  # noqa: E402 - wants settings

djangos.serve(Create.as_view())
