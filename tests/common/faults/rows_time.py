"""Rows about time and memory: answers that never end or are larger than anything, and limits that hold."""

from __future__ import annotations

from collections.abc import Iterator

from common.faults.answers import (
    CHUNKED,
    HEAD,
    MIB,
    after,
    altered,
    answers,
    chunk,
    crowded,
    drip_body,
    drip_head,
    endless,
    gzip_bomb,
    gzip_of_nothing,
    infrequently,
    padded,
    raw,
    zipped,
)
from common.faults.building import reference, scripted
from common.faults.line import Line
from common.faults.row import ANY, AS_FAR, CONFORMS, FAILS, OPEN, STOPPED, Outcome, Right, Row
from common.faults.wire import Script

NEVER = {
    "drip-head": ("The head comes a byte at a time, for ever.", drip_head),
    "drip-body": ("The body comes a byte at a time, for ever.", drip_body),
    "endless-head": ("The head never ends.", endless(HEAD, b"X-More: 0123456789\r\n" * 100, pause=0.001)),
    "endless-header": ("One header never ends.", endless(HEAD + b"X-Long: ", b"0123456789" * 100, pause=0.001)),
    "endless-100": ("100 Continue comes for ever, fast.", endless(b"", raw(100) * 100)),
    "slow-100": ("100 Continue comes for ever, each half second.", endless(b"", raw(100), pause=0.5)),
    "endless-103": ("103 Early Hints comes for ever.", endless(b"", raw(103, "Link: </a>") * 20, pause=0.001)),
    "endless-body": ("A chunked body never ends.", endless(CHUNKED + b"\r\n", chunk(b" " * 64 * 1024), pause=0.001)),
    "gzip-of-nothing": ("A compressed body goes on and yields nothing.", gzip_of_nothing),
    "gzip-bomb": ("A small compressed body is four gigabytes.", gzip_bomb),
    "silence": ("Nothing comes.", endless(b"", b"", pause=0.2)),
}
"""Answers that never end, or end badly."""

UNANSWERED = ("robustness/answers", "robustness/keeps-serving")


def never() -> Iterator[Row]:
    """Yield rows of targets that do this to some requests, or to all from some on."""
    for name, (says, script) in NEVER.items():
        yield Row(
            name=f"never/{name}",
            says=f"{says} Each 60th request gets that.",
            against=scripted(infrequently(60, script)),
            arguments=("--request-timeout", "1", "--max-time", "40"),
            right=Right(exits=(0, 1), words=(CONFORMS, AS_FAR, FAILS), findings=UNANSWERED, seconds=65, reached=60),
        )
        yield Row(
            name=f"max-time/{name}",
            says=f"{says} All get that from the 5th request on; --max-time is 10 s, one request may take 60.",
            against=scripted(after(4, script)),
            arguments=("--request-timeout", "60", "--max-time", "10"),
            right=Right(
                exits=(0, 1, 2),
                words=(AS_FAR, FAILS, OPEN),
                findings=UNANSWERED,
                seconds=25,
                reached=5,
            ),
        )
    for name in ("drip-head", "endless-100", "gzip-of-nothing"):
        says, script = NEVER[name]
        yield Row(
            name=f"at-once/{name}",
            says=f"{says} The first request gets that.",
            against=scripted(script),
            arguments=("--request-timeout", "1"),
            right=Right(exits=(2,), words=(STOPPED,), seconds=30, requests=8),
        )
        yield Row(
            name=f"cleanup/{name}",
            says=f"{says} All deletions get that.",
            against=scripted(lambda asked, script=script: script(asked) if asked.method == "DELETE" else None),
            arguments=("--cleanup", "--phases", "smoke", "--request-timeout", "1"),
            right=Right(words=(AS_FAR,), seconds=120),
        )


def limits() -> Iterator[Row]:
    """Yield rows of time limits that hold whatever the run is waiting for."""
    busy = answers(429, "{}", Retry_After="600")
    yield Row(
        name="max-time/retry-after-20",
        says="Every answer after the 4th is 429 with Retry-After 20; --max-time is 10 s.",
        against=scripted(after(4, answers(429, "{}", Retry_After="20"))),
        arguments=("--max-time", "10"),
        right=Right(exits=(0, 2), words=(AS_FAR, OPEN), seconds=25, reached=5, requests=40),
    )
    yield Row(
        name="max-time/back-off",
        says="Every answer after the 4th is 503 without Retry-After; --max-time is 10 s.",
        against=scripted(after(4, answers(503, "{}"))),
        arguments=("--max-time", "10"),
        right=Right(exits=(0, 2), words=(AS_FAR, OPEN), seconds=25, reached=5, requests=60),
    )
    yield Row(
        name="max-time/slow",
        says="Every answer takes 0.5 s; --max-time is 10 s.",
        against=reference(Line(pause=0.5)),
        arguments=("--max-time", "10"),
        right=Right(words=(AS_FAR,), seconds=25, reached=2, requests=25),
    )
    yield Row(
        name="max-time/planning",
        says="Planning takes long with -n 100000; --max-time is 10 s.",
        against=reference(),
        arguments=("-n", "100000", "--max-requests", "100000", "--max-time", "10"),
        right=Right(words=(AS_FAR,), seconds=25, reached=50, requests=100_000),
    )
    yield Row(
        name="busy/at-once",
        says="All after the 100th is 429 with Retry-After 600: the run ends without waiting.",
        against=scripted(after(99, busy)),
        right=Right(exits=(2,), words=(OPEN,), end=("busy",), seconds=15, requests=99 + 8),
    )
    yield Row(
        name="draws/8000",
        says="Random cases are drawn as they are sent: -n 8000 and 50 requests are quick.",
        against=reference(),
        arguments=("-n", "8000", "--max-requests", "50"),
        right=Right(words=(AS_FAR,), seconds=12, requests=50, end=("max-requests",)),
    )


