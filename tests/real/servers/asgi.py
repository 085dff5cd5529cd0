"""The honest create as a FastAPI application, and how it is served: each `with_*.py` puts a package around it."""

from __future__ import annotations

import socket
from typing import Annotated

import honest
import uvicorn
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse


def authenticated(request: Request) -> str:
    """Return the account of the caller, as a dependency: what stands behind it is not reached without a credential."""
    return honest.account_of(request.headers.get("Authorization"))


Account = Annotated[str, Depends(authenticated)]


def refused(_request: Request, error: honest.RefusedError) -> JSONResponse:
    """Answer a create that is refused."""
    return JSONResponse(error.body, error.status)


def conflict(_request: Request, _error: Exception) -> JSONResponse:
    """Answer changed parameters as the page does, for packages that leave this to the application."""
    return JSONResponse({"error": {"code": "idempotency_error", "message": "The key was used before."}}, 409)


def no_key(_request: Request, _error: Exception) -> JSONResponse:
    """Answer a key that is empty, for packages that leave this to the application."""
    return JSONResponse({"error": {"code": "no_key", "message": "The key is empty."}}, 400)


def in_progress(_request: Request, _error: Exception) -> JSONResponse:
    """Answer a concurrent create, for packages that leave this to the application."""
    return JSONResponse({"error": {"code": "in_progress", "message": "Try again."}}, 409)


def bare() -> FastAPI:
    """Return an application without a route."""
    return FastAPI(exception_handlers={honest.RefusedError: refused})


async def document(request: Request) -> dict:
    """Create, and return the destination."""
    return honest.create(await request.body())


async def endpoint(request: Request, account: Account) -> JSONResponse:  # noqa: ARG001 - the caller is authenticated
    """Answer a create."""
    return JSONResponse(await document(request))


def application() -> FastAPI:
    """Return the application, for a middleware to be put around it."""
    app = bare()
    app.post(honest.PATH)(endpoint)
    return app


def with_keys(guarded) -> FastAPI:
    """Return the application with a decorated handler for creates that carry a key, for decorators that demand one."""
    app = bare()

    @app.post(honest.PATH)
    async def dispatch(request: Request, account: Account):
        keyed = "Idempotency-Key" in request.headers
        return await guarded(request=request) if keyed else await endpoint(request, account)

    return app


def serve(app) -> None:
    """Serve an application on a free port, and print its address."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # of others asyncio delays answers
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])
