"""The Locust user: its tasks are scripts of a run, and a finding is a failure."""

from __future__ import annotations

import itertools
import logging
import os
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from locust import User, constant, events, task
from locust.env import Environment
from locust.exception import StopUser

from ed_contract.contract import Contract, settled
from ed_contract.exceptions import EdContractError, UsageError
from ed_contract.interaction import NoAnswer, Response
from ed_contract.load.scripts import Answered, Client, Scripts
from ed_contract.options import DEFAULTS, Settings
from ed_contract.runner.limits import CapReached
from ed_contract.transport import Target
from ed_contract.transport.by_name import target_of_call

FOLDER = Path(".ed_contract") / "load"
MOST = 100_000

_log = logging.getLogger("ed_contract.load")


class Broken(AssertionError):  # noqa: N818 - Locust prints its name
    """A requirement is broken: the text is the same for each answer that shows it."""

    def __repr__(self) -> str:
        """Return the text: Locust counts failures by it."""
        return str(self)


class NoAnswerError(Exception):
    """A request got no answer: under load that proves nothing."""

    __repr__ = Broken.__repr__


class CreateUser(User):  # type: ignore[misc] # Locust has no types
    """Sends scripts of a run one after the other, and judges each answer."""

    abstract = True
    wait_time = constant(0)

    api_key: ClassVar[str | None] = None
    """The credential; a live key is refused."""
    settings: ClassVar[Settings] = replace(DEFAULTS, max_requests=MOST)
    """As in `run`; of each process: at most this many requests, at this rate."""
    contract: ClassVar[Contract | Path | str | None] = None
    """What is judged, if not the page."""
    target: ClassVar[Target | None] = None
    """The server with all that is to be said of it, instead of Locust's `host`."""
    folder: ClassVar[Path | str | None] = FOLDER
    """Where each process writes its record; None for no record."""
    of_process: ClassVar[Scripts | None] = None
    """What all users of this process share, once there is one."""

    _count: ClassVar[Iterator[int]] = itertools.count()

    def on_start(self) -> None:
        """Join the users of this process."""
        try:
            self._client = Client(self._of_this_process(), next(CreateUser._count))
        except EdContractError as error:
            self._give_up(error)

    @task  # type: ignore[untyped-decorator]
    def script(self) -> None:
        """Send a script."""
        try:
            for answered in self._client.script():
                _told(self.environment, answered)
        except CapReached:
            raise StopUser from None
        except EdContractError as error:
            self._give_up(error)

    def _give_up(self, error: EdContractError) -> None:
        """Say why nothing can be judged, and end the load."""
        _log.error("error: %s", error)
        self.environment.process_exit_code = 2
        if self.environment.runner is not None:
            self.environment.runner.quit()
        raise StopUser from error

    def _of_this_process(self) -> Scripts:
        if CreateUser.of_process is None:
            name = f"{os.getpid()}-{secrets.token_hex(4)}.ndjson"
            record = None if self.folder is None else Path(self.folder) / name
            changes: dict[str, Any] = {} if self.api_key is None else {"api_key": self.api_key}
            chosen, wanted = settled(self.settings, self.contract, changes)
            target = self.target or target_of_call(replace(chosen, url=None), self.host, wanted, changes)
            if target is None:
                raise UsageError("there is nothing to judge: no URL\ngive the server's base URL with --host.")
            CreateUser.of_process = Scripts(target, chosen, record=record)
        return CreateUser.of_process


def _told(environment: Environment, answered: Answered) -> None:
    """Tell Locust of a request: once, or once for each finding that its answer shows."""
    interaction, answer = answered.interaction, answered.interaction.answer
    failures: list[Exception | None] = [Broken(f"{one.requirement} [{one.fault}]") for one in answered.findings]
    lost = NoAnswerError("no answer, which proves nothing") if isinstance(answer, NoAnswer) else None
    for failure in failures or [lost]:
        environment.events.request.fire(
            request_type=interaction.request.method,
            name=interaction.request.path.partition("?")[0],
            response_time=interaction.seconds * 1000,
            response_length=len(answer.body) if isinstance(answer, Response) else 0,
            exception=failure,
            context={},
        )


@events.init.add_listener  # type: ignore[untyped-decorator]
def _begin(**_: object) -> None:
    """Keep the log to ourselves: the HTTP client writes a line for each request."""
    logging.getLogger("httpx").setLevel(logging.WARNING)


@events.test_stop.add_listener  # type: ignore[untyped-decorator]
def _end(**_: object) -> None:
    """Put the record into its place."""
    scripts, CreateUser.of_process = CreateUser.of_process, None
    if scripts is not None:
        scripts.close()
