"""The commands that show the contract show any edition of it, chosen as every setting is."""

from __future__ import annotations

import json

import pytest
import yaml
from click.shell_completion import BashComplete
from common.command import ed_contract

from ed_contract import reference
from ed_contract.cli import cli
from ed_contract.contract import Contract, editions
from ed_contract.contract.exporting import exported

UNKNOWN = (
    "error: unknown edition '2025-01'\nthe editions of the page are 2024-10, 2026-03, 2026-04, 2026-07, 2026-09.\n"
)  # fmt: skip


def listed(*arguments, **environment):
    """Return the ids of the requirements that are listed."""
    done = ed_contract("list", *arguments, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    return [line.split()[0] for line in done.stdout.splitlines()]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("edition", editions())
def test_an_edition_is_listed(edition):
    """Its requirements, in order."""
    assert listed("--edition", edition) == list(Contract.load(edition).requirements)


def test_a_requirement_of_an_edition_is_explained():
    """One that only this edition has."""
    row = "request/azure_event_grid.azure_region/required"
    assert ed_contract("explain", row).returncode == 2
    assert ed_contract("explain", row, "--edition", "2026-04").stdout == (
        f"{row} (MUST)\n"
        "  A create without `azure_event_grid.azure_region` is refused if `azure_event_grid` is an object.\n"
        "  Clause:    Parameters › azure_event_grid.azure_region\n"
        "  Why:       A client that forgets `azure_event_grid.azure_region` gets a destination it did not intend "
        "instead of an error it can fix.\n"
        "  Fix:       Make `azure_event_grid.azure_region` required when validating the request, and answer 400 "
        "without it.\n"
        "  Judged by: mutated creates are refused (ed_contract/checks/request.py)\n"
        "  Shown by:  the phases smoke, mutations, fuzz, search\n"
        '  Example:   {"name": "Orders", "type": "azure_event_grid", "event_payload": "thin", '
        '"enabled_events": ["v1.billing.meter.error_report_triggered"], "azure_event_grid": '
        '{"azure_resource_group_name": "orders", "azure_subscription_id": "5f2d8f6a-7c1b-4c54-9a0e-3b1d2f4e6a70"}} '
        "is refused\n"
        "  Broken by: azure-region-optional (Accepts Azure Event Grid destinations without a region)\n"
    )


def test_a_requirement_that_an_edition_says_otherwise_is_explained_by_that_edition():
    """Its statement, its example, and a server that breaks it as it is said there."""
    row = "request/events_from/items"
    first, later = (ed_contract("explain", row, "--edition", name).stdout for name in ("2024-10", "2026-03"))
    assert "`events_from` that is not one of `self`, `other_accounts` is refused" in first
    assert "`events_from` that is not a string is refused" in later
    assert '"@self"' not in first
    assert '"@self"' in later
    assert "Broken by: events-from-checked-none (" in first
    assert "Broken by: sources-of-any-type (Accepts numbers, booleans and nulls in `events_from`)" in later


def test_a_rule_in_prose_is_explained():
    """With a create that should be refused."""
    told = ed_contract("explain", "request/snapshot_api_version/not-for-thin", "--edition", "2026-09").stdout
    assert "(SHOULD)" in told
    assert '"snapshot_api_version": "2024-09-30.acacia"} is refused\n' in told
    assert "Broken by: version-taken-for-thin (Accepts `snapshot_api_version` with thin payloads)\n" in told


def test_a_server_of_the_zoo_is_served_by_its_edition():
    """Unless another is given."""
    for arguments, edition in (((), "2026-04"), (("--edition", "2026-07"), "2026-07")):
        with pytest.MonkeyPatch.context() as patch:
            served = []
            patch.setattr("ed_contract.cli.serve.serve_forever", lambda app, *_, served=served: served.append(app))
            assert ed_contract("serve", "--mutant", "azure-region-optional", *arguments).returncode == 0
        assert [app.edition for app in served] == [reference.EDITIONS[edition]]


def test_an_edition_is_exported():
    """The documents, and the schemas."""
    contract = Contract.load("2026-04")
    assert yaml.safe_load(ed_contract("export", "contract", "--edition", "2026-04").stdout) == contract.document
    openapi = yaml.safe_load(ed_contract("export", "openapi", "--edition", "2026-04").stdout)
    assert openapi == exported(contract, "3.1")
    assert json.loads(ed_contract("export", "request", "--edition", "2026-04").stdout) == contract.request_schema
    assert json.loads(ed_contract("export", "response", "--edition", "2026-04").stdout) == contract.response_schema


@pytest.mark.parametrize(
    ("environment", "file", "arguments", "edition"),
    [
        ({}, "", [], "2024-10"),
        ({"ED_CONTRACT_EDITION": "2026-04"}, "", [], "2026-04"),
        ({}, 'edition = "2026-04"', [], "2026-04"),
        ({"ED_CONTRACT_EDITION": "2026-04"}, 'edition = "2026-03"', [], "2026-04"),
        ({"ED_CONTRACT_EDITION": "2026-04"}, "", ["--edition", "2026-07"], "2026-07"),
        ({"ED_CONTRACT_API_VERSION": "2026-05-27.dahlia"}, "", [], "2026-04"),
        ({}, 'api-version = "2026-03-25.dahlia"', [], "2026-03"),
        ({"ED_CONTRACT_API_VERSION": "2026-05-27.dahlia"}, 'edition = "2024-10"', [], "2024-10"),
        ({}, '[profiles.next]\nedition = "2026-09"', ["--profile", "next"], "2026-09"),
    ],
)
def test_an_edition_is_chosen_as_every_setting_is(folder, environment, file, arguments, edition):
    """By the command line, the environment, a file; else by the API version that is set; else the oldest."""
    (folder / "ed_contract.toml").write_text(file, encoding="utf-8")
    assert listed(*arguments, **environment) == list(Contract.load(edition).requirements)


@pytest.mark.parametrize("command", [["list"], ["explain", "echo/name"], ["export", "openapi"], ["serve"]])
def test_an_edition_that_there_is_not_is_told(command):
    """With those that there are, whichever way it was set."""
    given = ed_contract(*command, "--edition", "2025-01")
    assert (given.returncode, given.stdout, given.stderr) == (2, "", UNKNOWN)
    assert ed_contract(*command, ED_CONTRACT_EDITION="2025-01") == given


def test_a_shell_completes_editions_and_their_requirements():
    """An id that only one of them has, once it was named."""

    def completed(*words):
        *before, begun = words
        found = BashComplete(cli, {}, "ed-contract", "_ED_CONTRACT_COMPLETE").get_completions(before, begun)
        return [item.value for item in found]

    assert completed("list", "--edition", "2026-0") == list(editions()[1:])
    wanted = "echo/azure_event_grid.azure_r"
    assert completed("explain", wanted) == []
    assert completed("explain", "--edition", "2026-04", wanted) == [
        "echo/azure_event_grid.azure_region",
        "echo/azure_event_grid.azure_resource_group_name",
    ]
