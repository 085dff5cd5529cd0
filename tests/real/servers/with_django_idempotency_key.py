"""django-idempotency-key: its middleware and its decorator, with a key that is optional."""

import djangos

djangos.set_up(middleware=["idempotency_key.middleware.ExemptIdempotencyKeyMiddleware"])

from idempotency_key.decorators import idempotency_key  # noqa: E402 - wants settings
from views import Create  # noqa: E402 - the same

djangos.serve(idempotency_key(optional=True)(Create.as_view()))
