"""The pipelines of docs/ci.md satisfy the published schemas, and do what they are there for."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from common.command import ed_contract
from common.github import ACTION, ROOT, step
from common.schemas import problems
from common.servers import as_json, http_server

PAGE = ROOT.joinpath("docs", "ci.md").read_text(encoding="utf-8")
TEXTS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
BLOCKS = [yaml.safe_load(text) for text in TEXTS]
WORKFLOW, SCANNING = (block for block in BLOCKS if "jobs" in block)
(INPUTS,) = (block["with"] for block in BLOCKS if "with" in block)
((REPORTER,),) = (block for block in BLOCKS if isinstance(block, list))
GITLAB = [
    block
    for block in BLOCKS
    if isinstance(block, dict) and any("script" in job for job in block.values() if isinstance(job, dict))
]
HOOK, LOCAL_HOOK = (block for block in BLOCKS if "repos" in block)
MANIFEST = yaml.safe_load(ROOT.joinpath(".pre-commit-hooks.yaml").read_bytes())
URL = "http://127.0.0.1:8000"
SHOP = """\
import sys

from ed_contract.cli import main
from ed_contract.reference import Reference

app = Reference()
if __name__ == "__main__":
    sys.argv = ["ed-contract", "serve", "--port", "{port}"]
    main()
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A project with a server that `python -m shop` starts: its folder, and what stands in the page for its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    (tmp_path / "ed_contract.toml").write_text('phases = "smoke"', encoding="utf-8")  # a short run will do
    (tmp_path / "shop.py").write_text(SHOP.format(port=port), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("ED_CONTRACT_API_KEY", "sk_test_a")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    return tmp_path, f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        (text, "vendor.gitlab-ci" if block in GITLAB else "vendor.github-workflows")
        for text, block in zip(TEXTS, BLOCKS, strict=True)
        if block in (WORKFLOW, SCANNING, *GITLAB)
    ],
)
def test_a_pipeline_satisfies_the_published_schema(text, schema, tmp_path):
    """GitHub's or GitLab's."""
    path = tmp_path / "pipeline.yml"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "ok -- validation done\n")


@pytest.mark.parametrize("options", re.findall(r"^\| .* \| `(--[^`]*)`", PAGE, re.MULTILINE))
def test_the_options_of_the_table_are_those_of_the_command(options, shop):
    """Nothing is sent."""
    folder, _ = shop
    (folder / "waivers.toml").write_text("", encoding="utf-8")
    assert ed_contract("run", "--dry-run", *shlex.split(options)).returncode == 0


def test_the_workflow_uses_what_the_action_has(shop):
    """Its inputs and outputs; and with these inputs the action judges the server that it starts."""
    folder, url = shop
    (contract,) = (one for one in WORKFLOW["jobs"]["contract"]["steps"] if one.get("id") == "contract")
    given = {**contract["with"], "url": url, "api-key": "sk_test_a"}
    assert {*given, *INPUTS} <= set(ACTION["inputs"])
    assert set(re.findall(r"steps\.contract\.outputs\.([\w-]+)", PAGE)) == {"reports", "ctrf"} <= set(ACTION["outputs"])
    inputs = {name.replace("-", "_"): value for name, value in given.items()}
    done = step("judge", folder, steps={"install": {"python": sys.executable}}, **inputs)
    assert (done.exit_code, done.outputs["verdict"]) == (0, "pass"), done.log


