"""drf-idempotencykey: its mixin."""

import djangos

djangos.set_up(apps=["drf_idempotencykey"])

from drf_idempotencykey.mixins import DrfIdempotencyKeyMixin  # noqa: E402 - wants settings
from views import Create  # noqa: E402 - the same


class Guarded(DrfIdempotencyKeyMixin, Create):
    """The create behind the mixin."""


djangos.serve(Guarded.as_view())
