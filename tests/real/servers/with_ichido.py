"""ichido: its middleware over a Redis in memory."""

import asgi
from fakeredis import FakeAsyncRedis
from ichido import IchidoMiddleware, RedisIdempotencyStore

app = asgi.application()
app.add_middleware(IchidoMiddleware, store=RedisIdempotencyStore(FakeAsyncRedis()))
asgi.serve(app)
