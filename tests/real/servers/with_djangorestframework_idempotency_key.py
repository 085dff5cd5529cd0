"""djangorestframework-idempotency-key: its middleware, and its decorator for creates that carry a key."""

import djangos

djangos.set_up(
    apps=["rest_framework_idempotency_key"],
    middleware=["rest_framework_idempotency_key.middleware.IdempotencyKeyMiddleware"],
    IDEMPOTENCY_KEY_LOCK_TIMEOUT=60,
)

from rest_framework_idempotency_key.decorators import simple_idempotency_key_method  # noqa: E402 - wants settings
from views import Create  # noqa: E402 - the same


class Guarded(Create):
    """The create behind the decorator, which demands a key."""

    def post(self, request):
        """Answer a create."""
        return self.once(request) if "Idempotency-Key" in request.headers else super().post(request)

    @simple_idempotency_key_method
    def once(self, request):
        """Answer a create that carries a key."""
        return super().post(request)


djangos.serve(Guarded.as_view())
