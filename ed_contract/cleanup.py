"""Deletes later what a run's cleanup left behind: what its JSON report lists, at the report's own target.

What may not be that run's is never deleted. Running it twice does no harm.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ed_contract import interrupts
from ed_contract.case import Credential
from ed_contract.contract import CONTRACT, Contract
from ed_contract.credential_command import renew
from ed_contract.exceptions import CredentialsRefused, Unreachable, UsageError
from ed_contract.interaction import Answer, NoAnswer, Request
from ed_contract.report.json_report import contract_of
from ed_contract.runner.deletion import OVER, Deletions, Insistence, Wanted, deletion_of
from ed_contract.runner.ledger import CLEAN_UP_SECONDS, SECONDS_EACH, Remaining
from ed_contract.runner.provenance import NOT_PLAIN, is_plain
from ed_contract.runner.sender import answer_of, headers_of
from ed_contract.transport import Lost, OutOfTime, Target, open_transport

_TO_BE_TOLD_APART = frozenset({"404", "405", "410", "501"})  # recorded: the server may know no deletions at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """What a run left, by its JSON report."""

    target: str  # where its creates were posted to
    remaining: tuple[Remaining, ...]
    unknown: int  # creates that told no id
    contract: Contract = field(default=CONTRACT, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a destination that a run left."""

    remaining: Remaining
    word: str  # "deleted", "gone" (it was not there any more), "left" or "doubtful"
    reason: str = ""  # why it is left, or in doubt

    def __str__(self) -> str:
        """Return a line, e.g. `left      ed_1 (first): 429`."""
        one = self.remaining
        return f"{self.word:<9} {one.id} ({one.account}){f': {self.reason}' if self.reason else ''}"


def load(text: str) -> Leftovers:
    """Return what the run of a JSON report left.

    Raises:
        UsageError: it is not a JSON report of this tool, or of a run that was not to clean up.
    """
    try:
        document = json.loads(text)
        target, clean_up = document["target"], document["clean_up"]
        left = () if clean_up is None else tuple(map(_remaining, clean_up["remaining"]))
        unknown = 0 if clean_up is None else int(clean_up["unknown"])
        contract = contract_of(document)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            "not a JSON report of this version of ed-contract\n"
            "`ed-contract run URL --cleanup --report json=PATH` writes one."
        ) from error
    if clean_up is None:
        raise UsageError("the report is of a run without --cleanup\nonly a run with --cleanup records what it leaves.")
    if not isinstance(target, str) or "://" not in target:
        raise UsageError("the report is of an application in process\nwhat the run created ended with it.")
    return Leftovers(target=target, remaining=left, unknown=unknown, contract=contract)


def _remaining(one: dict[str, Any]) -> Remaining:
    return Remaining(
        id=str(one["id"]), account=Credential(one["account"]), reason=str(one["reason"]), doubtful=bool(one["doubtful"])
    )


def finish(
    leftovers: Leftovers, target: Target, *, sleep: Callable[[float], None] = interrupts.sleep
) -> Iterator[Outcome]:
    """Delete what a run left, and yield what became of each destination, in no particular order.

    Args:
        leftovers: what is left, from `load`.
        target: where it is: the report's own, with the credentials.
        sleep: waits.

    Raises:
        UsageError: the target is not the report's.
        Unreachable: nothing answers there.
        CredentialsRefused: every deletion is refused with 401 or 403.
    """
    target = replace(target, contract=leftovers.contract)
    if str(target) != leftovers.target:
        raise UsageError(f"the report is about {leftovers.target}\nwhat it lists can only be deleted there.")
    if target.credential_command:
        renew(target)
    transport = open_transport(target)

    def send(request: Request) -> Answer:
        try:
            return transport.send(request, until=insistence.until)
        except OutOfTime:
            return NoAnswer(reason=OVER)
        except Lost as lost:
            return answer_of(lost)

    anonymous = target.key is None and not target.headers
    insistence = Insistence(send, sleep)
    insistence.until = time.monotonic() + CLEAN_UP_SECONDS + SECONDS_EACH * len(leftovers.remaining)
    wanted: dict[Wanted, Remaining] = {}
    try:
        for one in leftovers.remaining:
            if kept := _kept(one, target):
                yield kept
            else:
                wanted[_wanted(one, target)] = one
        done = []
        for deletion in Deletions(insistence).carry_out(wanted):
            done.append(deletion)
            yield _outcome(wanted[deletion], deletion, anonymous=anonymous)
    finally:
        transport.close()
    if done and not any(one.done for one in done):
        _explain(done, target)


def _outcome(remaining: Remaining, deletion: Wanted, *, anonymous: bool) -> Outcome:
    word = ("deleted" if deletion.deleted else "gone") if deletion.done else "left"
    if word == "gone" and anonymous:  # services hide from strangers what is there
        return Outcome(remaining=remaining, word="left", reason=f"{deletion.status}, and no credential was given")
    return Outcome(remaining=remaining, word=word, reason=deletion.reason)


def _kept(one: Remaining, target: Target) -> Outcome | None:
    """Return why a destination is not to be deleted, or None if it is."""
    if one.doubtful:
        return Outcome(remaining=one, word="doubtful", reason=one.reason)
    if not is_plain(one.id):
        return Outcome(remaining=one, word="doubtful", reason=NOT_PLAIN)
    if one.account == Credential.SECOND and not target.second_api_key:
        return Outcome(remaining=one, word="left", reason="needs --second-api-key")
    return None


def _wanted(one: Remaining, target: Target) -> Wanted:
    path = "/" + target.endpoint.partition("://")[2].partition("/")[2]
    headers = target.contract.headers
    create = Request(
        method=target.contract.operation.method,
        path=path,
        headers=headers_of(target),
        body=b"",
        credential=Credential(one.account),
    )
    deletion = deletion_of(create, one.id, key=headers.key)
    return Wanted(request=deletion, repeated=one.reason not in _TO_BE_TOLD_APART)


def _explain(done: list[Wanted], target: Target) -> None:
    """Raise what keeps all of the deletions from being done, if it is one thing."""
    statuses = {one.status for one in done if one.rounds}
    if statuses == {None}:
        raise Unreachable(f"{target} does not answer ({done[0].reason})\nis the server running?")
    if statuses <= {401, 403}:
        raise CredentialsRefused(f"{target} refuses the credentials with {done[0].status}\ncheck the key.")
