"""fastapi-idempotency: its middleware, with the `scope` that its README asks for."""

import asgi
from fastapi_idempotency import IdempotencyMiddleware

app = asgi.application()
app.add_middleware(IdempotencyMiddleware, scope=lambda request: request.headers.get("Authorization", ""))
asgi.serve(app)
