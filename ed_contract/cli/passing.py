"""What the command `proxy` does: pass on what comes, keep the creates, and judge them at the end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from ed_contract import recording
from ed_contract.cli import judging, streams
from ed_contract.contract import CONTRACT, chosen
from ed_contract.exceptions import UsageError
from ed_contract.guarding import guarded
from ed_contract.interaction import Interaction, Response
from ed_contract.options import Settings
from ed_contract.proxy import Proxy
from ed_contract.record.exchange import Exchange
from ed_contract.record.foreign import Creates
from ed_contract.recording import Item, Recorder
from ed_contract.runner.events import End, RunFinished, RunStarted
from ed_contract.transport.tls import trusting


def judged(to: str, port: int, settings: Settings, folder: Path, file: Path | None) -> int:
    """Pass requests on until Ctrl-C or SIGTERM, judge what passed, and return the exit code.

    Args:
        to: the base URL of the server.
        port: on loopback; 0 takes a free one.
        settings: of the report, the record, and how the server is reached.
        folder: where the record is kept if none was asked for.
        file: the one that settings are read from.

    Raises:
        UsageError: `to` is not a base URL, the port is taken, or something cannot be written.
    """
    judging.require_writable(settings)
    contract = chosen(replace(settings, api_version=None)) or CONTRACT
    path = contract.path(settings.path)
    if urlsplit(to).path.rstrip("/").endswith(path.rstrip("/")):
        raise UsageError(f"--to includes the path of creates\ngive the base URL, without {path}.")
    began = time.monotonic()
    endpoint = f"{to.rstrip('/')}/{path.lstrip('/')}"
    with recording.recorder(settings, folder) as recorder:
        seen = _Seen(Creates(path, contract=contract, guard=guarded), recorder, verbose=settings.verbose)
        begun = RunStarted.about(contract, target=endpoint, seed=0, phases=(), at_most=0, whole=False, ordered=False)
        seen.add(begun)
        with Proxy(
            to=to, port=port, on_exchange=seen, allow_live=settings.allow_live, verify=trusting(settings.tls_verify)
        ) as proxy:
            streams.say(f"Forwarding {proxy.url} to {to}; Ctrl-C or SIGTERM prints the report.")
            proxy.wait()
        notes = [f"creates left out: {len(left_out)}, e.g. {left_out[0]}"] if (left_out := seen.left_out) else []
        if proxy.refused:
            notes.append(f"requests not forwarded: {len(proxy.refused)}, e.g. because {proxy.refused[0]}")
        seconds = time.monotonic() - began
        seen.add(RunFinished(end=End.FINISHED, requests=seen.creates, seconds=seconds, note="; ".join(notes)))
    return judging.told([seen.items], settings, file, recorder)


class _Seen:
    """Keeps the creates among the exchanges that pass, and records them."""

    def __init__(self, creates: Creates, recorder: Recorder | None, *, verbose: bool) -> None:
        self._creates, self._recorder, self._verbose = creates, recorder, verbose
        self.items: list[Item] = []
        self.creates = 0

    @property
    def left_out(self) -> Sequence[str]:
        """Why nothing is concluded of creates, for each of them."""
        return self._creates.left_out

    def add(self, event: RunStarted | RunFinished) -> None:
        """Keep an event."""
        self.items.append(event)
        if self._recorder is not None:
            self._recorder.event(event)

    def __call__(self, exchange: Exchange) -> None:
        """Keep an exchange that is a create."""
        entry = self._creates.of(exchange)
        is_create = isinstance(entry, Interaction)
        self.creates += is_create
        if self._verbose:
            path, judged = exchange.path.partition("?")[0], "" if is_create else " (not judged)"
            streams.say(f"{exchange.method} {path}: {_said(exchange)}{judged}")
        if entry is None:
            return
        if self._recorder is not None:
            self._recorder.entry(entry)
        self.items.append(entry)


def _said(exchange: Exchange) -> str:
    """Return in a word what came."""
    answer = exchange.answer
    return str(answer.status) if isinstance(answer, Response) else answer.reason
