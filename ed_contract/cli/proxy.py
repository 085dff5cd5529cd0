"""The command `proxy`: stand between a client and a server, and judge what the server answers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from ed_contract.cli import streams
from ed_contract.cli.judging import told
from ed_contract.cli.options import Grouped, configured, options, resolved, settings_file
from ed_contract.exceptions import UsageError

if TYPE_CHECKING:
    from ed_contract.engine.events import RunFinished, RunStarted
    from ed_contract.interaction import Interaction
    from ed_contract.record.exchange import Exchange
    from ed_contract.record.foreign import Creates
    from ed_contract.recording import Item, Recorder


@click.command(cls=Grouped)
@click.option("--to", metavar="URL", required=True, help="The base URL of the server.")
@click.option("--port", metavar="N", type=click.IntRange(0, 65535), default=0, help="On loopback; 0 takes a free one.")
@options("tls-verify", "allow-live", "path", "only", "skip", "strict", "waivers", "fail-on-incomplete")
@options("report", "record", "no-record", "quiet", "verbose", "no-color")
@configured
@click.pass_context
def proxy(ctx: click.Context, /, to: str, port: int, **_: object) -> None:
    """Pass requests on to a server, unchanged but for their Host, and judge what it answers to creates.

    Point any client at the address that is printed; Ctrl-C or SIGTERM ends the proxy and prints the report. So the
    client's own tests become a conformance test of the server. Nothing is sent beside what the client sends.

    \b
    ed-contract proxy --to http://127.0.0.1:8000 --port 9000
    ed-contract proxy --to https://sandbox.example --record shop.ndjson --report html=report.html
    """
    from ed_contract import recording  # noqa: PLC0415 - heavy
    from ed_contract.engine.events import End, RunFinished, RunStarted  # noqa: PLC0415 - heavy
    from ed_contract.guarding import guarded  # noqa: PLC0415 - heavy
    from ed_contract.proxy import Proxy  # noqa: PLC0415 - heavy
    from ed_contract.record.foreign import Creates  # noqa: PLC0415 - heavy
    from ed_contract.report import writers  # noqa: PLC0415 - heavy
    from ed_contract.transport.tls import trusting  # noqa: PLC0415 - heavy

    settings = resolved(ctx).settings
    writers.require_all_writable(settings.reports)
    if urlsplit(to).path.rstrip("/").endswith(settings.path.rstrip("/")):
        raise UsageError(f"--to names the place of creates\ngive the base URL before {settings.path}.")
    began = time.monotonic()
    endpoint = f"{to.rstrip('/')}/{settings.path.lstrip('/')}"
    started = RunStarted(target=endpoint, seed=0, phases=(), at_most=0, whole=False, ordered=False)
    with recording.recorder(settings, (settings_file(ctx) or Path("here")).parent) as recorder:
        seen = _Seen(Creates(settings.path, guard=guarded), recorder, verbose=settings.verbose)
        seen.add(started)
        passing = Proxy(
            to=to, port=port, on_exchange=seen, allow_live=settings.allow_live, verify=trusting(settings.tls_verify)
        )
        with passing:
            streams.say(
                f"Passing on to {to} what comes to {passing.url}; Ctrl-C, or SIGTERM, ends it and prints the report."
            )
            passing.wait()
        note = f"left out, since their bodies are encoded: {seen.left_out} creates" if seen.left_out else ""
        seconds = time.monotonic() - began
        seen.add(RunFinished(end=End.FINISHED, requests=seen.creates, seconds=seconds, note=note))
    ctx.exit(told([seen.items], settings, recorder))


class _Seen:
    """Keeps the creates among the exchanges that pass, and records them."""

    def __init__(self, creates: Creates, recorder: Recorder | None, *, verbose: bool) -> None:
        self._creates, self._recorder, self._verbose = creates, recorder, verbose
        self.items: list[Item] = []
        self.creates = 0

    @property
    def left_out(self) -> int:
        """How many creates could not be read."""
        return self._creates.left_out

    def add(self, event: RunStarted | RunFinished) -> None:
        """Keep an event."""
        self.items.append(event)
        if self._recorder is not None:
            self._recorder.event(event)

    def __call__(self, exchange: Exchange) -> None:
        """Keep an exchange that is a create."""
        create = self._creates.of(exchange)
        if self._verbose:
            path, judged = exchange.path.partition("?")[0], "" if create else " (not judged)"
            streams.say(f"{exchange.method} {path}: {_said(exchange)}{judged}")
        if create is not None:
            self._keep(create)

    def _keep(self, create: Interaction) -> None:
        self.creates += 1
        if self._recorder is not None:
            self._recorder.entry(create)
        self.items.append(create)


def _said(exchange: Exchange) -> str:
    """Return in a word what came."""
    from ed_contract.interaction import Response  # noqa: PLC0415 - heavy

    answer = exchange.answer
    return str(answer.status) if isinstance(answer, Response) else answer.reason
