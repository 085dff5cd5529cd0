"""What the command `load` does: let Locust send, then judge the records of all of its processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from ed_contract.cli import judging, late
from ed_contract.contract import chosen
from ed_contract.exceptions import UsageError
from ed_contract.options import Resolved, Settings
from ed_contract.transport.target import Target, target_from

MOST = 100_000  # requests, unless the settings say otherwise
_LOCUST_FIRST = "import sys, locust; sys.argv[0] = 'ed-contract'; from ed_contract.cli import main; main()"
"""Locust replaces parts of the standard library, which nothing else may have loaded before."""
_DURATION = re.compile(r"([0-9]+[hms]){1,3}|[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How a server is put under load."""

    users: int
    duration: str
    processes: int
    web_port: int | None
    folder: Path | None


def judged(load: Load, resolved: Resolved, file: Path | None, arguments: Sequence[str]) -> int:
    """Put a server under load, judge what was answered, and return the exit code.

    Args:
        load: how.
        resolved: the settings.
        file: the one that they are read from.
        arguments: of the command: a process of its own is given them, in which Locust is loaded first.

    Raises:
        UsageError: Locust is not installed, or an argument is wrong.
        TargetError: the target cannot be judged.
    """
    if find_spec("locust") is None:
        raise UsageError("this needs Locust, which is not installed\npip install 'ed_contract[load]' installs it.")
    if not _DURATION.fullmatch(load.duration):
        raise UsageError(f"--time: invalid value {load.duration!r}: expected a time, e.g. 90s, 5m or 1h")
    settings = resolved.settings
    if "max-requests" not in resolved.origins:
        settings = replace(settings, max_requests=MOST)
    judging.require_writable(settings)
    target = target_from(settings, None, chosen(settings))
    if target is None:
        raise UsageError("there is nothing to judge: no URL\ngive the base URL of the server.")
    if "locust" not in sys.modules:
        command = [sys.executable, "-c", _LOCUST_FIRST, *arguments]
        return subprocess.run(command, check=False).returncode  # noqa: S603 - this very command
    with ExitStack() as stack:
        folder = load.folder or Path(stack.enter_context(TemporaryDirectory()))
        _require_empty(folder)
        _send(load, target, settings, folder)
        records = sorted(folder.glob("*.ndjson"))
        if not records:
            raise UsageError("nothing was sent\nLocust says above why.")
        return judging.told(records, settings, file)


def _require_empty(folder: Path) -> None:
    if any(folder.glob("*.ndjson")):
        raise UsageError(f"{folder} has records of another load\ngive a folder without records.")


def _send(load: Load, target: Target, settings: Settings, folder: Path) -> None:
    """Send the first create ourselves, so that a target that cannot be judged is told, and let Locust send the rest."""
    own = replace(
        settings,
        max_requests=max(settings.max_requests // load.processes, 1),
        rate_limit=settings.rate_limit and settings.rate_limit / load.processes,
    )
    with closing(late.scripts.Scripts(target, own)) as scripts:
        list(late.scripts.Client(scripts, 0).script())
    late.configured.target, late.configured.settings, late.configured.folder = target, own, folder
    page = ["--autostart", "--autoquit", "1", "--web-host", "127.0.0.1", "--web-port", str(load.web_port)]
    shown = ["--headless"] if load.web_port is None else page
    spread = [] if load.processes == 1 else ["--processes", str(load.processes)]
    ours = os.getpid()
    sys.argv = [
        *("locust", "-f", late.configured.LOCUSTFILE, "--host", str(target.url), "--only-summary"),
        *("--users", str(load.users), "--spawn-rate", str(load.users), "--run-time", load.duration),
        *("--stop-timeout", "30", "--exit-code-on-error", "0", *shown, *spread),
    ]
    if settings.quiet:
        sys.argv += ["--loglevel", "ERROR"]
    try:
        late.locust.main()
    except SystemExit as ended:
        if os.getpid() != ours:  # one of the processes over which the users were spread: it judges nothing
            os._exit(ended.code if isinstance(ended.code, int) else 1)
