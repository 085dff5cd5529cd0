"""How long judging a record takes, by the length of the record.

    uv run python benchmarks/judging.py [LARGEST]

A record of a run against the reference is repeated, each time with different keys, connection names and ids, until it
has the wanted number of interactions. Judging is linear if the time for each interaction stays the same.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ed_contract import run
from ed_contract.interaction import Interaction, Response, response
from ed_contract.recording import Item, read
from ed_contract.records import judge

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)


def recorded() -> list[Item]:
    """Return the record of a run against the reference."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.ndjson"
        run(record=str(path))
        return list(read(path.read_text(encoding="utf-8").splitlines(keepends=True), "run"))


def repeated(items: list[Item], count: int) -> Iterator[Item]:
    """Yield the first event, then `count` interactions."""
    sent = [one for one in items if isinstance(one, Interaction)]
    bursts = max(one.burst or 0 for one in sent)
    yield items[0]
    for number in range(count):
        turn, place = divmod(number, len(sent))
        one = sent[place]
        mark = f"{turn:06}"
        yield replace(
            one,
            number=number + 1,
            key=None if one.key is None else f"{one.key}-{mark}",
            form=None,
            burst=None if one.burst is None else one.burst + turn * (bursts + 1),
            answer=_marked(one.answer, mark) if isinstance(one.answer, Response) else one.answer,
        )


def _marked(answer: Response, mark: str) -> Response:
    body = answer.body.replace(b'"ed_test_', b'"ed_test_' + mark.encode()).replace(b"whsec_", b"whsec_" + mark.encode())
    return response(answer.status, answer.headers, body, shows_credential=answer.shows_credential)


def main() -> None:
    """Print a line for each size."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    items = recorded()
    first = 0.0
    print(f"{'interactions':>12} {'seconds':>8} {'µs each':>8} {'ratio':>6} {'MB':>6}  verdict")
    for size in (one for one in SIZES if one <= largest):
        began = time.process_time()
        report = judge(repeated(items, size))
        seconds = time.process_time() - began
        each = seconds / size * 1e6
        first = first or each
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{size:>12,} {seconds:>8.1f} {each:>8.0f} {each / first:>6.2f} {memory:>6.0f}  {report.verdict}",
            flush=True,
        )


if __name__ == "__main__":
    main()
