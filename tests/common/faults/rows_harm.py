"""Rows of harm: what the run did not create is never deleted, and caps hold exactly."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from common.faults.answers import after, altered, answers, creates, deletions, infrequently, refusal, with_ids
from common.faults.applications import Deduplicates
from common.faults.building import reference, scripted
from common.faults.harm import all_is_gone, nothing_is_deleted, nothing_of_ours_is_left_unnamed
from common.faults.ledger import ACCOUNT
from common.faults.line import Line
from common.faults.row import ANY, AS_FAR, CONFORMS, FAILS, OPEN, Check, Outcome, Right, Row
from common.faults.wire import Asked, Pieces, Script

CLEANED = ("--cleanup",)
SHORT = ("--phases", "smoke,bursts")
LEFT = Right(exits=(0,), words=(AS_FAR,), also=(nothing_of_ours_is_left_unnamed,))


def others() -> Iterator[Row]:
    """Yield rows of answers that show what others created, or ids that name nothing."""
    yield Row(
        name="cleanup/whole-run",
        says="A whole run leaves nothing behind.",
        against=scripted(),
        arguments=CLEANED,
        right=Right(also=(all_is_gone,)),
    )
    yield Row(
        name="cleanup/de-duplicates",
        says="The page's example gives a destination that is a year old, and others'.",
        against=scripted(app=Deduplicates),
        arguments=(*CLEANED, *SHORT),
        right=Right(
            exits=(0, 1, 2),
            words=(AS_FAR, FAILS, OPEN, "stopped"),
            findings=(ANY,),
            also=(nothing_of_ours_is_left_unnamed,),
        ),
    )
    yield Row(
        name="cleanup/others-id",
        says="Every tenth create is answered with the id of a destination of others'.",
        against=scripted(creates(infrequently(10, altered(_of_others)))),
        arguments=(*CLEANED, *SHORT),
        right=Right(exits=(0, 1), words=(AS_FAR, FAILS), findings=(ANY,)),
    )
    yield Row(
        name="cleanup/others-id-in-conflicts",
        says="Conflicts show a destination of others' with 200, and as long ago.",
        against=scripted(_shows_others),
        arguments=(*CLEANED, *SHORT),
        right=Right(exits=(1,), words=(FAILS,), findings=(ANY,)),
    )
    odd: dict[str, Callable[[str], str]] = {
        "two-dots": lambda _: "..",
        "dot": lambda _: ".",
        "empty": lambda _: "",
        "slash": lambda identifier: f"{identifier}/b",
        "climbing": lambda identifier: f"../{identifier}",
        "query": lambda identifier: f"{identifier}?force=true",
        "fragment": lambda identifier: f"#{identifier}",
        "encoded-dots": lambda _: "%2e%2e",
        "encoded-slash": lambda identifier: f"..%2F{identifier}",
        "backslash": lambda identifier: f"..\\{identifier}",
        "newline": lambda identifier: f"{identifier}\r\nX: y",
        "control": lambda identifier: f"\x00{identifier}",
        "star": lambda _: "*",
    }
    for name, identifier in odd.items():
        yield Row(
            name=f"cleanup/id-{name}",
            says=f"Ids read like {identifier('ed_1')!r}: nothing is deleted under such a name.",
            against=scripted(with_ids(identifier)),
            arguments=(*CLEANED, *SHORT),
            right=Right(exits=(0, 1), words=(AS_FAR, FAILS), findings=(ANY,), also=(nothing_is_deleted,)),
        )
    for name, created in {
        "constant": "2024-10-22T16:20:09.931Z",
        "none": None,
        "in-a-year": "2099-01-01T00:00:00Z",
    }.items():
        yield Row(
            name=f"cleanup/clock-{name}",
            says=f"`created` is always {created}: what is in doubt is left, and named.",
            against=scripted(creates(altered(_at(created)))),
            arguments=(*CLEANED, *SHORT),
            right=Right(exits=(0, 1), words=(AS_FAR, FAILS), findings=(ANY,), also=(nothing_of_ours_is_left_unnamed,)),
        )


def _of_others(document: dict, asked: Asked) -> dict:
    return {**document, "id": asked.app.store.of_account(ACCOUNT)[0].id}


def _shows_others(asked: Asked) -> Pieces | None:
    status, _, _ = asked.answer()
    if status != 409:
        return None
    other = asked.app.store.of_account(ACCOUNT)[0]
    body = asked.app.encode(asked.app.render(other, ["webhook_endpoint.url"]))
    return answers(200, body.decode())(asked)


def _at(created: str | None):
    return lambda document, _: {**document, "created": created, "updated": created}


def deleting() -> Iterator[Row]:
    """Yield rows of deletions that are refused, slow, or unsupported."""
    chance = random.Random(30)  # noqa: S311 - repeatable
    for name, wait in (("429-0", {"Retry-After": "0"}), ("429-1", {"Retry-After": "1"}), ("429-none", {})):
        busy = answers(429, '{"error": {"code": "rate_limit"}}', **wait)
        yield Row(
            name=f"delete/{name}",
            says=f"30 % of the deletions are answered 429 ({wait or 'without Retry-After'}): asked again.",
            against=scripted(deletions(_sometimes(0.3, chance, busy))),
            arguments=(*CLEANED, *(SHORT if name == "429-1" else ())),
            right=Right(words=(CONFORMS, AS_FAR), seconds=120, also=(nothing_of_ours_is_left_unnamed, at_most_left(8))),
        )
    yield Row(
        name="delete/500-now-and-then",
        says="10 % of the deletions are answered 500.",
        against=scripted(deletions(_sometimes(0.1, chance, answers(500, "{}")))),
        arguments=(*CLEANED, *SHORT),
        right=Right(words=(AS_FAR,), also=(nothing_of_ours_is_left_unnamed, at_most_left(20))),
    )
    yield Row(
        name="delete/429-for-ever",
        says="All deletions are answered 429 with Retry-After 600: what is left is named, without waiting.",
        against=scripted(deletions(answers(429, "{}", Retry_After="600"))),
        arguments=(*CLEANED, *SHORT),
        right=Right(words=(AS_FAR,), seconds=75, also=(nothing_of_ours_is_left_unnamed,)),
    )
    for status in (404, 405, 403):
        yield Row(
            name=f"delete/no-route-{status}",
            says=f"Deletions are answered {status}: what is left is named, and few are tried.",
            against=scripted(deletions(refusal(status, "no", "There are no deletions."))),
            arguments=(*CLEANED, *SHORT),
            right=Right(words=(AS_FAR,), also=(nothing_of_ours_is_left_unnamed, few_deletions)),
        )
    yield Row(
        name="delete/slow",
        says="Each deletion takes half a second.",
        against=scripted(deletions(_slow)),
        arguments=(*CLEANED, *SHORT),
        right=Right(words=(AS_FAR,), seconds=150, also=(nothing_of_ours_is_left_unnamed,)),
    )
    yield Row(
        name="delete/after-a-storm",
        says="All is answered 429 from request 100 on, deletions too.",
        against=scripted(after(99, answers(429, "{}", Retry_After="600"))),
        arguments=CLEANED,
        right=Right(exits=(2,), words=(OPEN,), end=("busy",), seconds=75, also=(nothing_of_ours_is_left_unnamed,)),
    )


def _sometimes(share: float, chance: random.Random, script: Script) -> Script:
    return lambda asked: script(asked) if chance.random() < share else None


def _slow(asked: Asked) -> Pieces:
    yield 0.5
    status, _, body = asked.answer()
    yield from answers(status, body.decode())(asked)


def at_most_left(count: int) -> Check:
    """Return a check of how many of ours are left."""

    def check(outcome: Outcome) -> Iterator[str]:
        if len(left := outcome.against.ledger.left) > count:
            yield f"{len(left)} of ours are left"

    return check


def few_deletions(outcome: Outcome) -> Iterator[str]:
    """If deletion is unsupported, it is not retried for each destination."""
    if (sent := outcome.against.ledger.deletions) > 40:
        yield f"{sent} deletions were tried"


def most(count: int) -> Check:
    """Return a check of how many of our destinations existed at a time."""

    def check(outcome: Outcome) -> Iterator[str]:
        if (reached := outcome.against.ledger.most) > count:
            yield f"{reached} destinations at a time, not {count}"

    return check


def a_second(count: int) -> Check:
    """Return a check of how many creates arrived within a second; network delays may shift two."""

    def check(outcome: Outcome) -> Iterator[str]:
        if (reached := outcome.against.ledger.busiest()) > count + 2:
            yield f"{reached} requests within a second, not {count}"

    return check


def caps() -> Iterator[Row]:
    """Yield rows of caps, counted by the server."""
    lossy = Line(every=15)
    right = Right(words=(AS_FAR,), requests=100, reached=90)
    for name, arguments, against in (
        ("plain", (), reference()),
        ("cleanup", CLEANED, reference()),
        ("workers", ("-w", "8"), reference()),
        ("lossy", CLEANED, reference(lossy)),
        ("lossy-workers", ("-w", "8", *CLEANED), reference(lossy)),
        ("busy", (), scripted(infrequently(7, answers(429, "{}", Retry_After="0")))),
    ):
        yield Row(
            name=f"max-requests/{name}",
            says=f"--max-requests 100 is kept to: {name}.",
            against=against,
            arguments=("--max-requests", "100", *arguments),
            right=right,
        )
    for number in (1, 2, 7):
        yield Row(
            name=f"max-requests/{number}",
            says=f"--max-requests {number} is kept to.",
            against=reference(),
            arguments=("--max-requests", str(number), *CLEANED),
            right=Right(exits=(0, 2), words=(AS_FAR, OPEN), requests=number),
        )
    for name, arguments, against in (
        ("plain", (), reference()),
        ("cleanup", CLEANED, reference()),
        ("workers", ("-w", "8"), reference()),
        ("workers-cleanup", ("-w", "8", *CLEANED), reference()),
        ("lossy-workers", ("-w", "8"), reference(lossy)),
        ("lossy-workers-cleanup", ("-w", "8", *CLEANED), reference(lossy)),
    ):
        yield Row(
            name=f"max-destinations/{name}",
            says=f"--max-destinations 16 is kept to: {name}.",
            against=against,
            arguments=("--max-destinations", "16", *arguments),
            right=Right(words=(CONFORMS, AS_FAR), seconds=120, also=(most(16),)),
        )
    for name, arguments in (("plain", ()), ("workers", ("-w", "8")), ("workers-cleanup", ("-w", "8", *CLEANED))):
        yield Row(
            name=f"rate-limit/{name}",
            says=f"--rate-limit 40/s is kept to in every second: {name}.",
            against=reference(),
            arguments=("--rate-limit", "40/s", "--phases", "smoke,bursts,combinations", *arguments),
            right=Right(words=(AS_FAR,), seconds=90, also=(a_second(40),)),
        )


ROWS = (*others(), *deleting(), *caps())
