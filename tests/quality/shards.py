"""Divided runs find what one run finds: a sample of the zoo, divided by N, whose records are merged.

    uv run python tests/quality/shards.py 2           forty broken and twenty right servers, by two shards
    uv run python tests/quality/shards.py 4 --every 5 more of them

Prints each server whose failing requirements differ, and exits with 1 if there is one. What depends on counts, on the
age of keys or on restarts is left out, by name: a shard does less of it.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from ed_contract import Report, judge, run
from ed_contract.contract import SEED
from ed_contract.zoo import MUTANTS, RIGHT, serving

OF_COUNTS = {"idempotency/remembers", "idempotency/survives-restart", "idempotency/one-effect"}
QUOTAS = {"two-event-buses", "sixteen-destinations", "sixteen-or-a-conflict", "hundred-destinations"}
"""Servers with room for few destinations: what one shard fills up, another is refused for."""


def failing(report: Report) -> set[str]:
    """Return the requirements of level MUST that a report says are broken."""
    return {bug.finding.requirement for bug in report.failing}


def divided(url: str, of: int) -> Report:
    """Return the report on what all shards of a run sent, concurrently."""
    with TemporaryDirectory() as folder:
        records = [Path(folder) / f"{number}.ndjson" for number in range(1, of + 1)]

        def send(number: int) -> None:
            shard, record = f"{number}/{of}", str(records[number - 1])
            accounts = {"api_key": "sk_test_a", "second_api_key": "sk_test_b"}
            run(url, seed=1, shard=shard, record=record, shrink=False, **accounts)

        with ThreadPoolExecutor(of) as pool:
            list(pool.map(send, range(1, of + 1)))
        return judge(*records)


def main() -> int:
    """Compare both, server by server."""
    parser = argparse.ArgumentParser(description="Compare divided runs with whole ones.")
    parser.add_argument("shards", type=int)
    parser.add_argument("--every", type=int, default=17, help="every n-th server of the zoo")
    asked = parser.parse_args()
    of_page = [one for one in MUTANTS if one.edition == SEED and not one.needs and one.breaks not in OF_COUNTS]
    right = [one for one in RIGHT if one.edition == SEED and not one.needs and one.name not in QUOTAS]
    sample = [*of_page[:: asked.every], *right[:: max(asked.every // 3, 1)]]
    different = 0
    for one in sample:
        with serving(one) as url:
            whole = failing(run(url, seed=1, shrink=False, api_key="sk_test_a", second_api_key="sk_test_b"))
        with serving(one) as url:
            merged = failing(divided(url, asked.shards))
        if whole != merged:
            different += 1
            print(f"{one.name}: whole {sorted(whole)}, {asked.shards} shards {sorted(merged)}", flush=True)
    print(f"{len(sample)} servers, {different} differ")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
