"""A contract of one's own, by every command that takes one; what is wrong with a document is told in two lines."""

from __future__ import annotations

import json

import pytest
import yaml
from common.command import ed_contract
from common.payments import BODY, DOCUMENT, OPERATION, Payments, changed, written
from common.servers import http_server

from ed_contract.contract import Contract

FILE = "payments.yaml"
AT = "paths./payments.post"
SCHEMA = f"{AT}.requestBody.content.application/json.schema"
AMOUNT = f"{BODY}|properties|amount"
CIRCLE = {"$ref": "#/components/schemas/Leg"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The current folder, which holds the document and nothing else."""
    monkeypatch.chdir(tmp_path)
    written(tmp_path)
    return tmp_path


def test_its_requirements_are_listed():
    """In order; those of credentials too, as the document asks for one."""
    done = ed_contract("list", "--contract", FILE)
    rows = [line.split()[0] for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert rows == list(Contract.of(DOCUMENT, FILE).requirements)
    assert {"request/amount/type", "echo/currency", "idempotency/conflict/status", "auth/no-key"} <= set(rows)
    assert not {"idempotency/conflict/code", "robustness/error-envelope"} & set(rows)


def test_one_of_them_is_explained():
    """With its own statuses, and without the servers of the page that break it."""
    done = ed_contract("explain", "idempotency/conflict/status", "--contract", FILE)
    assert done.stdout == (
        "idempotency/conflict/status (MUST)\n"
        "  Reusing a key with different parameters is answered with 422.\n"
        "  Clause:    Error Codes › 422\n"
        "  Why:       A client that reuses a key by mistake is not warned, or mistakes the error for another.\n"
        "  Fix:       Store a fingerprint of the parameters with the key; answer 422 if a later request differs.\n"
        "  Judged by: different parameters under a used key conflict (ed_contract/checks/conflicts.py)\n"
        "  Shown by:  the phases smoke, keys, stateful, search\n"
    )


def test_it_is_exported():
    """The document as it is, and the schemas without references."""
    for what in ("openapi", "contract"):
        assert yaml.safe_load(ed_contract("export", what, "--contract", FILE).stdout) == DOCUMENT
    assert ed_contract("export", "openapi", "--openapi", "3.0", "--contract", FILE).stderr == (
        "error: --openapi converts only editions of the page\n"
        "leave it out: a contract of your own is exported as it is.\n"
    )
    request = json.loads(ed_contract("export", "request", "--contract", FILE).stdout)
    assert request["properties"]["legs"]["items"] == DOCUMENT["components"]["schemas"]["Leg"]


def test_an_operation_is_chosen():
    """By its id; else it is the only POST that may be it."""
    done = ed_contract("list", "--contract", FILE, "--operation", "createRefund", "--only", "request/*")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["request/valid", "request/amount/type"]


@pytest.mark.parametrize(
    ("environment", "file", "arguments"),
    [
        ({"ED_CONTRACT_CONTRACT": FILE}, "", []),
        ({}, f'contract = "{FILE}"', []),
        ({}, 'edition = "2026-04"', ["--contract", FILE]),
        ({"ED_CONTRACT_EDITION": "2026-04"}, "", ["--contract", FILE]),
        ({}, f'contract = "{FILE}"\noperation = "createRefund"', ["--contract", FILE]),
    ],
)
def test_it_is_set_as_every_setting_is(folder, environment, file, arguments):
    """What goes before an edition goes before an operation of another document too."""
    (folder / "ed_contract.toml").write_text(file, encoding="utf-8")
    done = ed_contract("list", *arguments, "--only", "request/*/required", **environment)
    rows = [line.split()[0] for line in done.stdout.splitlines()]
    assert rows == ["request/amount/required", "request/currency/required"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["--contract", FILE, "--edition", "2026-04"],
            "an edition of the page and a contract of your own were both given\ngive one of them.",
        ),
        (
            ["--operation", "createPayment"],
            "--operation needs --contract\ngive the document that the operation is in.",
        ),
    ],
)
@pytest.mark.parametrize(
    "command", [["list"], ["explain", "echo/name"], ["export", "openapi"], ["run"], ["proxy", "--to", "http://h"]]
)
def test_options_that_do_not_go_together_are_told(command, arguments, told):
    """By every command."""
    done = ed_contract(*command, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {told}\n")


def test_the_bundled_server_is_none_for_it():
    """A run needs a server of its own."""
    done = ed_contract("run", "--contract", FILE)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: there is nothing to judge: no URL and no --app\n"
        "give one of them: the bundled server implements the page, not this contract.\n"
    )


def test_a_dry_run_needs_no_server():
    """What would be sent follows from the document."""
    done = ed_contract("run", "--contract", FILE, "--dry-run", "--phases", "auth,fuzz")
    assert (done.returncode, done.stderr) == (0, "")
    first, *phases = done.stdout.splitlines()
    assert first == "http://127.0.0.1/payments: 65 requests planned, at most 900, seed 0"
    assert [line.split() for line in phases] == [["preflight", "1"], ["auth", "8"], ["fuzz", "56"]]


def test_its_server_is_asked_as_the_document_says():
    """At its path, with its headers; the first request is the document's example."""
    server = Payments()
    with http_server(server) as url:
        done = ed_contract(
            *("run", url, "--contract", FILE, "--api-key", "k_1", "--phases", "auth", "--only", "response/*"),
            *("--record", "run.ndjson"),
        )
        wrong = ed_contract("run", url, "--contract", FILE, "--api-key", "k_2", "--phases", "auth")
    assert (done.returncode, done.stderr.count("error")) == (0, 0)
    assert f"{url}/payments" in done.stdout
    first = server.headers[0]
    assert (first["x-api-key"], first["x-version"]) == ("k_1", "7")
    assert len(first["x-idempotency"]) == 36
    assert not {"authorization", "idempotency-key", "stripe-version"} & first.keys()
    assert (wrong.returncode, wrong.stderr) == (
        2,
        f"error: {url}/payments refuses the credentials with 401\ncheck the key.\n",
    )


def test_what_a_run_found_is_sent_again_and_judged_again(folder):
    """The report and the record hold what is needed of the document, which may be gone."""
    with http_server(Payments(more=1)) as url:
        done = ed_contract(
            *("run", url, "--contract", FILE, "--api-key", "k_1", "--phases", "auth", "--only", "echo/*"),
            *("--record", "run.ndjson", "--report", "json=report.json", "--no-shrink"),
        )
        assert done.returncode == 1
        (folder / FILE).unlink()
        again = ed_contract("replay", "report.json", "--api-key", "k_1")
    assert again.stdout == (
        "FAIL         1 echo/amount [changed]: `amount` is 101\n"
        f"1 of 1 finding reproduced: {url}/payments\n"
    )  # fmt: skip
    judged = ed_contract("judge", "run.ndjson", "--only", "echo/*")
    assert judged.returncode == 1
    assert judged.stdout.startswith("1. FAIL echo/amount [")
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["contract"]["name"] == FILE
    assert list(report["contract"]["document"]["paths"]) == ["/payments"]


def test_a_record_of_a_run_is_judged_by_its_own_contract():
    """Another one would call wrong what the run was right to send."""
    with http_server(Payments()) as url:
        ed_contract("run", url, "--contract", FILE, "--api-key", "k_1", "--phases", "auth", "--record", "run.ndjson")
    same = ed_contract("judge", "run.ndjson", "--contract", FILE, "--only", "response/*")
    assert same.returncode == 0
    other = ed_contract("judge", "run.ndjson", "--edition", "2026-04")
    assert (other.returncode, other.stderr) == (
        2,
        "error: run.ndjson is the record of a run on the contract payments.yaml\nleave out --edition.\n",
    )


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("5", "'int' object has no attribute 'keys'"),
        ('{"document": {}}', "its contract is not an operation of a document"),
    ],
)
def test_a_record_whose_contract_is_none_is_told(folder, own, told):
    """As any other line that says nothing."""
    with http_server(Payments()) as url:
        ed_contract("run", url, "--contract", FILE, "--api-key", "k_1", "--phases", "auth", "--record", "run.ndjson")
    first, *_ = (folder / "run.ndjson").read_text(encoding="utf-8").splitlines()
    line = {**json.loads(first), "own": json.loads(own)}
    (folder / "run.ndjson").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert ed_contract("judge", "run.ndjson").stderr == (
        f"error: run.ndjson, line 1: invalid record line: {told}\n"
        "give a file that `ed-contract run --record FILE` wrote, or a HAR file.\n"
    )


