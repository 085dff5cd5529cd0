"""Rows that once crashed the command, which then exited with 1 as if the server did not conform."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from common.faults.answers import altered, creates, raw, refusal, with_ids
from common.faults.building import reference, scripted
from common.faults.row import AS_FAR, FAILS, STOPPED, Outcome, Right, Row
from common.faults.wire import Asked, Script

SMOKE = ("--phases", "smoke")
SMOKED = Right(words=(AS_FAR,))
DEAD = "http://127.0.0.1:9"  # the discard port, on which nothing listens


def credentials() -> Iterator[Row]:
    """Yield rows of credentials of any length and of any characters."""
    for length in (497, 600, 5000, 16_000):
        key = "sk_test_" + ("aZ09-._~+/" * length)[: length - 8]
        yield Row(
            name=f"credential/{length}",
            says=f"A credential of {length} characters gives the verdict that a short one gives.",
            against=scripted(keys={key: "acct_a"}),
            key=key,
            arguments=() if length == 600 else SMOKE,
            right=Right() if length == 600 else SMOKED,
            secrets=(key,),
        )
    odd = r"tok-$(id)'\"[.*]{2}(?:x|y)^%41%2e&<b>=="
    yield Row(
        name="credential/odd",
        says="A credential of characters that mean something to shells, patterns and markup.",
        against=scripted(keys={odd: "acct_a"}),
        key=odd,
        arguments=SMOKE,
        right=SMOKED,
        secrets=(odd,),
    )
    long = "sk_test_" + "A" * 1992
    yield Row(
        name="credential/shown",
        says="A server shows the long credential in each refusal.",
        against=scripted(_shows_credential, keys={long: "acct_a"}),
        key=long,
        arguments=SMOKE,
        right=SMOKED,
        secrets=(long, long[:200]),
    )


def _shows_credential(asked: Asked):
    status, _, _ = asked.answer()
    if status < 400 or "Bearer sk_test_A" not in asked.headers.get("authorization", ""):
        return None
    return refusal(status, "idempotency_error", f"No, {asked.headers['authorization']}.")(asked)


def proxies() -> Iterator[Row]:
    """Yield rows of proxy settings in the environment."""
    stops = {
        "socks5": ({"ALL_PROXY": "socks5://127.0.0.1:9"}, (r"socks5?",)),
        "socks5-http": ({"HTTP_PROXY": "socks5h://127.0.0.1:9"}, (r"socks5h",)),
        "foo": ({"HTTP_PROXY": "foo://127.0.0.1:9"}, (r"foo",)),
        "no-scheme": ({"http_proxy": "127.0.0.1:99999"}, (r"proxy",)),
        "dead": ({"http_proxy": DEAD}, (r"proxy",)),
    }
    for name, (environment, says) in stops.items():
        yield Row(
            name=f"proxy/{name}",
            says=f"The environment says {environment}.",
            against=reference(),
            environment=environment,
            right=Right(exits=(2,), words=(STOPPED,), requests=0, says=says),
        )
    goes = {
        "no-proxy-network": {"NO_PROXY": "fe80::/10"},
        "no-proxy-garbage": {"NO_PROXY": "[::1, *.*, http://, ,:::", "HTTPS_PROXY": DEAD},
        "no-proxy-partly": {"NO_PROXY": "fe80::/10,127.0.0.1", "HTTP_PROXY": DEAD},
        "no-proxy-all": {"NO_PROXY": "*", "ALL_PROXY": DEAD},
    }
    for name, environment in goes.items():
        yield Row(
            name=f"proxy/{name}",
            says=f"The environment says {environment}, which keeps nobody from the server.",
            against=reference(),
            environment=environment,
            arguments=SMOKE,
            right=SMOKED,
        )


def headers() -> Iterator[Row]:
    """Yield rows of odd headers, which are no fault of the server."""
    odd = {
        "date-far-off": {"Date": "Fri, 31 Dec 9999 23:59:59 +9959"},
        "date-year-1": {"Date": "Mon, 01 Jan 0001 00:00:00 +2359"},
        "date-huge-offset": {"Date": f"Mon, 01 Jan 2024 00:00:00 +{'9' * 17}"},
        "date-huge-year": {"Date": "Fri, 31 Dec 99999999999 23:59:59 GMT"},
        "date-no-date": {"Date": "\xff\xfe now"},
        "latin-1": {"X-Odd": "caf\xe9 \xff\xfe", "Server": "\xb5"},
        "content-type": {"Content-Type": 'application/json; charset="\xff"; charset=none'},
        "replayed": {"Idempotent-Replayed": "\xff"},
        "retry-after-on-200": {"Retry-After": "9" * 5000},
    }
    for name, given in odd.items():
        yield Row(
            name=f"header/{name}",
            says=f"Every answer has the header {next(iter(given))}: {next(iter(given.values()))[:30]!r}.",
            against=scripted(_headed(given)),
            arguments=("--phases", "smoke,bursts", "--seed", "7"),
            right=Right(words=(AS_FAR,)),
        )
    yield Row(
        name="header/surrogate-id",
        says="Ids hold a lone surrogate, under --cleanup: they are left, and named.",
        against=scripted(with_ids(lambda identifier: f"{identifier}\ud800")),
        arguments=("--cleanup", *SMOKE),
        right=Right(exits=(0, 1), words=(AS_FAR, FAILS), findings=("response/id/type",)),
    )


def _headed(given: dict[str, str]) -> Script:
    """Give the reference's own answers with other headers instead of theirs."""

    def script(asked: Asked):
        status, old, body = asked.answer()
        kept = [f"{name}: {value}" for name, value in old if name.lower() not in {one.lower() for one in given}]
        lines = [*kept, *(f"{name}: {value}" for name, value in given.items())]
        lines = [one for one in lines if not one.lower().startswith("content-length:")]
        return [raw(status, *lines, f"Content-Length: {len(body)}"), body]

    return script


