"""The command in this process, as a user calls it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from ed_contract.cli import main


@dataclass(frozen=True, kw_only=True)
class Done:
    """The outcome of a command."""

    returncode: int
    stdout: str
    stderr: str


def ed_contract(*arguments, **environment):
    """Run the command in this process, with separate streams and environment: much faster than a process."""
    with pytest.MonkeyPatch.context() as patch:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        patch.setattr(sys, "argv", ["ed-contract", *arguments])
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.setenv("COLUMNS", "100")
        for name in ("ED_CONTRACT_API_KEY", "ED_CONTRACT_SECOND_API_KEY"):
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        for stream in (out, err):
            stream.flush()
        return Done(
            returncode=ended.value.code or 0,
            stdout=out.buffer.getvalue().decode(),
            stderr=err.buffer.getvalue().decode(),
        )


def in_a_process(*arguments, stdout=subprocess.PIPE, **environment):
    """Start the command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "ed_contract", *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
