"""Every broken server is caught by the requirement it breaks, and no right one has a finding.

As a command it does so over many seeds, which shuffle the covering array and redraw random cases, for the whole zoo,
for named servers, or for the right ones:

    uv run python tests/quality/test_quality_zoo.py 20
    uv run python tests/quality/test_quality_zoo.py 20 right

Right servers whose behaviour needs no connection are called in process, except the sample over other seeds.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict

import pytest

from ed_contract.score import ZOO, Score, as_document, named, score
from ed_contract.zoo import RIGHT, broken
from ed_contract.zoo.right import MODULES as RIGHT_MODULES

WORKERS = (os.cpu_count() or 1) + 1  # of the command: some servers are slow
SHARDS = {
    module.__name__.removeprefix("ed_contract.zoo."): [one.name for one in zoo]
    for module, zoo in (
        *((module, module.MUTANTS) for module in broken.MODULES),
        *((module, module.RIGHT) for module in RIGHT_MODULES),
    )
}


def bad(scores: list[Score]) -> list[str]:
    """Return a line for each result that is not as it should be."""
    return [f"{one.name} (breaks {one.breaks}): {one.problem}" for one in scores if one.problem]


@pytest.fixture(scope="session")
def scored(tmp_path_factory):
    """Return the folder in which all processes of this run keep the scores of their shards."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "scores-of-the-zoo"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("shard", SHARDS)
def test_the_whole_zoo(shard, scored):
    """Mutation score 1 and no false alarm, module by module; the last one checks that first findings come early."""
    scores = score(SHARDS[shard], workers=1)
    written = scored / f"{shard}.part"
    written.write_text(json.dumps([asdict(one) for one in scores]))
    written.rename(scored / f"{shard}.json")
    assert bad(scores) == []
    shards = [*scored.glob("*.json")]
    if len(shards) == len(SHARDS):
        whole = [Score(**one) for file in shards for one in json.loads(file.read_text())]
        assert len(whole) == len(ZOO)
        assert as_document(whole)["first_finding"]["median"] <= 12


@pytest.mark.parametrize("seed", [3, 7, 11])
def test_a_sample_of_the_zoo_over_other_seeds(seed):
    """Neither kills nor the silence on right servers depend on luck; the command does this for all, with 20 seeds."""
    assert bad(score([one.name for one in ZOO[seed::36]], seed=seed, sockets=True)) == []


def main() -> None:
    """Run over the zoo, or a part of it, with the given number of seeds, and print what is wrong."""
    seeds, *words = sys.argv[1:] or ["20"]
    right = [one.name for one in RIGHT] if "right" in words else []
    names = [*named([word for word in words if word != "right"]), *right]
    worst = 0
    for seed in range(1, int(seeds) + 1):
        scores = score(names, seed=seed, workers=WORKERS)
        found = bad(scores)
        worst += len(found)
        figures = as_document(scores)
        print(f"seed {seed}: score {figures['score']}, false alarms {figures['false_alarms']}", flush=True)
        for line in found:
            print(f"  {line}", flush=True)
    sys.exit(bool(worst))


if __name__ == "__main__":
    main()
