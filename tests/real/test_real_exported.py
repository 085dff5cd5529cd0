"""Other tools start from an exported document: linters accept it, mocks serve it, and the reference holds it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import httpx
import pytest
from real.middlewares import findings, judged
from real.mocks import MOCKS

from ed_contract.contract import CONTRACT, Contract
from ed_contract.contract.exporting import VERSIONS, exported
from ed_contract.reference import PATH, Reference, serve

PAGE = Path(__file__).parents[2] / "docs" / "data" / "mocks.json"
LINTERS = {
    "Spectral": [
        "@stoplight/spectral-cli/dist/index.js",
        "lint",
        "--fail-severity",
        "hint",
        "--ruleset",
        "spectral.yaml",
    ],
    "Redocly": ["@redocly/cli/bin/cli.js", "lint", "--extends", "recommended-strict"],
}
HEADERS = {"Authorization": "Bearer sk_test_a", "Idempotency-Key": "orders-1", "Stripe-Version": "2024-09-30.acacia"}
SECONDS = 60.0


@pytest.fixture
def written(tmp_path):
    """Return what writes the document of an edition in a version of OpenAPI, and returns its path."""

    def write(version, contract=CONTRACT):
        path = tmp_path / f"openapi-{version}.json"
        path.write_text(json.dumps(exported(contract, version)), encoding="utf-8")
        return path

    return write


@pytest.mark.real
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("linter", LINTERS)
def test_linters_have_nothing_to_say(linter, version, openapi_tools, written, tmp_path):
    """No error and no warning, with the rules that each recommends."""
    (tmp_path / "spectral.yaml").write_text("extends: [spectral:oas]\n", encoding="utf-8")
    script, *arguments = LINTERS[linter]
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["node", openapi_tools / script, *arguments, written(version)],  # noqa: S607 - the user's Node
        cwd=tmp_path,
        env={**os.environ, **quiet},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.real
@pytest.mark.parametrize(("name", "version"), [(name, version) for name in MOCKS for version in MOCKS[name].versions])
def test_a_mock_serves_it_and_is_caught(name, version, request, written):
    """The page's example is answered with 200; a run shows that a mock is no server."""
    request.getfixturevalue("connexion" if name == "connexion" else "openapi_tools")
    if name == "Specmatic":
        request.getfixturevalue("java")
    with MOCKS[name].start(written(version)) as url:
        answer = httpx.post(f"{url}{PATH}", json=dict(CONTRACT.example), headers=HEADERS, timeout=SECONDS)
        assert (answer.status_code, answer.json()["object"]) == (200, "v2.core.event_destination")
        if version == MOCKS[name].versions[-1]:
            assert findings(judged(url, "--phases", "smoke", "-x"))


@pytest.mark.real
@pytest.mark.parametrize("edition", ["2024-10", "2026-09"])
def test_schemathesis_finds_nothing_at_the_reference(edition, schemathesis, written, tmp_path):
    """With all of its checks and both operations."""
    document = written("3.1", Contract.load(edition))
    with Reference(edition=edition) as app, serve(app) as server:
        options = ["--url", server.url, "--header", "Authorization: Bearer sk_test_a", "--checks", "all", "--seed", "1"]
        done = subprocess.run(
            [*schemathesis, "run", document, *options], cwd=tmp_path, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout


def test_the_page_shows_what_is_judged():
    """Each mock, in the version that is installed; none conforms."""
    kept = json.loads(PAGE.read_text(encoding="utf-8"))["packages"]
    assert {name: one["version"] for name, one in kept.items()} == {name: mock.pin for name, mock in MOCKS.items()}
    assert all(any(found["level"] == "must" for found in one["findings"]) for one in kept.values())
