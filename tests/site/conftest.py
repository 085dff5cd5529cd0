"""What the tests of the pages share."""

from __future__ import annotations

import pytest
from common import servers


@pytest.fixture
def free_port():
    """A port on which nothing listens."""
    return servers.free_port()
