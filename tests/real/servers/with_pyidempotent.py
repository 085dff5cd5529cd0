"""pyidempotent: its decorator over its store in memory; it demands a key, and leaves answers to the application."""

import asgi
import honest
from fastapi import Request
from fastapi.responses import JSONResponse
from pyidempotent import IdempotencyConflict, IdempotencyKeyMissing, IdempotencyProcessing, idempotent
from pyidempotent.backends.memory import MemoryBackend


@idempotent(backend=MemoryBackend())
async def create(request: Request, params: dict) -> dict:  # noqa: ARG001 - where the package finds the key
    """Create, and return the destination."""
    return honest.destination(honest.checked(params))


async def guarded(request: Request) -> JSONResponse:
    """Answer a create that carries a key."""
    return JSONResponse(await create(request, honest.parsed(await request.body())))


app = asgi.with_keys(guarded)
app.exception_handler(IdempotencyConflict)(asgi.conflict)
app.exception_handler(IdempotencyKeyMissing)(asgi.no_key)
app.exception_handler(IdempotencyProcessing)(asgi.in_progress)
asgi.serve(app)
