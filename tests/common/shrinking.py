"""Runs against small broken servers, with shrunk findings."""

from __future__ import annotations

from ed_contract import Target, run
from ed_contract.reference import serve
from ed_contract.zoo import MUTANTS

NAMED = {one.name: one for one in MUTANTS}


def bug_of(server_class, requirement, fault=None, **options):
    """Return the only bug of a requirement that a run against the server finds."""
    with server_class() as app, serve(app) as server:
        report = run(Target(url=server.url, api_key="sk_test_a"), **options)
    assert report.end == "finished"
    (bug,) = (
        bug for bug in report.bugs if bug.finding.requirement == requirement and fault in {None, bug.finding.fault}
    )
    return bug


def judged(server_class, **options):
    """Return the report of a run against the server."""
    with server_class() as app, serve(app) as server:
        return run(Target(url=server.url, api_key="sk_test_a"), key_age=0, **options)
