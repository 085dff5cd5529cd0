"""Rows about the line: the server behind it is right, so nothing is found, and every loss is reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from common.faults.answers import Dropped, after, answers, chosen, informed, infrequently, raw
from common.faults.building import reference, scripted
from common.faults.harm import nothing_of_ours_is_left_unnamed
from common.faults.line import Gap, Line, Loss
from common.faults.row import ANY, AS_FAR, CONFORMS, FAILS, OPEN, Outcome, Right, Row
from common.faults.wire import Ending

PATIENT = ("--request-timeout", "1")
CLEANED = ("--cleanup",)


def losses_are_told(outcome: Outcome) -> Iterator[str]:
    """The report counts lost and repeated answers by phase, if any was lost."""
    if outcome.report is None or not outcome.against.ledger.broken:
        return
    phases = outcome.report["phases"]
    if any("lost" not in phase or "repeated" not in phase for phase in phases):
        yield "does not count lost and repeated answers by phase"
    elif not sum(phase["lost"] + phase["repeated"] for phase in phases):
        yield f"{outcome.against.ledger.broken} answers were lost, and the report tells of none"


RIGHT = Right(words=(CONFORMS, AS_FAR), also=(losses_are_told,), seconds=60)


def lined(name: str, says: str, line: Line, *arguments: str, right: Right = RIGHT, **more: Any) -> Row:
    """Return the row of a line in front of the reference."""
    return Row(name=name, says=says, against=reference(line), arguments=arguments, right=right, **more)


def lines() -> Iterator[Row]:
    """Yield a row for each kind of bad line."""
    yield lined("line/good", "A line that passes everything.", Line(), right=Right())
    for share, seed in ((1, 1), (10, 1), (10, 2), (10, 3)):
        line = Line(resets=share / 100, idle=0.001, seed=seed)
        yield lined(f"line/connections-reset-{share}%-{seed}", f"{share} % of the connections are reset.", line)
    for share, seed in ((1, 1), (5, 1), (10, 1), (10, 2)):
        line = Line(loses=share / 100, seed=seed)
        yield lined(f"line/answers-reset-{share}%-{seed}", f"{share} % of the answers are lost to a reset.", line)
    for name, passes in (("before", 0), ("in", 10), ("after", 320)):
        for how in (Loss.CLOSE, Loss.RESET):
            says = f"Every 40th answer ends {name} its head ({how.name})."
            line = Line(every=40, how=how, passes=passes)
            yield lined(f"line/{how.name.lower()}-{name}-the-head", says, line)
    silent = Line(every=50, how=Loss.SILENCE)
    yield lined("line/every-50th-lost", "Every 50th answer is lost to a reset.", Line(every=50))
    yield lined("line/every-50th-never-comes", "Every 50th answer never comes.", silent, *PATIENT)
    half_open = Line(half_open=0.02, idle=0.001, seed=4)
    yield lined("line/half-open", "2 % of the connections are made and never served.", half_open, *PATIENT)
    late = Line(late=(40, 1.5))
    yield lined("line/late-answers", "Every 40th answer comes after the time-out.", late, *PATIENT)
    slow = Line(pause=0.3)
    yield lined("line/slow-answers", "Every answer takes 0.3 s.", slow, "--phases", "smoke,bursts", right=CUT)
    yield lined(
        "line/20-KB/s",
        "20 KB/s each way, with uploads of 262 KB.",
        Line(rate=20_000),
        *("--phases", "smoke,bodies", "--request-timeout", "5"),
        right=Right(words=(AS_FAR,), seconds=150, also=()),
    )
    for at in (30, 170):
        lost = Line(gaps=(Gap(at=at, seconds=2.0),))
        yield lined(f"line/2-s-lost-at-{at}", "All answers of two seconds are lost to resets.", lost)
    hushed = Line(gaps=(Gap(at=100, seconds=2.5),), how=Loss.SILENCE)
    yield lined("line/2.5-s-of-silence", "For 2.5 s nothing is answered and nothing is closed.", hushed, *PATIENT)
    for idle in (0.0005, 0.01):
        line = Line(idle=idle)
        says = f"A connection is closed {idle} s after an answer, without a word."
        yield lined(f"line/closed-after-{idle}", says, line, right=Right(words=(CONFORMS, AS_FAR)))
    yield lined(
        "line/closed-during-uploads",
        "The line closes after 32 KB of a request.",
        Line(uploads=32 * 1024, how=Loss.CLOSE),
    )
    yield lined("line/slow-accept", "Each connection waits 0.1 s.", Line(accept=0.1, idle=0.001), *SHORT, right=CUT)
    narrow = Line(accept=0.02, backlog=1)
    right = Right(exits=(0, 2), words=(CONFORMS, AS_FAR, OPEN), seconds=120)
    yield lined("line/backlog-of-1", "One connection waits, others are not let in.", narrow, right=right)


SHORT = ("--phases", "smoke,bursts")
CUT = Right(words=(AS_FAR,), seconds=90)


def restarts() -> Iterator[Row]:
    """Yield rows of servers that stop and come back."""
    for seconds in (0.5, 1.0, 3.0):
        yield Row(
            name=f"restart/{seconds:g}-s",
            says=f"The server restarts within {seconds:g} s in mid-run.",
            against=reference(restarts=(Gap(at=120, seconds=seconds),)),
            right=RIGHT,
        )
    for where, at in (("smoke", 30), ("bursts", 150), ("mutations", 250), ("keys", 560)):
        yield Row(
            name=f"restart/in-{where}",
            says=f"The server restarts within a second in the phase {where}.",
            against=reference(restarts=(Gap(at=at, seconds=1.0),)),
            right=RIGHT,
        )
    yield Row(
        name="restart/three-times",
        says="The server restarts three times.",
        against=reference(restarts=tuple(Gap(at=at, seconds=0.5) for at in (50, 300, 600))),
        right=RIGHT,
    )
    yield lined(
        "restart/line-away",
        "The line refuses connections for 1.5 s, and all that were open are reset.",
        Line(gaps=(Gap(at=200, seconds=1.5, refuses=True),)),
    )
    for status, words in ((503, (CONFORMS, AS_FAR)), (502, (FAILS,)), (504, (FAILS,))):
        page = answers(status, "<html>No server is there.</html>", kind="text/html")
        ours = status == 503
        yield Row(
            name=f"restart/balancer-{status}",
            says=f"A balancer answers {status} to some requests in mid-run: {'waited for' if ours else 'an answer'}.",
            against=scripted(chosen(lambda number: 100 <= number < 103, page)),
            right=Right(
                exits=(0,) if ours else (1,),
                words=words,
                needs=() if ours else ("robustness/no-server-error",),
                findings=() if ours else ("robustness/keeps-serving",),
            ),
        )


def bursts() -> Iterator[Row]:
    """Yield rows of twins: losses in every burst are the server's fault, not the line's."""
    right = Right(exits=(1,), words=(FAILS,), findings=(ANY,), needs=(ANY,), seconds=90)
    for name, says, drops in (
        ("dropped", "Of twins at once, the first answer is always dropped.", Dropped(Ending.RESET)),
        ("answered-102", "Of twins at once, one is answered 102 and no more.", Dropped(raw(102), Ending.CLOSE)),
    ):
        yield Row(name=f"burst/twin-{name}", says=says, against=scripted(drops), right=right)


def informational() -> Iterator[Row]:
    """Yield rows of answers that are announced."""
    for status in (100, 102, 103):
        says = f"Five answers {status} come before each."
        yield Row(
            name=f"informational/5-times-{status}", says=says, against=scripted(informed(status, 5)), right=Right()
        )
    yield Row(
        name="informational/1000-times-100",
        says="A thousand answers 100 come before every 20th.",
        against=scripted(infrequently(20, informed(100, 1000))),
        right=Right(),
    )


def storms() -> Iterator[Row]:
    """Yield rows of 429: a storm ends the run as busy, an answer now and then does not matter."""
    waits = {
        "none": None,
        "0": "0",
        "600": "600",
        "date": "Fri, 31 Dec 2049 23:59:59 GMT",
        "garbage": "soon",
        "huge": "9" * 400,
        "nan": "nan",
        "year-9999": "Fri, 31 Dec 9999 23:59:59 -2359",
        "offset": f"Fri, 31 Dec 2021 23:59:59 +{'9' * 17}",
        "year": "Fri, 31 Dec 99999999999 23:59:59 GMT",
        "negative": "-5",
    }
    for name, wait in waits.items():
        headers = {} if wait is None else {"Retry-After": wait}
        busy = answers(429, '{"error": {"code": "rate_limit", "message": "Slow down."}}', **headers)
        yield Row(
            name=f"storm/retry-after-{name}",
            says=f"From the 60th request on all is answered 429, with Retry-After {name}.",
            against=scripted(after(59, busy)),
            right=Right(exits=(2,), words=(OPEN,), end=("busy",), seconds=40, requests=59 + 30, says=("429",)),
        )
        if name not in {"600", "date", "year-9999"}:
            yield Row(
                name=f"storm/now-and-then-{name}",
                says=f"Every 20th request is answered 429 once, with Retry-After {name}.",
                against=scripted(infrequently(20, busy)),
                right=Right(words=(CONFORMS, AS_FAR), seconds=90, requests=1000),
            )


def cleaned() -> Iterator[Row]:
    """Yield rows of bad lines with --cleanup: nothing of others is deleted, nothing of ours is left unnamed."""
    # Clean-up repeats lost creates outside the cap: at most 100 more.
    told = (losses_are_told, nothing_of_ours_is_left_unnamed)
    right = Right(words=(CONFORMS, AS_FAR), also=told, seconds=90, requests=1000)
    for name, line in {
        "good": Line(),
        "answers-reset-3%": Line(loses=0.03, seed=5),
        "every-20th-lost": Line(every=20),
        "every-40th-never-comes": Line(every=40, how=Loss.SILENCE),
        "cut-in-the-head": Line(every=30, how=Loss.CLOSE, passes=10),
        "away": Line(gaps=(Gap(at=300, seconds=1.0, refuses=True),)),
        "lost-for-2-s": Line(gaps=(Gap(at=150, seconds=2.0),)),
        "closed-at-once": Line(idle=0.001),
    }.items():
        says = f"A run that cleans up, over a line of the kind `{name}`."
        yield lined(f"cleanup/line-{name}", says, line, *PATIENT, *CLEANED, right=right)
    yield Row(
        name="cleanup/restart",
        says="A run that cleans up, while the server restarts.",
        against=reference(restarts=(Gap(at=300, seconds=1.0),)),
        arguments=CLEANED,
        right=right,
    )


ROWS = (*lines(), *restarts(), *bursts(), *informational(), *storms(), *cleaned())
