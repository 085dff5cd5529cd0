"""Gets the credential of a run from a command of the user's, at the beginning and when the target refuses it.

What the command prints is never shown: it may be the credential.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import replace

from ed_contract import shell
from ed_contract.exceptions import UsageError
from ed_contract.transport import Target

SECONDS = 30.0  # for the command to end
LONGEST = 64 * 1024  # bytes of its output that are read
_OPTION = "--credential-command"


def renew(target: Target) -> None:
    """Run the target's command, and put the credential that it prints in the place of the one before.

    Raises:
        UsageError: there is no command, it fails or prints nothing, or its output is not a credential for this target.
    """
    if target.credential_command is None:
        raise UsageError(f"no {_OPTION}\ngive a command whose first line of output is the credential.")
    credential = _first_line(target.credential_command)
    try:
        replace(target, api_key=credential)
    except UsageError as wrong:
        raise UsageError(str(wrong).replace("--api-key", f"what {_OPTION} printed", 1)) from None
    target.renewed.append(credential)


def _first_line(command: str) -> str:
    with tempfile.TemporaryFile() as output:
        try:
            status = shell.completed(command, SECONDS, stdout=output, stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise UsageError(
                f"{_OPTION} did not end within {SECONDS:g} s\nit must print the credential and exit."
            ) from None
        if status:
            raise UsageError(f"{_OPTION} exited with {status}\nrun it by hand: its output is not shown here.")
        output.seek(0)
        lines = output.read(LONGEST).decode("utf-8", "replace").splitlines()
    credential = lines[0].strip() if lines else ""
    if not credential:
        raise UsageError(f"{_OPTION} printed nothing\nthe first line of its output must be the credential.")
    return credential
