"""What `-m real` runs against; where it cannot be installed, its tests are skipped with the reason."""

from __future__ import annotations

import pytest
from real import environments


@pytest.fixture(scope="session")
def python():
    """An interpreter with the packages of PyPI."""
    return _or_skip(environments.python)


@pytest.fixture(scope="session")
def locust():
    """An interpreter with Locust."""
    return _or_skip(environments.locust)


@pytest.fixture(scope="session")
def node_modules():
    """A folder with the packages of npm."""
    return _or_skip(environments.node_modules)


def _or_skip(install):
    try:
        return install()
    except environments.UnavailableError as why:
        return pytest.skip(str(why))
