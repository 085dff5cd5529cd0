"""What the tests of the pages share."""

from __future__ import annotations

import socket

import pytest


@pytest.fixture
def free_port():
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
