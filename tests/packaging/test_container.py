"""The Dockerfile is linted, and what its build is given can be installed; no engine builds the image here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from common.github import ROOT, step

DOCKERFILE = ROOT.joinpath("Dockerfile").read_text(encoding="utf-8")


def instructions(name):
    """Return what follows a word of the Dockerfile, line by line."""
    return [line.removeprefix(f"{name} ") for line in DOCKERFILE.splitlines() if line.startswith(f"{name} ")]


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    """What the build of the image is given: what .dockerignore does not keep out."""
    folder = tmp_path_factory.mktemp("context")
    first, *lines = [
        line for line in ROOT.joinpath(".dockerignore").read_text("utf-8").splitlines() if not line.startswith("#")
    ]
    assert (first, lines.pop()) == ("*", "**/__pycache__")
    for line in lines:
        assert line.startswith("!")
        source = ROOT / line[1:]
        if source.is_dir():
            shutil.copytree(source, folder / source.name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="there is no hadolint")
def test_the_dockerfile_is_linted():
    """By hadolint, without exceptions."""
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, "--no-color", "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_image_is_small_and_its_user_is_nobody():
    """Two stages of one pinned base; only the environment comes over; a user by number, who is not root."""
    bases = [base.split()[0] for base in instructions("FROM")]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert bases[0].endswith("-slim")
    assert instructions("COPY") == [". /src", "--from=build /opt/ed-contract /opt/ed-contract"]
    assert instructions("USER") == ["10001:10001"]
    assert instructions("ENTRYPOINT") == ['["ed-contract"]']


def test_what_the_build_is_given_can_be_installed_and_runs(context, tmp_path):
    """Apart, as the action's step of that name does it, and without the link in the work tree."""
    shutil.copytree(ROOT / "action", context / "action")
    done = step("install", tmp_path, steps={"python": {"python-path": sys.executable}}, path=context)
    assert done.exit_code == 0, done.log
    python = Path(done.outputs["python"])
    assert python.is_relative_to(tmp_path)
    shutil.rmtree(context)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*arguments):
        command = [python.with_name("ed-contract"), *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert run("--version").stdout == "ed-contract, version 0.1.0\n"
    judged = run("run", "--phases", "smoke,fuzz", "--quiet")
    assert (judged.returncode, judged.stderr) == (0, "")
