"""asgi-idempotency-header: its middleware over its store in memory."""

import asgi
from idempotency_header_middleware import IdempotencyHeaderMiddleware
from idempotency_header_middleware.backends import MemoryBackend

app = asgi.application()
app.add_middleware(IdempotencyHeaderMiddleware, backend=MemoryBackend())
asgi.serve(app)
