"""fastidempotent: its middleware over its store in memory; a key is optional."""

import asgi
from fastidempotent import IdempotencyMiddleware, MemoryBackend

app = asgi.application()
app.add_middleware(IdempotencyMiddleware, backend=MemoryBackend(), methods=["POST"], optional=True)
asgi.serve(app)