def once_large(outcome: Outcome) -> Iterator[str]:
    """The report is no larger than its contents require."""
    for path in outcome.place.glob("written*"):
        if path.stat().st_size > 32 * MIB:
            yield f"{path.name} has {path.stat().st_size // MIB} MB"


def sizes() -> Iterator[Row]:
    """Yield rows of large answers: read and judged to 16 MiB, and not kept."""
    large: dict[str, tuple[str, Script, int]] = {
        "15-MB": ("Every answer has a member of 15 MB more.", padded(15 * 1000 * 1000), 60),
        "1-MB": ("Every answer has a member of 1 MB more.", padded(1000 * 1000), 400),
        "100000-members": ("Every answer has 100,000 members more.", crowded(100_000), 60),
        "15-MB-of-metadata": (
            "Every second answer shows 15 MB of metadata more than was sent.",
            infrequently(2, altered(lambda document, _: {**document, "description": "y" * 15_000_000})),
            60,
        ),
        "15-MB-ids": (
            "Every answer has an id of 15 MB.",
            altered(lambda document, _: {**document, "id": document["id"] + "z" * 15_000_000}),
            60,
        ),
        "15-MB-refusals": ("All refusals are 15 MB.", _long_refusals, 300),
        "10000-levels": ("Every answer has a member of 10,000 levels.", _deep, 135),
    }
    for name, (says, script, requests) in large.items():
        lies, unread = name == "15-MB-of-metadata", name == "15-MB-refusals"  # less is read of a burst's answers
        yield Row(
            name=f"large/{name}",
            says=says,
            against=scripted(script),
            arguments=("--max-requests", str(requests)),
            right=Right(
                exits=(1,) if lies else (0, 2) if unread else (0,),
                words=(FAILS,) if lies else (CONFORMS, AS_FAR, OPEN) if unread else (CONFORMS, AS_FAR),
                findings=(ANY,) if lies else (),
                seconds=150,
                requests=requests,
                also=(once_large,),
            ),
        )
    yield Row(
        name="large/17-MB-now-and-then",
        says="Every 10th answer is longer than we read: inconclusive.",
        against=scripted(infrequently(10, padded(17 * MIB))),
        arguments=("--max-requests", "150"),
        right=Right(words=(AS_FAR,), seconds=90, requests=150),
    )
    yield Row(
        name="large/17-MB-always",
        says="Every answer is longer than we read: nothing can be judged.",
        against=scripted(padded(17 * MIB)),
        arguments=("--max-requests", "100"),
        right=Right(exits=(2,), words=(STOPPED, OPEN), seconds=90, requests=100),
    )
    for name, lines in (("1-MB-headers", [f"X-Long: {'h' * MIB}"]), ("10000-headers", ["X-One: 1"] * 10_000)):
        yield Row(
            name=f"large/{name}",
            says="Every 20th answer has a head that is out of all proportion.",
            against=scripted(infrequently(20, _headed(lines))),
            arguments=("--max-requests", "300"),
            right=Right(exits=(0, 1), words=(AS_FAR, FAILS), findings=UNANSWERED, requests=300),
        )
    yield Row(
        name="large/gzip",
        says="Every answer is compressed.",
        against=scripted(zipped),
        right=Right(),
    )


def _long_refusals(asked):
    status, _, body = asked.answer()
    if status < 400:
        return None
    start = b'{"error": {"code": "%s", "message": "' % (b"idempotency_error" if status == 409 else b"no")
    body = start + b"m" * 15_000_000 + b'"}}'
    return [raw(status, "Content-Type: application/json", f"Content-Length: {len(body)}"), body]


def _deep(asked):
    status, _, body = asked.answer()
    if status >= 300:
        return None
    body = body.rstrip()[:-1] + b', "deep": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    return [raw(status, "Content-Type: application/json", f"Content-Length: {len(body)}"), body]


def _headed(lines: list[str]) -> Script:
    def script(asked):
        status, _, body = asked.answer()
        head = raw(status, "Content-Type: application/json", f"Content-Length: {len(body)}", *lines)
        return [head, body]

    return script


ROWS = (*never(), *limits(), *sizes())