def test_the_workflow_of_code_scanning_uploads_what_it_writes(shop):
    """Findings of a broken server, which point to its file; it has the permission that it takes."""
    folder, url = shop
    broken = '"{port}", "--mutant", "name-optional"'.format(port=url.rpartition(":")[2])
    source = (folder / "shop.py").read_text(encoding="utf-8")
    (folder / "shop.py").write_text(source.replace(f'"{url.rpartition(":")[2]}"', broken), encoding="utf-8")
    judge, upload = SCANNING["jobs"]["contract"]["steps"][-2:]
    done = subprocess.run(["/bin/sh", "-ec", judge["run"].replace(URL, url)], capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    assert SCANNING["permissions"]["security-events"] == "write"
    assert upload["uses"].startswith("github/codeql-action/upload-sarif@")
    text = (folder / upload["with"]["sarif_file"]).read_text(encoding="utf-8")
    assert problems("sarif", text) == []
    (run,) = json.loads(text)["runs"]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    assert set(places) == {"shop.py"}


def test_the_reporter_of_tests_takes_what_the_action_writes(shop):
    """By the path that the action puts out."""
    folder, url = shop
    assert REPORTER["uses"].startswith("ctrf-io/github-test-reporter@")
    assert REPORTER["with"]["report-path"] == "${{ steps.contract.outputs.ctrf }}"
    done = step(
        "judge", folder, steps={"install": {"python": sys.executable}}, url=url, server_command="python -m shop"
    )
    text = Path(done.outputs["ctrf"]).read_text(encoding="utf-8")
    assert problems("ctrf", text) == []
    assert json.loads(text)["results"]["summary"]["failed"] == 0


def test_the_arguments_of_the_action_are_those_of_the_command(shop):
    """One a line."""
    folder, _ = shop
    seen = []

    def answer(_, headers):
        seen.append(headers["X-Tenant"])
        return as_json({})

    with http_server(answer) as url:
        done = step("judge", folder, steps={"install": {"python": sys.executable}}, url=url, args=INPUTS["args"])
    assert set(seen) == {"acme"}
    rows = json.loads(Path(done.outputs["json"]).read_bytes())["requirements"]
    assert {row["id"].partition("/")[0] for row in rows} == {"idempotency"}


def test_the_job_of_gitlab_writes_what_it_uploads(shop):
    """Its script, as a shell runs it; the packages are there."""
    folder, url = shop
    job = GITLAB[0]["contract"]
    install, judge = job["script"]
    assert install.startswith("pip install ")
    subprocess.run(["/bin/sh", "-ec", judge.replace(URL, url)], check=True, capture_output=True)
    uploaded = [*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]]
    assert all((folder / name).stat().st_size for name in uploaded)
    assert ET.parse(folder / "junit.xml").getroot().get("failures") == "0"  # noqa: S314 - our own


def test_the_manifest_of_the_hook_is_valid():
    """By pre-commit's own word."""
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def hooked(folder, hook, *options):
    """Let pre-commit run one hook that needs no environment of its own; return its exit code and what it said."""
    config = folder / ".pre-commit-config.yaml"
    config.write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": [hook]}]}), encoding="utf-8")
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["/usr/bin/env", "git", *command], cwd=folder, check=True)
    command = [sys.executable, "-m", "pre_commit", "run", "--color=never", "--verbose", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_the_hook_judges(shop):
    """With the arguments of the page; without any it fails, rather than judge the embedded server."""
    folder, url = shop
    (used,) = HOOK["repos"][0]["hooks"]
    (manifest,) = MANIFEST
    assert used["id"] == manifest["id"]
    python = shlex.quote(sys.executable)
    args = [arg.replace(URL, url).replace(".venv/bin/python", python) for arg in used["args"]]
    code, said = hooked(folder, {**manifest, **used, "args": args, "language": "system"}, "--hook-stage", "pre-push")
    assert code == 0, said
    assert re.search(rf"CONFORMS AS FAR AS JUDGED: \d+ of \d+ MUST: {url}", said)
    code, said = hooked(folder, {**manifest, "language": "system"})
    assert code == 1
    assert "error: there is nothing to judge: no URL and no --app" in said


def test_the_hook_of_the_project_itself_judges_its_application(shop):
    """In process, with the project's packages."""
    folder, _ = shop
    code, said = hooked(folder, LOCAL_HOOK["repos"][0]["hooks"][0])
    assert code == 0, said
    assert re.search(r"CONFORMS AS FAR AS JUDGED: \d+ of \d+ MUST: shop:app", said)
