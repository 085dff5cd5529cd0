"""A GitHub runner, as far as our action needs one: expressions, environment files, and commands in the log."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load(ROOT.joinpath("action.yml").read_bytes())
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}
_EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")
_STOP = re.compile(r"::stop-commands::(\w+)")
_COMMAND = re.compile(r"\s*::(\w[\w-]*)[ :]|.*##\[([\w-]+)")


@dataclass(frozen=True, kw_only=True)
class Done:
    """The outcome of a step."""

    exit_code: int
    log: str
    outputs: dict[str, str]
    summary: str

    @property
    def commands(self) -> list[str]:
        """The lines of the log that a runner obeys."""
        obeyed, word = [], None
        for line in self.log.splitlines():
            if word is not None:
                word = None if line == f"::{word}::" else word
            elif stop := _STOP.match(line):
                word = stop[1]
            elif _COMMAND.match(line):
                obeyed.append(line)
        return obeyed


def step(name, folder, *, steps, path=ROOT, environment=None, on_start=lambda _: None, **inputs):
    """Run the script of a step of the action.

    Args:
        name: its id.
        folder: an empty one, where it runs.
        steps: the outputs of earlier steps.
        path: a checkout of the action.
        environment: the job's environment.
        on_start: called with the process of the script.
        inputs: the action's inputs, with underscores.
    """
    environment = {**os.environ, **(environment or {})}
    given = {name: one["default"] for name, one in ACTION["inputs"].items()}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    known = {
        **{f"inputs.{key}": value for key, value in given.items()},
        **{f"env.{key}": value for key, value in environment.items()},
        **{f"steps.{one}.outputs.{key}": value for one, outputs in steps.items() for key, value in outputs.items()},
    }
    told, summary = folder / "told", folder / "summary.md"
    own = {key: _filled(value, known) for key, value in STEPS[name]["env"].items()}
    process = subprocess.Popen(
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]],
        cwd=folder,
        env={
            **environment,
            "GITHUB_ACTION_PATH": str(path),
            "GITHUB_OUTPUT": str(told),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(folder),
            **own,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    on_start(process)
    log, _ = process.communicate()
    return Done(
        exit_code=process.returncode,
        log=log,
        outputs=_outputs(told.read_text(encoding="utf-8")) if told.exists() else {},
        summary=summary.read_text(encoding="utf-8") if summary.exists() else "",
    )


def _filled(text, known):
    """Return a text with its expressions evaluated: to the first alternative that is not empty."""

    def value(found):
        alternatives = (one[1:-1] if one.startswith("'") else known.get(one, "") for one in found[1].split(" || "))
        return next((one for one in alternatives if one), "")

    return _EXPRESSION.sub(value, text)


def _outputs(text):
    """Return a step's outputs, as the runner reads them: NAME=VALUE, or NAME<<WORD and lines until WORD."""
    outputs, lines = {}, iter(text.splitlines())
    for line in lines:
        name, sign, word = line.partition("<<")
        if sign and "=" not in name:
            outputs[name] = "\n".join(iter(lambda: next(lines), word))
        else:
            name, _, value = line.partition("=")
            outputs[name] = value
    return outputs
