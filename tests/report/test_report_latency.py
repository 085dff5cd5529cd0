"""How long answers took, told from a bounded number of counts."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import pytest
from common.interactions import WEBHOOK, Run
from common.reports import report_of
from jsonschema import Draft202012Validator

from ed_contract.report import json_report
from ed_contract.report.latency import Latencies, shortest
from ed_contract.report.redaction import Redactor


def test_quantiles_are_as_exact_as_the_buckets():
    """At most 4.4 % above the true ones; the slowest is exact."""
    latencies = Latencies()
    for number in range(1, 1_001):
        latencies.add(number / 1000)
    summary = latencies.summary()
    assert summary.answers == 1_000
    assert 0.5 <= summary.median <= 0.5 * 1.045
    assert 0.95 <= summary.p95 <= 0.95 * 1.045
    assert summary.slowest == 1.0
    assert sum(count for _, count in summary.bars) == 1_000
    assert all(shortest(bar) <= 1.0 for bar, _ in summary.bars)


def test_what_was_not_measured_is_not_counted():
    """A report of literal interactions has no latencies."""
    latencies = Latencies()
    latencies.add(0.0)
    assert latencies.summary() is None
    run = Run()
    observed = run.exchange(WEBHOOK)
    (phase,) = report_of([(run.history.interactions()[0], observed)]).phases
    assert phase.latency is None


def test_the_json_report_tells_them_by_phase():
    """In seconds, as its schema says."""
    run = Run()
    observed = run.exchange(WEBHOOK)
    one = replace(run.history.interactions()[0], seconds=0.25)
    document = json_report.as_document(report_of([(one, observed)]), Redactor())
    (phase,) = document["phases"]
    assert phase["latency"] == {"answers": 1, "median": 0.25, "p95": 0.25, "slowest": 0.25}
    schema = json.loads(files("ed_contract.report").joinpath("report.schema.json").read_bytes())
    assert [error.message for error in Draft202012Validator(schema).iter_errors(document)] == []


@pytest.mark.parametrize("seconds", [1e-9, 5e-5, 0.000_125, 3.0, 1e6])
def test_a_single_duration_is_every_quantile(seconds):
    """However short or long it is."""
    latencies = Latencies()
    latencies.add(seconds)
    summary = latencies.summary()
    assert summary.median == summary.p95 == summary.slowest == seconds
