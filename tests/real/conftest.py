"""What `-m real` runs against; where it cannot be installed, its tests are skipped with the reason."""

from __future__ import annotations

import pytest
from real import environments
from trust import SCHEMATHESIS


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


@pytest.fixture(scope="session")
def openapi_tools():
    """A folder with the packages of npm that start from an OpenAPI document."""
    return _or_skip(environments.openapi_tools)


@pytest.fixture(scope="session")
def connexion():
    """An interpreter with connexion."""
    return _or_skip(environments.connexion)


@pytest.fixture(scope="session")
def java():
    """The command of Java."""
    return _or_skip(environments.java)


@pytest.fixture(scope="session")
def schemathesis():
    """The command of Schemathesis."""
    return _or_skip(lambda: environments.schemathesis(SCHEMATHESIS))


def _or_skip(install):
    try:
        return install()
    except environments.UnavailableError as why:
        return pytest.skip(str(why))
