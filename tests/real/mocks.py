"""Mock servers of others, started from an exported document."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from common.servers import free_port
from real import environments
from real.middlewares import SERVERS, findings, judged
from real.serving import serving

from ed_contract.contract import CONTRACT
from ed_contract.contract.exporting import exported


@dataclass(frozen=True, kw_only=True)
class Mock:
    """A mock server, and the versions of OpenAPI that it loads."""

    package: str
    start: Callable[[Path], AbstractContextManager[str]]  # with the path of a document
    versions: tuple[str, ...] = ("3.0", "3.1")

    @property
    def pin(self) -> str:
        """The version that is installed."""
        return (environments.OF_OPENAPI | environments.CONNEXION)[self.package]


def _of_node(path: str, *arguments: object, ready: str) -> AbstractContextManager[str]:
    return serving(["node", environments.openapi_tools() / path, *arguments], ready=ready)


def _prism(document: Path) -> AbstractContextManager[str]:
    arguments = ("mock", "--port", 0, document)
    return _of_node("@stoplight/prism-cli/dist/index.js", *arguments, ready=r"listening on (http\S+)")


def _mockoon(document: Path) -> AbstractContextManager[str]:
    arguments = ("start", "--data", document, "--port", free_port(), "--hostname", "127.0.0.1")
    quiet = ("--disable-log-to-file", "--disable-admin-api")
    return _of_node("@mockoon/cli/bin/run.js", *arguments, *quiet, ready=r"Server started on port (\d+)")


def _specmatic(document: Path) -> AbstractContextManager[str]:
    jar = environments.openapi_tools() / "specmatic" / "specmatic.jar"
    arguments = ("mock", "--host", "127.0.0.1", "--port", free_port(), document)
    return serving([environments.java(), "-jar", jar, *arguments], ready=r"(http://127\S+) serving")


def _written(file: str) -> Callable[[Path], AbstractContextManager[str]]:
    """Return what starts a server of ours around a package."""

    def start(document: Path) -> AbstractContextManager[str]:
        if file.endswith(".py"):
            return serving([environments.connexion(), SERVERS / file, document])
        modules = {"NODE_PATH": str(environments.openapi_tools())}
        return serving(["node", SERVERS / file, document], environment=modules)

    return start


MOCKS = {
    "Prism": Mock(package="@stoplight/prism-cli", start=_prism),
    "Mockoon": Mock(package="@mockoon/cli", start=_mockoon),
    "Scalar": Mock(package="@scalar/mock-server", start=_written("mock_scalar.mjs")),
    "Specmatic": Mock(package="specmatic", start=_specmatic),
    "connexion": Mock(package="connexion", start=_written("mock_connexion.py"), versions=("3.0",)),
    "openapi-backend": Mock(package="openapi-backend", start=_written("mock_openapi_backend.cjs"), versions=("3.0",)),
}


def outcome(name: str) -> list[dict]:
    """Start a mock from the page's document in the newest form that it loads; return what is found, worst first."""
    mock = MOCKS[name]
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(exported(CONTRACT, mock.versions[-1])), encoding="utf-8")
        with mock.start(document) as url:
            return sorted(findings(judged(url, "--phases", "smoke")), key=lambda one: one["number"])
