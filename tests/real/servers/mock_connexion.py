"""connexion with its strict validation and its mock resolver; any bearer token is known."""

from __future__ import annotations

import os
import socket
import sys

import uvicorn
from connexion import AsyncApp
from connexion.mock import MockResolver


def known(token: str) -> dict[str, str]:
    """Return who a bearer token belongs to."""
    return {"sub": token}


if __name__ == "__main__":
    os.environ["BEARERINFO_FUNC"] = "mock_connexion.known"
    app = AsyncApp(__name__)
    app.add_api(sys.argv[1], resolver=MockResolver(mock_all=False), strict_validation=True, validate_responses=True)
    listening = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listening])
