"""A plan is divided: each script is sent by one shard, but for those that all of them send under the same keys."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml
from common.command import ed_contract
from common.consoles import ROOT, blocks

from ed_contract import bundled, judge, run
from ed_contract.case import SHARED
from ed_contract.contract import CONTRACT
from ed_contract.exceptions import UsageError
from ed_contract.planning import plan
from ed_contract.record.steps import flat
from ed_contract.runner import Drawn
from ed_contract.runner.keys import Keys
from ed_contract.shard import Shard
from ed_contract.sharding import missing, part, require_all
from ed_contract.zoo import MUTANTS, RIGHT, serving

WHOLE = plan(
    CONTRACT,
    CONTRACT.select(),
    None,
    seed=5,
    strength=3,
    max_examples=12,
    two_accounts=True,
    restarts=True,
    direct=True,
    at_most=1_000,
    shares=True,
)


ZOO = {one.name: one for one in (*MUTANTS, *RIGHT)}


def labels(sequence):
    """Return the labels of keys that hold a value for the whole run."""
    return {step.key.label for step in flat(sequence.steps) if step.key is not None and step.key.label[0] == "@"}


def scripts(phases):
    """Return all scripts of some phases, each with the name of its phase."""
    return [(phase.name, one) for phase in phases for one in phase.sequences]


@pytest.mark.parametrize("of", range(1, 10))
def test_each_script_is_sent_by_one_shard_and_in_the_order_of_the_plan(of):
    """But for the first and the shared ones, which every shard sends."""
    divided = [scripts(part(WHOLE, Shard(number=number, of=of))) for number in range(1, of + 1)]
    whole = scripts(WHOLE)
    for place, (phase, one) in enumerate(whole):
        sent = sum(any(name == phase and other is one for name, other in own) for own in divided)
        drawn = phase in {"fuzz", "stateful", "search"}
        everybody = place == 0 or any(label.startswith(SHARED) for label in labels(one))
        assert drawn or sent == (of if everybody else 1), one.name
    for own in divided:
        kept = [one for phase, one in own if phase not in {"fuzz", "stateful", "search"}]
        places = [next(place for place, (_, other) in enumerate(whole) if other is one) for one in kept]
        assert places == sorted(places)


def test_what_is_drawn_is_dealt_out():
    """Random cases are those of the whole run, each in one shard."""
    drawn = next(phase for phase in WHOLE if phase.name == "fuzz")
    shards = [Shard(number=number, of=3) for number in (1, 2, 3)]
    dealt = [
        [one.name for one in phase.sequences]
        for shard in shards
        for phase in part(WHOLE, shard)
        if phase.name == "fuzz"
    ]
    assert isinstance(drawn.sequences, Drawn)
    assert sorted(name for own in dealt for name in own) == sorted(one.name for one in drawn.sequences)


def test_scripts_that_look_back_go_where_the_first_create_went():
    """A key that is asked for again at the end was used by the same shard."""
    for number in (1, 2, 3):
        own = scripts(part(WHOLE, Shard(number=number, of=3)))
        made = {label for phase, one in own if phase in {"smoke", "keys"} for label in labels(one)}
        asked = {label for phase, one in own if phase == "afterwards" for label in labels(one)}
        assert {label for label in asked if label.startswith("@kept-")} <= made


def test_only_the_first_shard_restarts_and_it_makes_what_is_asked_for_after_the_restart():
    """The others would lose their answers to it."""
    first, second = (part(WHOLE, Shard(number=number, of=2)) for number in (1, 2))
    made = {label for phase, one in scripts(first) if phase == "smoke" for label in labels(one)}
    asked = {label for phase, one in scripts(first) if phase == "restart" for label in labels(one)}
    assert any(phase.restarts for phase in first)
    assert not any(phase.name == "restart" for phase in second)
    assert {label for label in asked if label.startswith("@kept-")} <= made


def test_shards_have_keys_of_their_own_but_for_the_shared_ones():
    """With one seed they would otherwise use the same keys for different creates."""
    one, other = (Keys.of(CONTRACT, seed=5, shard=Shard(number=number, of=2)) for number in (1, 2))
    steps = [step for _, sequence in scripts(WHOLE) for step in flat(sequence.steps) if step.key is not None]
    shared = next(step.key for step in steps if step.key.label.startswith(SHARED))
    plain = next(step.key for step in steps if not step.key.label.startswith("@"))
    assert one.fill(shared, {}) == other.fill(shared, {})
    assert one.fill(plain, {}) != other.fill(plain, {})


def divided(name, of, folder):
    """Return the records of all shards of a run, which were sent concurrently."""
    places = [folder / f"{number}.ndjson" for number in range(1, of + 1)]
    with serving(ZOO[name]) as url:

        def send(number):
            asked = {"seed": 2, "shard": f"{number}/{of}", "record": str(places[number - 1]), "shrink": False}
            run(url, api_key="sk_test_a", second_api_key="sk_test_b", **asked)

        threads = [threading.Thread(target=send, args=(number,)) for number in range(1, of + 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return places


@pytest.mark.parametrize("of", [2, 4])
def test_the_shards_of_a_conforming_server_are_judged_as_one_whole_run(of, tmp_path):
    """Nothing is left out, and nobody is accused."""
    report = judge(*divided("lenient-about-everything", of, tmp_path))
    assert (report.exit_code, report.complete) == (0, True)


@pytest.mark.parametrize("name", ["conflict-422", "metadata-keys-lower-cased", "key-without-its-last"])
def test_a_broken_server_breaks_the_same_requirement(name, tmp_path):
    """As in a run that is not divided."""
    report = judge(*divided(name, 2, tmp_path))
    assert {bug.finding.requirement for bug in report.failing} == {ZOO[name].breaks}


def test_nodes_that_do_not_share_their_keys_show_only_when_the_shards_are_merged(tmp_path):
    """Each shard reaches another node of a service, and is content with it."""
    records = []
    for number in (1, 2):
        with bundled.Reference(edition=CONTRACT.edition) as node, bundled.serve(node) as server:
            records.append(tmp_path / f"{number}.ndjson")
            alone = run(
                server.url, api_key="sk_test_a", seed=2, shard=f"{number}/2", record=str(records[-1]), shrink=False
            )
        assert alone.exit_code == 0
    assert "idempotency/replay" in {bug.finding.requirement for bug in judge(*records).failing}


def test_some_of_the_shards_are_no_whole_run(tmp_path):
    """What they found counts, but nothing is said to be complete."""
    records = divided("lenient-about-everything", 3, tmp_path)
    report = judge(*records[:2])
    assert (report.exit_code, report.complete) == (0, False)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([None], "no record is that of a shard"),
        (["1/2"], "no record was given of shard 2/2\n"),
        (["1/3"], "no record was given of shards 2/3, 3/3\n"),
        (["1/2", "2/3"], "shards of different runs: 1/2, 2/3"),
        (["1/2", "2/2", "2/2"], "a shard is given twice"),
    ],
)
def test_records_that_are_not_all_shards_of_one_run_are_refused(given, says):
    """A gate must not pass because a part was forgotten."""
    with pytest.raises(UsageError, match=says):
        require_all(one and Shard.of_text(one) for one in given)


def test_shards_that_are_missing_are_named():
    """In their order."""
    assert [str(one) for one in missing([Shard.of_text("1/4"), Shard.of_text("3/4")])] == ["2/4", "4/4"]


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/", "a/b", "1/999", "-1/2", "1/2/3", " 1/2"])
def test_what_names_no_shard_is_told(text):
    """With what is expected."""
    result = ed_contract("run", "http://127.0.0.1:9", "--shard", text)
    assert result.returncode == 2
    assert "expected a part of a run, e.g. 2/4" in result.stderr


def test_shards_with_different_seeds_are_not_merged(tmp_path):
    """They are parts of different plans, so something may have been sent by none."""
    places = [tmp_path / f"{number}.ndjson" for number in (1, 2)]
    with serving(ZOO["lenient-about-everything"]) as url:
        for number, place in enumerate(places, 1):
            run(url, api_key="sk_test_a", seed=number, shard=f"{number}/2", record=str(place), phases="smoke")
    result = ed_contract("merge", *map(str, places))
    assert result.returncode == 2
    assert result.stderr == (
        "error: the records are shards of different runs: their seeds are 1, 2\ngive those of one run.\n"
    )


def test_shards_need_a_seed():
    """Each would make a plan of its own."""
    with pytest.raises(UsageError, match="the same seed"):
        run("http://127.0.0.1:9", shard="1/2")


def scripts_of(pipeline):
    """Return the shell lines of a pipeline of the docs: those of the shards, then those of the verdict."""
    path = ROOT / "docs" / "many_machines.md"
    text = next(one.text for one in blocks(path) if one.title == pipeline)
    jobs = yaml.safe_load(text).get("jobs") or yaml.safe_load(text)
    for job in (jobs["shard"], jobs["verdict"]):
        lines = job.get("script") or [step["run"] for step in job["steps"] if "run" in step]
        yield "\n".join(re.sub(r"uvx --from git\+URL ", "", line) for line in lines)


@pytest.mark.parametrize("pipeline", [".github/workflows/conformance.yml", ".gitlab-ci.yml"])
def test_the_pipelines_of_the_docs_run_as_processes(pipeline, tmp_path):
    """Four jobs concurrently and one after them, with the variables that GitHub and GitLab set."""
    shard, verdict = scripts_of(pipeline)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    summary = tmp_path / "summary.md"
    with serving(ZOO["lenient-about-everything"]) as url:
        environment = {**os.environ, "PATH": path, "SERVER_URL": url, "GITHUB_STEP_SUMMARY": str(summary)}
        environment |= {"ED_CONTRACT_API_KEY": "sk_test_a", "ED_CONTRACT_SECOND_API_KEY": "sk_test_b"}
        environment |= {"GITHUB_RUN_ID": "16000000001", "CI_PIPELINE_ID": "16000000001", "CI_NODE_TOTAL": "4"}
        started = []
        for number in range(1, 5):
            own = shard.replace("${{ matrix.shard }}", str(number))
            shell = ["/bin/bash", "-euc", own]
            started.append(
                subprocess.Popen(
                    shell,
                    cwd=tmp_path,
                    env={**environment, "CI_NODE_INDEX": str(number)},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                )
            )
        said = [one.communicate()[0].decode() for one in started]
        assert [one.returncode for one in started] == [0] * 4, said
    done = subprocess.run(
        ["/bin/bash", "-euc", verdict], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "CONFORMS: " in done.stdout + done.stderr