def test_the_page_that_is_not_there_is_told_with_the_contracts_path():
    """404 at the place of creates."""
    with http_server(lambda *_: (404, {"Content-Type": "application/json"}, b"{}")) as url:
        done = ed_contract("run", url, "--contract", FILE, "--phases", "auth")
    assert done.stderr == (
        f"error: {url}/payments answers 404: no create there\n"
        "check the URL; set --path if creates are not at /payments.\n"
    )


def test_a_path_with_a_parameter_needs_a_value():
    """Which only the user knows."""
    arguments = ("run", "http://127.0.0.1:9", "--contract", FILE, "--operation", "createRefund")
    done = ed_contract(*arguments)
    assert (done.returncode, done.stderr) == (
        2,
        "error: the path /payments/{payment}/refunds has a parameter\n"
        "give the path with a value instead, with --path.\n",
    )
    assert ed_contract(*arguments, "--path", "/payments/1/refunds", "--dry-run", "--phases", "auth").returncode == 0


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("a: b: c", f"{FILE} is neither JSON nor YAML (line 1, column 5)\ngive an OpenAPI document."),
        ("{", f"{FILE} is neither JSON nor YAML (line 2, column 1)\ngive an OpenAPI document."),
        ("", f"{FILE} is not an OpenAPI 3 document: there is no `openapi`\ngive one of version 3.0 or 3.1."),
        (
            "swagger: '2.0'",
            f"{FILE} is not an OpenAPI 3 document: there is no `openapi`\ngive one of version 3.0 or 3.1.",
        ),
        (
            changed("paths", {}),
            f"{FILE}: paths: no operations may be the create\ngive a document with a POST operation.",
        ),
        (
            changed("paths|/transfers", DOCUMENT["paths"]["/payments"]
                    | {"post": DOCUMENT["paths"]["/payments"]["post"] | {"operationId": "createTransfer"}}),
            f"{FILE}: paths: 2 operations may be the create\n--operation takes one of createPayment, createTransfer.",
        ),
        (
            changed(f"{AMOUNT}|x-relaistic", {}),
            f"{FILE}: {SCHEMA}.properties.amount: unknown annotation 'x-relaistic'\ndid you mean x-realistic?",
        ),
        (
            changed(f"{AMOUNT}|x-realistic", {"minimum": 1000}),
            f"{FILE}: request.amount: no value is valid under both the schema and x-realistic, not even 100\n"
            "give one in x-values that both allow.",
        ),
        (
            changed(f"{OPERATION}|x-idempotency", {"in_flight": "409"}),
            f'{FILE}: operation: x-idempotency.in_flight is "409"\nexpected integer.',
        ),
        (
            changed(f"{AMOUNT}", {"$ref": "#/components/schemas/Amount"}),
            f"{FILE}: {SCHEMA}.properties.amount: $ref '#/components/schemas/Amount' leads nowhere\n"
            "there is no 'Amount'.",
        ),
        (
            changed("components|schemas|Leg", CIRCLE),
            f"{FILE}: {SCHEMA}.properties.legs.items: $ref '#/components/schemas/Leg' "
            "is circular\nwrite out one of its members.",
        ),
        (
            changed(f"{OPERATION}|requestBody", {"content": {"text/plain": {}}}),
            f"{FILE}: {AT}.requestBody: no JSON body documented\ngive an operation whose request has a JSON schema.",
        ),
        (
            changed(f"{OPERATION}|responses", {"409": {"description": "In flight."}}),
            f"{FILE}: {AT}.responses: a successful answer has no JSON schema\ndocument the answer to a create.",
        ),
        (
            changed("components|securitySchemes", None),
            f"{FILE}: security[0]: unknown security scheme 'key'\ncomponents.securitySchemes has none.",
        ),
        (
            changed("security", {"key": []}),
            f'{FILE}: security: invalid value {{"key": []}}\nexpected an array.',
        ),
        (
            changed("components|parameters|Key|name", "X Key"),
            f'{FILE}: paths./payments.parameters[0]: invalid name "X Key"\nexpected the name of a header.',
        ),
        (
            changed(f"{OPERATION}|parameters", "none"),
            f'{FILE}: {AT}.parameters: invalid value "none"\nexpected an array.',
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_document_is_told(folder, document, told):
    """With the place, and what to do."""
    written(folder, document)
    done = ed_contract("list", "--contract", FILE)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {told}\n")


def test_a_create_without_a_body_is_told(folder):
    """By name it is found; else no other operation may be it."""
    written(folder, changed(f"{OPERATION}|requestBody", None))
    done = ed_contract("list", "--contract", FILE, "--operation", "createPayment")
    assert (done.returncode, done.stderr) == (
        2,
        f"error: {FILE}: {AT}.requestBody: no JSON body documented\n"
        "give an operation whose request has a JSON schema.\n",
    )  # fmt: skip


@pytest.mark.parametrize("command", [["explain", "x"], ["export", "request"], ["run", "http://h"], ["judge", "r"]])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nothing.yaml", "cannot read nothing.yaml: No such file or directory\ngive an OpenAPI document."),
        (".", "cannot read .: Is a directory\ngive an OpenAPI document."),
    ],
)
def test_a_document_that_cannot_be_read_is_told(folder, command, name, told):
    """By every command, before anything is sent."""
    (folder / "r").write_text("{}\n", encoding="utf-8")
    done = ed_contract(*command, "--contract", name)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {told}\n")


def test_an_operation_that_there_is_not_is_told():
    """With those that there are."""
    done = ed_contract("list", "--contract", FILE, "--operation", "createPaymint")
    assert done.stderr == (
        f"error: {FILE}: paths: unknown operation 'createPaymint'\n"
        "--operation takes one of createPayment, createRefund.\n"
    )


def test_a_run_is_about_the_edition_that_was_chosen():
    """The bundled server serves it too."""
    done = ed_contract(
        *("run", "--edition", "2026-04", "--phases", "auth", "--only", "request/azure_event_grid/*"),
        *("--dry-run",),
    )
    assert (done.returncode, done.stderr) == (0, "")
    unknown = ed_contract("run", "--only", "request/azure_event_grid/*", "--dry-run")
    assert unknown.returncode == 2
    whole = ed_contract("run", "--edition", "2026-04", "--phases", "auth", "--report", "json=report.json")
    assert whole.returncode == 0
