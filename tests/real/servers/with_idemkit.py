"""idemkit: its middleware over its store in memory, with the `scope` that its README asks for."""

import asgi
from idemkit import HttpConfig, IdempotencyMiddleware, InMemoryBackend

app = asgi.application()
config = HttpConfig(scope=lambda request: request.headers.get("authorization", "anonymous"))
app.add_middleware(IdempotencyMiddleware, backend=InMemoryBackend(), config=config)
asgi.serve(app)
