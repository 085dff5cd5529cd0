"""fastapi-idempotency-key: its middleware over its store in memory."""

import asgi
from fastapi_idempotency_key import IdempotencyMiddleware, MemoryBackend

app = asgi.application()
app.add_middleware(IdempotencyMiddleware, backend=MemoryBackend())
asgi.serve(app)
