"""What the tests of the plugin share: pytest against a server that lives as long as the test."""

from __future__ import annotations

import pytest

from ed_contract.reference import Reference, serve

OPTIONS = ("-p", "no:cacheprovider", "--ed-api-key=sk_test_a", "--ed-second-api-key=sk_test_b", "--ed-key-age=0")


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch):
    """Options in the developer's environment are none of the tests'."""
    for name in ("ED_CONTRACT_URL", "ED_CONTRACT_API_KEY", "ED_CONTRACT_SECOND_API_KEY", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server():
    """A right server's URL."""
    with Reference() as app, serve(app) as running:
        yield running.url


@pytest.fixture
def judged(pytester):
    """Run pytest against a server of the given class."""

    def run(server_class, *arguments):
        with server_class() as app, serve(app) as running:
            return pytester.runpytest_subprocess("--ed-url", running.url, *OPTIONS, *arguments)

    return run
