"""idemgate: its route over a Redis in memory, with the `namespace` that its README asks for; it demands a key."""

import asgi
import honest
from fakeredis import FakeAsyncRedis
from fastapi import Request
from fastapi.responses import JSONResponse
from idemgate import IdempotencyRoute, idempotent
from idemgate.redis_store import RedisAcquirer


def caller(request: Request) -> str:
    """Return the account of the caller."""
    return honest.account_of(request.headers.get("Authorization"))


@idempotent(ttl=3600, namespace=caller)
async def create(request: Request) -> JSONResponse:
    """Answer a create that carries a key."""
    return JSONResponse(await asgi.document(request))


class Route(IdempotencyRoute):
    """The package's route, for creates that carry a key."""

    def get_route_handler(self):
        """Return a handler that leads creates without a key past the package."""
        guarded = super().get_route_handler()

        async def handle(request: Request):
            return await (
                guarded(request) if "Idempotency-Key" in request.headers else asgi.endpoint(request, caller(request))
            )

        return handle


app = asgi.bare()
app.state.idempotency_store = RedisAcquirer(FakeAsyncRedis())
app.router.route_class = Route
app.post(honest.PATH)(create)
asgi.serve(app)