lies = creates(altered(lambda document, _: {**document, "object": "täuschung ✂"}))
FOUND = scripted(lies)
"""A server with a finding, which is reported with non-ASCII letters."""
FAILED = Right(exits=(1,), words=(FAILS,), needs=("response/object/const",), findings=("*",))


def surroundings() -> Iterator[Row]:
    """Yield rows of terminals, folders and languages."""
    for columns in ("0", "-5", "many", "1"):
        yield Row(
            name=f"terminal/columns-{columns}",
            says=f"COLUMNS is {columns}.",
            against=reference(),
            environment={"COLUMNS": columns},
            arguments=SMOKE,
            right=SMOKED,
        )
    yield Row(
        name="terminal/lang-c",
        says="LANG is C, and what is told is not ASCII.",
        against=FOUND,
        environment={"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        arguments=SMOKE,
        right=FAILED,
    )
    yield Row(
        name="terminal/deleted-folder",
        says="The working directory is deleted.",
        against=reference(),
        through='mkdir gone && cd gone && rmdir ../gone && exec "$@"',
        arguments=SMOKE,
        right=SMOKED,
    )
    yield Row(
        name="terminal/no-home",
        says="There is no home and no folder for temporary files.",
        against=reference(),
        environment={"HOME": "/nowhere", "XDG_CACHE_HOME": "/nowhere/cache", "TMPDIR": "/nowhere"},
        arguments=SMOKE,
        right=SMOKED,
    )


def outputs() -> Iterator[Row]:
    """Yield rows of standard output that cannot be written to."""
    full, closed = 'exec "$@" >/dev/full', 'exec "$@" >&-'
    for name, through in (("full", full), ("closed", closed)):
        yield Row(
            name=f"stdout/{name}",
            says=f"Standard output is {name}; the report is written, and nothing is accused.",
            against=reference(),
            through=through,
            arguments=SMOKE,
            right=Right(exits=(0, 2), words=("", STOPPED, AS_FAR), also=(report_is_there,)),
        )
        yield Row(
            name=f"stdout/{name}-found",
            says=f"Standard output is {name}, and there are findings: exit 1, and the report.",
            against=FOUND,
            through=through,
            arguments=SMOKE,
            right=Right(
                exits=(1,),
                words=("", STOPPED, FAILS),
                findings=FAILED.findings,
                needs=FAILED.needs,
                also=(report_is_there,),
            ),
        )
        yield Row(
            name=f"stdout/{name}-asked-for",
            says=f"A report goes to standard output, which is {name}: exit 2, in two lines.",
            against=reference(),
            through=through,
            arguments=(*SMOKE, "--report", "json=-"),
            right=Right(exits=(2,), words=(STOPPED, AS_FAR), reports=False),
        )
    yield Row(
        name="stdout/both-closed",
        says="Standard output and standard error are closed.",
        against=reference(),
        through='exec "$@" >&- 2>&-',
        arguments=SMOKE,
        right=Right(exits=(0, 2), words=("",), also=(report_is_there,)),
    )
    yield Row(
        name="stdout/reader-leaves",
        says="Nobody reads standard output to its end.",
        against=FOUND,
        through='{ "$@"; echo $? >code; } | head -n 1; exit $(cat code)',
        arguments=(*SMOKE, "-v"),
        right=Right(exits=(1,), words=("", FAILS), findings=FAILED.findings, needs=FAILED.needs),
    )


def report_is_there(outcome: Outcome) -> Iterator[str]:
    """The JSON report is complete."""
    if outcome.report is None:
        yield "the report was not written"


def reports() -> Iterator[Row]:
    """Yield rows of reports that cannot be written: 0 becomes 2, 1 stays, and the others are written."""
    gone = ("--report", "html={place}/reports/x.html")
    lost = r"cannot write \S*reports/x\.html"
    files = {"reports/y": ""}
    yield Row(
        name="report/folder-removed",
        says="The folder of a report is removed in mid-run: exit 2, named, and the other report is written.",
        against=scripted(at={30: _remove}),
        files=files,
        arguments=(*SMOKE, *gone),
        right=Right(exits=(2,), words=(AS_FAR,), says=(lost,), also=(report_is_there,)),
    )
    yield Row(
        name="report/folder-removed-found",
        says="The folder of a report is removed, and there are findings: exit 1, named.",
        against=scripted(lies, at={30: _remove}),
        files=files,
        arguments=(*SMOKE, *gone),
        right=Right(
            exits=(1,),
            words=(FAILS,),
            findings=FAILED.findings,
            needs=FAILED.needs,
            says=(lost,),
            also=(report_is_there,),
        ),
    )
    old = json.dumps({"requirements": [], "old": True})
    yield Row(
        name="report/no-room",
        says="No file may be larger than 4 KiB: the older report stays whole, exit 2.",
        against=reference(),
        through='ulimit -f 8; exec "$@"',
        files={"old.json": old},
        report=False,
        arguments=(*SMOKE, "--report", "json={place}/old.json"),
        right=Right(exits=(2,), words=(AS_FAR,), says=(r"cannot write \S*old\.json",), also=(older_is_whole,)),
    )
    yield Row(
        name="report/to-a-pipe",
        says="A report to a pipe is delivered, and the pipe stays one.",
        against=reference(),
        through='mkfifo pipe; cat pipe >piped.json & "$@"; code=$?; test -p pipe || exit 9; exit $code',
        arguments=(*SMOKE, "--report", "json={place}/pipe"),
        right=SMOKED,
    )
    yield Row(
        name="report/umlauts",
        says="The name of a report is not ASCII, and LANG is C.",
        against=reference(),
        environment={"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        arguments=(*SMOKE, "--report", "html={place}/übersicht ✂.html"),
        right=SMOKED,
    )


def _remove(place: Path) -> None:
    for path in (place / "reports").iterdir():
        path.unlink()
    (place / "reports").rmdir()


def older_is_whole(outcome: Outcome) -> Iterator[str]:
    """The earlier report is still there."""
    try:
        json.loads((outcome.place / "old.json").read_text(encoding="utf-8"))
    except ValueError:
        yield "the older report was broken"


ROWS = (*credentials(), *proxies(), *headers(), *surroundings(), *outputs(), *reports())
